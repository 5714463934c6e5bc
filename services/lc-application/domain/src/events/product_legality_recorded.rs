//! Another context decided whether a product may be traded.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::{Decision, ProductId};

/// It was decided whether a product may be traded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProductLegalityRecorded {
    /// The product.
    pub product_id: ProductId,
    /// The outcome.
    pub decision: Decision,
}

impl Evolve<ProductLegalityRecorded> for LcApplication {
    fn evolve(&mut self, event: &ProductLegalityRecorded) {
        if let Self::Submitted(submitted) = self
            && let Some(check) = submitted.checks.product_mut(&event.product_id)
        {
            check.legality = Some(event.decision.clone());
        }
    }
}

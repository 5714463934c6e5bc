//! Another context decided whether a product's value is in order.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::{Decision, ProductId};

/// It was decided whether a product's value is in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProductValueRecorded {
    /// The product.
    pub product_id: ProductId,
    /// The outcome.
    pub decision: Decision,
}

impl Evolve<ProductValueRecorded> for LcApplication {
    fn evolve(&mut self, event: &ProductValueRecorded) {
        if let Self::Submitted(submitted) = self
            && let Some(check) = submitted.checks.product_mut(&event.product_id)
        {
            check.value = Some(event.decision.clone());
        }
    }
}

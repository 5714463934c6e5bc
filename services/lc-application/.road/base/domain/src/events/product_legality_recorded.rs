//! What product legality recorded says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Decision;

/// Product legality recorded. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProductLegalityRecorded {
    /// Product id.
    pub product_id: String,
    /// Decision.
    pub decision: Decision,
}

impl macadam_kernel::Evolve<ProductLegalityRecorded> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &ProductLegalityRecorded) {}
}

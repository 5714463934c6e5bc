//! What expiry changed says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Expiry;

/// Expiry changed. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExpiryChanged {
    /// Expiry.
    pub expiry: Expiry,
}

impl macadam_kernel::Evolve<ExpiryChanged> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &ExpiryChanged) {}
}

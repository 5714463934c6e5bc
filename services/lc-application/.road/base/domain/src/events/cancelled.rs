//! What cancelled says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;

/// Cancelled. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cancelled {
    /// Reason.
    pub reason: String,
}

impl macadam_kernel::Evolve<Cancelled> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &Cancelled) {}
}

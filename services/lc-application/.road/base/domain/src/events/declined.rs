//! What declined says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;

/// Declined. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Declined {
    /// Reason.
    pub reason: String,
}

impl macadam_kernel::Evolve<Declined> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &Declined) {}
}

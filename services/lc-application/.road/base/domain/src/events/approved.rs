//! What approved says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;

/// Approved. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Approved {
    /// Remarks.
    pub remarks: Option<String>,
}

impl macadam_kernel::Evolve<Approved> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &Approved) {}
}

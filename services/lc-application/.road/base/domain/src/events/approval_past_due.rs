//! What approval past due says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;

/// Approval past due. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalPastDue {
    /// Nth.
    pub nth: u32,
}

impl macadam_kernel::Evolve<ApprovalPastDue> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &ApprovalPastDue) {}
}

//! What approval pending says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;

/// Approval pending. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalPending {
    /// Nth.
    pub nth: u32,
}

impl macadam_kernel::Evolve<ApprovalPending> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &ApprovalPending) {}
}

//! Somebody is reminded that an application waits for its decision.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;

/// An application has waited for its decision for long, not yet too long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalPending {
    /// Which reminder this is.
    pub nth: u32,
}

impl Evolve<ApprovalPending> for LcApplication {
    fn evolve(&mut self, event: &ApprovalPending) {
        if let Self::Submitted(submitted) = self {
            submitted.reminders = event.nth;
        }
    }
}

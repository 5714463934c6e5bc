//! A reminder: an application waits for its decision.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;

/// An application has been waiting for its decision, but the time for it has not passed yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalPending {
    /// The number of the reminder, from 1.
    pub nth: u32,
}

impl Evolve<ApprovalPending> for LcApplication {
    fn evolve(&mut self, event: &ApprovalPending) {
        if let Self::Submitted(submitted) = self {
            submitted.reminders = event.nth;
        }
    }
}

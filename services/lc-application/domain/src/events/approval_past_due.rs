//! The time in which an application must be decided has passed.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::{LcApplication, RemindOfApproval};

/// An application has waited for its decision for too long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalPastDue {}

impl Evolve<ApprovalPastDue> for LcApplication {
    fn evolve(&mut self, _: &ApprovalPastDue) {
        if let Self::Submitted(submitted) = self {
            submitted.reminders = RemindOfApproval::PAST_DUE;
        }
    }
}

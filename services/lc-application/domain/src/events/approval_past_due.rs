//! The time in which an application must be decided has passed.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::{LcApplication, RemindOfApproval};

/// The time for the decision of an application has passed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalPastDue {}

impl Evolve<ApprovalPastDue> for LcApplication {
    fn evolve(&mut self, _: &ApprovalPastDue) {
        if let Self::Submitted(submitted) = self {
            submitted.reminders = RemindOfApproval::PAST_DUE;
        }
    }
}

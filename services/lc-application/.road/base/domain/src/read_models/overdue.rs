//! The documents of `Overdue`, and how they follow from events.

use macadam_kernel::Recorded;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::OverdueHeard;

/// A document of this read model; what no event has said yet is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Overdue {
    /// Nth.
    pub nth: Option<u32>,
    /// Remarks.
    pub remarks: Option<String>,
    /// Reason.
    pub reason: Option<String>,
    /// Past due since.
    pub past_due_since: Option<String>,
}

impl macadam_kernel::Projection for Overdue {
    fn project(view: Option<Self>, heard: &Recorded<Self::Heard>) -> Option<Self> {
        let mut view = view.unwrap_or_default();
        match &heard.event {
            OverdueHeard::ApprovalPastDue(event) => {
                view.nth = Some(event.nth);
            }
            OverdueHeard::Approved(event) => {
                view.remarks.clone_from(&event.remarks);
            }
            OverdueHeard::Declined(event) => {
                view.reason = Some(event.reason.clone());
            }
            OverdueHeard::Cancelled(event) => {
                view.reason = Some(event.reason.clone());
            }
        }
        Some(view)
    }
}

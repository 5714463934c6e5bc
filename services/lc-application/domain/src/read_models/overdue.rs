//! Applications whose time for a decision has passed.

use macadam_kernel::{Projection, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::OverdueHeard;

/// One application that is past due; its link leads to the other data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Overdue {
    /// When the time for its decision ended.
    pub past_due_since: Timestamp,
}

impl Projection for Overdue {
    fn project(_: Option<Self>, heard: &Recorded<OverdueHeard>) -> Option<Self> {
        match &heard.event {
            OverdueHeard::ApprovalPastDue(_) => Some(Self { past_due_since: heard.recorded_at }),
            OverdueHeard::Approved(_) | OverdueHeard::Declined(_) | OverdueHeard::Cancelled(_) => None,
        }
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::testing::{start, view};

    use super::*;
    use crate::events::{ApprovalPastDue, Approved, Cancelled, Declined};

    #[test]
    fn an_application_is_overdue_once_it_is_past_due() {
        view::<Overdue>().when(ApprovalPastDue {}).then(Some(&Overdue { past_due_since: start() }));
    }

    #[test]
    fn a_decision_or_a_cancellation_ends_it() {
        let overdue = || view::<Overdue>().when(ApprovalPastDue {});
        overdue().when(Approved { remarks: None }).then(None);
        overdue().when(Declined { reason: "no".into() }).then(None);
        overdue().when(Cancelled { reason: "no".into() }).then(None);
    }
}

//! Withdraws an application that is not decided yet.

use macadam_kernel::{Actor, Decided, Decision};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use crate::Rejection;
use crate::events::Cancelled;

/// Withdraw the application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cancel {
    /// The reason.
    pub reason: String,
}

impl Decision for Cancel {
    type Permit<'a> = ();
    type Facts = ();

    fn guard(state: &LcApplication, _: &Actor) -> Result<(), Rejection> {
        match state {
            LcApplication::Draft(_) | LcApplication::Submitted(_) => Ok(()),
            LcApplication::Approved(_) | LcApplication::Declined(_) => Err(Rejection::AlreadyDecided),
            LcApplication::Cancelled(_) => Err(Rejection::AlreadyCancelled),
        }
    }

    fn decide(self, (): (), (): &()) -> Decided<Self> {
        Ok(vec![Cancelled { reason: self.reason }])
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::values::samples::{approved, cancelled, declined, draft, started, submitted};

    fn cancel() -> Cancel {
        Cancel { reason: "found another seller".into() }
    }

    #[test]
    fn a_draft_or_a_submitted_application_is_cancelled() {
        for history in [events![started()], draft(), submitted()] {
            given(history).when(cancel()).then(events![Cancelled { reason: "found another seller".into() }]);
        }
    }

    #[test]
    fn what_is_decided_is_not_cancelled() {
        for history in [approved(), declined()] {
            given(history).when(cancel()).then_rejected(Rejection::AlreadyDecided);
        }
    }

    #[test]
    fn what_is_cancelled_is_not_cancelled_again() {
        given(cancelled()).when(cancel()).then_rejected(Rejection::AlreadyCancelled);
    }
}

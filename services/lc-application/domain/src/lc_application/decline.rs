//! Declines an application.

use macadam_kernel::{Actor, Decided, Decision};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use crate::Rejection;
use crate::events::Declined;

/// Decline the application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decline {
    /// The reason, which the applicant can read.
    pub reason: String,
}

impl Decision for Decline {
    type Permit<'a> = ();
    type Facts = ();

    fn guard(state: &LcApplication, _: &Actor) -> Result<(), Rejection> {
        state.checked().map(|_| ())
    }

    fn decide(self, (): (), (): &()) -> Decided<Self> {
        let Self { reason } = self;
        if reason.trim().is_empty() {
            return Err(Rejection::ReasonBlank);
        }
        Ok(vec![Declined { reason }])
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::values::samples::{
        approved, cancelled, declined, draft, failed, passed, submitted, waiting_for_credit,
    };

    fn decline(reason: &str) -> Decline {
        Decline { reason: reason.into() }
    }

    #[test]
    fn an_application_is_declined_whatever_its_checks_say() {
        for history in [passed(), failed()] {
            given(history).when(decline("too risky")).then(events![Declined { reason: "too risky".into() }]);
        }
    }

    #[test]
    fn who_declines_says_why() {
        for blank in ["", " \n"] {
            given(failed()).when(decline(blank)).then_rejected(Rejection::ReasonBlank);
        }
    }

    #[test]
    fn nothing_is_decided_before_all_checks_are_in() {
        for history in [submitted(), waiting_for_credit()] {
            given(history).when(decline("no")).then_rejected(Rejection::ChecksPending);
        }
    }

    #[test]
    fn only_what_is_submitted_is_declined() {
        given(draft()).when(decline("no")).then_rejected(Rejection::NotSubmitted);
        given(cancelled()).when(decline("no")).then_rejected(Rejection::AlreadyCancelled);
    }

    #[test]
    fn what_is_decided_stays_decided() {
        for history in [approved(), declined()] {
            given(history).when(decline("no")).then_rejected(Rejection::AlreadyDecided);
        }
    }
}

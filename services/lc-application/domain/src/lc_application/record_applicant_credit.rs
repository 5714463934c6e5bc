//! Records what another context decided: whether the applicant's credit is good.

use macadam_kernel::{Actor, Decided, Decision};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::{Checking, Checks};
use crate::Rejection;
use crate::events::ApplicantCreditRecorded;
use crate::values;

/// Record whether the applicant's credit is good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordApplicantCredit {
    /// The outcome.
    pub decision: values::Decision,
}

impl Decision for RecordApplicantCredit {
    type Permit<'a> = Checking<'a>;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<Checking<'a>, Rejection> {
        state.checking()
    }

    fn decide(self, checking: Checking<'_>, (): &()) -> Decided<Self> {
        let Self { decision } = self;
        let Checking::Open(submitted) = checking else {
            return Ok(Vec::new());
        };
        if !Checks::is_news(submitted.checks.applicant_credit.as_ref(), &decision)? {
            return Ok(Vec::new());
        }
        Ok(vec![ApplicantCreditRecorded { decision }])
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::values::samples::{
        approved, cancelled, credit_recorded, declined, draft, no, submitted, then, yes,
    };

    #[test]
    fn a_decision_is_recorded() {
        given(submitted())
            .when(RecordApplicantCredit { decision: no() })
            .then(events![credit_recorded(no())]);
    }

    #[test]
    fn the_same_decision_again_changes_nothing() {
        given(then(submitted(), credit_recorded(no())))
            .when(RecordApplicantCredit { decision: no() })
            .then_nothing();
    }

    #[test]
    fn another_decision_is_rejected() {
        given(then(submitted(), credit_recorded(no())))
            .when(RecordApplicantCredit { decision: yes() })
            .then_rejected(Rejection::CheckAlreadyDecided);
    }

    #[test]
    fn what_is_decided_too_late_changes_nothing() {
        for history in [approved(), declined(), cancelled()] {
            given(history).when(RecordApplicantCredit { decision: no() }).then_nothing();
        }
    }

    #[test]
    fn a_draft_is_not_checked() {
        given(draft()).when(RecordApplicantCredit { decision: yes() }).then_rejected(Rejection::NotSubmitted);
    }
}

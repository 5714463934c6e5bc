//! Approves an application.

use macadam_kernel::{Actor, Decided, Decision, SYSTEM};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::Submitted;
use crate::Rejection;
use crate::events::Approved;

/// Approve the application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Approve {
    /// Remarks; required if a check has failed.
    pub remarks: Option<String>,
}

impl Decision for Approve {
    type Permit<'a> = &'a Submitted;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, actor: &Actor) -> Result<&'a Submitted, Rejection> {
        let submitted = state.checked()?;
        if actor.is(SYSTEM) && !submitted.checks.have_passed() {
            return Err(Rejection::CheckFailed);
        }
        Ok(submitted)
    }

    fn decide(self, submitted: &Submitted, (): &()) -> Decided<Self> {
        let Self { remarks } = self;
        let says_why = remarks.as_ref().is_some_and(|remarks| !remarks.trim().is_empty());
        if !submitted.checks.have_passed() && !says_why {
            return Err(Rejection::RemarksBlank);
        }
        Ok(vec![Approved { remarks }])
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::LcApplicationEvent;
    use crate::values::samples::{
        COPPER, STEEL, approved, cancelled, credit_recorded, declined, draft, failed, legality_recorded, no,
        passed, submitted, value_recorded, waiting_for_credit, yes,
    };

    fn approve(remarks: Option<&str>) -> Approve {
        Approve { remarks: remarks.map(Into::into) }
    }

    #[test]
    fn an_application_is_approved_when_all_checks_have_passed() {
        given(passed()).when(approve(None)).then(events![Approved { remarks: None }]);
        given(passed())
            .by(Actor::system("AutoApproval"))
            .when(approve(None))
            .then(events![Approved { remarks: None }]);
    }

    #[test]
    fn a_manager_approves_against_a_failed_check_with_remarks() {
        given(failed())
            .when(approve(Some("secured by cash")))
            .then(events![Approved { remarks: Some("secured by cash".into()) }]);
    }

    #[test]
    fn who_approves_against_a_failed_check_says_why() {
        for remarks in [None, Some(""), Some(" \t")] {
            given(failed()).when(approve(remarks)).then_rejected(Rejection::RemarksBlank);
        }
    }

    #[test]
    fn each_check_counts() {
        let checks: [fn(_) -> LcApplicationEvent; 5] = [
            |decision| value_recorded(STEEL, decision).into(),
            |decision| legality_recorded(STEEL, decision).into(),
            |decision| value_recorded(COPPER, decision).into(),
            |decision| legality_recorded(COPPER, decision).into(),
            |decision| credit_recorded(decision).into(),
        ];
        for failed in 0..checks.len() {
            let mut history = submitted();
            history.extend(
                checks.iter().enumerate().map(|(at, check)| check(if at == failed { no() } else { yes() })),
            );
            given(history).when(approve(None)).then_rejected(Rejection::RemarksBlank);
        }
    }

    #[test]
    fn no_machine_approves_against_a_failed_check() {
        given(failed())
            .by(Actor::system("AutoApproval"))
            .when(approve(Some("secured by cash")))
            .then_rejected(Rejection::CheckFailed);
    }

    #[test]
    fn nothing_is_decided_before_all_checks_are_in() {
        for history in [submitted(), waiting_for_credit()] {
            given(history).when(approve(None)).then_rejected(Rejection::ChecksPending);
        }
    }

    #[test]
    fn only_what_is_submitted_is_approved() {
        given(draft()).when(approve(None)).then_rejected(Rejection::NotSubmitted);
        given(cancelled()).when(approve(None)).then_rejected(Rejection::AlreadyCancelled);
    }

    #[test]
    fn what_is_decided_stays_decided() {
        for history in [approved(), declined()] {
            given(history).when(approve(None)).then_rejected(Rejection::AlreadyDecided);
        }
    }
}

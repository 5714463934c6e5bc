//! Reminds of an application that waits for its decision.

use macadam_kernel::{Actor, Decided, Decision, Due};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::Submitted;
use crate::Rejection;
use crate::events::{ApprovalPastDue, ApprovalPending};

/// Remind of the decision, for the nth time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RemindOfApproval {
    /// The number of the reminder, from 1.
    pub nth: u32,
}

impl RemindOfApproval {
    /// The last reminder: the time for a decision has passed.
    pub const PAST_DUE: u32 = 3;
}

impl From<Due> for RemindOfApproval {
    fn from(due: Due) -> Self {
        Self { nth: due.nth }
    }
}

impl Decision for RemindOfApproval {
    type Permit<'a> = &'a Submitted;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<&'a Submitted, Rejection> {
        state.submitted()
    }

    fn decide(self, submitted: &Submitted, (): &()) -> Decided<Self> {
        // A reminder that arrives after a later one changes nothing.
        let nth = self.nth.min(Self::PAST_DUE);
        if nth <= submitted.reminders {
            return Ok(Vec::new());
        }
        if nth == Self::PAST_DUE {
            Ok(vec![ApprovalPastDue {}.into()])
        } else {
            Ok(vec![ApprovalPending { nth }.into()])
        }
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::testing::{deadline, given};
    use macadam_kernel::{SignedDuration, events};

    use super::*;
    use crate::ApprovalReminder;
    use crate::events::Declined;
    use crate::values::samples::{approved, cancelled, declined, draft, submission, submitted, then};

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn remind(nth: u32) -> RemindOfApproval {
        RemindOfApproval { nth }
    }

    #[test]
    fn two_reminders_come_before_the_time_has_passed() {
        let once = then(submitted(), ApprovalPending { nth: 1 });
        let twice = then(once.clone(), ApprovalPending { nth: 2 });
        given(submitted()).when(remind(1)).then(events![ApprovalPending { nth: 1 }]);
        given(once).when(remind(2)).then(events![ApprovalPending { nth: 2 }]);
        given(twice).when(remind(3)).then(events![ApprovalPastDue {}]);
    }

    #[test]
    fn the_same_reminder_again_changes_nothing() {
        given(then(submitted(), ApprovalPending { nth: 1 })).when(remind(1)).then_nothing();
        given(then(submitted(), ApprovalPastDue {})).when(remind(3)).then_nothing();
    }

    #[test]
    fn a_reminder_that_a_later_one_has_overtaken_changes_nothing() {
        given(then(submitted(), ApprovalPending { nth: 2 })).when(remind(1)).then_nothing();
        given(then(submitted(), ApprovalPastDue {})).when(remind(2)).then_nothing();
    }

    #[test]
    fn what_is_past_due_does_not_become_more_so() {
        given(submitted()).when(remind(4)).then(events![ApprovalPastDue {}]);
        given(then(submitted(), ApprovalPastDue {})).when(remind(4)).then_nothing();
    }

    #[test]
    fn a_reminder_that_comes_too_late_is_declined() {
        given(approved()).when(remind(1)).then_rejected(Rejection::AlreadyDecided);
        given(declined()).when(remind(1)).then_rejected(Rejection::AlreadyDecided);
        given(cancelled()).when(remind(1)).then_rejected(Rejection::AlreadyCancelled);
    }

    #[test]
    fn a_draft_waits_for_no_decision() {
        given(draft()).when(remind(1)).then_rejected(Rejection::NotSubmitted);
    }

    #[test]
    fn reminders_come_after_10_20_and_30_days() {
        deadline::<ApprovalReminder>()
            .given(submission())
            .when_after(DAY * 10 - SignedDuration::from_nanos(1))
            .then_sends(&[])
            .when_after(SignedDuration::from_nanos(1))
            .then_sends(&[remind(1)])
            .when_after(DAY * 10)
            .then_sends(&[remind(2)])
            .when_after(DAY * 10)
            .then_sends(&[remind(3)])
            .then_cleared();
    }

    #[test]
    fn a_decision_withdraws_the_reminders() {
        deadline::<ApprovalReminder>()
            .given(submission())
            .when_after(DAY * 10)
            .then_sends(&[remind(1)])
            .given(Declined { reason: "too risky".into() })
            .then_cleared();
    }
}

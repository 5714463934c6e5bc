//! Fills the expiry in.

use macadam_kernel::{Actor, Date, Decided, Decision, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::Draft;
use crate::Rejection;
use crate::events::ExpiryChanged;
use crate::values::Expiry;

/// Fill the expiry in, or change it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeExpiry {
    /// The last day on which documents may be presented.
    pub date: Date,
    /// The place of expiry.
    pub place: String,
}

impl Decision for ChangeExpiry {
    type Permit<'a> = &'a Draft;
    type Facts = Timestamp;

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<&'a Draft, Rejection> {
        state.draft()
    }

    fn decide(self, draft: &Draft, now: &Timestamp) -> Decided<Self> {
        let Self { date, place } = self;
        let expiry = Expiry { date, place };
        if !expiry.is_ahead_of(*now) {
            return Err(Rejection::ExpiryNotAhead);
        }
        if draft.expiry.as_ref() == Some(&expiry) {
            return Ok(Vec::new());
        }
        let Expiry { date, place } = expiry;
        Ok(vec![ExpiryChanged { date, place }])
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::jiff::civil::date;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::values::samples::{approved, cancelled, declined, draft, now, started, submitted};

    fn until(date: Date) -> ChangeExpiry {
        ChangeExpiry { date, place: "Hamburg".into() }
    }

    #[test]
    fn the_expiry_is_filled_in() {
        given(events![started()])
            .when_knowing(until(date(2026, 1, 2)), &now())
            .then(events![ExpiryChanged { date: date(2026, 1, 2), place: "Hamburg".into() }]);
    }

    #[test]
    fn the_same_expiry_again_changes_nothing() {
        given(draft()).when_knowing(until(date(2026, 6, 30)), &now()).then_nothing();
    }

    #[test]
    fn the_same_day_elsewhere_is_another_expiry() {
        let (date, place) = (date(2026, 6, 30), "Santos".to_owned());
        given(draft())
            .when_knowing(ChangeExpiry { date, place: place.clone() }, &now())
            .then(events![ExpiryChanged { date, place }]);
    }

    #[test]
    fn the_expiry_is_in_the_future() {
        for past in [date(2026, 1, 1), date(2025, 12, 31)] {
            given(draft()).when_knowing(until(past), &now()).then_rejected(Rejection::ExpiryNotAhead);
        }
    }

    #[test]
    fn the_expiry_of_anything_but_a_draft_stays_as_it_is() {
        for history in [submitted(), approved(), declined(), cancelled()] {
            given(history).when_knowing(until(date(2026, 7, 1)), &now()).then_rejected(Rejection::NotADraft);
        }
    }
}

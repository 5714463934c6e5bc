//! Fills the tenor in.

use macadam_kernel::{Actor, Decided, Decision};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::Draft;
use crate::Rejection;
use crate::events::TenorChanged;
use crate::values::Tenor;

/// Fill the tenor in, or change it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeTenor {
    /// When the beneficiary is paid.
    pub tenor: Tenor,
}

impl Decision for ChangeTenor {
    type Permit<'a> = &'a Draft;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<&'a Draft, Rejection> {
        state.draft()
    }

    fn decide(self, draft: &Draft, (): &()) -> Decided<Self> {
        let Self { tenor } = self;
        if !tenor.is_offered() {
            return Err(Rejection::TenorNotOffered);
        }
        if draft.tenor.as_ref() == Some(&tenor) {
            return Ok(Vec::new());
        }
        Ok(vec![TenorChanged { tenor }])
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::values::samples::{approved, cancelled, declined, draft, started, submitted};

    #[test]
    fn the_tenor_is_filled_in() {
        for tenor in [Tenor::AtSight, Tenor::Deferred { days: 1 }, Tenor::Deferred { days: 360 }] {
            given(events![started()]).when(ChangeTenor { tenor }).then(events![TenorChanged { tenor }]);
        }
    }

    #[test]
    fn the_same_tenor_again_changes_nothing() {
        given(draft()).when(ChangeTenor { tenor: Tenor::AtSight }).then_nothing();
    }

    #[test]
    fn payment_is_deferred_by_1_to_360_days() {
        for days in [0, 361] {
            let tenor = Tenor::Deferred { days };
            given(draft()).when(ChangeTenor { tenor }).then_rejected(Rejection::TenorNotOffered);
        }
    }

    #[test]
    fn the_tenor_of_anything_but_a_draft_stays_as_it_is() {
        for history in [submitted(), approved(), declined(), cancelled()] {
            given(history).when(ChangeTenor { tenor: Tenor::AtSight }).then_rejected(Rejection::NotADraft);
        }
    }
}

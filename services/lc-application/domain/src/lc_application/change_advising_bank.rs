//! Fills the advising bank in.

use macadam_kernel::{Actor, Decided, Decision};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::Draft;
use crate::Rejection;
use crate::events::AdvisingBankChanged;
use crate::values::AdvisingBank;

/// Fill the advising bank in, or change it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeAdvisingBank {
    /// The bank that informs the beneficiary.
    pub advising_bank: AdvisingBank,
}

impl Decision for ChangeAdvisingBank {
    type Permit<'a> = &'a Draft;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<&'a Draft, Rejection> {
        state.draft()
    }

    fn decide(self, draft: &Draft, (): &()) -> Decided<Self> {
        let Self { advising_bank } = self;
        if !advising_bank.bic.is_well_formed() {
            return Err(Rejection::BicMalformed);
        }
        if draft.advising_bank.as_ref() == Some(&advising_bank) {
            return Ok(Vec::new());
        }
        Ok(vec![AdvisingBankChanged { advising_bank }])
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::values::Bic;
    use crate::values::samples::{
        advising_bank, approved, cancelled, country, declined, draft, started, submitted,
    };

    #[test]
    fn the_advising_bank_is_filled_in() {
        given(events![started()])
            .when(ChangeAdvisingBank { advising_bank: advising_bank() })
            .then(events![AdvisingBankChanged { advising_bank: advising_bank() }]);
    }

    #[test]
    fn the_same_bank_again_changes_nothing() {
        given(draft()).when(ChangeAdvisingBank { advising_bank: advising_bank() }).then_nothing();
    }

    #[test]
    fn a_bank_elsewhere_is_not_refused_before_submission() {
        let advising_bank = AdvisingBank { country: country("FR"), ..advising_bank() };
        given(draft())
            .when(ChangeAdvisingBank { advising_bank: advising_bank.clone() })
            .then(events![AdvisingBankChanged { advising_bank }]);
    }

    #[test]
    fn a_bank_has_a_bic() {
        let advising_bank = AdvisingBank { bic: Bic::from("deutdeff"), ..advising_bank() };
        given(draft()).when(ChangeAdvisingBank { advising_bank }).then_rejected(Rejection::BicMalformed);
    }

    #[test]
    fn the_bank_of_anything_but_a_draft_stays_as_it_is() {
        for history in [submitted(), approved(), declined(), cancelled()] {
            given(history)
                .when(ChangeAdvisingBank { advising_bank: advising_bank() })
                .then_rejected(Rejection::NotADraft);
        }
    }
}

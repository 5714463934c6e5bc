//! Fills the amount in.

use macadam_kernel::{Actor, Decided, Decision, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::Draft;
use crate::Rejection;
use crate::events::AmountChanged;

/// Fill the amount in, or change it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeAmount {
    /// The amount of the letter of credit.
    pub amount: Money,
}

impl Decision for ChangeAmount {
    type Permit<'a> = &'a Draft;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<&'a Draft, Rejection> {
        state.draft()
    }

    fn decide(self, draft: &Draft, (): &()) -> Decided<Self> {
        let Self { amount } = self;
        if !amount.is_positive() {
            return Err(Rejection::AmountNotPositive);
        }
        if draft.amount.as_ref() == Some(&amount) {
            return Ok(Vec::new());
        }
        Ok(vec![AmountChanged { amount }])
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::values::samples::{approved, cancelled, declined, draft, started, submitted, usd};

    #[test]
    fn the_amount_is_filled_in() {
        given(events![started()])
            .when(ChangeAmount { amount: usd("0.01") })
            .then(events![AmountChanged { amount: usd("0.01") }]);
    }

    #[test]
    fn the_same_amount_again_changes_nothing() {
        given(draft()).when(ChangeAmount { amount: usd("9000") }).then_nothing();
    }

    #[test]
    fn an_amount_is_greater_than_zero() {
        for amount in ["0", "-0.01"] {
            given(draft())
                .when(ChangeAmount { amount: usd(amount) })
                .then_rejected(Rejection::AmountNotPositive);
        }
    }

    #[test]
    fn the_amount_of_anything_but_a_draft_stays_as_it_is() {
        for history in [submitted(), approved(), declined(), cancelled()] {
            given(history).when(ChangeAmount { amount: usd("1") }).then_rejected(Rejection::NotADraft);
        }
    }
}

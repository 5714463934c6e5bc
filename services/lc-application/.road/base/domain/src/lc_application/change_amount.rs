//! `ChangeAmount`: what is asked, when it may be, and what comes of it.

use macadam_kernel::{Actor, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rejection;
use crate::events::AmountChanged;

use super::LcApplication;

/// Change amount.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeAmount {
    /// Amount.
    pub amount: Money,
}

impl macadam_kernel::Decision for ChangeAmount {
    type Permit<'a> = &'a super::state::Active;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<Self::Permit<'a>, Rejection> {
        match state {
            LcApplication::Active(active) => Ok(active),
        }
    }

    fn decide(self, _: Self::Permit<'_>, (): &()) -> macadam_kernel::Decided<Self> {
        Ok(vec![AmountChanged { amount: self.amount }])
    }
}

#[cfg(test)]
mod examples {
    /// Replace it by the first example of the workshop: `given(…).when(ChangeAmount { … }).then(…)`.
    #[test]
    fn change_amount_awaits_its_example() {
        panic!("say by an example what `ChangeAmount` means");
    }
}

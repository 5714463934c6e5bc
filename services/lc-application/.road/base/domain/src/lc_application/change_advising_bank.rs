//! `ChangeAdvisingBank`: what is asked, when it may be, and what comes of it.

use macadam_kernel::Actor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rejection;
use crate::events::AdvisingBankChanged;
use crate::values::AdvisingBank;

use super::LcApplication;

/// Change advising bank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeAdvisingBank {
    /// Advising bank.
    pub advising_bank: AdvisingBank,
}

impl macadam_kernel::Decision for ChangeAdvisingBank {
    type Permit<'a> = &'a super::state::Active;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<Self::Permit<'a>, Rejection> {
        match state {
            LcApplication::Active(active) => Ok(active),
        }
    }

    fn decide(self, _: Self::Permit<'_>, (): &()) -> macadam_kernel::Decided<Self> {
        Ok(vec![AdvisingBankChanged { advising_bank: self.advising_bank }])
    }
}

#[cfg(test)]
mod examples {
    /// Replace it by the first example of the workshop: `given(…).when(ChangeAdvisingBank { … }).then(…)`.
    #[test]
    fn change_advising_bank_awaits_its_example() {
        panic!("say by an example what `ChangeAdvisingBank` means");
    }
}

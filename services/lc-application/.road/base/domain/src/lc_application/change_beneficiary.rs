//! `ChangeBeneficiary`: what is asked, when it may be, and what comes of it.

use macadam_kernel::Actor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rejection;
use crate::events::BeneficiaryChanged;
use crate::values::Party;

use super::LcApplication;

/// Change beneficiary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeBeneficiary {
    /// Beneficiary.
    pub beneficiary: Party,
}

impl macadam_kernel::Decision for ChangeBeneficiary {
    type Permit<'a> = &'a super::state::Active;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<Self::Permit<'a>, Rejection> {
        match state {
            LcApplication::Active(active) => Ok(active),
        }
    }

    fn decide(self, _: Self::Permit<'_>, (): &()) -> macadam_kernel::Decided<Self> {
        Ok(vec![BeneficiaryChanged { beneficiary: self.beneficiary }])
    }
}

#[cfg(test)]
mod examples {
    /// Replace it by the first example of the workshop: `given(…).when(ChangeBeneficiary { … }).then(…)`.
    #[test]
    fn change_beneficiary_awaits_its_example() {
        panic!("say by an example what `ChangeBeneficiary` means");
    }
}

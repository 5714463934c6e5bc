//! `ChangeTenor`: what is asked, when it may be, and what comes of it.

use macadam_kernel::Actor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rejection;
use crate::events::TenorChanged;
use crate::values::Tenor;

use super::LcApplication;

/// Change tenor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeTenor {
    /// Tenor.
    pub tenor: Tenor,
}

impl macadam_kernel::Decision for ChangeTenor {
    type Permit<'a> = &'a super::state::Active;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<Self::Permit<'a>, Rejection> {
        match state {
            LcApplication::Active(active) => Ok(active),
        }
    }

    fn decide(self, _: Self::Permit<'_>, (): &()) -> macadam_kernel::Decided<Self> {
        Ok(vec![TenorChanged { tenor: self.tenor }])
    }
}

#[cfg(test)]
mod examples {
    /// Replace it by the first example of the workshop: `given(…).when(ChangeTenor { … }).then(…)`.
    #[test]
    fn change_tenor_awaits_its_example() {
        panic!("say by an example what `ChangeTenor` means");
    }
}

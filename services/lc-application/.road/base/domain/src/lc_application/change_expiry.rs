//! `ChangeExpiry`: what is asked, when it may be, and what comes of it.

use macadam_kernel::{Actor, Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rejection;

use super::LcApplication;

/// Change expiry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeExpiry {
    /// Date.
    pub date: Date,
    /// Place.
    pub place: String,
}

impl macadam_kernel::Decision for ChangeExpiry {
    type Permit<'a> = &'a super::state::Active;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<Self::Permit<'a>, Rejection> {
        match state {
            LcApplication::Active(active) => Ok(active),
        }
    }

    fn decide(self, _: Self::Permit<'_>, (): &()) -> macadam_kernel::Decided<Self> {
        Err(Rejection::Undecided)
    }
}

#[cfg(test)]
mod examples {
    /// Replace it by the first example of the workshop: `given(…).when(ChangeExpiry { … }).then(…)`.
    #[test]
    fn change_expiry_awaits_its_example() {
        panic!("say by an example what `ChangeExpiry` means");
    }
}

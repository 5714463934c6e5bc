//! `Submit`: what is asked, when it may be, and what comes of it.

use macadam_kernel::Actor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rejection;

use super::LcApplication;

/// Submit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Submit {}

impl macadam_kernel::Decision for Submit {
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
    /// Replace it by the first example of the workshop: `given(…).when(Submit { … }).then(…)`.
    #[test]
    fn submit_awaits_its_example() {
        panic!("say by an example what `Submit` means");
    }
}

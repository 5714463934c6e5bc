//! `Decline`: what is asked, when it may be, and what comes of it.

use macadam_kernel::Actor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rejection;
use crate::events::Declined;

use super::LcApplication;

/// Decline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decline {
    /// Reason.
    pub reason: String,
}

impl macadam_kernel::Decision for Decline {
    type Permit<'a> = &'a super::state::Active;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<Self::Permit<'a>, Rejection> {
        match state {
            LcApplication::Active(active) => Ok(active),
        }
    }

    fn decide(self, _: Self::Permit<'_>, (): &()) -> macadam_kernel::Decided<Self> {
        Ok(vec![Declined { reason: self.reason }])
    }
}

#[cfg(test)]
mod examples {
    /// Replace it by the first example of the workshop: `given(…).when(Decline { … }).then(…)`.
    #[test]
    fn decline_awaits_its_example() {
        panic!("say by an example what `Decline` means");
    }
}

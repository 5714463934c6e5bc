//! `Approve`: what is asked, when it may be, and what comes of it.

use macadam_kernel::Actor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rejection;
use crate::events::Approved;

use super::LcApplication;

/// Approve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Approve {
    /// Remarks.
    pub remarks: Option<String>,
}

impl macadam_kernel::Decision for Approve {
    type Permit<'a> = &'a super::state::Active;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<Self::Permit<'a>, Rejection> {
        match state {
            LcApplication::Active(active) => Ok(active),
        }
    }

    fn decide(self, _: Self::Permit<'_>, (): &()) -> macadam_kernel::Decided<Self> {
        Ok(vec![Approved { remarks: self.remarks }])
    }
}

#[cfg(test)]
mod examples {
    /// Replace it by the first example of the workshop: `given(…).when(Approve { … }).then(…)`.
    #[test]
    fn approve_awaits_its_example() {
        panic!("say by an example what `Approve` means");
    }
}

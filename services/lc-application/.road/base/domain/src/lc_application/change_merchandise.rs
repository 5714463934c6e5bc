//! `ChangeMerchandise`: what is asked, when it may be, and what comes of it.

use macadam_kernel::Actor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rejection;
use crate::events::MerchandiseChanged;
use crate::values::Merchandise;

use super::LcApplication;

/// Change merchandise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeMerchandise {
    /// Merchandise.
    pub merchandise: Merchandise,
}

impl macadam_kernel::Decision for ChangeMerchandise {
    type Permit<'a> = &'a super::state::Active;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<Self::Permit<'a>, Rejection> {
        match state {
            LcApplication::Active(active) => Ok(active),
        }
    }

    fn decide(self, _: Self::Permit<'_>, (): &()) -> macadam_kernel::Decided<Self> {
        Ok(vec![MerchandiseChanged { merchandise: self.merchandise }])
    }
}

#[cfg(test)]
mod examples {
    /// Replace it by the first example of the workshop: `given(…).when(ChangeMerchandise { … }).then(…)`.
    #[test]
    fn change_merchandise_awaits_its_example() {
        panic!("say by an example what `ChangeMerchandise` means");
    }
}

//! The amount was filled in, or another one took its place.

use macadam_kernel::{Evolve, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;

/// The amount was filled in or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AmountChanged {
    /// What the letter of credit is to be worth.
    pub amount: Money,
}

impl Evolve<AmountChanged> for LcApplication {
    fn evolve(&mut self, event: &AmountChanged) {
        if let Self::Draft(draft) = self {
            draft.amount = Some(event.amount);
        }
    }
}

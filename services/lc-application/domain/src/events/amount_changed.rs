//! The amount was filled in or changed.

use macadam_kernel::{Evolve, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;

/// The amount was filled in or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AmountChanged {
    /// The amount of the letter of credit.
    pub amount: Money,
}

impl Evolve<AmountChanged> for LcApplication {
    fn evolve(&mut self, event: &AmountChanged) {
        if let Self::Draft(draft) = self {
            draft.amount = Some(event.amount);
        }
    }
}

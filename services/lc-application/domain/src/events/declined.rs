//! The bank declined the application.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::{LcApplication, state};

/// The bank does not issue the letter of credit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Declined {
    /// The reason.
    pub reason: String,
}

impl Evolve<Declined> for LcApplication {
    fn evolve(&mut self, event: &Declined) {
        if let Self::Submitted(submitted) = self {
            *self = Self::Declined(state::Declined {
                submitted: submitted.clone(),
                reason: event.reason.clone(),
            });
        }
    }
}

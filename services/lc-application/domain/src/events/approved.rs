//! The bank approved the application.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::{LcApplication, state};

/// The bank issues the letter of credit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Approved {
    /// The remarks of the bank.
    pub remarks: Option<String>,
}

impl Evolve<Approved> for LcApplication {
    fn evolve(&mut self, event: &Approved) {
        if let Self::Submitted(submitted) = self {
            *self = Self::Approved(state::Approved {
                submitted: submitted.clone(),
                remarks: event.remarks.clone(),
            });
        }
    }
}

//! The applicant withdrew the application.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::state::Withdrawn;
use crate::lc_application::{LcApplication, state};

/// An application was withdrawn by its applicant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cancelled {
    /// The reason.
    pub reason: String,
}

impl Evolve<Cancelled> for LcApplication {
    fn evolve(&mut self, event: &Cancelled) {
        let withdrawn = match self {
            Self::Draft(draft) => Withdrawn::Draft(draft.clone()),
            Self::Submitted(submitted) => Withdrawn::Submitted(submitted.clone()),
            Self::Approved(_) | Self::Declined(_) | Self::Cancelled(_) => return,
        };
        *self = Self::Cancelled(state::Cancelled { withdrawn, reason: event.reason.clone() });
    }
}

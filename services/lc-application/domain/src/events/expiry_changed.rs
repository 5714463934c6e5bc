//! The expiry was filled in or changed.

use macadam_kernel::{Date, Evolve};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Expiry;

/// The expiry was filled in or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExpiryChanged {
    /// The last day for presenting documents.
    pub date: Date,
    /// The place of expiry.
    pub place: String,
}

impl Evolve<ExpiryChanged> for LcApplication {
    fn evolve(&mut self, event: &ExpiryChanged) {
        if let Self::Draft(draft) = self {
            draft.expiry = Some(Expiry { date: event.date, place: event.place.clone() });
        }
    }
}

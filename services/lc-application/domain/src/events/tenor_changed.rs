//! The tenor was filled in or changed.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Tenor;

/// The tenor was filled in or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TenorChanged {
    /// When the beneficiary is paid.
    pub tenor: Tenor,
}

impl Evolve<TenorChanged> for LcApplication {
    fn evolve(&mut self, event: &TenorChanged) {
        if let Self::Draft(draft) = self {
            draft.tenor = Some(event.tenor);
        }
    }
}

//! The merchandise was filled in or changed.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Merchandise;

/// The merchandise was filled in or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MerchandiseChanged {
    /// The goods that are bought.
    pub merchandise: Merchandise,
}

impl Evolve<MerchandiseChanged> for LcApplication {
    fn evolve(&mut self, event: &MerchandiseChanged) {
        if let Self::Draft(draft) = self {
            draft.merchandise = Some(event.merchandise.clone());
        }
    }
}

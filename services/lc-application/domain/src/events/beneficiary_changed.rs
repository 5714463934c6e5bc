//! The beneficiary was filled in or changed.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Party;

/// The beneficiary was filled in or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BeneficiaryChanged {
    /// The beneficiary, who is paid.
    pub beneficiary: Party,
}

impl Evolve<BeneficiaryChanged> for LcApplication {
    fn evolve(&mut self, event: &BeneficiaryChanged) {
        if let Self::Draft(draft) = self {
            draft.beneficiary = Some(event.beneficiary.clone());
        }
    }
}

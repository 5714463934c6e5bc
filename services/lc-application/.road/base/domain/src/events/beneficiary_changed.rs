//! What beneficiary changed says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Party;

/// Beneficiary changed. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BeneficiaryChanged {
    /// Beneficiary.
    pub beneficiary: Party,
}

impl macadam_kernel::Evolve<BeneficiaryChanged> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &BeneficiaryChanged) {}
}

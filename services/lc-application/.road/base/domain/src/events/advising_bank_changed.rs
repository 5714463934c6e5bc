//! What advising bank changed says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::AdvisingBank;

/// Advising bank changed. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AdvisingBankChanged {
    /// Advising bank.
    pub advising_bank: AdvisingBank,
}

impl macadam_kernel::Evolve<AdvisingBankChanged> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &AdvisingBankChanged) {}
}

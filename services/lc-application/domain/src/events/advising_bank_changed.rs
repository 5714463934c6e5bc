//! The advising bank was filled in or changed.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::AdvisingBank;

/// The advising bank was filled in or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AdvisingBankChanged {
    /// The bank that informs the beneficiary.
    pub advising_bank: AdvisingBank,
}

impl Evolve<AdvisingBankChanged> for LcApplication {
    fn evolve(&mut self, event: &AdvisingBankChanged) {
        if let Self::Draft(draft) = self {
            draft.advising_bank = Some(event.advising_bank.clone());
        }
    }
}

//! What submitted says, and how `LcApplication` takes it.

use macadam_kernel::Money;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::AdvisingBank;
use crate::values::Merchandise;
use crate::values::Party;

/// Submitted. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Submitted {
    /// Applicant id.
    pub applicant_id: String,
    /// Amount.
    pub amount: Money,
    /// Beneficiary.
    pub beneficiary: Party,
    /// Advising bank.
    pub advising_bank: AdvisingBank,
    /// Merchandise.
    pub merchandise: Merchandise,
}

impl macadam_kernel::Evolve<Submitted> for LcApplication {
    fn evolve(&mut self, event: &Submitted) {
        match self {
            Self::Active(active) => {
                active.applicant_id.clone_from(&event.applicant_id);
            }
        }
    }
}

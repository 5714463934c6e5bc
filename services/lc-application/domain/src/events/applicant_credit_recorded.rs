//! Another context decided whether the applicant's credit is good.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Decision;

/// It was decided whether the applicant's credit is good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApplicantCreditRecorded {
    /// The outcome.
    pub decision: Decision,
}

impl Evolve<ApplicantCreditRecorded> for LcApplication {
    fn evolve(&mut self, event: &ApplicantCreditRecorded) {
        if let Self::Submitted(submitted) = self {
            submitted.checks.applicant_credit = Some(event.decision.clone());
        }
    }
}

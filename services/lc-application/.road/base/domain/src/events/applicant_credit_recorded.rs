//! What applicant credit recorded says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Decision;

/// Applicant credit recorded. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApplicantCreditRecorded {
    /// Decision.
    pub decision: Decision,
}

impl macadam_kernel::Evolve<ApplicantCreditRecorded> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &ApplicantCreditRecorded) {}
}

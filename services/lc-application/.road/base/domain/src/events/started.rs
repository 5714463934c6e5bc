//! What started says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;

/// Started. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Started {
    /// Applicant id.
    pub applicant_id: String,
    /// Client reference.
    pub client_reference: String,
}

impl macadam_kernel::Open<Started> for LcApplication {
    fn open(event: &Started) -> Self {
        Self::Active(crate::lc_application::state::Active {
            applicant_id: event.applicant_id.clone(),
            client_reference: event.client_reference.clone(),
        })
    }
}

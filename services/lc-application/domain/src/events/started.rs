//! An application was started.

use macadam_kernel::Open;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::lc_application::state::Draft;
use crate::values::{ApplicantId, ClientReference};

/// An application was started; no part is filled in yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Started {
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
}

impl Open<Started> for LcApplication {
    fn open(event: &Started) -> Self {
        Self::Draft(Draft::new(event.applicant_id.clone(), event.client_reference.clone()))
    }
}

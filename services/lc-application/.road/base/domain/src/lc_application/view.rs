//! What a client is shown of a `LcApplication`.

use schemars::JsonSchema;
use serde::Serialize;

use super::LcApplication;

/// A `LcApplication` as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LcApplicationView {
    /// The name of its state.
    pub state: String,
    /// Applicant id.
    pub applicant_id: String,
    /// Client reference.
    pub client_reference: String,
}

impl From<&LcApplication> for LcApplicationView {
    fn from(shown: &LcApplication) -> Self {
        match shown {
            LcApplication::Active(active) => Self {
                state: "Active".to_owned(),
                applicant_id: active.applicant_id.clone(),
                client_reference: active.client_reference.clone(),
            },
        }
    }
}

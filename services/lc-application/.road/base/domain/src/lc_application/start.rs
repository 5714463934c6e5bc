//! `Start`: what is asked, when it may be, and what comes of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::events::Started;

/// Start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Start {
    /// Applicant id.
    pub applicant_id: String,
    /// Client reference.
    pub client_reference: String,
}

impl macadam_kernel::Opening for Start {
    type Facts = ();

    fn decide(self, (): &()) -> macadam_kernel::Opened<Self> {
        Ok(Started { applicant_id: self.applicant_id, client_reference: self.client_reference })
    }
}

#[cfg(test)]
mod examples {
    /// Replace it by the first example of the workshop: `given(…).when(Start { … }).then(…)`.
    #[test]
    fn start_awaits_its_example() {
        panic!("say by an example what `Start` means");
    }
}

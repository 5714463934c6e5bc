//! Starts an application.

use macadam_kernel::{Opened, Opening};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rejection;
use crate::events::Started;
use crate::values::{ApplicantId, ClientReference};

/// Start an application without any parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Start {
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
}

impl Opening for Start {
    type Facts = ();

    fn decide(self, (): &()) -> Opened<Self> {
        let Self { applicant_id, client_reference } = self;
        if !client_reference.is_long_enough() {
            return Err(Rejection::ReferenceTooShort);
        }
        Ok(Started { applicant_id, client_reference })
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::testing::nothing;

    use super::*;
    use crate::values::samples::applicant;

    fn start(reference: &str) -> Start {
        Start { applicant_id: applicant("alice"), client_reference: reference.into() }
    }

    #[test]
    fn an_application_is_begun_with_a_reference() {
        let Start { applicant_id, client_reference } = start("PO-7");
        nothing().when(start("PO-7")).then(events![Started { applicant_id, client_reference }]);
    }

    #[test]
    fn a_reference_has_4_characters_or_more() {
        for reference in ["", "PO7", " PO7 ", "ÄÖÜ"] {
            nothing().when(start(reference)).then_rejected(Rejection::ReferenceTooShort);
        }
    }
}

//! `RecordApplicantCredit`: what is asked, when it may be, and what comes of it.

use macadam_kernel::Actor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rejection;
use crate::events::ApplicantCreditRecorded;
use crate::values::Decision;

use super::LcApplication;

/// Record applicant credit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordApplicantCredit {
    /// Decision.
    pub decision: Decision,
}

impl macadam_kernel::Decision for RecordApplicantCredit {
    type Permit<'a> = &'a super::state::Active;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<Self::Permit<'a>, Rejection> {
        match state {
            LcApplication::Active(active) => Ok(active),
        }
    }

    fn decide(self, _: Self::Permit<'_>, (): &()) -> macadam_kernel::Decided<Self> {
        Ok(vec![ApplicantCreditRecorded { decision: self.decision }])
    }
}

#[cfg(test)]
mod examples {
    /// Replace it by the first example of the workshop: `given(…).when(RecordApplicantCredit { … }).then(…)`.
    #[test]
    fn record_applicant_credit_awaits_its_example() {
        panic!("say by an example what `RecordApplicantCredit` means");
    }
}

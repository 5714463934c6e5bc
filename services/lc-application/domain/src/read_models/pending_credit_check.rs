//! Applications whose credit check is missing.

use macadam_kernel::{Money, Projection, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::PendingCreditCheckHeard;
use crate::values::{ApplicantId, ClientReference};

/// One application whose credit check is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PendingCreditCheck {
    /// The applicant whose credit is checked.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
    /// The amount of the letter of credit.
    pub amount: Money,
    /// Since when the check is missing.
    pub submitted_at: Timestamp,
}

impl Projection for PendingCreditCheck {
    fn project(_: Option<Self>, heard: &Recorded<PendingCreditCheckHeard>) -> Option<Self> {
        match &heard.event {
            PendingCreditCheckHeard::Submitted(event) => Some(Self {
                applicant_id: event.applicant_id.clone(),
                client_reference: event.client_reference.clone(),
                amount: event.amount,
                submitted_at: heard.recorded_at,
            }),
            PendingCreditCheckHeard::ApplicantCreditRecorded(_) | PendingCreditCheckHeard::Cancelled(_) => {
                None
            }
        }
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::testing::{start, view};

    use super::*;
    use crate::events::Cancelled;
    use crate::values::samples::*;

    #[test]
    fn a_submitted_application_waits_for_its_credit_check() {
        view::<PendingCreditCheck>().when(submission()).then(Some(&PendingCreditCheck {
            applicant_id: applicant("alice"),
            client_reference: reference(),
            amount: usd("9000"),
            submitted_at: start(),
        }));
    }

    #[test]
    fn it_waits_no_more_when_the_check_is_in_or_it_is_cancelled() {
        view::<PendingCreditCheck>().when(submission()).when(credit_recorded(no())).then(None);
        view::<PendingCreditCheck>().when(submission()).when(Cancelled { reason: String::new() }).then(None);
    }
}

//! Applications that are not submitted yet.

use macadam_kernel::{Money, Projection, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::DraftsHeard;
use crate::values::{ApplicantId, ClientReference, Part};

/// One draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drafts {
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
    /// The amount of the letter of credit.
    pub amount: Option<Money>,
    /// The parts that are yet to be filled in.
    pub missing: Vec<Part>,
    /// When it was started.
    pub started_at: Timestamp,
}

impl Projection for Drafts {
    fn project(view: Option<Self>, heard: &Recorded<DraftsHeard>) -> Option<Self> {
        let part = match &heard.event {
            DraftsHeard::Started(event) => {
                return Some(Self {
                    applicant_id: event.applicant_id.clone(),
                    client_reference: event.client_reference.clone(),
                    amount: None,
                    missing: Part::ALL.to_vec(),
                    started_at: heard.recorded_at,
                });
            }
            DraftsHeard::AmountChanged(_) => Part::Amount,
            DraftsHeard::BeneficiaryChanged(_) => Part::Beneficiary,
            DraftsHeard::AdvisingBankChanged(_) => Part::AdvisingBank,
            DraftsHeard::MerchandiseChanged(_) => Part::Merchandise,
            DraftsHeard::TenorChanged(_) => Part::Tenor,
            DraftsHeard::ExpiryChanged(_) => Part::Expiry,
            DraftsHeard::ShipmentChanged(_) => Part::Shipment,
            DraftsHeard::DocumentsChanged(_) => Part::Documents,
            DraftsHeard::Submitted(_) | DraftsHeard::Cancelled(_) => return None,
        };
        let mut draft = view?;
        draft.missing.retain(|missing| *missing != part);
        if let DraftsHeard::AmountChanged(event) = &heard.event {
            draft.amount = Some(event.amount);
        }
        Some(draft)
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::testing::{start, view};

    use super::*;
    use crate::events::*;
    use crate::values::Tenor;
    use crate::values::samples::*;

    fn begun() -> Drafts {
        Drafts {
            applicant_id: applicant("alice"),
            client_reference: reference(),
            amount: None,
            missing: Part::ALL.to_vec(),
            started_at: start(),
        }
    }

    #[test]
    fn a_draft_is_listed_with_its_amount_and_what_is_missing() {
        let missing = Part::ALL.into_iter().filter(|part| *part != Part::Amount).collect();
        view::<Drafts>().when(started()).when(AmountChanged { amount: usd("9000") }).then(Some(&Drafts {
            amount: Some(usd("9000")),
            missing,
            ..begun()
        }));
    }

    #[test]
    fn nothing_is_missing_from_what_is_filled_in() {
        view::<Drafts>()
            .when(started())
            .when(AmountChanged { amount: usd("1") })
            .when(BeneficiaryChanged { beneficiary: beneficiary() })
            .when(AdvisingBankChanged { advising_bank: advising_bank() })
            .when(MerchandiseChanged { merchandise: merchandise() })
            .when(TenorChanged { tenor: Tenor::AtSight })
            .when(expiry_changed())
            .when(shipment_changed())
            .when(DocumentsChanged { documents: documents() })
            .when(AmountChanged { amount: usd("2") })
            .then(Some(&Drafts { amount: Some(usd("2")), missing: vec![], ..begun() }));
    }

    #[test]
    fn what_is_submitted_or_cancelled_is_no_draft() {
        view::<Drafts>().when(started()).when(submission()).then(None);
        view::<Drafts>().when(started()).when(Cancelled { reason: String::new() }).then(None);
    }
}

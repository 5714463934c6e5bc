//! The documents of `Drafts`, and how they follow from events.

use macadam_kernel::{Money, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::values::AdvisingBank;
use crate::values::Expiry;
use crate::values::Merchandise;
use crate::values::Party;
use crate::values::Shipment;
use crate::values::Tenor;

use crate::DraftsHeard;

/// A document of this read model; what no event has said yet is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drafts {
    /// Applicant id.
    pub applicant_id: Option<String>,
    /// Client reference.
    pub client_reference: Option<String>,
    /// Amount.
    pub amount: Option<Money>,
    /// Beneficiary.
    pub beneficiary: Option<Party>,
    /// Advising bank.
    pub advising_bank: Option<AdvisingBank>,
    /// Merchandise.
    pub merchandise: Option<Merchandise>,
    /// Tenor.
    pub tenor: Option<Tenor>,
    /// Expiry.
    pub expiry: Option<Expiry>,
    /// Shipment.
    pub shipment: Option<Shipment>,
    /// Documents.
    pub documents: Option<Vec<String>>,
    /// Reason.
    pub reason: Option<String>,
    /// Started at.
    pub started_at: Option<Timestamp>,
}

impl macadam_kernel::Projection for Drafts {
    fn project(view: Option<Self>, heard: &Recorded<Self::Heard>) -> Option<Self> {
        let mut view = view.unwrap_or_default();
        match &heard.event {
            DraftsHeard::Started(event) => {
                view.applicant_id = Some(event.applicant_id.clone());
                view.client_reference = Some(event.client_reference.clone());
                view.started_at = Some(heard.recorded_at);
            }
            DraftsHeard::AmountChanged(event) => {
                view.amount = Some(event.amount);
            }
            DraftsHeard::BeneficiaryChanged(event) => {
                view.beneficiary = Some(event.beneficiary.clone());
            }
            DraftsHeard::AdvisingBankChanged(event) => {
                view.advising_bank = Some(event.advising_bank.clone());
            }
            DraftsHeard::MerchandiseChanged(event) => {
                view.merchandise = Some(event.merchandise.clone());
            }
            DraftsHeard::TenorChanged(event) => {
                view.tenor = Some(event.tenor.clone());
            }
            DraftsHeard::ExpiryChanged(event) => {
                view.expiry = Some(event.expiry.clone());
            }
            DraftsHeard::ShipmentChanged(event) => {
                view.shipment = Some(event.shipment.clone());
            }
            DraftsHeard::DocumentsChanged(event) => {
                view.documents = Some(event.documents.clone());
            }
            DraftsHeard::Submitted(event) => {
                view.applicant_id = Some(event.applicant_id.clone());
                view.amount = Some(event.amount);
                view.beneficiary = Some(event.beneficiary.clone());
                view.advising_bank = Some(event.advising_bank.clone());
                view.merchandise = Some(event.merchandise.clone());
            }
            DraftsHeard::Cancelled(event) => {
                view.reason = Some(event.reason.clone());
            }
        }
        Some(view)
    }
}

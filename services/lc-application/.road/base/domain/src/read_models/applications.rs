//! The documents of `Applications`, and how they follow from events.

use macadam_kernel::{Money, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::values::AdvisingBank;
use crate::values::Merchandise;
use crate::values::Party;

use crate::ApplicationsHeard;

/// A document of this read model; what no event has said yet is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Applications {
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
    /// Remarks.
    pub remarks: Option<String>,
    /// Reason.
    pub reason: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Started at.
    pub started_at: Option<Timestamp>,
}

impl macadam_kernel::Projection for Applications {
    fn project(view: Option<Self>, heard: &Recorded<Self::Heard>) -> Option<Self> {
        let mut view = view.unwrap_or_default();
        match &heard.event {
            ApplicationsHeard::Started(event) => {
                view.applicant_id = Some(event.applicant_id.clone());
                view.client_reference = Some(event.client_reference.clone());
                view.state = Some("Started".to_owned());
                view.started_at = Some(heard.recorded_at);
            }
            ApplicationsHeard::AmountChanged(event) => {
                view.amount = Some(event.amount);
                view.state = Some("AmountChanged".to_owned());
            }
            ApplicationsHeard::Submitted(event) => {
                view.applicant_id = Some(event.applicant_id.clone());
                view.amount = Some(event.amount);
                view.beneficiary = Some(event.beneficiary.clone());
                view.advising_bank = Some(event.advising_bank.clone());
                view.merchandise = Some(event.merchandise.clone());
                view.state = Some("Submitted".to_owned());
            }
            ApplicationsHeard::Approved(event) => {
                view.remarks.clone_from(&event.remarks);
                view.state = Some("Approved".to_owned());
            }
            ApplicationsHeard::Declined(event) => {
                view.reason = Some(event.reason.clone());
                view.state = Some("Declined".to_owned());
            }
            ApplicationsHeard::Cancelled(event) => {
                view.reason = Some(event.reason.clone());
                view.state = Some("Cancelled".to_owned());
            }
        }
        Some(view)
    }
}

//! The documents of `PendingProductChecks`, and how they follow from events.

use macadam_kernel::{Money, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::values::AdvisingBank;
use crate::values::Decision;
use crate::values::Merchandise;
use crate::values::Party;

use crate::PendingProductChecksHeard;

/// A document of this read model; what no event has said yet is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PendingProductChecks {
    /// Applicant id.
    pub applicant_id: Option<String>,
    /// Amount.
    pub amount: Option<Money>,
    /// Beneficiary.
    pub beneficiary: Option<Party>,
    /// Advising bank.
    pub advising_bank: Option<AdvisingBank>,
    /// Merchandise.
    pub merchandise: Option<Merchandise>,
    /// Product id.
    pub product_id: Option<String>,
    /// Decision.
    pub decision: Option<Decision>,
    /// Reason.
    pub reason: Option<String>,
    /// Submitted at.
    pub submitted_at: Option<Timestamp>,
}

impl macadam_kernel::Projection for PendingProductChecks {
    fn project(view: Option<Self>, heard: &Recorded<Self::Heard>) -> Option<Self> {
        let mut view = view.unwrap_or_default();
        match &heard.event {
            PendingProductChecksHeard::Submitted(event) => {
                view.applicant_id = Some(event.applicant_id.clone());
                view.amount = Some(event.amount);
                view.beneficiary = Some(event.beneficiary.clone());
                view.advising_bank = Some(event.advising_bank.clone());
                view.merchandise = Some(event.merchandise.clone());
                view.submitted_at = Some(heard.recorded_at);
            }
            PendingProductChecksHeard::ProductValueRecorded(event) => {
                view.product_id = Some(event.product_id.clone());
                view.decision = Some(event.decision.clone());
            }
            PendingProductChecksHeard::ProductLegalityRecorded(event) => {
                view.product_id = Some(event.product_id.clone());
                view.decision = Some(event.decision.clone());
            }
            PendingProductChecksHeard::Cancelled(event) => {
                view.reason = Some(event.reason.clone());
            }
        }
        Some(view)
    }
}

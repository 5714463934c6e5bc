// Managed by Macadam: generated from services/lc-application/context.toml by `cargo xtask update lc-application`. Do not edit.
//! The events: one file for each kind.

mod advising_bank_changed;
mod amount_changed;
mod applicant_credit_recorded;
mod approval_past_due;
mod approval_pending;
mod approved;
mod beneficiary_changed;
mod cancelled;
mod declined;
mod documents_changed;
mod expiry_changed;
mod merchandise_changed;
mod product_legality_recorded;
mod product_value_recorded;
mod shipment_changed;
mod started;
mod submitted;
mod tenor_changed;

pub use advising_bank_changed::AdvisingBankChanged;
pub use amount_changed::AmountChanged;
pub use applicant_credit_recorded::ApplicantCreditRecorded;
pub use approval_past_due::ApprovalPastDue;
pub use approval_pending::ApprovalPending;
pub use approved::Approved;
pub use beneficiary_changed::BeneficiaryChanged;
pub use cancelled::Cancelled;
pub use declined::Declined;
pub use documents_changed::DocumentsChanged;
pub use expiry_changed::ExpiryChanged;
pub use merchandise_changed::MerchandiseChanged;
pub use product_legality_recorded::ProductLegalityRecorded;
pub use product_value_recorded::ProductValueRecorded;
pub use shipment_changed::ShipmentChanged;
pub use started::Started;
pub use submitted::Submitted;
pub use tenor_changed::TenorChanged;

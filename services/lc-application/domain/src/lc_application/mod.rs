// Managed by Macadam: generated from services/lc-application/context.toml by `cargo xtask update lc-application`. Do not edit.
//! `LcApplication`: its state, its view, and one file for each command.

pub mod approve;
pub mod cancel;
pub mod change_advising_bank;
pub mod change_amount;
pub mod change_beneficiary;
pub mod change_documents;
pub mod change_expiry;
pub mod change_merchandise;
pub mod change_shipment;
pub mod change_tenor;
pub mod decline;
pub mod record_applicant_credit;
pub mod record_product_legality;
pub mod record_product_value;
pub mod remind_of_approval;
pub mod start;
pub mod state;
pub mod submit;
pub mod view;

pub use approve::Approve;
pub use cancel::Cancel;
pub use change_advising_bank::ChangeAdvisingBank;
pub use change_amount::ChangeAmount;
pub use change_beneficiary::ChangeBeneficiary;
pub use change_documents::ChangeDocuments;
pub use change_expiry::ChangeExpiry;
pub use change_merchandise::ChangeMerchandise;
pub use change_shipment::ChangeShipment;
pub use change_tenor::ChangeTenor;
pub use decline::Decline;
pub use record_applicant_credit::RecordApplicantCredit;
pub use record_product_legality::RecordProductLegality;
pub use record_product_value::RecordProductValue;
pub use remind_of_approval::RemindOfApproval;
pub use start::Start;
pub use state::LcApplication;
pub use submit::Submit;
pub use view::LcApplicationView;

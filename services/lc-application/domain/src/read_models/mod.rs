// Managed by Macadam: generated from services/lc-application/context.toml by `cargo xtask update lc-application`. Do not edit.
//! The read models: one file for each.

mod applications;
mod drafts;
mod overdue;
mod pending_credit_check;
mod pending_decision;
mod pending_product_checks;

pub use applications::Applications;
pub use drafts::Drafts;
pub use overdue::Overdue;
pub use pending_credit_check::PendingCreditCheck;
pub use pending_decision::PendingDecision;
pub use pending_product_checks::PendingProductChecks;

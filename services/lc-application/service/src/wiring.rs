// Managed by Macadam: generated from services/lc-application/context.toml by `cargo xtask update lc-application`. Do not edit.
//! Builds the context from the board: routes, visibility, and listeners.

use lc_application_domain::ApprovalReminder;
use lc_application_domain::lc_application::*;
use lc_application_domain::read_models::*;
use macadam_chassis as chassis;

use crate::{custom, facts};

/// The context, with the sources of facts from the configuration.
pub(crate) fn context(config: &chassis::Config) -> Result<chassis::Context, String> {
    let facts = std::sync::Arc::new(facts::Facts::from_config(config)?);
    let context = chassis::Context::new(
        "lc-application",
        "Takes an importer's application for a letter of credit from draft to decision.",
        "trade-finance",
    )
    .version(env!("CARGO_PKG_VERSION"))
    .aggregate(
        chassis::AggregateDef::<LcApplication>::new("lc-applications")
            .visible_to("Importer", chassis::Scope::Own("applicant_id"))
            .visible_to("TradeFinanceManager", chassis::Scope::All)
            .opening::<Start, _>(&facts)
            .decision::<ChangeAmount, _>(&facts)
            .decision::<ChangeBeneficiary, _>(&facts)
            .decision::<ChangeAdvisingBank, _>(&facts)
            .decision::<ChangeMerchandise, _>(&facts)
            .decision::<ChangeTenor, _>(&facts)
            .decision::<ChangeExpiry, _>(&facts)
            .decision::<ChangeShipment, _>(&facts)
            .decision::<ChangeDocuments, _>(&facts)
            .decision::<Submit, _>(&facts)
            .decision::<RecordProductValue, _>(&facts)
            .decision::<RecordProductLegality, _>(&facts)
            .decision::<RecordApplicantCredit, _>(&facts)
            .decision::<Cancel, _>(&facts)
            .decision::<Approve, _>(&facts)
            .decision::<Decline, _>(&facts)
            .decision::<RemindOfApproval, _>(&facts),
    )
    .view(
        chassis::ViewDef::<Drafts>::new()
            .index(&["applicant_id", "started_at"])
            .reader("Importer", chassis::Scope::Own("applicant_id")),
    )
    .view(
        chassis::ViewDef::<PendingProductChecks>::new()
            .index(&["submitted_at"])
            .reader("TradeFinanceManager", chassis::Scope::All),
    )
    .view(
        chassis::ViewDef::<PendingCreditCheck>::new()
            .index(&["submitted_at"])
            .reader("TradeFinanceManager", chassis::Scope::All),
    )
    .view(
        chassis::ViewDef::<PendingDecision>::new()
            .index(&["ready", "submitted_at"])
            .reader("TradeFinanceManager", chassis::Scope::All),
    )
    .view(
        chassis::ViewDef::<Overdue>::new()
            .index(&["past_due_since"])
            .reader("TradeFinanceManager", chassis::Scope::All),
    )
    .view(
        chassis::ViewDef::<Applications>::new()
            .index(&["state", "started_at"])
            .index(&["applicant_id", "started_at"])
            .reader("Importer", chassis::Scope::Own("applicant_id"))
            .reader("TradeFinanceManager", chassis::Scope::All),
    )
    .tally(
        chassis::TallyDef::new("Portfolio", "Applications", &["state"])
            .sum("amount")
            .reader("TradeFinanceManager", chassis::Scope::All),
    )
    .deadline::<ApprovalReminder>();
    Ok(custom::extend(context))
}

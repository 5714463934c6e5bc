//! Reading OpenSLO documents: what is accepted, what is refused and where, and that nothing panics.

mod broken;
mod robustness;
mod slas;
mod valid;

use macadam_board::diagnostic::{Diagnostic, render};
use macadam_slo::model::Catalog;
use macadam_slo::openslo::read;

/// An SLO of each shape, with all that it refers to.
pub(crate) const VALID: &str = include_str!("valid.yaml");

/// Reads one file.
pub(crate) fn read_one(text: &str) -> (Catalog, Vec<Diagnostic>) {
    read(&[("slo/shop.yaml".to_owned(), text.to_owned())])
}

/// The code, line and column of each finding.
pub(crate) fn places(findings: &[Diagnostic]) -> Vec<(&'static str, usize, usize)> {
    findings.iter().map(|found| (found.code.as_str(), found.line, found.column)).collect()
}

/// The findings as somebody sees them, for messages of failed tests.
pub(crate) fn shown(findings: &[Diagnostic], text: &str) -> String {
    render(findings, text, false)
}

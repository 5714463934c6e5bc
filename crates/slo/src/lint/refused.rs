//! Whether rules can be made of a valid SLO, so that a document from elsewhere is refused when it is checked, and not only
//! when files are written.

use macadam_board::codes::Code;
use macadam_board::diagnostic::Diagnostic;

use super::Finding;
use crate::generate::{About, place, rules};
use crate::model::Slo;

/// Why nothing is generated of an SLO.
pub fn refused(slo: &Slo) -> Option<Diagnostic> {
    let about =
        About { context: slo.service.clone(), owner: String::new(), hours: None, links: String::new() };
    let error = rules(&about, &[slo]).err()?.to_string();
    // The finding has the place itself.
    let message = error.strip_prefix(&format!("{}: ", place(slo))).unwrap_or(&error);
    let finding = Finding::new(Code::NotGenerated, message, "`cargo xtask slo generate` refuses it as it is");
    Some(finding.at(&slo.place.file, slo.place.line, slo.place.column, &slo.name))
}

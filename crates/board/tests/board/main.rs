//! Tests of parsing and checking boards.

mod golden;
mod lints;
mod neighbours;
mod robustness;
mod schemas;
mod values;
mod words;

use macadam_board::Board;
use macadam_board::diagnostic::Diagnostic;

/// The smallest board without findings; cases add one fault to it.
const VALID_BOARD: &str = r#"
[context]
name = "library"
summary = "Lends books."
owner = "lending"

[aggregate.Loan]
visible_to = { Reader = "reader_id", Librarian = "*" }
command.Lend = { actor = "Librarian", creates = true, emits = ["Lent"], rejects = ["BookAway"] }
command.BringBack = { actor = ["Reader", "Librarian"], emits = ["Returned"] }
command.Remind = { actor = "system", emits = ["Reminded"] }

[sli.return-time]
kind = "duration"
from = "Lent"
to = "Returned"
within = "30d"
objective = "95%"
stakeholder = "other readers"
"#;

fn findings(text: &str) -> Vec<Diagnostic> {
    Board::parse("context.toml", text).1
}

/// The codes and lines of all findings.
fn codes(text: &str) -> Vec<(&'static str, usize)> {
    findings(text).iter().map(|found| (found.code.as_str(), found.line)).collect()
}

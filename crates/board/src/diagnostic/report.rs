//! Collects findings while an input is read, and sorts them.

use std::ops::Range;

use super::Diagnostic;
use crate::codes::Severity;

/// The findings about one file so far.
#[derive(Debug, Default)]
pub struct Report {
    found: Vec<Diagnostic>,
}

impl Report {
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Whether any of them is an error.
    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error)
    }

    /// Fills in file, line and column of each finding, and sorts them by position.
    pub fn finish(self, file: &str, text: &str) -> Vec<Diagnostic> {
        let mut found = self.found;
        for diagnostic in &mut found {
            let start = floor(text, diagnostic.span.start);
            let end = floor(text, diagnostic.span.end).max(start);
            diagnostic.span = start..end;
            if let Some(suggestion) = &mut diagnostic.suggestion {
                suggestion.span = within_quotes(text, &diagnostic.span);
            }
            diagnostic.related.retain(|(span, _)| text.get(span.clone()).is_some());
            file.clone_into(&mut diagnostic.file);
            let before = &text[..start];
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            diagnostic.line = before.matches('\n').count() + 1;
            diagnostic.column = text[line_start..start].chars().count() + 1;
        }
        found.sort_by_key(|d| (d.span.start, d.span.end, d.code));
        found.dedup();
        found
    }
}

/// The span without the quotes around it.
fn within_quotes(text: &str, span: &Range<usize>) -> Range<usize> {
    let quoted = |quote: char| text[span.clone()].len() >= 2 && text[span.clone()].starts_with(quote);
    if quoted('"') || quoted('\'') { span.start + 1..span.end - 1 } else { span.clone() }
}

/// The last character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

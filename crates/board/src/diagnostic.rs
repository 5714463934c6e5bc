//! Findings about an input file: the place, the problem and the correction.

mod json;
mod render;
mod report;
mod suggest;

use std::ops::Range;

pub use json::to_json;
pub use render::render;
pub use report::Report;
pub use suggest::nearest;

use crate::codes::{Code, Severity};

/// One finding in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The lint.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// The file name as the caller gave it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The bytes that the finding is about.
    pub span: Range<usize>,
    /// A few words next to the marked text; may be empty.
    pub label: String,
    /// Other places that belong to the finding, each with a few words.
    pub related: Vec<(Range<usize>, String)>,
    /// How to correct it, in words.
    pub hint: Option<String>,
    /// An edit that a tool can apply, if there is one.
    pub suggestion: Option<Suggestion>,
}

/// An edit that a tool can apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The bytes to replace.
    pub span: Range<usize>,
    /// The new text.
    pub replacement: String,
}

impl Diagnostic {
    /// A finding at `span`; [`Report::finish`] fills in file, line and column.
    pub fn new(code: Code, span: &Range<usize>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            file: String::new(),
            line: 1,
            column: 1,
            span: span.clone(),
            label: String::new(),
            related: Vec::new(),
            hint: None,
            suggestion: None,
        }
    }

    /// A few words next to the marked text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// How to correct it, in words.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Another place in the same file that belongs to the finding.
    #[must_use]
    pub fn also(mut self, span: &Range<usize>, label: impl Into<String>) -> Self {
        self.related.push((span.clone(), label.into()));
        self
    }

    /// Suggests another word for the marked one; quotes around it are kept.
    #[must_use]
    pub fn instead(mut self, replacement: impl Into<String>) -> Self {
        self.suggestion = Some(Suggestion { span: self.span.clone(), replacement: replacement.into() });
        self
    }

    /// Adds "did you mean …?" if a candidate is similar to `word`, and the hint `otherwise` if none is.
    #[must_use]
    pub fn did_you_mean<'a>(
        self,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str>,
        otherwise: impl Into<String>,
    ) -> Self {
        match nearest(word, candidates) {
            Some(near) => self.hint(format!("did you mean `{near}`?")).instead(near),
            None => self.hint(otherwise),
        }
    }
}

/// Whether any of them is an error.
pub fn any_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|found| found.severity == Severity::Error)
}

//! What is wrong with an input: where, what was expected, and the edit that mends it.

mod json;
mod render;
mod report;
mod suggest;

use std::ops::Range;

pub use json::to_json;
pub use render::render;
pub(crate) use report::Report;
pub use suggest::nearest;

use crate::codes::{Code, Severity};

/// One finding in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The lint.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// The file, as the caller named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The offending bytes.
    pub span: Range<usize>,
    /// A few words that stand beside the offending text.
    pub label: String,
    /// Other places that matter, each with a few words.
    pub related: Vec<(Range<usize>, String)>,
    /// The edit that mends it, in words.
    pub hint: Option<String>,
    /// The edit that mends it, where a tool could do it.
    pub suggestion: Option<Suggestion>,
}

/// An edit that a tool could do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The bytes to replace.
    pub span: Range<usize>,
    /// What to put there.
    pub replacement: String,
}

impl Diagnostic {
    /// A finding at `span`; file, line and column are filled in by the report that takes it.
    pub(crate) fn new(code: Code, span: &Range<usize>, message: impl Into<String>) -> Self {
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

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn also(mut self, span: &Range<usize>, label: impl Into<String>) -> Self {
        self.related.push((span.clone(), label.into()));
        self
    }

    /// Offers to put another word in the place of the offending one; quotes around it stay.
    pub(crate) fn instead(mut self, replacement: impl Into<String>) -> Self {
        self.suggestion = Some(Suggestion { span: self.span.clone(), replacement: replacement.into() });
        self
    }

    /// Asks "did you mean" where one candidate is near, and says the plain hint otherwise.
    pub(crate) fn did_you_mean<'a>(
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

/// Whether any of them refuses the input.
pub fn any_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|found| found.severity == Severity::Error)
}

//! Findings as JSON, for tools; the schema is `docs/schemas/diagnostics.schema.json`.

use serde::Serialize;

use super::Diagnostic;

/// Increased whenever a reader of the old format could misread the new one.
const JSON_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    severity: String,
    message: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    span: Bytes,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<Edit<'a>>,
}

#[derive(Serialize)]
struct Bytes {
    start: usize,
    end: usize,
}

#[derive(Serialize)]
struct Edit<'a> {
    span: Bytes,
    replacement: &'a str,
}

/// All findings as one JSON document.
pub fn to_json(diagnostics: &[Diagnostic]) -> String {
    let document = Document { version: JSON_VERSION, diagnostics: diagnostics.iter().map(finding).collect() };
    serde_json::to_string_pretty(&document).expect("strings and numbers are always JSON")
}

fn finding(diagnostic: &Diagnostic) -> Finding<'_> {
    let bytes = |span: &std::ops::Range<usize>| Bytes { start: span.start, end: span.end };
    Finding {
        code: diagnostic.code.as_str(),
        severity: diagnostic.severity.to_string(),
        message: &diagnostic.message,
        file: &diagnostic.file,
        line: diagnostic.line,
        column: diagnostic.column,
        span: bytes(&diagnostic.span),
        label: &diagnostic.label,
        hint: diagnostic.hint.as_deref(),
        suggestion: diagnostic
            .suggestion
            .as_ref()
            .map(|edit| Edit { span: bytes(&edit.span), replacement: &edit.replacement }),
    }
}

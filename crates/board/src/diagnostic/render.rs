//! Findings as text for people, in the style of rustc.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use super::{Diagnostic, Suggestion};
use crate::codes::Severity;

/// Renders findings about one file; `text` is the content of that file.
pub fn render(diagnostics: &[Diagnostic], text: &str, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for diagnostic in diagnostics {
        out.push_str(&renderer.render(&groups(diagnostic, text)));
        out.push_str("\n\n");
    }
    out
}

fn groups<'a>(diagnostic: &'a Diagnostic, text: &'a str) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let primary = AnnotationKind::Primary.span(diagnostic.span.clone());
    let primary =
        if diagnostic.label.is_empty() { primary } else { primary.label(diagnostic.label.as_str()) };
    let related = diagnostic
        .related
        .iter()
        .map(|(span, label)| AnnotationKind::Context.span(span.clone()).label(label.as_str()));
    let snippet =
        Snippet::source(text).path(diagnostic.file.as_str()).annotation(primary).annotations(related);
    let group =
        level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str()).element(snippet);
    let Some(hint) = &diagnostic.hint else { return vec![group] };
    if let Some(suggestion) = &diagnostic.suggestion {
        return vec![group, patch(hint, suggestion, diagnostic, text)];
    }
    vec![group.element(Level::HELP.message(hint.as_str()))]
}

fn patch<'a>(
    hint: &'a str,
    suggestion: &'a Suggestion,
    diagnostic: &'a Diagnostic,
    text: &'a str,
) -> Group<'a> {
    let patch = Patch::new(suggestion.span.clone(), suggestion.replacement.as_str());
    let snippet = Snippet::source(text).path(diagnostic.file.as_str()).patch(patch);
    Level::HELP.secondary_title(hint).element(snippet)
}

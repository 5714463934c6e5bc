//! Lints on indicators and on the glossary.

use super::resolve_event;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::model::{Board, GlossaryEntry, Sli, SliKind};
use crate::names;

/// With more stakeholders than this, a context seems to serve several purposes.
const STAKEHOLDERS_MAX: usize = 3;

pub(super) fn check(board: &Board, report: &mut Report) {
    for sli in &board.slis {
        let who = format!("indicator `{}`", sli.name);
        for event in sli.from.iter().chain(&sli.to) {
            resolve_event(board, &who, event, report);
        }
        if is_business(sli) && sli.stakeholder.is_none() {
            report.push(
                Diagnostic::new(Code::NoStakeholder, &sli.name.span, format!("{who} has no stakeholder"))
                    .label("who needs this objective?")
                    .hint("add `stakeholder`: who needs it, in their own words"),
            );
        }
    }
    if !board.slis.iter().any(is_business) && !board.context.name.is_empty() {
        let message = format!("context `{}` has no business indicator", board.context.name);
        report.push(
            Diagnostic::new(Code::NoBusinessSli, &board.context.name.span, message)
                .label("too small?")
                .hint("add `[sli.x]` of kind duration or outcome, with a stakeholder"),
        );
    }
    check_stakeholders(board, report);
    check_glossary(&board.glossary, report);
}

fn is_business(sli: &Sli) -> bool {
    matches!(sli.kind, SliKind::Duration | SliKind::Outcome)
}

fn check_stakeholders(board: &Board, report: &mut Report) {
    let mut seen: Vec<&str> = Vec::new();
    for stakeholder in board.slis.iter().filter_map(|sli| sli.stakeholder.as_ref()) {
        if !seen.iter().any(|known| known.eq_ignore_ascii_case(stakeholder)) {
            seen.push(stakeholder);
            if seen.len() == STAKEHOLDERS_MAX + 1 {
                let message =
                    format!("indicators for more than {STAKEHOLDERS_MAX} stakeholders: {}", seen.join(", "));
                report.push(
                    Diagnostic::new(Code::ManyStakeholders, &stakeholder.span, message)
                        .label("too large?")
                        .hint("consider splitting the context in two"),
                );
            }
        }
    }
}

fn check_glossary(glossary: &[GlossaryEntry], report: &mut Report) {
    for (at, entry) in glossary.iter().enumerate() {
        let same = |earlier: &&GlossaryEntry| is_one_word(&earlier.word, &entry.word);
        let Some(first) = glossary[..at].iter().find(same) else { continue };
        if first.meaning.value == entry.meaning.value {
            continue;
        }
        let message = format!("`{}` and `{}` are the same word with two meanings", first.word, entry.word);
        report.push(
            Diagnostic::new(Code::WordTwice, &entry.word.span, message)
                .also(&first.word.span, "first here")
                .hint("keep one meaning, and choose another word for the other"),
        );
    }
}

/// Whether two spellings differ only in case, separators or number.
fn is_one_word(one: &str, other: &str) -> bool {
    let fold = |word: &str| word.trim().to_lowercase().replace([' ', '_'], "-");
    let (one, other) = (fold(one), fold(other));
    one == other || names::plural(&one) == other || names::plural(&other) == one
}

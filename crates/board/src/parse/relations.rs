//! Parses processes, deadlines, claims, indicators, upstreams and external services.

use super::{Code, Diagnostic, Name, Reader, Report, Spanned, or_blank, refuse_idle_keys};
use crate::model::{Claim, Deadline, External, Process, Sli, SliKind, Translation, Upstream};
use crate::period::Objective;

pub(super) fn read_processes(root: &Reader<'_>, report: &mut Report) -> Vec<Process> {
    let tables = root.named("process", report).into_iter();
    tables
        .map(|(name, table)| Process {
            name,
            starts_on: or_blank(table.name("starts_on", report), &table),
            handles: table.names("handles", report),
            ends_on: table.names("ends_on", report),
            correlates_by: or_blank(table.name("correlates_by", report), &table),
            sends: table.names("sends", report),
        })
        .collect()
}

pub(super) fn read_deadlines(root: &Reader<'_>, report: &mut Report) -> Vec<Deadline> {
    let tables = root.named("deadline", report).into_iter();
    tables
        .map(|(name, table)| Deadline {
            name,
            set_by: or_blank(table.name("set_by", report), &table),
            after: table.periods("after", report),
            cleared_by: table.names("cleared_by", report),
            sends: or_blank(table.name("sends", report), &table),
        })
        .collect()
}

pub(super) fn read_claims(root: &Reader<'_>, report: &mut Report) -> Vec<Claim> {
    let tables = root.named("claim", report).into_iter();
    tables
        .map(|(name, table)| Claim {
            name,
            field: or_blank(table.name("field", report), &table),
            taken_by: table.names("taken_by", report),
            released_by: table.names("released_by", report),
            rejects: or_blank(table.name("rejects", report), &table),
        })
        .collect()
}

pub(super) fn read_slis(root: &Reader<'_>, report: &mut Report) -> Vec<Sli> {
    root.named("sli", report).into_iter().map(|(name, table)| read_sli(name, &table, report)).collect()
}

fn read_sli(name: Name, table: &Reader<'_>, report: &mut Report) -> Sli {
    let word = table.word("kind", report);
    let kind = match word.as_deref().map(String::as_str) {
        Some("freshness") => SliKind::Freshness,
        Some("delivery") => SliKind::Delivery,
        Some("outcome") => SliKind::Outcome,
        _ => SliKind::Duration,
    };
    // Without a kind, it is unknown which keys are needed.
    if word.is_some() {
        let (needed, idle): (&[&str], &[&str]) = match kind {
            SliKind::Duration => (&["from", "to", "within"], &[]),
            SliKind::Freshness | SliKind::Delivery => (&["within"], &["from", "to", "where", "good_when"]),
            SliKind::Outcome => (&[], &["from", "to", "within"]),
        };
        refuse_idle_keys(table, idle, &format!("kind {}", kind.as_str()), report);
        for key in needed.iter().filter(|key| table.position(key).is_none()) {
            let message = format!("{} of kind {} has no `{key}`", table.what(), kind.as_str());
            report.push(Diagnostic::new(Code::MissingKey, &name.span, message).hint(format!("add `{key}`")));
        }
    }
    let no_objective = || Objective { text: String::new(), ratio: String::new() };
    Sli {
        name,
        kind,
        from: table.names("from", report),
        to: table.names("to", report),
        within: table.period("within", report),
        objective: table
            .objective("objective", report)
            .unwrap_or_else(|| Spanned::new(no_objective(), table.at())),
        stakeholder: table.text("stakeholder", report),
        condition: table.name("where", report),
        good_when: table.name("good_when", report),
    }
}

pub(super) fn read_upstreams(root: &Reader<'_>, report: &mut Report) -> Vec<Upstream> {
    let tables = root.named("upstream", report).into_iter();
    tables
        .map(|(name, table)| Upstream {
            name,
            translation: read_translation(&table, report),
            consumes: table.names("consumes", report),
            calls: table.calls("calls", report),
            planned: table.flag("planned", report),
        })
        .collect()
}

fn read_translation(table: &Reader<'_>, report: &mut Report) -> Option<Spanned<Translation>> {
    let word = table.word("translation", report)?;
    let translation = match word.as_str() {
        "conformist" => Translation::Conformist,
        "partnership" => Translation::Partnership,
        "shared-kernel" => Translation::SharedKernel,
        _ => Translation::AntiCorruptionLayer,
    };
    Some(Spanned::new(translation, word.span))
}

pub(super) fn read_externals(root: &Reader<'_>, report: &mut Report) -> Vec<External> {
    let tables = root.named("external", report).into_iter();
    tables.map(|(name, table)| External { name, calls: table.calls("calls", report) }).collect()
}

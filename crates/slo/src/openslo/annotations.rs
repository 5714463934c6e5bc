//! The annotations of Macadam on an SLO.

use macadam_board::codes::Code;
use macadam_board::diagnostic::Diagnostic;

use super::document::{Annotation, Document, Kind, Metadata};
use super::object::Findings;
use crate::names;

const PREFIX: &str = "macadam.dev/";

const KNOWN: [&str; 5] = [
    names::ANNOTATION_PAGE,
    names::ANNOTATION_MIN_BAD,
    names::ANNOTATION_GATE,
    names::ANNOTATION_GROUP_BY,
    names::ANNOTATION_ALERTING,
];

/// What they say, with their defaults.
pub(super) struct Settings {
    pub(super) may_page: bool,
    pub(super) min_bad: u32,
    pub(super) gate: bool,
    pub(super) group_by: Vec<String>,
    pub(super) alerting: Mode,
}

/// `macadam.dev/alerting`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Multiwindow,
    Policies,
    None,
}

/// Reads them; `has_policies` says whether the SLO names alert policies.
pub(super) fn read(metadata: &Metadata<'_>, has_policies: bool, findings: &mut Findings<'_>) -> Settings {
    let alerting = if has_policies { Mode::Policies } else { Mode::Multiwindow };
    let mut settings = Settings { may_page: true, min_bad: 3, gate: false, group_by: Vec::new(), alerting };
    for annotation in metadata.annotations.iter().filter(|annotation| annotation.key.starts_with(PREFIX)) {
        let accepted = match annotation.key {
            names::ANNOTATION_PAGE => set(&mut settings.may_page, flag(annotation.value)),
            names::ANNOTATION_GATE => set(&mut settings.gate, flag(annotation.value)),
            names::ANNOTATION_MIN_BAD => {
                let number = annotation.value.parse().ok().filter(|number| *number >= 1);
                set(&mut settings.min_bad, number)
            }
            names::ANNOTATION_GROUP_BY => set(&mut settings.group_by, labels(annotation.value)),
            names::ANNOTATION_ALERTING => set(&mut settings.alerting, mode(annotation.value, has_policies)),
            _ => {
                unknown(annotation, findings);
                continue;
            }
        };
        if !accepted {
            let Annotation { key, value, value_at, .. } = annotation;
            findings.say(Code::AnnotationValue, value_at, format!("`{key}` is `{value}`"), accepts(key));
        }
    }
    settings
}

/// Refuses them on documents that are no SLO.
pub(super) fn elsewhere(document: &Document<'_>, findings: &mut Findings<'_>) {
    if document.kind != Kind::Slo {
        refuse(&document.metadata, document.kind.as_str(), findings);
    }
}

/// Refuses them on what is not an SLO.
pub(super) fn refuse(metadata: &Metadata<'_>, what: &str, findings: &mut Findings<'_>) {
    for annotation in metadata.annotations.iter().filter(|annotation| annotation.key.starts_with(PREFIX)) {
        let message = format!("`{}` has no meaning on a document of kind {what}", annotation.key);
        findings.say(
            Code::UnknownAnnotation,
            annotation.key_at,
            message,
            "move it to the metadata of an SLO",
        );
    }
}

fn unknown(annotation: &Annotation<'_>, findings: &mut Findings<'_>) {
    let message = format!("unknown annotation `{}`", annotation.key);
    let finding = Diagnostic::new(Code::UnknownAnnotation, &annotation.key_at.span, message);
    let otherwise = format!("Macadam's annotations are {}", KNOWN.join(", "));
    findings.push(finding.did_you_mean(annotation.key, KNOWN, otherwise));
}

/// Sets what was accepted; whether it was.
fn set<T>(setting: &mut T, value: Option<T>) -> bool {
    let Some(value) = value else { return false };
    *setting = value;
    true
}

fn accepts(key: &str) -> &'static str {
    match key {
        names::ANNOTATION_MIN_BAD => "write a whole number of at least 1, in quotes",
        names::ANNOTATION_GROUP_BY => "write names of labels, each once, separated by commas: `subscription`",
        names::ANNOTATION_ALERTING => {
            "write multiwindow or none, or policies where the SLO has `alertPolicies`"
        }
        _ => "write \"true\" or \"false\", in quotes",
    }
}

fn flag(value: &str) -> Option<bool> {
    value.parse().ok()
}

fn mode(value: &str, has_policies: bool) -> Option<Mode> {
    match value {
        "multiwindow" => Some(Mode::Multiwindow),
        "policies" if has_policies => Some(Mode::Policies),
        "none" => Some(Mode::None),
        _ => None,
    }
}

/// Names of labels, each once. Those that the rules set themselves cannot be measured by.
fn labels(value: &str) -> Option<Vec<String>> {
    let reserved = [
        names::CONTEXT_LABEL,
        names::SLO_LABEL,
        names::OBJECTIVE_LABEL,
        names::SEVERITY_LABEL,
        names::TIER_LABEL,
        names::WINDOWS_LABEL,
        names::OWNER_LABEL,
    ];
    let mut labels: Vec<String> = Vec::new();
    for label in value.split(',').map(str::trim) {
        let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
        let named = label.starts_with(letter) && label.chars().all(|c| letter(c) || c.is_ascii_digit());
        if !named
            || label.starts_with("__")
            || reserved.contains(&label)
            || labels.iter().any(|known| known == label)
        {
            return None;
        }
        labels.push(label.to_owned());
    }
    Some(labels)
}

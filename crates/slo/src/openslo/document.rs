//! What all documents have: version, kind, metadata.

use std::collections::BTreeMap;

use macadam_board::codes::Code;
use macadam_board::diagnostic::Diagnostic;

use super::object::{Findings, Object, string, wrong_type};
use super::values::{is_annotation_key, is_metadata_key};
use super::yaml::{Node, Spot, Value};

/// The kinds of version 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Service,
    Slo,
    Sli,
    AlertPolicy,
    AlertCondition,
    AlertNotificationTarget,
    DataSource,
}

/// As `kind` spells them.
const KINDS: [(&str, Kind); 7] = [
    ("Service", Kind::Service),
    ("SLO", Kind::Slo),
    ("SLI", Kind::Sli),
    ("AlertPolicy", Kind::AlertPolicy),
    ("AlertCondition", Kind::AlertCondition),
    ("AlertNotificationTarget", Kind::AlertNotificationTarget),
    ("DataSource", Kind::DataSource),
];

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// A document whose spec is not read yet.
pub(super) struct Document<'n> {
    pub(super) file: usize,
    pub(super) kind: Kind,
    pub(super) metadata: Metadata<'n>,
    /// Where it begins.
    pub(super) at: &'n Spot,
    /// Whether its version and metadata are valid.
    pub(super) is_sound: bool,
    envelope: Object<'n>,
}

/// `metadata`, also of what stands inline.
#[derive(Default)]
pub(super) struct Metadata<'n> {
    /// `None` where it is missing or invalid, which was reported.
    pub(super) name: Option<(&'n str, &'n Spot)>,
    pub(super) display_name: Option<String>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) annotations: Vec<Annotation<'n>>,
}

/// One annotation.
pub(super) struct Annotation<'n> {
    pub(super) key: &'n str,
    pub(super) key_at: &'n Spot,
    pub(super) value: &'n str,
    pub(super) value_at: &'n Spot,
}

impl<'n> Document<'n> {
    /// Reads version, kind and metadata; `None` where the kind is unknown.
    pub(super) fn open(file: usize, node: &'n Node, findings: &mut Findings<'_>) -> Option<Self> {
        let before = findings.errors();
        if matches!(node.value, Value::List(_)) {
            let hint = "write documents one after another, with a line `---` between them, in place of the list's hyphens";
            findings.say(Code::FieldType, &node.at, "the document is a list", hint);
            return None;
        }
        let fields = ["apiVersion", "kind", "metadata", "spec"];
        let envelope = Object::open(node, &node.at, "the document", &fields, findings)?;
        envelope.require("apiVersion", findings);
        if let Some((version, at)) = envelope.text("apiVersion", findings)
            && version != "openslo/v1"
        {
            let message = format!("the document is of version `{version}`");
            let finding = Diagnostic::new(Code::ApiVersion, &at.span, message);
            findings
                .push(finding.hint("write `openslo/v1`; other versions are not read").instead("openslo/v1"));
            // What is wrong with a document of another version cannot be said by this one's rules.
            return None;
        }
        let kind = kind(&envelope, findings)?;
        envelope.require("metadata", findings);
        let metadata = Metadata::read(&envelope, findings);
        let is_sound = findings.errors() == before;
        Some(Self { file, kind, metadata, at: &node.at, is_sound, envelope })
    }

    /// Its spec, which must be there.
    pub(super) fn spec(
        &self,
        what: &'static str,
        known: &[&str],
        findings: &mut Findings<'_>,
    ) -> Option<Object<'n>> {
        self.envelope.require("spec", findings)?;
        self.optional_spec(what, known, findings)
    }

    /// Its spec, if there is one.
    pub(super) fn optional_spec(
        &self,
        what: &'static str,
        known: &[&str],
        findings: &mut Findings<'_>,
    ) -> Option<Object<'n>> {
        self.envelope.child("spec", what, known, findings)
    }
}

fn kind(envelope: &Object<'_>, findings: &mut Findings<'_>) -> Option<Kind> {
    envelope.require("kind", findings);
    let (word, at) = envelope.text("kind", findings)?;
    let kind = KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
    if kind.is_none() {
        let names = KINDS.map(|(name, _)| name);
        let finding = Diagnostic::new(
            Code::UnknownDocumentKind,
            &at.span,
            format!("unknown kind of document `{word}`"),
        );
        findings.push(finding.did_you_mean(word, names, format!("the kinds are {}", names.join(", "))));
    }
    kind
}

impl<'n> Metadata<'n> {
    /// Reads the field `metadata` of a document or of what stands inline.
    pub(super) fn read(parent: &Object<'n>, findings: &mut Findings<'_>) -> Self {
        let fields = ["name", "displayName", "labels", "annotations"];
        let Some(object) = parent.child("metadata", "the metadata", &fields, findings) else {
            return Self::default();
        };
        object.require("name", findings);
        Self {
            name: object.name("name", findings),
            display_name: object.bounded("displayName", 63, findings),
            labels: labels(&object, findings),
            annotations: annotations_of(&object, findings),
        }
    }

    /// Its name; empty where an error was reported.
    pub(super) fn name(&self) -> String {
        self.name.map(|(name, _)| name.to_owned()).unwrap_or_default()
    }

    /// What it is called for people.
    pub(super) fn title(&self) -> String {
        self.display_name.clone().unwrap_or_else(|| self.name())
    }
}

/// The entries of a mapping with free keys.
fn entries<'n>(
    parent: &Object<'n>,
    field: &'static str,
    is_key: fn(&str) -> bool,
    findings: &mut Findings<'_>,
) -> Vec<(&'n str, &'n Spot, &'n Node)> {
    let Some(node) = parent.get(field) else { return Vec::new() };
    let Value::Map(entries) = &node.value else {
        wrong_type(&format!("`{field}`"), "a mapping of keys to strings", node, findings);
        return Vec::new();
    };
    let mut read: Vec<(&str, &Spot, &Node)> = Vec::new();
    for (key, value) in entries {
        let Value::Scalar { text, .. } = &key.value else {
            wrong_type(&format!("a key of `{field}`"), "a string", key, findings);
            continue;
        };
        if let Some((_, first, _)) = read.iter().find(|(known, ..)| known == text) {
            let finding =
                Diagnostic::new(Code::DuplicateField, &key.at.span, format!("`{text}` appears twice"));
            findings.push(finding.also(&first.span, "the first").hint("remove one of them"));
        } else if is_key(text) {
            read.push((text, &key.at, value));
        } else {
            let message = format!("`{text}` cannot be a key of `{field}`");
            let hint =
                "use at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends";
            findings.say(Code::MetadataKey, &key.at, message, hint);
        }
    }
    read
}

/// Labels; a list of values is joined by commas.
fn labels(object: &Object<'_>, findings: &mut Findings<'_>) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for (key, _, node) in entries(object, "labels", is_metadata_key, findings) {
        let value = match &node.value {
            Value::List(items) => {
                let values: Vec<_> = items.iter().filter_map(|item| string(key, item, findings)).collect();
                Some(values.join(","))
            }
            _ => string(key, node, findings).map(str::to_owned),
        };
        labels.extend(value.map(|value| (key.to_owned(), value)));
    }
    labels
}

fn annotations_of<'n>(object: &Object<'n>, findings: &mut Findings<'_>) -> Vec<Annotation<'n>> {
    let entries = entries(object, "annotations", is_annotation_key, findings);
    let read = entries.into_iter().filter_map(|(key, key_at, node)| {
        string(key, node, findings).map(|value| Annotation { key, key_at, value, value_at: &node.at })
    });
    read.collect()
}

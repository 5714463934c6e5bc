//! Documents of one kind by name, so that references find them.

use std::cell::Cell;
use std::collections::BTreeMap;

use macadam_board::codes::Code;
use macadam_board::diagnostic::Diagnostic;

use super::document::{Document, Kind};
use super::object::Findings;
use super::yaml::Spot;

/// All documents of a kind.
pub(super) struct Index<T> {
    kind: Kind,
    entries: BTreeMap<String, Entry<T>>,
}

struct Entry<T> {
    /// `None` where the document has errors.
    value: Option<T>,
    file: usize,
    at: Spot,
    /// `file:line`, for messages.
    place: String,
    used: Cell<bool>,
}

impl<T> Index<T> {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, entries: BTreeMap::new() }
    }

    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// Adds a document, unless another one has its name.
    pub(super) fn insert(&mut self, document: &Document<'_>, value: Option<T>, findings: &mut Findings<'_>) {
        let Some((name, at)) = document.metadata.name else { return };
        if let Some(first) = self.entries.get(name) {
            let message =
                format!("the {} `{name}` is already declared in {}", self.kind.as_str(), first.place);
            findings.say(
                Code::DuplicateDocument,
                at,
                message,
                "rename one of them, and the references to it",
            );
            return;
        }
        let place = findings.place(at);
        let place = format!("{}:{}", place.file, place.line);
        let entry = Entry { value, file: document.file, at: at.clone(), place, used: Cell::new(false) };
        self.entries.insert(name.to_owned(), entry);
    }

    /// What a reference stands for. A name that is not there is reported; a document with errors has its own findings.
    pub(super) fn resolve(&self, name: &str, at: &Spot, findings: &mut Findings<'_>) -> Option<&T> {
        if let Some(entry) = self.entries.get(name) {
            entry.used.set(true);
            return entry.value.as_ref();
        }
        if findings.is_complete() {
            let kind = self.kind.as_str();
            let finding =
                Diagnostic::new(Code::DanglingReference, &at.span, format!("there is no {kind} `{name}`"));
            let otherwise = format!("add a document of kind {kind} with this name, or name its file as well");
            findings.push(finding.did_you_mean(name, self.entries.keys().map(String::as_str), otherwise));
        }
        None
    }

    /// Names and places of valid documents that no reference was for.
    pub(super) fn unused(&self) -> impl Iterator<Item = (&str, usize, &Spot)> {
        let unused = self.entries.iter().filter(|(_, entry)| !entry.used.get() && entry.value.is_some());
        unused.map(|(name, entry)| (name.as_str(), entry.file, &entry.at))
    }

    /// All valid documents, by name.
    pub(super) fn into_values(self) -> Vec<T> {
        self.entries.into_values().filter_map(|entry| entry.value).collect()
    }
}

/// Reports a document that no reference was for.
pub(super) fn unused(kind: Kind, name: &str, at: &Spot, findings: &mut Findings<'_>) {
    let message = format!("nothing refers to the {} `{name}`", kind.as_str());
    findings.say(Code::UnusedDocument, at, message, "refer to it, or remove it");
}

//! Reads one mapping of a document; it reports each mistake and continues.

use std::collections::BTreeMap;

use macadam_board::codes::{Code, Severity};
use macadam_board::diagnostic::{Diagnostic, Report};
use rust_decimal::Decimal;

use super::values;
use super::yaml::{Node, Spot, Value};
use crate::model::Place;

/// Where the findings about one document go.
pub(super) struct Findings<'a> {
    file: &'a str,
    report: &'a mut Report,
    errors: usize,
    /// Whether all files were read to their ends, so that a name that is not there is a mistake.
    complete: bool,
}

impl<'a> Findings<'a> {
    pub(super) fn new(file: &'a str, report: &'a mut Report, complete: bool) -> Self {
        Self { file, report, errors: 0, complete }
    }

    pub(super) fn push(&mut self, finding: Diagnostic) {
        self.errors += usize::from(finding.severity == Severity::Error);
        self.report.push(finding);
    }

    /// Reports a finding with a hint.
    pub(super) fn say(&mut self, code: Code, at: &Spot, message: impl Into<String>, hint: impl Into<String>) {
        self.push(Diagnostic::new(code, &at.span, message).hint(hint));
    }

    /// Errors so far.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }

    pub(super) fn place(&self, at: &Spot) -> Place {
        Place { file: self.file.to_owned(), line: at.line, column: at.column }
    }
}

/// A mapping whose fields are known.
pub(super) struct Object<'n> {
    /// Where a missing field is reported.
    pub(super) at: &'n Spot,
    /// What it is, in messages.
    pub(super) what: &'static str,
    fields: BTreeMap<&'n str, (&'n Spot, &'n Node)>,
}

impl<'n> Object<'n> {
    /// Opens a mapping, and reports unknown fields and those that appear twice.
    pub(super) fn open(
        node: &'n Node,
        at: &'n Spot,
        what: &'static str,
        known: &[&str],
        findings: &mut Findings<'_>,
    ) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            wrong_type(what, "a mapping of fields", node, findings);
            return None;
        };
        let mut fields: BTreeMap<&str, (&Spot, &Node)> = BTreeMap::new();
        for (key, value) in entries {
            let Value::Scalar { text: name, .. } = &key.value else {
                wrong_type("the name of a field", "a string", key, findings);
                continue;
            };
            if !known.contains(&name.as_str()) {
                let finding = Diagnostic::new(
                    Code::UnknownField,
                    &key.at.span,
                    format!("unknown field `{name}` in {what}"),
                )
                .label("OpenSLO v1 has no such field");
                let otherwise = format!("its fields are {}", known.join(", "));
                findings.push(finding.did_you_mean(name, known.iter().copied(), otherwise));
            } else if let Some((first, _)) = fields.get(name.as_str()) {
                let message = format!("`{name}` appears twice in {what}");
                let finding = Diagnostic::new(Code::DuplicateField, &key.at.span, message);
                findings.push(finding.also(&first.span, "the first").hint("remove one of them"));
            } else {
                fields.insert(name.as_str(), (&key.at, value));
            }
        }
        Some(Self { at, what, fields })
    }

    /// The value, unless it is missing or null.
    pub(super) fn get(&self, name: &str) -> Option<&'n Node> {
        self.fields.get(name).map(|(_, value)| *value).filter(|value| !value.is_null())
    }

    /// Where the field's name stands, if its value is there.
    pub(super) fn key(&self, name: &str) -> Option<&'n Spot> {
        self.get(name).and(self.fields.get(name)).map(|(key, _)| *key)
    }

    /// The value, which must be there.
    pub(super) fn require(&self, name: &str, findings: &mut Findings<'_>) -> Option<&'n Node> {
        let value = self.get(name);
        if value.is_none() {
            let at = self.fields.get(name).map_or(self.at, |(key, _)| *key);
            let message = format!("`{name}` is missing in {}", self.what);
            findings.say(Code::MissingField, at, message, format!("add `{name}`"));
        }
        value
    }

    /// A mapping under this field.
    pub(super) fn child(
        &self,
        name: &str,
        what: &'static str,
        known: &[&str],
        findings: &mut Findings<'_>,
    ) -> Option<Object<'n>> {
        Object::open(self.get(name)?, self.key(name)?, what, known, findings)
    }

    /// Items of a list under this field.
    pub(super) fn list(&self, name: &'static str, findings: &mut Findings<'_>) -> Option<&'n [Node]> {
        let node = self.get(name)?;
        if let Value::List(items) = &node.value {
            return Some(items);
        }
        wrong_type_of(name, "a list, each item after `- `", node, findings);
        None
    }

    /// A string.
    pub(super) fn text(&self, name: &str, findings: &mut Findings<'_>) -> Option<(&'n str, &'n Spot)> {
        let node = self.get(name)?;
        string(name, node, findings).map(|text| (text, &node.at))
    }

    /// A string of so many characters at most.
    pub(super) fn bounded(
        &self,
        name: &str,
        characters_max: usize,
        findings: &mut Findings<'_>,
    ) -> Option<String> {
        let (text, at) = self.text(name, findings)?;
        let characters = text.chars().count();
        if characters > characters_max {
            let message = format!("`{name}` has {characters} characters");
            findings.say(
                Code::TextTooLong,
                at,
                message,
                format!("shorten it to {characters_max} characters"),
            );
        }
        Some(text.to_owned())
    }

    /// `description`, or empty.
    pub(super) fn description(&self, findings: &mut Findings<'_>) -> String {
        self.bounded("description", 1050, findings).unwrap_or_default()
    }

    /// A name of the form of DNS labels.
    pub(super) fn name(&self, field: &str, findings: &mut Findings<'_>) -> Option<(&'n str, &'n Spot)> {
        let (name, at) = self.text(field, findings)?;
        if values::is_dns_label(name) {
            return Some((name, at));
        }
        let message = format!("`{name}` is not a DNS label");
        let finding = Diagnostic::new(Code::DocumentName, &at.span, message);
        let hint = "use 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends";
        findings.push(match values::as_dns_label(name) {
            Some(label) => finding.hint(format!("{hint}: `{label}`")),
            None => finding.hint(hint),
        });
        None
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(
        &self,
        field: &str,
        words: &[(&str, T)],
        findings: &mut Findings<'_>,
    ) -> Option<T> {
        let (word, at) = self.text(field, findings)?;
        let found = words.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            let finding =
                Diagnostic::new(Code::FieldWord, &at.span, format!("`{field}` of {} is `{word}`", self.what));
            let otherwise = format!("write {}", known.join(" or "));
            findings.push(finding.did_you_mean(word, known, otherwise));
        }
        found
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, name: &str, findings: &mut Findings<'_>) -> Option<bool> {
        let node = self.get(name)?;
        let flag = match &node.value {
            Value::Scalar { text, plain: true } => values::flag(text),
            _ => None,
        };
        if flag.is_none() {
            wrong_type_of(name, "true or false, without quotes", node, findings);
        }
        flag
    }

    /// A number, exactly as it is written.
    pub(super) fn number(&self, name: &str, findings: &mut Findings<'_>) -> Option<(Decimal, &'n Spot)> {
        let node = self.get(name)?;
        let number = match &node.value {
            Value::Scalar { text, plain: true } if values::is_number(text) => values::decimal(text),
            _ => {
                wrong_type_of(name, "a decimal number, without quotes", node, findings);
                return None;
            }
        };
        if number.is_none() {
            let message = format!("`{name}` cannot be kept exactly");
            findings.say(Code::InexactNumber, &node.at, message, "write it with at most 28 digits");
        }
        number.map(|number| (number, &node.at))
    }
}

/// The text of a string, which needs quotes where YAML would take it for something else.
pub(super) fn string<'n>(name: &str, node: &'n Node, findings: &mut Findings<'_>) -> Option<&'n str> {
    match &node.value {
        Value::Scalar { text, plain } if !plain || !values::is_no_string(text) => Some(text),
        Value::Scalar { text, .. } => {
            let message = format!("`{name}` is not a string");
            let finding = Diagnostic::new(Code::FieldType, &node.at.span, message);
            findings.push(finding.hint("put it in quotes").instead(format!("\"{text}\"")));
            None
        }
        _ => {
            wrong_type_of(name, "a string", node, findings);
            None
        }
    }
}

fn wrong_type_of(name: &str, expected: &str, node: &Node, findings: &mut Findings<'_>) {
    wrong_type(&format!("`{name}`"), expected, node, findings);
}

/// Reports that something is of another type than expected.
pub(super) fn wrong_type(what: &str, expected: &str, node: &Node, findings: &mut Findings<'_>) {
    let is = match &node.value {
        Value::Scalar { .. } => "a single value",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    };
    let message = format!("{what} is {is}");
    findings.say(Code::FieldType, &node.at, message, format!("write {expected}"));
}

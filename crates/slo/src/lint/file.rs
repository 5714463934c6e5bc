//! Rules that people write by hand, as Prometheus reads them.

use std::collections::BTreeMap;

use macadam_board::codes::Code;
use macadam_board::diagnostic::Diagnostic;
use promql_parser::parser::parse;
use promql_parser::util::parse_duration;
use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

use super::{Finding, Known, alert, expression};

/// The rules of one file.
#[derive(Debug, Clone, Default)]
pub struct Written {
    path: String,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    name: String,
    records: bool,
    expr: String,
    /// Seconds of `for`.
    hold: u64,
    labels: BTreeMap<String, String>,
    line: usize,
    column: usize,
}

type Node<'a> = MarkedYaml<'a>;

impl Written {
    /// Reads a file of rules; `path` is named in findings. What cannot be read is left out and reported.
    pub fn read(path: &str, text: &str) -> (Self, Vec<Diagnostic>) {
        let mut written = Self { path: path.to_owned(), rules: Vec::new() };
        let mut findings = Vec::new();
        let documents = match MarkedYaml::load_from_str(text) {
            Ok(documents) => documents,
            Err(error) => {
                let at = error.marker();
                let finding = Finding::new(
                    Code::YamlSyntax,
                    error.info().to_owned(),
                    "correct the syntax at this place",
                );
                return (written, vec![finding.at(path, at.line(), at.col() + 1, "")]);
            }
        };
        if documents.len() > 1 {
            let finding = Finding::new(
                Code::YamlFeature,
                "several documents in one file of rules, of which Prometheus reads the first",
                "write one file for each",
            );
            findings.push(finding.at(path, 1, 1, ""));
        }
        for group in documents.iter().flat_map(|document| items(field(document, "groups"))) {
            for rule in items(field(group, "rules")) {
                match Rule::read(rule) {
                    Ok(rule) => written.rules.push(rule),
                    Err(finding) => findings.push(at(rule, finding, path)),
                }
            }
        }
        (written, findings)
    }

    /// Adds what these rules record, and their alerts, to what may be named.
    pub fn known(&self, known: &mut Known) {
        for rule in &self.rules {
            if rule.records {
                known.record(&rule.name, &rule.expr, &rule.labels);
            } else {
                known.alert(&rule.name, &rule.labels);
            }
        }
    }
}

/// What is wrong with rules that were written by hand. `known` has what they record themselves, too.
pub fn rules_file(written: &Written, known: &Known) -> Vec<Diagnostic> {
    let linted = written.rules.iter().flat_map(|rule| {
        let findings = match parse(&rule.expr) {
            Ok(expr) if rule.records => expression(&expr, known),
            Ok(expr) => alert(&expr, rule.hold, known),
            Err(error) => vec![Finding::new(
                Code::PromqlSyntax,
                format!("the query is not PromQL: {}", error.trim()),
                "correct the query; Prometheus would refuse it as well",
            )],
        };
        findings.into_iter().map(|finding| finding.at(&written.path, rule.line, rule.column, &rule.name))
    });
    linted.collect()
}

impl Rule {
    fn read(node: &Node<'_>) -> Result<Self, Finding> {
        let missing = |what: &str, hint: &str| Err(Finding::new(Code::MissingField, what, hint));
        let (name, records) = match (text(field(node, "record")), text(field(node, "alert"))) {
            (Some(name), None) => (name, true),
            (None, Some(name)) => (name, false),
            _ => return missing("the rule has not exactly one of `record` and `alert`", "give one of them"),
        };
        let Some(expr) = field(node, "expr") else { return missing("the rule has no `expr`", "give it one") };
        let labels = match field(node, "labels").map(|labels| &labels.data) {
            Some(YamlData::Mapping(labels)) => labels
                .iter()
                .filter_map(|(key, value)| Some((text(Some(key))?, text(Some(value))?)))
                .collect(),
            _ => BTreeMap::new(),
        };
        let hold = text(field(node, "for")).and_then(|hold| parse_duration(&hold).ok());
        Ok(Self {
            name,
            records,
            expr: text(Some(expr)).unwrap_or_default(),
            hold: hold.map_or(0, |hold| hold.as_secs()),
            labels,
            line: expr.span.start.line(),
            column: expr.span.start.col() + 1,
        })
    }
}

fn at(node: &Node<'_>, finding: Finding, path: &str) -> Diagnostic {
    finding.at(path, node.span.start.line(), node.span.start.col() + 1, "")
}

fn field<'a, 'b>(node: &'a Node<'b>, name: &str) -> Option<&'a Node<'b>> {
    match &node.data {
        YamlData::Mapping(entries) => {
            entries.iter().find(|(key, _)| text(Some(key)).as_deref() == Some(name)).map(|(_, value)| value)
        }
        _ => None,
    }
}

fn items<'a, 'b>(node: Option<&'a Node<'b>>) -> impl Iterator<Item = &'a Node<'b>> {
    let items = node.and_then(|node| match &node.data {
        YamlData::Sequence(items) => Some(items.iter()),
        _ => None,
    });
    items.into_iter().flatten()
}

/// A scalar as written; a number or a truth value as YAML spells it.
fn text(node: Option<&Node<'_>>) -> Option<String> {
    match &node?.data {
        YamlData::Representation(text, ..) | YamlData::Value(Scalar::String(text)) => Some(text.to_string()),
        YamlData::Value(Scalar::Integer(number)) => Some(number.to_string()),
        YamlData::Value(Scalar::Boolean(truth)) => Some(truth.to_string()),
        YamlData::Value(Scalar::FloatingPoint(number)) => Some(number.to_string()),
        _ => None,
    }
}

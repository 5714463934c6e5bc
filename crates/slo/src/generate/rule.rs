//! Rules of Prometheus as values, and how they are written.

use std::collections::{BTreeMap, BTreeSet};

use crate::yaml::{Node, list, map, text};

/// A file of rules: one for each context.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleFile {
    /// The context.
    pub context: String,
    /// Lines before everything else, without their `#`.
    pub comments: Vec<String>,
    /// The labels that any of its SLOs is measured by.
    pub group_labels: BTreeSet<String>,
    /// Evaluated beside each other; the rules of each, one after another.
    pub groups: Vec<Group>,
}

/// Rules that are evaluated together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Unique in its file.
    pub name: String,
    /// Seconds.
    pub interval: u64,
    /// In the order in which they are evaluated.
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What it makes.
    pub kind: RuleKind,
    /// PromQL.
    pub expr: String,
    /// Added to what the expression yields.
    pub labels: BTreeMap<String, String>,
}

/// What a rule makes.
#[derive(Debug, Clone, PartialEq)]
pub enum RuleKind {
    /// A series of this name.
    Record(String),
    /// An alert.
    Alert(Alert),
}

/// What an alert has besides its expression and its labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// CamelCase; unique in its file together with the label `tier`.
    pub name: String,
    /// Seconds that the expression has to hold.
    pub hold: u64,
    /// `summary`, `description`, `runbook_url`, `dashboard_url`.
    pub annotations: BTreeMap<String, String>,
}

impl Rule {
    /// A recording rule.
    pub(crate) fn record(name: &str, expr: String, labels: &BTreeMap<String, String>) -> Self {
        Self { kind: RuleKind::Record(name.to_owned()), expr, labels: labels.clone() }
    }

    /// The name of what it records, or of its alert.
    pub fn name(&self) -> &str {
        match &self.kind {
            RuleKind::Record(name) => name,
            RuleKind::Alert(alert) => &alert.name,
        }
    }

    /// The alert, if it is one.
    pub fn alert(&self) -> Option<&Alert> {
        match &self.kind {
            RuleKind::Record(_) => None,
            RuleKind::Alert(alert) => Some(alert),
        }
    }

    pub(crate) fn node(&self) -> Node {
        let mut entries = Vec::new();
        let texts = |texts: &BTreeMap<String, String>| {
            map(texts.iter().map(|(key, value)| (key.clone(), text(value.clone()))))
        };
        match &self.kind {
            RuleKind::Record(name) => entries.push(("record", text(name.clone()))),
            RuleKind::Alert(alert) => entries.push(("alert", text(alert.name.clone()))),
        }
        entries.push(("expr", text(self.expr.clone())));
        if let Some(alert) = self.alert()
            && alert.hold > 0
        {
            entries.push(("for", text(super::tiers::duration(alert.hold))));
        }
        if !self.labels.is_empty() {
            entries.push(("labels", texts(&self.labels)));
        }
        if let Some(alert) = self.alert() {
            entries.push(("annotations", texts(&alert.annotations)));
        }
        map(entries)
    }
}

impl RuleFile {
    /// All its rules.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.groups.iter().flat_map(|group| &group.rules)
    }

    pub(crate) fn groups_node(&self) -> Node {
        list(self.groups.iter().map(|group| {
            map([
                ("name", text(group.name.clone())),
                ("interval", text(super::tiers::duration(group.interval))),
                ("rules", list(group.rules.iter().map(Rule::node))),
            ])
        }))
    }
}

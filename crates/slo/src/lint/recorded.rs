//! What rules add to what may be named: series that they record, with the labels that their expressions leave, and alerts.

use std::collections::{BTreeMap, BTreeSet};

use super::known::{Known, Series};
use super::labels;
use crate::generate::{RuleFile, RuleKind};

impl Known {
    /// Adds what rules record, and the alerts that they raise.
    #[must_use]
    pub fn with_rules(mut self, file: &RuleFile) -> Self {
        for rule in file.rules() {
            match &rule.kind {
                RuleKind::Record(name) => self.record(name, &rule.expr, &rule.labels),
                RuleKind::Alert(alert) => self.alert(&alert.name, &rule.labels),
            }
        }
        self
    }

    /// Adds what one rule records.
    pub(super) fn record(&mut self, name: &str, expr: &str, labels: &BTreeMap<String, String>) {
        let made = promql_parser::parser::parse(expr).ok().and_then(|expr| labels::of(&expr, self));
        let with = |set: BTreeSet<String>| set.into_iter().chain(labels.keys().cloned()).collect();
        let made = made.map(|sets| sets.into_iter().map(with).collect());
        let values = labels.iter().map(|(label, value)| (label.clone(), BTreeSet::from([value.clone()])));
        self.add(name, Series { labels: made, values: values.collect(), buckets: None });
    }

    /// Adds an alert.
    pub(super) fn alert(&mut self, name: &str, labels: &BTreeMap<String, String>) {
        let mut values: BTreeMap<String, BTreeSet<String>> =
            labels.iter().map(|(label, value)| (label.clone(), BTreeSet::from([value.clone()]))).collect();
        values.insert("alertname".to_owned(), BTreeSet::from([name.to_owned()]));
        values.insert("alertstate".to_owned(), ["firing", "pending"].map(str::to_owned).into());
        for series in ["ALERTS", "ALERTS_FOR_STATE"] {
            self.add(series, Series { labels: None, values: values.clone(), buckets: None });
        }
    }
}

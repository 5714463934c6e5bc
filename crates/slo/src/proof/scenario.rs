//! Scenarios for `promtool test rules`, and the files that promtool reads.

use crate::generate::RuleFile;
use crate::yaml::{Node, document, list, map, text};

/// Input series over time, and what must be seen at some minutes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// What it is about, for people.
    pub name: String,
    /// Series with their values at each minute, in promtool's notation.
    pub series: Vec<(String, String)>,
    /// In the order of minutes.
    pub checks: Vec<Check>,
}

/// What an expression must yield.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// After so many minutes.
    pub minute: u64,
    /// PromQL.
    pub expr: String,
    /// Labels as PromQL writes them, such as `{tier="page-fast"}`, with a number; no sample at all where it is empty.
    pub samples: Vec<(String, i64)>,
}

/// A file for `promtool test rules`.
#[derive(Debug, Clone, Copy)]
pub struct TestsFile<'a> {
    /// The path of the rules from the folder of the tests.
    pub path: &'a str,
    /// The rules. Their groups are evaluated in this order; promtool takes any other order else, and another each time.
    pub rules: &'a RuleFile,
    /// All rules are evaluated every so many minutes, whatever the intervals of their groups are.
    pub every_minutes: u64,
}

impl TestsFile<'_> {
    /// With these scenarios.
    pub fn text(&self, scenarios: &[Scenario]) -> String {
        self.of(scenarios.iter().map(Scenario::node))
    }

    /// It has promtool say which alerts of a name fire at a minute, with their texts: it expects none.
    pub fn texts(&self, scenario: &Scenario, alerts: &[(u64, String)]) -> String {
        let silent = Scenario { checks: Vec::new(), ..scenario.clone() };
        let asked = alerts.iter().map(|(minute, name)| {
            map([("eval_time", text(format!("{minute}m"))), ("alertname", text(name.clone()))])
        });
        let mut test = silent.node();
        if let Node::Mapping(entries) = &mut test {
            entries.insert(text("alert_rule_test"), list(asked));
        }
        self.of([test])
    }

    fn of(&self, tests: impl IntoIterator<Item = Node>) -> String {
        let groups = self.rules.groups.iter().map(|group| text(group.name.clone()));
        document(&map([
            ("rule_files", list([text(self.path)])),
            ("evaluation_interval", text(format!("{}m", self.every_minutes))),
            ("group_eval_order", list(groups)),
            ("tests", list(tests)),
        ]))
    }
}

/// A file of rules as promtool and Prometheus read it, without comments.
pub fn rules_file(rules: &RuleFile) -> String {
    document(&map([("groups", rules.groups_node())]))
}

impl Scenario {
    fn node(&self) -> Node {
        let series = self.series.iter().map(|(series, values)| {
            map([("series", text(series.clone())), ("values", text(values.clone()))])
        });
        map([
            ("name", text(self.name.clone())),
            ("interval", text("1m")),
            ("input_series", list(series)),
            ("promql_expr_test", list(self.checks.iter().map(Check::node))),
        ])
    }
}

impl Check {
    fn node(&self) -> Node {
        let samples = self.samples.iter().map(|(labels, value)| {
            map([("labels", text(labels.clone())), ("value", Node::Value(saphyr::Scalar::Integer(*value)))])
        });
        let mut entries =
            vec![("expr", text(self.expr.clone())), ("eval_time", text(format!("{}m", self.minute)))];
        if !self.samples.is_empty() {
            entries.push(("exp_samples", list(samples)));
        }
        map(entries)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::generate::Group;

    #[test]
    fn a_file_has_what_promtool_reads() {
        let check = |minute, samples| Check { minute, expr: "ALERTS{slo=\"s\"}".to_owned(), samples };
        let scenario = Scenario {
            name: "an outage".to_owned(),
            series: vec![("a{b=\"c\"}".to_owned(), "0+1x3".to_owned())],
            checks: vec![check(2, Vec::new()), check(3, vec![("{tier=\"t\"}".to_owned(), 1)])],
        };
        let expected = "\
rule_files:
  - c.rules.yaml
evaluation_interval: 1m
group_eval_order:
  - \"c:slo\"
  - \"c:slo:long\"
tests:
  - name: an outage
    interval: 1m
    input_series:
      - series: \"a{b=\\\"c\\\"}\"
        values: 0+1x3
    promql_expr_test:
      - expr: \"ALERTS{slo=\\\"s\\\"}\"
        eval_time: 2m
      - expr: \"ALERTS{slo=\\\"s\\\"}\"
        eval_time: 3m
        exp_samples:
          - labels: \"{tier=\\\"t\\\"}\"
            value: 1
";
        let group = |name: &str| Group { name: name.to_owned(), interval: 60, rules: Vec::new() };
        let rules = RuleFile {
            context: "c".to_owned(),
            comments: Vec::new(),
            group_labels: BTreeSet::new(),
            groups: vec![group("c:slo"), group("c:slo:long")],
        };
        let file = TestsFile { path: "c.rules.yaml", rules: &rules, every_minutes: 1 };
        assert_eq!(file.text(&[scenario]), expected);
    }
}

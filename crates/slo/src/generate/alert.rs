//! Alerts on a burning error budget, with the words that somebody reads who was just woken.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use promql_parser::parser::parse;
use rust_decimal::Decimal;

use super::count::{Counted, INTERVAL};
use super::record::bad_events;
use super::rule::{Alert, Rule, RuleKind};
use super::tiers::{Severity, Tier, duration};
use super::{About, GenerateError, One, place};
use crate::model::{Op, Policy};
use crate::names::{
    BUDGET_REMAINING, ERROR_RATIO, OWNER_LABEL, SEVERITY_LABEL, TIER_LABEL, TOTAL, WINDOWS_LABEL,
};

impl One<'_> {
    /// The alert of a pair of windows.
    pub(super) fn burns(&self, tier: &Tier, counted: &Counted) -> Rule {
        let severity = if self.slo.may_page { tier.severity } else { Severity::Ticket };
        let threshold = tier.threshold(self.target);
        let expr = [
            self.burning(tier.long, ">", threshold),
            format!("{} {ERROR_RATIO}:{}{} > {threshold}", self.and(), duration(tier.short), self.own),
            self.enough(tier.long),
        ];
        let mut labels = self.labels(severity.as_str());
        labels.insert(TIER_LABEL.to_owned(), tier.name.to_owned());
        labels.insert(WINDOWS_LABEL.to_owned(), tier.windows());
        let name = format!("{}BudgetBurn", self.slo.name.to_upper_camel_case());
        let annotations = self.annotations(&name, tier.long, counted);
        Rule { kind: RuleKind::Alert(Alert { name, hold: 0, annotations }), expr: expr.join("\n"), labels }
    }

    /// The alert of an alert policy of the document.
    pub(super) fn breaches(&self, policy: &Policy, counted: &Counted) -> Result<Option<Rule>, GenerateError> {
        let unsupported = |what: &str| GenerateError::Unsupported {
            place: place(self.slo),
            what: format!("`{what}` of the alert policy `{}`", policy.name),
        };
        if policy.when_no_data {
            return Err(unsupported("alertWhenNoData: true"));
        }
        // Whether a receiver hears of the end is said in slo/receivers.yaml (`send_resolved`).
        if !policy.when_resolved {
            return Err(unsupported("alertWhenResolved: false"));
        }
        let severity = match policy.severity.to_ascii_lowercase().as_str() {
            "page" if self.slo.may_page => "page",
            "page" | "ticket" => "ticket",
            // A guess could make a ticket of what should wake somebody.
            other => return Err(unsupported(&format!("severity: {other}"))),
        };
        if policy.lookback_seconds < INTERVAL * 5 || !policy.lookback_seconds.is_multiple_of(INTERVAL) {
            return Err(unsupported("lookbackWindow of less than 5m or of no whole minutes"));
        }
        if !policy.when_breaching {
            return Ok(None);
        }
        let op = match policy.op {
            Op::Lt => "<",
            Op::Lte => "<=",
            Op::Gt => ">",
            Op::Gte => ">=",
        };
        let threshold = (policy.threshold * (Decimal::ONE - self.target)).normalize();
        let expr =
            [self.burning(policy.lookback_seconds, op, threshold), self.enough(policy.lookback_seconds)];
        let expr = expr.join("\n");
        let mut labels = self.labels(severity);
        labels.insert("policy".to_owned(), policy.name.clone());
        let name = format!("{}{}", self.slo.name.to_upper_camel_case(), policy.name.to_upper_camel_case());
        let mut annotations = self.annotations(&name, policy.lookback_seconds, counted);
        if !policy.description.is_empty() {
            let summary = literal(&format!("{}: {}", self.slo.title, one_line(&policy.description)));
            annotations.insert("summary".to_owned(), summary);
        }
        let kind = RuleKind::Alert(Alert { name, hold: policy.alert_after_seconds, annotations });
        Ok(Some(Rule { kind, expr, labels }))
    }

    fn and(&self) -> String {
        format!("and on ({})", self.slo.group_by.join(", "))
    }

    /// The share of a window, where it is over the threshold. Whatever part of the window has no samples yet counts as if
    /// it had had the same traffic and nothing bad: a Prometheus that was just started pages when the budget says so, and
    /// neither at once nor blindly late.
    fn burning(&self, window: u64, op: &str, threshold: Decimal) -> String {
        let (own, on, ratio) = (&self.own, self.and(), format!("{ERROR_RATIO}:{}", duration(window)));
        format!(
            "{ratio}{own}\n{on} {ratio}{own} * clamp_max(count_over_time({TOTAL}{own}[{}]) / {}, 1) {op} {threshold}",
            duration(window),
            window / INTERVAL
        )
    }

    /// At least so many bad events. Half of one less is asked for, since a rate estimates: three failures sum to between
    /// 2.8 and 3.1, as the scrapes fall.
    fn enough(&self, window: u64) -> String {
        format!("{} {} > {}", self.and(), bad_events(&self.own, window), self.least())
    }

    /// What the count of bad events has to exceed.
    pub(super) fn least(&self) -> Decimal {
        (Decimal::from(self.slo.min_bad) - Decimal::new(5, 1)).max(Decimal::ZERO)
    }

    fn labels(&self, severity: &str) -> BTreeMap<String, String> {
        let mut labels = self.labels.clone();
        labels.insert(SEVERITY_LABEL.to_owned(), severity.to_owned());
        labels.insert(OWNER_LABEL.to_owned(), self.about.owner.clone());
        labels
    }

    /// What burns, how fast, until when, and what is behind it.
    fn annotations(&self, alert: &str, window: u64, counted: &Counted) -> BTreeMap<String, String> {
        let (slo, window) = (self.slo, duration(window));
        let percent = (self.target * Decimal::ONE_HUNDRED).normalize();
        let budget = (Decimal::ONE - self.target).normalize();
        let days = duration(self.period);
        let what = counted.unit.noun();
        let of: String =
            slo.group_by.iter().map(|label| format!(" ({label} {{{{ $labels.{label} }}}})")).collect();
        let summary = format!(
            "{}{of}: {{{{ $value | humanizePercentage }}}} of {what} were bad over the last {window}, {percent}% must be good",
            literal(&slo.title)
        );
        let burn = self.query(&format!("{ERROR_RATIO}:{window}"), &format!(" / {budget}"));
        let left = self.query(BUDGET_REMAINING, "");
        let lasts = self.seconds_left(&window, &budget);
        let mut description = format!(
            "{{{{ $value | humanizePercentage }}}} of all {what} were bad over the last {window}; {percent}% must be good over {days}. \
             The error budget burns {{{{ with {burn} }}}}{{{{ . | first | value | printf \"%.1f\" }}}}{{{{ end }}}} times as fast as \
             it may.{{{{ with {left} }}}}{{{{ if gt (. | first | value) 0.0 }}}} {{{{ . | first | value | humanizePercentage }}}} of it \
             is left{{{{ with {lasts} }}}}, which lasts {{{{ . | first | value | humanizeDuration }}}} at this pace{{{{ end }}}}.\
             {{{{ else }}}} It is spent.{{{{ end }}}}{{{{ end }}}}"
        );
        if let Some(blame) = counted.blame.as_deref().and_then(quotable) {
            description.push_str(&format!(
                " Bad at present:{{{{ range query `{blame}` }}}}{{{{ range $name, $is := .Labels }}}} {{{{ $name }}}}={{{{ $is }}}}\
                 {{{{ end }}}}, {{{{ .Value | printf \"%.1f\" }}}} a minute;{{{{ else }}}} nothing.{{{{ end }}}}"
            ));
        }
        if !slo.description.is_empty() {
            description.push_str(&format!(" Promised: {}", literal(&one_line(&slo.description))));
        }
        annotations(self.about, alert, summary, description, Some(&slo.name))
    }

    /// `query` of a template for this objective and this group.
    fn query(&self, series: &str, then: &str) -> String {
        let own = self.own.trim_matches(['{', '}']);
        let group = &self.slo.group_by;
        if group.is_empty() {
            return format!("query `{series}{{{own}}}{then}`");
        }
        let (names, values): (String, String) =
            group.iter().map(|label| (format!(",{label}=%q"), format!(" $labels.{label}"))).unzip();
        format!("printf `{series}{{{own}{names}}}{then}`{values} | query")
    }

    /// Until the budget is gone at the pace of this window.
    fn seconds_left(&self, window: &str, budget: &Decimal) -> String {
        let own = self.own.trim_matches(['{', '}']);
        let group = &self.slo.group_by;
        let names: String = group.iter().map(|label| format!(",{label}=%q")).collect();
        let values: String = group.iter().map(|label| format!(" $labels.{label}")).collect();
        let series = format!(
            "(clamp_min({BUDGET_REMAINING}{{{own}{names}}}, 0) * {}) / ({ERROR_RATIO}:{window}{{{own}{names}}} / {budget})",
            self.period
        );
        if group.is_empty() {
            format!("query `{series}`")
        } else {
            format!("printf `{series}`{values}{values} | query")
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text of people in a template of Prometheus: a brace of theirs must not open an action, since a template that cannot be
/// read keeps Prometheus from loading the file.
fn literal(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// A query on one line, to stand between backticks; nothing of one that would say something else there.
fn quotable(query: &str) -> Option<String> {
    let line = one_line(query);
    let same = !line.contains('`') && (line == query || parse(&line) == parse(query));
    same.then_some(line)
}

/// The annotations that each alert has.
pub(super) fn annotations(
    about: &About,
    alert: &str,
    summary: String,
    description: String,
    slo: Option<&str>,
) -> BTreeMap<String, String> {
    let (links, context) = (&about.links, &about.context);
    let anchor = alert.to_lowercase();
    let shown = slo.map_or_else(String::new, |slo| format!("?var-slo={slo}"));
    BTreeMap::from([
        ("summary".to_owned(), summary),
        ("description".to_owned(), description),
        ("runbook_url".to_owned(), format!("{links}services/{context}/docs/runbook.md#{anchor}")),
        ("dashboard_url".to_owned(), format!("/d/macadam-{context}{shown}")),
    ])
}

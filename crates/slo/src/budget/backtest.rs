//! What would have alerted, had an objective been in force when samples were taken: the generated rules with their
//! recorded series written out, so that any Prometheus which has the raw series can evaluate them for the past.

mod episodes;
mod text;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

pub use episodes::{Backtest, Counter, Held, backtest};

use crate::generate::{About, GenerateError, RuleFile, duration, promises, rules};
use crate::model::Slo;
use crate::names::{
    BAD, COMPOSITE, CONTEXT_LABEL, OBJECTIVE_LABEL, SEVERITY_LABEL, SLO_LABEL, TIER_LABEL, TOTAL,
    WINDOWS_LABEL,
};

/// The step at which the rules record, as PromQL writes it.
const STEP: &str = "60s";

/// What to ask of a Prometheus.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Each yields a sample at each minute at which its alert holds.
    pub alerts: Vec<Trigger>,
    /// What each objective counts.
    pub counts: Vec<Count>,
}

/// An alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// PromQL on raw series alone.
    pub query: String,
    /// The objective that it is of, where an SLO has several.
    pub(super) objective: Option<String>,
    pub(super) tier: String,
    pub(super) severity: String,
    pub(super) windows: String,
    /// The long window in seconds.
    pub(super) long: i64,
    /// Seconds that it has to hold before it fires.
    pub(super) hold: i64,
}

/// What an objective counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// PromQL: all, per second.
    pub total: String,
    /// PromQL: the bad part, per second.
    pub bad: String,
    /// Its share of the budget as a whole; 1 but for the parts of a composite.
    pub(super) weight: f64,
}

/// The queries for an SLO.
pub fn trial(about: &About, slo: &Slo) -> Result<Trial, GenerateError> {
    let file = rules(about, &[slo])?;
    let written = Written::of(&file, slo);
    let mut alerts = Vec::new();
    for rule in file.rules() {
        let (Some(alert), Some(_)) = (rule.alert(), rule.labels.get(SLO_LABEL)) else { continue };
        let label = |name: &str| rule.labels.get(name).cloned().unwrap_or_default();
        let policy = label("policy");
        let long = longest(&rule.expr);
        let windows = if policy.is_empty() { label(WINDOWS_LABEL) } else { duration(long) };
        alerts.push(Trigger {
            query: written.out(&rule.expr),
            objective: rule.labels.get(OBJECTIVE_LABEL).cloned(),
            tier: if policy.is_empty() { label(TIER_LABEL) } else { policy },
            severity: label(SEVERITY_LABEL),
            windows,
            long: i64::try_from(long).unwrap_or(i64::MAX),
            hold: i64::try_from(alert.hold).unwrap_or(i64::MAX),
        });
    }
    let all = promises(about, slo);
    let sum: Decimal = slo.objectives.iter().filter_map(|objective| objective.weight).sum();
    let counts = all.iter().filter_map(|promise| {
        let objective = promise.objective?;
        let own = selector(slo, promise.name.as_deref());
        let weight = objective.weight.filter(|_| promise.is_part).map_or(Decimal::ONE, |weight| weight / sum);
        Some(Count {
            total: written.out(&format!("{TOTAL}{own}")),
            bad: written.out(&format!("{BAD}{own}")),
            weight: weight.to_f64().unwrap_or(1.0),
        })
    });
    Ok(Trial { alerts, counts: counts.collect() })
}

/// Selects the recorded series of an objective.
fn selector(slo: &Slo, objective: Option<&str>) -> String {
    let objective = objective.map_or_else(String::new, |name| format!("{OBJECTIVE_LABEL}=\"{name}\","));
    format!("{{{CONTEXT_LABEL}=\"{}\",{objective}{SLO_LABEL}=\"{}\"}}", slo.service, slo.name)
}

/// What stands for each recorded series: its rule's expression.
struct Written {
    /// By the selector with the name before it.
    rules: BTreeMap<String, String>,
}

impl Written {
    fn of(file: &RuleFile, slo: &Slo) -> Self {
        let own = file.rules().filter(|rule| rule.alert().is_none() && rule.labels.contains_key(SLO_LABEL));
        let mut rules: BTreeMap<String, String> = own
            .map(|rule| {
                let objective = rule.labels.get(OBJECTIVE_LABEL).map(String::as_str);
                (format!("{}{}", rule.name(), selector(slo, objective)), rule.expr.clone())
            })
            .collect();
        // A composite adds up its parts, which are told apart by a label that their rules add.
        let others = selector(slo, Some(COMPOSITE))
            .replace(&format!("{OBJECTIVE_LABEL}=\""), &format!("{OBJECTIVE_LABEL}!=\""));
        for series in [TOTAL, BAD] {
            let parts = (1..=slo.objectives.len()).map(|number| {
                let part = selector(slo, Some(&number.to_string()));
                format!("label_replace({series}{part}, \"{OBJECTIVE_LABEL}\", \"{number}\", \"\", \"\")")
            });
            rules.insert(format!("{series}{others}"), parts.collect::<Vec<_>>().join(" or "));
        }
        Self { rules }
    }

    /// The expression with each recorded series written out, and where a range of it is wanted, as a subquery.
    fn out(&self, expr: &str) -> String {
        let mut text = expr.to_owned();
        while let Some((at, name, rule)) = self.first(&text) {
            let after = &text[at + name.len()..];
            let range = after.strip_prefix('[').and_then(|rest| rest.split_once(']'));
            text = match range {
                Some((window, rest)) => format!("{}({rule})[{window}:{STEP}]{rest}", &text[..at]),
                None => format!("{}({rule}){after}", &text[..at]),
            };
        }
        text
    }

    /// The first recorded series in an expression.
    fn first(&self, text: &str) -> Option<(usize, &str, &str)> {
        let found = self
            .rules
            .iter()
            .filter_map(|(name, rule)| Some((text.find(name.as_str())?, name.as_str(), rule.as_str())));
        found.min_by_key(|(at, ..)| *at)
    }
}

/// The longest range of an expression in seconds.
fn longest(expr: &str) -> u64 {
    let ranges = expr.split('[').skip(1).filter_map(|rest| rest.split_once(']'));
    ranges.filter_map(|(range, _)| seconds(range)).max().unwrap_or_default()
}

/// A duration as the rules write it, in one unit.
fn seconds(range: &str) -> Option<u64> {
    let units = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];
    units.into_iter().find_map(|(unit, length)| Some(range.strip_suffix(unit)?.parse::<u64>().ok()? * length))
}

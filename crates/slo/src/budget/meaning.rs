//! What an objective means: minutes, events, and when who is told.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::outage::{Condition, as_f64};
use crate::generate::{About, Promise, Severity, Tier, Tiers, duration, nominal, place, promises, tiers};
use crate::model::{Alerting, Budgeting, Policy, Ratio, Sli, Slo, Window};

/// What an SLO means.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Meaning {
    /// The SLO's name.
    pub slo: String,
    /// The context that it is of.
    pub context: String,
    /// `file:line:column`.
    pub place: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) owner: String,
    /// When tickets reach the owner; at all times where it is not said.
    pub(super) hours: Option<String>,
    pub(super) period: Period,
    pub(super) group_by: Vec<String>,
    pub(super) min_bad: u32,
    pub(super) gate: bool,
    pub(super) objectives: Vec<Promised>,
}

/// The time that a budget is for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Period {
    pub kind: &'static str,
    /// Of a calendar's, the usual length.
    pub seconds: u64,
    pub text: String,
}

/// One objective, or all of a composite together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Promised {
    pub name: Option<String>,
    /// Whether it is part of a composite, which alerts for it.
    pub is_part: bool,
    pub title: Option<String>,
    /// The share that must be good, from 0 to 1.
    pub target: f64,
    /// The share that may be bad, from 0 to 1.
    pub budget: f64,
    /// A total outage spends the budget in so many seconds.
    pub outage_seconds: f64,
    pub noun: &'static str,
    /// What is counted, by name: `bad`, `total`, ….
    pub counted: BTreeMap<&'static str, String>,
    pub traffic: Option<Spent>,
    pub alerts: Vec<Alerts>,
    pub left_out: Vec<LeftOut>,
}

/// The budget in events.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Spent {
    pub events_per_day: f64,
    pub events_in_period: f64,
    pub allowed_bad: f64,
    /// Of which group of the SLO this is, where it has several: the one with the fewest events.
    pub quietest: Option<String>,
}

/// When somebody is told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Alerts {
    /// The tier, or the document's policy.
    pub name: String,
    pub severity: &'static str,
    pub receiver: String,
    pub long_seconds: u64,
    pub short_seconds: Option<u64>,
    pub windows: String,
    pub factor: f64,
    pub threshold: f64,
    pub arithmetic: String,
    /// The share of the budget that is spent when it fires.
    pub budget_share: Option<f64>,
    /// A total outage makes it fire after so many seconds; never, where there is too little traffic.
    pub outage_seconds: Option<u64>,
    pub few: Option<Few>,
}

/// So little traffic that the least number of bad events decides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Few {
    pub events_in_window: f64,
    /// The bad events at which the threshold alone would alert.
    pub bad_at_threshold: f64,
    /// The share of bad events at which it alerts in fact.
    pub ratio_in_fact: f64,
}

/// A tier that the SLO does not have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct LeftOut {
    pub tier: &'static str,
    pub windows: String,
    pub reason: String,
}

/// How much happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Traffic {
    /// Events a day, of the group that has the fewest.
    pub events_per_day: f64,
    /// The group, where the SLO is measured by labels.
    pub quietest: Option<String>,
}

/// What an SLO means. `traffic` says how much happens, by the name of the objective; where time is counted, it has no say.
pub fn meaning(about: &About, slo: &Slo, traffic: impl Fn(Option<&str>) -> Option<Traffic>) -> Meaning {
    let period = nominal(&slo.window);
    let all = promises(about, slo);
    let objectives = all.iter().map(|promise| {
        let known = traffic(promise.name.as_deref()).filter(|_| !promise.is_time);
        promised(about, slo, promise, period, known)
    });
    let hours = about.hours.as_ref().map(|hours| {
        format!("{} to {}, {}–{} {}", hours.first_day, hours.last_day, hours.start, hours.end, hours.zone)
    });
    Meaning {
        slo: slo.name.clone(),
        context: slo.service.clone(),
        place: place(slo),
        title: slo.title.clone(),
        description: slo.description.split_whitespace().collect::<Vec<_>>().join(" "),
        owner: about.owner.clone(),
        hours,
        period: period_of(&slo.window, period),
        group_by: slo.group_by.clone(),
        min_bad: slo.min_bad,
        gate: slo.gate,
        objectives: objectives.collect(),
    }
}

fn period_of(window: &Window, seconds: u64) -> Period {
    match window {
        Window::Rolling { .. } => {
            let text = format!("the last {}", super::words::duration(as_f64(seconds)));
            Period { kind: "rolling", seconds, text }
        }
        Window::Calendar { start, count, unit, zone } => {
            let unit = format!("{unit:?}").to_lowercase();
            let every = if *count == 1 { unit } else { format!("{count} {unit}s") };
            let start = start.strftime("%Y-%m-%d %H:%M");
            Period { kind: "calendar", seconds, text: format!("every {every} from {start} ({zone})") }
        }
    }
}

fn promised(
    about: &About,
    slo: &Slo,
    promise: &Promise<'_>,
    period: u64,
    traffic: Option<Traffic>,
) -> Promised {
    let budget = Decimal::ONE - promise.target;
    let per_day = traffic.as_ref().map(|traffic| traffic.events_per_day);
    let (alerts, left_out) = alerts(about, slo, promise, period, per_day);
    let days = as_f64(period) / 86_400.0;
    Promised {
        name: promise.name.clone(),
        is_part: promise.is_part,
        title: promise.objective.and_then(|objective| objective.title.clone()),
        target: float(promise.target),
        budget: float(budget),
        outage_seconds: float(budget * Decimal::from(period)),
        noun: promise.noun,
        counted: counted(slo, promise),
        traffic: traffic.map(|traffic| Spent {
            events_per_day: traffic.events_per_day,
            events_in_period: traffic.events_per_day * days,
            allowed_bad: traffic.events_per_day * days * float(budget),
            quietest: traffic.quietest,
        }),
        alerts,
        left_out,
    }
}

/// What is counted, in PromQL and in words.
fn counted(slo: &Slo, promise: &Promise<'_>) -> BTreeMap<&'static str, String> {
    let mut counted = BTreeMap::new();
    let Some(objective) = promise.objective else {
        let weights = slo.objectives.iter().enumerate().map(|(number, objective)| {
            let weight = objective.weight.unwrap_or(Decimal::ONE).normalize();
            format!("{} (weight {weight})", number + 1)
        });
        let weights: Vec<String> = weights.collect();
        return BTreeMap::from([("mean", format!("of the objectives {}", weights.join(", ")))]);
    };
    match &objective.sli {
        Sli::Ratio { of: Ratio::Good { good, total }, .. } => {
            counted.extend([("good", good.text.clone()), ("total", total.text.clone())]);
        }
        Sli::Ratio { of: Ratio::Bad { bad, total }, .. } => {
            counted.extend([("bad", bad.text.clone()), ("total", total.text.clone())]);
        }
        Sli::Ratio { of: Ratio::Raw { query, success }, .. } => {
            counted.insert(if *success { "good ratio" } else { "bad ratio" }, query.text.clone());
        }
        Sli::Threshold { query, op, value } => {
            let op = match op {
                crate::model::Op::Lt => "<",
                crate::model::Op::Lte => "<=",
                crate::model::Op::Gt => ">",
                crate::model::Op::Gte => ">=",
            };
            counted.insert("good while", format!("{} {op} {}", query.text, value.normalize()));
        }
    }
    let length = duration(objective.slice_seconds.unwrap_or(60));
    match (slo.budgeting, objective.slice_target) {
        (Budgeting::Occurrences, _) => {}
        (Budgeting::Timeslices, Some(target)) => {
            let target = super::words::percent(float(target));
            counted.insert("slices", format!("of {length}, each good if at least {target} of it is good"));
        }
        (Budgeting::Timeslices | Budgeting::RatioTimeslices, _) => {
            counted.insert("slices", format!("of {length}, each by its own ratio"));
        }
    }
    counted
}

fn alerts(
    about: &About,
    slo: &Slo,
    promise: &Promise<'_>,
    period: u64,
    per_day: Option<f64>,
) -> (Vec<Alerts>, Vec<LeftOut>) {
    if promise.is_part {
        return (Vec::new(), Vec::new());
    }
    match &slo.alerting {
        Alerting::None => (Vec::new(), Vec::new()),
        Alerting::Multiwindow => {
            let Tiers { kept, unreachable, early } = tiers(period, promise.target);
            let alerts = kept.iter().map(|tier| of_tier(about, slo, promise, tier, per_day));
            let left_out = unreachable.iter().map(|tier| LeftOut {
                tier: tier.name,
                windows: tier.windows(),
                reason: format!(
                    "{} is not below 1, so that no error ratio exceeds it",
                    arithmetic(promise, tier.factor)
                ),
            });
            let early = early.iter().map(|tier| LeftOut {
                tier: tier.name,
                windows: tier.windows(),
                reason: format!(
                    "{} is what is spent while the objective is met",
                    arithmetic(promise, tier.factor)
                ),
            });
            (alerts.collect(), left_out.chain(early).collect())
        }
        Alerting::Policies(policies) => {
            let breaching = policies.iter().filter(|policy| policy.when_breaching);
            (breaching.map(|policy| of_policy(about, slo, promise, policy, per_day)).collect(), Vec::new())
        }
    }
}

fn of_tier(about: &About, slo: &Slo, promise: &Promise<'_>, tier: &Tier, per_day: Option<f64>) -> Alerts {
    let severity = if slo.may_page { tier.severity } else { Severity::Ticket }.as_str();
    let threshold = float(tier.threshold(promise.target));
    let condition = Condition {
        long: tier.long,
        short: tier.short,
        threshold,
        min_bad: slo.min_bad,
        hold: 0,
        ramp: promise.ramp,
    };
    Alerts {
        name: tier.name.to_owned(),
        severity,
        receiver: format!("{}-{severity}", about.owner),
        long_seconds: tier.long,
        short_seconds: Some(tier.short),
        windows: tier.windows(),
        factor: float(tier.factor),
        threshold,
        arithmetic: arithmetic(promise, tier.factor),
        budget_share: Some(float(tier.share)),
        outage_seconds: condition.outage_seconds(per_day),
        few: per_day.and_then(|events| few(&condition, events)),
    }
}

fn of_policy(
    about: &About,
    slo: &Slo,
    promise: &Promise<'_>,
    policy: &Policy,
    per_day: Option<f64>,
) -> Alerts {
    let pages = slo.may_page && policy.severity.eq_ignore_ascii_case("page");
    let severity = if pages { Severity::Page } else { Severity::Ticket }.as_str();
    let threshold = float(policy.threshold * (Decimal::ONE - promise.target));
    let condition = Condition {
        long: policy.lookback_seconds,
        short: policy.lookback_seconds,
        threshold,
        min_bad: slo.min_bad,
        hold: policy.alert_after_seconds,
        ramp: promise.ramp,
    };
    Alerts {
        name: policy.name.clone(),
        severity,
        receiver: format!("{}-{severity}", about.owner),
        long_seconds: policy.lookback_seconds,
        short_seconds: None,
        windows: duration(policy.lookback_seconds),
        factor: float(policy.threshold),
        threshold,
        arithmetic: arithmetic(promise, policy.threshold),
        budget_share: None,
        outage_seconds: condition.outage_seconds(per_day),
        few: per_day.and_then(|events| few(&condition, events)),
    }
}

/// `14.4 × 0.001 = 0.0144`.
fn arithmetic(promise: &Promise<'_>, factor: Decimal) -> String {
    let budget = (Decimal::ONE - promise.target).normalize();
    let factor = factor.normalize();
    format!("{factor} × {budget} = {}", (factor * budget).normalize())
}

/// Whether the least number of bad events decides, and not the threshold.
fn few(condition: &Condition, events_per_day: f64) -> Option<Few> {
    let events_in_window = events_per_day * as_f64(condition.long) / 86_400.0;
    let bad_at_threshold = events_in_window * condition.threshold;
    let least = f64::from(condition.min_bad);
    let decides = bad_at_threshold < least;
    decides.then(|| Few { events_in_window, bad_at_threshold, ratio_in_fact: least / events_in_window })
}

/// For words and JSON; what is compared exactly stays a decimal.
fn float(number: Decimal) -> f64 {
    number.to_f64().unwrap_or(f64::NAN)
}

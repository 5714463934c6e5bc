//! How an SLO stands: what was measured, against what it promises.

use std::collections::BTreeMap;

use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::outage::as_f64;
use super::period::Elapsed;
use crate::generate::{About, INTERVAL, Promise, duration, nominal, place, promises, tiers};
use crate::model::{Alerting, Slo};

/// What Prometheus recorded of one objective, in one group of labels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observed {
    /// The label `objective`, if there is one.
    pub objective: Option<String>,
    /// The labels by which the SLO is measured apart, with their values.
    pub group: BTreeMap<String, String>,
    /// Events in the period.
    pub total: f64,
    /// What of them was bad.
    pub bad: f64,
    /// Minutes of the period for which something was recorded, also while nothing happened.
    pub samples: f64,
    /// The error ratio by the window's name, such as `1h`.
    pub ratios: BTreeMap<String, f64>,
    /// The alerts that fire.
    pub firing: Vec<Firing>,
}

/// An alert that fires.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Firing {
    /// Its name.
    pub alert: String,
    /// `page` or `ticket`.
    pub severity: String,
    /// Of an alert on a budget, `page-fast`, …; else empty.
    pub tier: String,
    /// Its pair of windows, or empty.
    pub windows: String,
}

/// How an SLO stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    /// The SLO's name.
    pub slo: String,
    /// The context that it is of.
    pub context: String,
    pub(super) title: String,
    pub(super) owner: String,
    /// `file:line:column`.
    pub(super) place: String,
    /// Whether a spent budget stops a release.
    pub gate: bool,
    /// The worst that can be said of it. A part of a composite has no budget of its own.
    pub verdict: Verdict,
    /// The least budget that is left of any of its groups; nothing without data.
    pub budget_left: Option<f64>,
    /// The least share that was good in any of its groups; nothing while idle or without data.
    pub(super) sli: Option<f64>,
    /// The least share of the period for which something was recorded, of any of its groups.
    pub coverage: f64,
    /// When the period began, and when it ends if it is one of the calendar.
    pub(super) period: Bounds,
    /// One for each objective and group; of an objective without data, one without a group.
    pub states: Vec<State>,
}

/// A period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Bounds {
    pub start: String,
    pub now: String,
    pub end: Option<String>,
}

/// What can be said of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing of it is left.
    Spent,
    /// Nothing was recorded.
    Unknown,
    /// Some of it is left.
    Left,
    /// Nothing happened, so that nothing was spent.
    Idle,
}

/// How one objective stands in one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct State {
    pub(super) objective: Option<String>,
    /// Part of a composite, whose budget is not its own.
    pub(super) is_part: bool,
    pub(super) group: BTreeMap<String, String>,
    /// From 0 to 1.
    pub(super) target: f64,
    pub(super) noun: &'static str,
    /// What can be said.
    pub verdict: Verdict,
    /// The share that was good; nothing while idle or without data, and of a composite the mean.
    pub(super) sli: Option<f64>,
    /// The share of the budget that is left, 1 when untouched, below 0 when overspent.
    pub budget_left: Option<f64>,
    pub(super) events: Option<Events>,
    /// The share of the period for which something was recorded.
    pub(super) coverage: f64,
    pub(super) burn: Vec<Burn>,
    pub(super) firing: Vec<Firing>,
    /// When the budget is gone, if it goes on like this.
    pub(super) exhaustion: Exhaustion,
}

/// Events in the period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Events {
    pub total: f64,
    pub bad: f64,
    /// So many of `total` may be bad.
    pub allowed: f64,
}

/// How fast the budget goes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Burn {
    pub window: String,
    pub seconds: u64,
    pub ratio: f64,
    /// So many times the pace that spends the budget exactly within the period.
    pub pace: f64,
}

/// How long the budget lasts at the pace of a window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Exhaustion {
    /// Of which window the pace is.
    pub window: Option<String>,
    /// Nothing where it lasts, or where the pace is not known.
    pub seconds: Option<f64>,
}

/// How an SLO stands by what was observed; where nothing was, it says so.
pub fn standing(about: &About, slo: &Slo, elapsed: &Elapsed, observed: &[Observed]) -> Standing {
    let all = promises(about, slo);
    let mut states: Vec<State> = Vec::new();
    for promise in &all {
        let own: Vec<&Observed> = observed.iter().filter(|one| one.objective == promise.name).collect();
        let judge = Judge { slo, promise, elapsed };
        if own.is_empty() {
            states.push(judge.unknown());
        }
        for one in own {
            let share = match promise.objective {
                Some(_) => (one.total > 0.0).then(|| one.bad / one.total),
                None => composite(slo, &all, observed, &one.group),
            };
            states.push(judge.state(one, share));
        }
    }
    let left = |state: &State| state.budget_left.unwrap_or(f64::INFINITY);
    states.sort_by(|one, other| left(one).total_cmp(&left(other)));
    let own = || states.iter().filter(|state| !state.is_part);
    let (budget_left, sli) =
        (own().filter_map(|state| state.budget_left), own().filter_map(|state| state.sli));
    let (budget_left, sli) = (budget_left.min_by(f64::total_cmp), sli.min_by(f64::total_cmp));
    let coverage = own().map(|state| state.coverage).min_by(f64::total_cmp).unwrap_or(0.0);
    let verdict = own().map(|state| state.verdict).min().unwrap_or(Verdict::Unknown);
    Standing {
        slo: slo.name.clone(),
        context: slo.service.clone(),
        title: slo.title.clone(),
        owner: about.owner.clone(),
        place: place(slo),
        gate: slo.gate,
        verdict,
        budget_left,
        sli,
        coverage,
        period: Bounds {
            start: elapsed.start.to_string(),
            now: elapsed.now.to_string(),
            end: elapsed.end.map(|end| end.to_string()),
        },
        states,
    }
}

/// The share that was bad of a composite: the mean of its objectives by their weights. One that is idle is good, and
/// where all are there is none.
fn composite(
    slo: &Slo,
    all: &[Promise<'_>],
    observed: &[Observed],
    group: &BTreeMap<String, String>,
) -> Option<f64> {
    let (mut sum, mut weights, mut happened) = (0.0, 0.0, false);
    for (objective, promise) in slo.objectives.iter().zip(all) {
        let weight = objective.weight.and_then(|weight| weight.to_f64()).unwrap_or(1.0);
        weights += weight;
        let mine = |one: &&Observed| one.objective == promise.name && one.group == *group;
        if let Some(one) = observed.iter().find(mine).filter(|one| one.total > 0.0) {
            sum += weight * one.bad / one.total;
            happened = true;
        }
    }
    happened.then(|| sum / weights)
}

/// What one objective is judged by.
struct Judge<'a> {
    slo: &'a Slo,
    promise: &'a Promise<'a>,
    elapsed: &'a Elapsed,
}

impl Judge<'_> {
    fn unknown(&self) -> State {
        State {
            objective: self.promise.name.clone(),
            is_part: self.promise.is_part,
            group: BTreeMap::new(),
            target: self.target(),
            noun: self.promise.noun,
            verdict: Verdict::Unknown,
            sli: None,
            budget_left: None,
            events: None,
            coverage: 0.0,
            burn: Vec::new(),
            firing: Vec::new(),
            exhaustion: Exhaustion { window: None, seconds: None },
        }
    }

    fn state(&self, one: &Observed, share: Option<f64>) -> State {
        let budget = 1.0 - self.target();
        let left = share.map_or(1.0, |share| 1.0 - share / budget);
        let verdict = match share {
            None => Verdict::Idle,
            // What is exactly spent differs from it by the last bits of floating point.
            Some(_) if left <= 1e-9 => Verdict::Spent,
            Some(_) => Verdict::Left,
        };
        let minutes = as_f64(self.elapsed.seconds()) / as_f64(INTERVAL);
        let burn = self.burn(one, budget);
        let mut firing = one.firing.clone();
        firing.sort();
        State {
            group: one.group.clone(),
            verdict,
            sli: share.map(|share| 1.0 - share),
            budget_left: Some(left),
            events: self.promise.objective.map(|_| Events {
                total: one.total,
                bad: one.bad,
                allowed: one.total * budget,
            }),
            coverage: (one.samples / minutes).min(1.0),
            exhaustion: self.exhaustion(left, &burn, &firing),
            burn,
            firing,
            ..self.unknown()
        }
    }

    fn target(&self) -> f64 {
        self.promise.target.to_f64().unwrap_or(f64::NAN)
    }

    /// The windows that its alerts look at, from the shortest on.
    fn burn(&self, one: &Observed, budget: f64) -> Vec<Burn> {
        let mut windows: Vec<u64> = match &self.slo.alerting {
            Alerting::Multiwindow => {
                let kept = tiers(nominal(&self.slo.window), self.promise.target).kept;
                kept.iter().flat_map(|tier| [tier.short, tier.long]).collect()
            }
            Alerting::Policies(policies) => policies.iter().map(|policy| policy.lookback_seconds).collect(),
            Alerting::None => vec![300],
        };
        windows.sort_unstable();
        windows.dedup();
        let burn = windows.into_iter().filter_map(|seconds| {
            let window = duration(seconds);
            let ratio = *one.ratios.get(&window)?;
            Some(Burn { window, seconds, ratio, pace: ratio / budget })
        });
        burn.collect()
    }

    /// At the pace of the long window of the fastest alert that fires, else of the shortest window of an hour or more.
    fn exhaustion(&self, left: f64, burn: &[Burn], firing: &[Firing]) -> Exhaustion {
        let fires = |burn: &&Burn| {
            firing.iter().any(|alert| alert.windows.split('/').next() == Some(burn.window.as_str()))
        };
        let of = burn.iter().find(fires).or_else(|| burn.iter().find(|burn| burn.seconds >= 3_600));
        let Some(burn) = of.or_else(|| burn.last()) else {
            return Exhaustion { window: None, seconds: None };
        };
        let seconds = match self.elapsed.rest() {
            _ if left <= 1e-9 || burn.pace <= 0.0 => None,
            None => (burn.pace > 1.0).then(|| left * as_f64(nominal(&self.slo.window)) / burn.pace),
            // Of a calendar's period, only what has passed is measured: at even traffic it is spent when what was bad and
            // what will be have reached the share that may be.
            Some(rest) => (burn.pace > 1.0)
                .then(|| left * as_f64(self.elapsed.seconds()) / (burn.pace - 1.0))
                .filter(|seconds| *seconds < as_f64(rest)),
        };
        Exhaustion { window: Some(burn.window.clone()), seconds }
    }
}

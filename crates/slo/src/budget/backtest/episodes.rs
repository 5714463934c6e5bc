//! From what a Prometheus answered to the times at which alerts would have fired.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::{Count, Trial, Trigger};
use crate::budget::outage::as_f64;
use crate::generate::{About, nominal, place, promises};
use crate::model::Slo;

/// Rules are evaluated each minute.
const STEP: i64 = 60;

/// What an objective counted in one group: what happened in each minute, and what of it was bad.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counter {
    /// The labels by which the SLO is measured apart.
    pub group: BTreeMap<String, String>,
    /// The number of the objective in [`Trial::counts`].
    pub number: usize,
    /// Events per second, by the second since 1970.
    pub total: BTreeMap<i64, f64>,
    /// Bad ones, likewise.
    pub bad: BTreeMap<i64, f64>,
}

/// What would have happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Backtest {
    pub(super) slo: String,
    pub(super) context: String,
    /// `file:line:column`.
    pub(super) place: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) seconds: i64,
    pub(super) period_seconds: u64,
    /// Each one that alerts for itself.
    pub(super) objectives: Vec<Tried>,
}

/// An objective, or all of a composite together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Tried {
    pub name: Option<String>,
    /// From 0 to 1.
    pub target: f64,
    pub noun: &'static str,
    /// One for each group.
    pub groups: Vec<Consumed>,
    /// In the order of their beginnings.
    pub alerts: Vec<Episode>,
}

/// What was spent in the whole time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Consumed {
    pub group: BTreeMap<String, String>,
    pub total: f64,
    pub bad: f64,
    /// The share of the time that has samples.
    pub coverage: f64,
    /// The share of the budget of a whole period, at the traffic of this time; above 1 when overspent.
    pub budget_spent: f64,
}

/// A time in which an alert would have fired.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Episode {
    pub tier: String,
    pub severity: String,
    pub windows: String,
    pub group: BTreeMap<String, String>,
    pub from: String,
    /// The last minute in which it fired.
    pub to: String,
    pub seconds: i64,
    /// Whether it still fired when the time was over.
    pub open: bool,
    /// A faster alert that fired already when it began: Alertmanager holds it back meanwhile.
    pub behind: Option<String>,
    /// The share of the budget that was spent from the beginning of its long window until it ended.
    pub budget_spent: f64,
    #[serde(skip)]
    pub begins: i64,
    #[serde(skip)]
    pub ends: i64,
}

/// The seconds at which an alert held, by group.
pub type Held = Vec<(BTreeMap<String, String>, Vec<i64>)>;

/// What would have happened from one second to another. `held` has an entry for each alert of the trial.
pub fn backtest(
    about: &About,
    slo: &Slo,
    trial: &Trial,
    (from, to): (i64, i64),
    counters: &[Counter],
    held: &[Held],
) -> Backtest {
    let all = promises(about, slo);
    let alerting = all.iter().enumerate().filter(|(_, promise)| !promise.is_part);
    let objectives = alerting.map(|(number, promise)| {
        let target = promise.target.to_f64().unwrap_or(f64::NAN);
        // A composite counts what its parts do.
        let is_own = |counter: &&Counter| promise.objective.is_none() || counter.number == number;
        let spending = Spending {
            counts: &trial.counts,
            counters: counters.iter().filter(is_own).collect(),
            budget: 1.0 - target,
            period: as_f64(nominal(&slo.window)),
        };
        let mut groups: Vec<_> = spending.counters.iter().map(|counter| counter.group.clone()).collect();
        groups.sort();
        groups.dedup();
        let own = trial.alerts.iter().zip(held).filter(|(trigger, _)| trigger.objective == promise.name);
        Tried {
            name: promise.name.clone(),
            target,
            noun: promise.noun,
            groups: groups.into_iter().map(|group| spending.whole(group, from, to)).collect(),
            alerts: episodes(own, &spending, to),
        }
    });
    Backtest {
        slo: slo.name.clone(),
        context: slo.service.clone(),
        place: place(slo),
        from: time(from),
        to: time(to),
        seconds: to - from,
        period_seconds: nominal(&slo.window),
        objectives: objectives.collect(),
    }
}

/// The times in which alerts fired, these given from the fastest to the slowest.
fn episodes<'a>(
    alerts: impl Iterator<Item = (&'a Trigger, &'a Held)>,
    spending: &Spending<'_>,
    to: i64,
) -> Vec<Episode> {
    let mut episodes: Vec<Episode> = Vec::new();
    for (trigger, held) in alerts {
        for (group, seconds) in held {
            for (began, ended) in runs(seconds) {
                let begins = began + trigger.hold;
                if begins > ended {
                    continue;
                }
                let faster = episodes.iter().find(|other| covers(other, group, begins));
                episodes.push(Episode {
                    tier: trigger.tier.clone(),
                    severity: trigger.severity.clone(),
                    windows: trigger.windows.clone(),
                    group: group.clone(),
                    from: time(begins),
                    to: time(ended),
                    seconds: ended - begins + STEP,
                    open: ended + STEP > to,
                    behind: faster.map(|other| other.tier.clone()),
                    budget_spent: spending.share(group, began - trigger.long, ended),
                    begins,
                    ends: ended,
                });
            }
        }
    }
    // Stable: where several begin at once, the fastest comes first.
    episodes.sort_by_key(|episode| episode.begins);
    episodes
}

/// Whether a faster alert of the same group fires at this second.
fn covers(other: &Episode, group: &BTreeMap<String, String>, at: i64) -> bool {
    other.group == *group && other.begins <= at && at <= other.ends
}

/// What budgets are counted by.
struct Spending<'a> {
    counts: &'a [Count],
    counters: Vec<&'a Counter>,
    /// The share that may be bad.
    budget: f64,
    /// Seconds.
    period: f64,
}

impl Spending<'_> {
    /// The share of a period's budget that was spent from one second to another. A period has as many events as the
    /// time that has samples had, for its length.
    fn share(&self, group: &BTreeMap<String, String>, from: i64, to: i64) -> f64 {
        let own = self.counters.iter().filter(|counter| counter.group == *group);
        own.map(|counter| {
            let total: f64 = counter.total.values().sum();
            let bad: f64 = counter.bad.range(from..=to).map(|(_, bad)| bad).sum();
            let weight = self.counts.get(counter.number).map_or(1.0, |count| count.weight);
            let covered = as_f64(counter.total.len() as u64) * 60.0;
            if total > 0.0 { weight * bad / total * covered / self.period / self.budget } else { 0.0 }
        })
        .sum()
    }

    fn whole(&self, group: BTreeMap<String, String>, from: i64, to: i64) -> Consumed {
        let own = || self.counters.iter().filter(|counter| counter.group == group);
        let events = |of: fn(&Counter) -> &BTreeMap<i64, f64>| {
            own().flat_map(|counter| of(counter).values()).sum::<f64>() * 60.0
        };
        let minutes = (to - from) / STEP + 1;
        let samples = own().map(|counter| counter.total.len()).max().unwrap_or_default();
        Consumed {
            total: events(|counter| &counter.total),
            bad: events(|counter| &counter.bad),
            coverage: as_f64(samples as u64) / as_f64(u64::try_from(minutes).unwrap_or(1).max(1)),
            budget_spent: self.share(&group, from, to),
            group,
        }
    }
}

/// Seconds that follow each other by a minute, as first and last.
fn runs(seconds: &[i64]) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for second in seconds {
        match runs.last_mut() {
            Some((_, last)) if second - *last <= STEP => *last = *second,
            _ => runs.push((*second, *second)),
        }
    }
    runs
}

fn time(second: i64) -> String {
    Timestamp::from_second(second).map_or_else(|_| second.to_string(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_that_follow_each_other_are_one_run() {
        assert_eq!(runs(&[]), []);
        assert_eq!(runs(&[60, 120, 180, 300, 600, 660]), [(60, 180), (300, 300), (600, 660)]);
    }
}

//! Asks a Prometheus that has the raw series what would have alerted.

use std::collections::BTreeMap;
use std::str::FromStr;

use macadam_slo::budget::{Backtest, Counter, Held, Trial, backtest};
use macadam_slo::generate::About;
use macadam_slo::model::Slo;
use rust_decimal::Decimal;

use super::query::{Prometheus, QueryError, Series};

/// Rules are evaluated each minute.
const STEP: i64 = 60;
/// Prometheus answers with 11,000 points of a series at most.
const POINTS: i64 = 10_000;

/// An objective that is tried: a share from 0 to less than 1, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target(pub Decimal);

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write a percentage of at least 0% and less than 100%, such as 99.5%".to_owned();
        let number = text.strip_suffix('%').ok_or_else(wrong)?;
        let percent: Decimal = number.parse().map_err(|_| wrong())?;
        let share = percent / Decimal::ONE_HUNDRED;
        if share >= Decimal::ZERO && share < Decimal::ONE {
            Ok(Self(share.normalize()))
        } else {
            Err(wrong())
        }
    }
}

/// What would have alerted from one second to another; nothing if nothing was counted.
pub fn tried(
    prometheus: &Prometheus,
    about: &About,
    slo: &Slo,
    trial: &Trial,
    from: i64,
    to: i64,
) -> Result<Option<Backtest>, QueryError> {
    // Whole minutes, as the steps of subqueries are.
    let (from, to) = ((from + STEP - 1).div_euclid(STEP) * STEP, to.div_euclid(STEP) * STEP);
    let group = |series: &Series| -> BTreeMap<String, String> {
        let labels = slo.group_by.iter().filter_map(|label| series.labels.get_key_value(label));
        labels.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let mut counters: Vec<Counter> = Vec::new();
    for (number, count) in trial.counts.iter().enumerate() {
        let mut own: BTreeMap<BTreeMap<String, String>, Counter> = BTreeMap::new();
        for series in all(prometheus, &count.total, from, to)? {
            let group = group(&series);
            let counter = Counter { group: group.clone(), number, ..Counter::default() };
            own.entry(group).or_insert(counter).total.extend(series.points);
        }
        for series in all(prometheus, &count.bad, from, to)? {
            // Wherever something is counted, what is bad of it is a number, if only 0.
            if let Some(counter) = own.get_mut(&group(&series)) {
                counter.bad.extend(series.points);
            }
        }
        counters.extend(own.into_values());
    }
    if counters.is_empty() {
        return Ok(None);
    }
    let mut held: Vec<Held> = Vec::new();
    for alert in &trial.alerts {
        let mut own: BTreeMap<BTreeMap<String, String>, Vec<i64>> = BTreeMap::new();
        for series in all(prometheus, &alert.query, from, to)? {
            own.entry(group(&series)).or_default().extend(series.points.iter().map(|(at, _)| *at));
        }
        held.push(own.into_iter().collect());
    }
    Ok(Some(backtest(about, slo, trial, (from, to), &counters, &held)))
}

/// What a query yields in each minute, piece by piece in order.
fn all(prometheus: &Prometheus, query: &str, from: i64, to: i64) -> Result<Vec<Series>, QueryError> {
    let mut series = Vec::new();
    let mut start = from;
    while start <= to {
        let end = to.min(start + (POINTS - 1) * STEP);
        series.extend(prometheus.range(query, start, end, STEP)?);
        start = end + STEP;
    }
    Ok(series)
}

//! Recording rules: rates of five minutes, the share that was bad in each window, and the budget that is left.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::count::{Counted, INTERVAL, RATE, Unit};
use super::rule::Rule;
use super::tiers::duration;
use crate::names::{BAD, BUDGET_REMAINING, ERROR_RATIO, ERROR_RATIO_PERIOD, OBJECTIVE, PERIOD_DAYS, TOTAL};

/// Windows up to this length are evaluated each minute, longer ones every so often.
const SHORT: u64 = 6 * 3600;

/// What the recording rules of one objective are made from.
pub(super) struct Recorded<'a> {
    /// The labels that all its rules carry.
    pub labels: &'a BTreeMap<String, String>,
    /// Selects its recorded series: `{context="…",slo="…"}`.
    pub own: &'a str,
    /// Seconds of the period.
    pub period: u64,
    /// From 0 to 1.
    pub target: Decimal,
    /// The windows that alerts need, in seconds.
    pub windows: BTreeSet<u64>,
}

/// Whether a window of so many seconds belongs to the rules that are evaluated each minute.
pub(super) fn is_short(window: u64) -> bool {
    window <= SHORT
}

impl Recorded<'_> {
    /// Rates and short windows.
    pub(super) fn short(&self, counted: &Counted) -> Vec<Rule> {
        let mut rules = vec![
            self.rule(TOTAL, counted.total.clone()),
            self.rule(BAD, counted.bad.clone()),
            self.rule(OBJECTIVE, format!("vector({})", self.target.normalize())),
        ];
        let windows = self.windows.iter().chain([&RATE]).copied().filter(|window| is_short(*window));
        rules.extend(
            windows.collect::<BTreeSet<u64>>().into_iter().map(|window| self.ratio(window, counted.unit)),
        );
        rules
    }

    /// Long windows, the period, and what is left of the budget.
    pub(super) fn long(&self, unit: Unit) -> Vec<Rule> {
        let long = self.windows.iter().copied().filter(|window| !is_short(*window));
        let mut rules: Vec<Rule> = long.map(|window| self.ratio(window, unit)).collect();
        rules.push(self.rule(ERROR_RATIO_PERIOD, self.share(self.period)));
        let budget = (Decimal::ONE - self.target).normalize();
        rules.push(self.rule(BUDGET_REMAINING, format!("1 - {ERROR_RATIO_PERIOD}{} / {budget}", self.own)));
        let days = Decimal::from(self.period) / Decimal::from(86_400);
        rules.push(self.rule(PERIOD_DAYS, format!("vector({})", days.normalize())));
        rules
    }

    fn ratio(&self, window: u64, unit: Unit) -> Rule {
        let name = format!("{ERROR_RATIO}:{}", duration(window));
        // The rate is of these five minutes already: a sum over it would still hold what ended ten minutes ago.
        if window == RATE && unit == Unit::Events {
            return self.rule(&name, format!("{BAD}{own}\n/\n({TOTAL}{own} > 0)", own = self.own));
        }
        self.rule(&name, self.share(window))
    }

    /// The share that was bad: each event weighs the same, whenever it was. While idle there is none.
    fn share(&self, window: u64) -> String {
        let (own, window) = (self.own, duration(window));
        format!("sum_over_time({BAD}{own}[{window}])\n/\n(sum_over_time({TOTAL}{own}[{window}]) > 0)")
    }

    fn rule(&self, name: &str, expr: String) -> Rule {
        Rule::record(name, expr, self.labels)
    }
}

/// So many bad events were counted in the window.
pub(super) fn bad_events(own: &str, window: u64) -> String {
    format!("sum_over_time({BAD}{own}[{}]) * {INTERVAL}", duration(window))
}

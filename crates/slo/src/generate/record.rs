//! Recording rules: rates of five minutes, the share that was bad in each window, and the budget that is left.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::calendar::Calendar;
use super::count::{Counted, INTERVAL, RATE, Unit};
use super::rule::Rule;
use super::tiers::duration;
use crate::names::{
    BAD, BUDGET_REMAINING, ERROR_RATIO, ERROR_RATIO_PERIOD, OBJECTIVE, PERIOD_DAYS, PERIOD_START, TOTAL,
};

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
    /// Of a composite: the weight of each objective, and what selects its series. Else empty.
    pub parts: &'a [(Decimal, String)],
    /// The labels that it is measured by, joined by commas.
    pub group_by: &'a str,
    /// Where the period is one of the calendar.
    pub calendar: Option<&'a Calendar>,
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
        if let Some(Calendar { began, .. }) = self.calendar {
            rules.push(self.rule(PERIOD_START, began.clone()));
        }
        rules.push(self.rule(ERROR_RATIO_PERIOD, self.period_share()));
        let budget = (Decimal::ONE - self.target).normalize();
        rules.push(self.rule(BUDGET_REMAINING, format!("1 - {ERROR_RATIO_PERIOD}{} / {budget}", self.own)));
        let days = Decimal::from(self.period) / Decimal::from(86_400);
        rules.push(self.rule(PERIOD_DAYS, format!("vector({})", days.normalize())));
        rules
    }

    fn ratio(&self, window: u64, unit: Unit) -> Rule {
        let name = format!("{ERROR_RATIO}:{}", duration(window));
        // The rate is of these five minutes already: a sum over it would still hold what ended ten minutes ago.
        if window == RATE && matches!(unit, Unit::Events(_)) && self.parts.is_empty() {
            return self.rule(&name, format!("{BAD}{own}\n/\n({TOTAL}{own} > 0)", own = self.own));
        }
        self.rule(&name, self.share(window))
    }

    fn share(&self, window: u64) -> String {
        let window = duration(window);
        if self.parts.is_empty() {
            self.divided(&format!("[{window}]"), |series| series)
        } else {
            self.weighted(&format!("{ERROR_RATIO}:{window}"), &format!("[{window}]"))
        }
    }

    fn period_share(&self) -> String {
        if !self.parts.is_empty() {
            let longest = self.calendar.map_or(self.period, |calendar| calendar.longest);
            return self.weighted(ERROR_RATIO_PERIOD, &format!("[{}]", duration(longest)));
        }
        match self.calendar {
            None => self.divided(&format!("[{}]", duration(self.period)), |series| series),
            Some(calendar) => {
                let own = self.own;
                let range = format!("[{}:{INTERVAL}s]", duration(calendar.longest));
                self.divided(&range, |series| {
                    format!("({series} and on () ({PERIOD_START}{own} == {PERIOD_START}{own} @ end()))")
                })
            }
        }
    }

    /// The share that was bad: each event weighs the same, whenever it was. While idle there is none.
    fn divided(&self, range: &str, of: impl Fn(String) -> String) -> String {
        let (bad, total) = (of(format!("{BAD}{}", self.own)), of(format!("{TOTAL}{}", self.own)));
        format!("sum_over_time({bad}{range})\n/\n(sum_over_time({total}{range}) > 0)")
    }

    /// Of a composite: the mean of its objectives by their weights. One that is idle, or has no series at all, is good: it
    /// must not blind the others. Where all are idle there is no sample.
    fn weighted(&self, series: &str, range: &str) -> String {
        let (on, all_parts) = (self.group_by, self.own);
        let parts: Vec<String> = self
            .parts
            .iter()
            .map(|(weight, own)| format!("{weight} * ({series}{own} or on ({on}) 0 * {TOTAL}{all_parts})"))
            .collect();
        let all: Decimal = self.parts.iter().map(|(weight, _)| *weight).sum();
        let sum = parts.join(&format!("\n  + on ({on}) "));
        format!("(\n  {sum}\n) / {all}\nand on ({on}) (sum_over_time({TOTAL}{}{range}) > 0)", self.own)
    }

    fn rule(&self, name: &str, expr: String) -> Rule {
        Rule::record(name, expr, self.labels)
    }
}

/// So many bad events were counted in the window.
pub(super) fn bad_events(own: &str, window: u64) -> String {
    format!("sum_over_time({BAD}{own}[{}]) * {INTERVAL}", duration(window))
}

//! What an objective counts, as two expressions: all that happened per second, and what of it was bad.

use rust_decimal::Decimal;

use super::tiers::duration;
use crate::model::{Budgeting, Objective, Op, Query, Ratio, Sli, Slo};
use crate::names::TOTAL;

/// The rates that are recorded are of so many seconds.
pub(super) const RATE: u64 = 300;
/// Rules of short windows are evaluated every so many seconds.
pub(crate) const INTERVAL: u64 = 60;

/// What an objective counts.
pub(super) struct Counted {
    /// All, per second. Exists as soon as the series exist, also while nothing happens.
    pub total: String,
    /// The bad part, per second. Exists wherever `total` does.
    pub bad: String,
    /// What is bad at present each minute, by the labels of its series, the worst three; where that can be said.
    pub blame: Option<String>,
    /// What is counted: `events`, or `minutes` and `slices` where time is.
    pub unit: Unit,
    /// So many are counted in a second at most, where time is.
    pub most: Option<Decimal>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Each event, which is called so.
    Events(&'static str),
    /// The value at each evaluation.
    Minutes,
    /// Slices of time.
    Slices,
}

impl Unit {
    /// What they are called.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Events(noun) => noun,
            Self::Minutes => "minutes",
            Self::Slices => "slices of time",
        }
    }
}

/// The labels that tell replicas of one context apart, and no cause.
const REPLICA: &str = "instance, pod, job, context, le";

/// What this objective of the SLO counts; `own` selects its recorded series.
pub(super) fn counted(slo: &Slo, objective: &Objective, own: &str) -> Counted {
    let by = Grouping::of(&slo.group_by);
    let total = format!("{TOTAL}{own}");
    match (&objective.sli, slo.budgeting) {
        (Sli::Ratio { counter, of }, Budgeting::Occurrences) => occurrences(*counter, of, &by, &total),
        (Sli::Threshold { query, op, value }, Budgeting::Occurrences) => {
            let measured = by.worst(*op, &query.text);
            per_minute(&measured, &format!("{measured} {} bool {value}", against(*op)))
        }
        (sli, Budgeting::Timeslices | Budgeting::RatioTimeslices) => sliced(slo, objective, sli, &by),
    }
}

fn occurrences(counter: bool, of: &Ratio, by: &Grouping, total_series: &str) -> Counted {
    let sum = |query: &Query| by.sum(&rate(counter, &query.text, RATE));
    let or_zero = |part: String| format!("{part} or on ({}) 0 * {total_series}", by.labels);
    let without = |query: &Query| format!("sum without ({REPLICA}) ({})", rate(counter, &query.text, RATE));
    let worst = |expr: String| Some(format!("topk(3, 60 * {expr} > 0)"));
    match of {
        Ratio::Bad { bad, total } => Counted {
            total: sum(total),
            bad: or_zero(sum(bad)),
            blame: worst(without(bad)),
            unit: Unit::Events(noun(total)),
            most: None,
        },
        Ratio::Good { good, total } => Counted {
            total: sum(total),
            bad: format!(
                "clamp_min(\n  {total_series}\n  - on ({})\n  ({}),\n  0\n)",
                by.labels,
                or_zero(sum(good))
            ),
            blame: worst(format!("({} - {})", without(total), without(good))),
            unit: Unit::Events(noun(total)),
            most: None,
        },
        Ratio::Raw { query, success } => {
            let measured = by.average(&query.text);
            let bad = if *success { format!("(1 - {measured})") } else { measured.clone() };
            per_minute(&measured, &format!("clamp(\n  {bad},\n  0,\n  1\n)"))
        }
    }
}

/// One of something for each evaluation at which there is a value; `bad` is from 0 to 1.
fn per_minute(measured: &str, bad: &str) -> Counted {
    Counted {
        total: format!("0 * {measured} + 1 / {INTERVAL}"),
        bad: format!("({bad}) / {INTERVAL}"),
        blame: None,
        unit: Unit::Minutes,
        most: Some(Decimal::ONE / Decimal::from(INTERVAL)),
    }
}

/// Slices of time, each good or bad. A slice in which nothing happened is good.
fn sliced(slo: &Slo, objective: &Objective, sli: &Sli, by: &Grouping) -> Counted {
    let length = objective.slice_seconds.unwrap_or(INTERVAL);
    let window = duration(length);
    // How bad the slice was that ends now, from 0 to 1, wherever there are series; idle is 0.
    let (exists, badness) = match sli {
        Sli::Ratio { counter, of: Ratio::Bad { bad, total } } => {
            let total = by.sum(&rate(*counter, &total.text, length));
            let bad = by.sum(&rate(*counter, &bad.text, length));
            let bad = format!("({bad} or on ({g}) 0 * {total})", g = by.labels);
            (
                total.clone(),
                format!("({bad} / on ({g}) ({total} > 0) or on ({g}) 0 * {total})", g = by.labels),
            )
        }
        Sli::Ratio { counter, of: Ratio::Good { good, total } } => {
            let total = by.sum(&rate(*counter, &total.text, length));
            let good = by.sum(&rate(*counter, &good.text, length));
            let good = format!("({good} or on ({g}) 0 * {total})", g = by.labels);
            let share = format!("{good} / on ({g}) ({total} > 0)", g = by.labels);
            (total.clone(), format!("(clamp_min(1 - {share}, 0) or on ({g}) 0 * {total})", g = by.labels))
        }
        Sli::Ratio { of: Ratio::Raw { query, success }, .. } => {
            let mean = by.average(&format!("avg_over_time(({})[{window}:{INTERVAL}s])", query.text));
            let badness = if *success { format!("(1 - {mean})") } else { mean.clone() };
            (mean, format!("clamp({badness}, 0, 1)"))
        }
        Sli::Threshold { query, op, value } => {
            let measured = by.worst(*op, &query.text);
            let missed = format!("({measured} {} bool {value})", against(*op));
            (measured, format!("avg_over_time({missed}[{window}:{INTERVAL}s])"))
        }
    };
    let bad = match (slo.budgeting, objective.slice_target) {
        (Budgeting::Timeslices, Some(target)) => {
            format!("({badness} > bool {})", (Decimal::ONE - target).normalize())
        }
        _ => badness,
    };
    Counted {
        total: format!("0 * {exists} + 1 / {length}"),
        bad: format!("{bad} / {length}"),
        blame: None,
        unit: Unit::Slices,
        most: Some(Decimal::ONE / Decimal::from(length)),
    }
}

/// A counter's rate; what is no counter is a rate already.
fn rate(counter: bool, query: &str, seconds: u64) -> String {
    let query = query.trim();
    if counter { format!("rate({query}[{}])", duration(seconds)) } else { format!("({query})") }
}

/// What a counter counts, as people call it.
fn noun(query: &Query) -> &'static str {
    let known = [
        ("http_server_request_duration_seconds", "requests"),
        ("macadam_commands_total", "commands"),
        ("macadam_subscription_ticks_total", "seconds"),
    ];
    let found = known.iter().find(|(metric, _)| query.text.trim().starts_with(metric));
    found.map_or("events", |(_, noun)| noun)
}

/// The comparison that holds where the objective's does not.
fn against(op: Op) -> &'static str {
    match op {
        Op::Lt => ">=",
        Op::Lte => ">",
        Op::Gt => "<=",
        Op::Gte => "<",
    }
}

/// The labels by which an SLI is measured apart, as PromQL wants them.
struct Grouping {
    labels: String,
    by: String,
}

impl Grouping {
    fn of(labels: &[String]) -> Self {
        let labels = labels.join(", ");
        let by = if labels.is_empty() { String::new() } else { format!(" by ({labels}) ") };
        Self { labels, by }
    }

    fn sum(&self, expr: &str) -> String {
        format!("sum{}({expr})", self.by)
    }

    fn average(&self, expr: &str) -> String {
        format!("avg{}({expr})", self.by)
    }

    /// The series of a group that is furthest from good.
    fn worst(&self, op: Op, expr: &str) -> String {
        let worst = if matches!(op, Op::Lt | Op::Lte) { "max" } else { "min" };
        format!("{worst}{}({expr})", self.by)
    }
}

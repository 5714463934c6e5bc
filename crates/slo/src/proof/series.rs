//! Series that the selectors of an SLI match, and others that they must not match, for the input of rule tests.

use std::collections::{BTreeMap, BTreeSet};

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{Expr, VectorSelector, parse};

use super::pattern;
use crate::model::{Query, Ratio, Sli};

/// Series for an SLI that counts events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    series: Vec<Input>,
}

/// A series, and which of the events it counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Input {
    /// The place of its group.
    group: usize,
    part: Part,
    metric: String,
    labels: BTreeMap<String, String>,
}

/// Which of the events a series counts. Series with the same part share its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    All,
    Good,
    Bad,
    /// What the selectors must not match: events of something else, which would change every share.
    Outside,
}

/// Why an SLI has no inputs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// It is no ratio of counters.
    #[error("is no ratio of two counters")]
    Kind,
    /// A query is more than a selector.
    #[error("`{0}` is not one selector of a metric")]
    Query(String),
    /// No series could be made.
    #[error("found no series that is {0}")]
    Unsolved(&'static str),
}

/// What happened in one minute, in one group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Minute {
    /// Good and bad events.
    pub events: u64,
    /// Bad ones.
    pub bad: u64,
}

/// What becomes of the series while time goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// They are there from the start, and only rise.
    Whole,
    /// All counters begin again at 0 in this minute.
    Reset(usize),
    /// From this minute on there are others in their place, which begin at lower values: the log was restored.
    Restored(usize),
    /// From the first of these minutes to the second nothing is scraped. Nothing may happen then.
    Gap(usize, usize),
    /// Nothing of this part has a series, whatever the minutes say: nothing bad, or nothing good.
    Absent,
}

/// An event outside for each of so many within would double what is counted.
const OUTSIDE: u64 = 1_200;
/// The label that tells two series of the same labels apart.
const INSTANCE: &str = "instance";

impl Inputs {
    /// Series for each group. Several groups are only possible where `group_by` has labels.
    pub fn of(sli: &Sli, group_by: &[String], groups: &[&str]) -> Result<Self, InputError> {
        let Sli::Ratio { counter: true, of } = sli else { return Err(InputError::Kind) };
        let (total, part, query) = match of {
            Ratio::Bad { bad, total } => (total, Part::Bad, bad),
            Ratio::Good { good, total } => (total, Part::Good, good),
            Ratio::Raw { .. } => return Err(InputError::Kind),
        };
        let (total, query) = (Selector::of(total)?, Selector::of(query)?);
        let mut series = BTreeSet::new();
        for (place, group) in groups.iter().enumerate() {
            let made = if total.metric == query.metric {
                shared(&total, &query, part)?
            } else {
                apart(&total, &query, part)?
            };
            for (part, metric, mut labels) in made {
                labels.extend(group_by.iter().map(|label| (label.clone(), (*group).to_owned())));
                // Sums must add instances up; of what is outside, one is enough to be noticed.
                let instances: &[&str] = if part == Part::Outside { &["1"] } else { &["1", "2"] };
                for instance in instances {
                    let mut labels = labels.clone();
                    labels.entry(INSTANCE.to_owned()).or_insert_with(|| (*instance).to_owned());
                    series.insert(Input { group: place, part, metric: metric.clone(), labels });
                }
            }
        }
        Ok(Self { series: series.into_iter().collect() })
    }

    /// Numbers of events and of bad ones that are multiples of this are shared evenly among series.
    pub fn unit(&self) -> u64 {
        let parts = [Part::All, Part::Good, Part::Bad].map(|part| self.sharing(0, part).count() as u64);
        parts.into_iter().filter(|count| *count > 0).fold(1, lcm)
    }

    /// The series in the notation of promtool, each with its values at minute 0 and at the end of each minute.
    pub fn values(&self, groups: &[Vec<Minute>], life: Life) -> Vec<(String, String)> {
        let mut written = Vec::new();
        for input in &self.series {
            if life == Life::Absent
                && matches!(input.part, Part::Bad | Part::Good)
                && self.is_judged(input.part)
            {
                continue;
            }
            let counts = self.counts(input, groups);
            match life {
                Life::Whole | Life::Absent => written.push((input.name(None), compact(&rising(0, &counts)))),
                Life::Reset(at) => {
                    let mut values = rising(0, &counts[..at.saturating_sub(1)]);
                    values.extend(&rising(0, &counts[at..])[..]);
                    written.push((input.name(None), compact(&values)));
                }
                Life::Gap(from, to) => {
                    let before = rising(0, &counts[..from]);
                    let last = before.last().copied().unwrap_or_default();
                    let after = rising(last, &counts[to..]);
                    let values = format!("{} _x{} {}", compact(&before), to - from - 1, compact(&after));
                    written.push((input.name(None), values));
                }
                Life::Restored(at) => {
                    let before = rising(0, &counts[..at.saturating_sub(1)]);
                    let last = before.last().copied().unwrap_or_default();
                    let after = compact(&rising(last / 2, &counts[at..]));
                    written.push((input.name(None), format!("{} stale", compact(&before))));
                    written.push((input.name(Some("restored")), format!("_x{at} {after}")));
                }
            }
        }
        written
    }

    /// Whether the part is the one that the SLI's second selector is for, so that it may be absent. With one metric for
    /// both, the rest of the total is a part of its own, and is never absent.
    fn is_judged(&self, part: Part) -> bool {
        let has = |wanted: Part| self.sharing(0, wanted).next().is_some();
        if has(Part::All) { true } else { part == Part::Bad }
    }

    fn sharing(&self, group: usize, part: Part) -> impl Iterator<Item = &Input> {
        self.series.iter().filter(move |input| input.part == part && input.group == group)
    }

    /// What a series counts in each minute.
    fn counts(&self, input: &Input, groups: &[Vec<Minute>]) -> Vec<u64> {
        let minutes = groups.get(input.group).map(Vec::as_slice).unwrap_or_default();
        let of = self.sharing(input.group, input.part).count() as u64;
        let place = self.sharing(input.group, input.part).take_while(|other| *other != input).count() as u64;
        let mut sum = 0;
        let share = |sum: u64, place: u64| sum * place / of;
        let counted = minutes.iter().map(|minute| {
            let before = sum;
            sum += match input.part {
                Part::All => minute.events,
                Part::Good => minute.events - minute.bad,
                Part::Bad => minute.bad,
                Part::Outside => return OUTSIDE,
            };
            let until = |sum: u64| share(sum, place + 1) - share(sum, place);
            until(sum) - until(before)
        });
        counted.collect()
    }
}

impl Input {
    fn name(&self, mark: Option<&str>) -> String {
        let mark = mark.map(|mark| ("log", mark));
        let labels = self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let labels: BTreeMap<&str, &str> =
            labels.filter(|(_, value)| !value.is_empty()).chain(mark).collect();
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        format!("{}{{{}}}", self.metric, labels.join(","))
    }
}

/// A counter's values: at its start, and after each minute.
fn rising(start: u64, counts: &[u64]) -> Vec<u64> {
    let sums = counts.iter().scan(start, |sum, count| {
        *sum += count;
        Some(*sum)
    });
    std::iter::once(start).chain(sums).collect()
}

/// Values in promtool's notation: `0+5x3` is 0, 5, 10, 15.
fn compact(values: &[u64]) -> String {
    let mut runs = Vec::new();
    let mut rest = values;
    while let [first, tail @ ..] = rest {
        let Some(step) = tail.first().and_then(|next| next.checked_sub(*first)) else {
            runs.push(first.to_string());
            rest = tail;
            continue;
        };
        let steady = rest.windows(2).take_while(|pair| pair[1].checked_sub(pair[0]) == Some(step)).count();
        runs.push(format!("{first}+{step}x{steady}"));
        rest = &rest[steady + 1..];
    }
    runs.join(" ")
}

/// A metric with matchers.
struct Selector {
    metric: String,
    matchers: Vec<Matcher>,
}

type Made = Vec<(Part, String, BTreeMap<String, String>)>;

impl Selector {
    fn of(query: &Query) -> Result<Self, InputError> {
        let wrong = || InputError::Query(query.text.trim().to_owned());
        let mut expr = parse(&query.text).map_err(|_| wrong())?;
        while let Expr::Paren(paren) = expr {
            expr = *paren.expr;
        }
        match expr {
            Expr::VectorSelector(VectorSelector { name: Some(metric), matchers, offset: None, at: None })
                if matchers.or_matchers.is_empty() =>
            {
                Ok(Self { metric, matchers: matchers.matchers })
            }
            _ => Err(wrong()),
        }
    }

    fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        let value = |matcher: &Matcher| labels.get(&matcher.name).map(String::as_str).unwrap_or_default();
        self.matchers.iter().all(|matcher| matcher.is_match(value(matcher)))
    }
}

/// Inputs where both selectors are of one metric: what both match, what only the total's matches, and what neither does.
fn shared(total: &Selector, judged: &Selector, part: Part) -> Result<Made, InputError> {
    let rest = if part == Part::Bad { Part::Good } else { Part::Bad };
    let extra: Vec<&Matcher> =
        judged.matchers.iter().filter(|matcher| !total.matchers.contains(matcher)).collect();
    let both = [total.matchers.as_slice(), judged.matchers.as_slice()].concat();
    let inside = solutions(&both);
    let remainder: Vec<_> = extra.iter().flat_map(|matcher| without(&both, matcher)).collect();
    let outside: Vec<_> = total
        .matchers
        .iter()
        .flat_map(|matcher| {
            let bad = without(&both, matcher);
            let good = extra.iter().flat_map(|extra| {
                let one = changed(&both, matcher);
                without(&one, extra)
            });
            bad.into_iter().chain(good).collect::<Vec<_>>()
        })
        .filter(|labels| !total.matches(labels) && !judged.matches(labels))
        .collect();
    let made = |part: Part, sets: Vec<BTreeMap<String, String>>| {
        sets.into_iter().map(move |labels| (part, total.metric.clone(), labels))
    };
    if inside.is_empty() || remainder.is_empty() {
        return Err(InputError::Unsolved(if inside.is_empty() {
            "in both queries"
        } else {
            "in the total alone"
        }));
    }
    Ok(made(part, inside).chain(made(rest, remainder)).chain(made(Part::Outside, outside)).collect())
}

/// Inputs where the selectors are of two metrics.
fn apart(total: &Selector, judged: &Selector, part: Part) -> Result<Made, InputError> {
    let mut made = Made::new();
    for (selector, part) in [(total, Part::All), (judged, part)] {
        let inside = solutions(&selector.matchers);
        if inside.is_empty() {
            return Err(InputError::Unsolved("selected"));
        }
        let outside = selector.matchers.iter().flat_map(|matcher| without(&selector.matchers, matcher));
        made.extend(outside.map(|labels| (Part::Outside, selector.metric.clone(), labels)));
        made.extend(inside.into_iter().map(|labels| (part, selector.metric.clone(), labels)));
    }
    Ok(made)
}

/// The matchers with one of them turned into its opposite.
fn changed(matchers: &[Matcher], matcher: &Matcher) -> Vec<Matcher> {
    let op = match matcher.op.clone() {
        MatchOp::Equal => MatchOp::NotEqual,
        MatchOp::NotEqual => MatchOp::Equal,
        MatchOp::Re(pattern) => MatchOp::NotRe(pattern),
        MatchOp::NotRe(pattern) => MatchOp::Re(pattern),
    };
    let opposite = Matcher::new(op, &matcher.name, &matcher.value);
    matchers.iter().filter(|other| *other != matcher).cloned().chain([opposite]).collect()
}

/// Label sets that all matchers match but this one.
fn without(matchers: &[Matcher], matcher: &Matcher) -> Vec<BTreeMap<String, String>> {
    solutions(&changed(matchers, matcher))
}

/// Label sets that all matchers match: one, and another for each further alternative of a pattern.
fn solutions(matchers: &[Matcher]) -> Vec<BTreeMap<String, String>> {
    let names: BTreeSet<&str> = matchers.iter().map(|matcher| matcher.name.as_str()).collect();
    let mut first = BTreeMap::new();
    let mut further = Vec::new();
    for name in names {
        let of_name: Vec<&Matcher> = matchers.iter().filter(|matcher| matcher.name == name).collect();
        let positive = of_name.iter().flat_map(|matcher| match &matcher.op {
            MatchOp::Equal => vec![matcher.value.clone()],
            MatchOp::Re(_) => pattern::examples(&matcher.value),
            MatchOp::NotEqual | MatchOp::NotRe(_) => Vec::new(),
        });
        let allowed = |value: &String| of_name.iter().all(|matcher| matcher.is_match(value));
        let positive: Vec<String> = positive.filter(allowed).collect();
        let value = positive.first().cloned();
        let others = ["other", "another", "200", "0", ""].into_iter().map(ToOwned::to_owned);
        let Some(value) = value.or_else(|| others.into_iter().find(allowed)) else { return Vec::new() };
        first.insert(name.to_owned(), value);
        further.extend(positive.into_iter().skip(1).map(|value| (name.to_owned(), value)));
    }
    let varied = further.into_iter().map(|(name, value)| {
        let mut labels = first.clone();
        labels.insert(name, value);
        labels
    });
    let varied: Vec<_> = varied.collect();
    std::iter::once(first).chain(varied).collect()
}

fn lcm(a: u64, b: u64) -> u64 {
    let (mut x, mut y) = (a, b);
    while y > 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Place;

    fn query(text: &str) -> Query {
        Query { text: text.to_owned(), place: Place { file: "f".to_owned(), line: 1, column: 1 } }
    }

    fn availability() -> Sli {
        let total = r#"http_count{context="c",http_route!="unmatched"}"#;
        let bad = r#"http_count{context="c",http_route!="unmatched",status=~"5..|499"}"#;
        Sli::Ratio { counter: true, of: Ratio::Bad { bad: query(bad), total: query(total) } }
    }

    fn latency() -> Sli {
        let total = query(r#"http_count{context="c"}"#);
        let good = query(r#"http_bucket{context="c",le=~"0\\.5"}"#);
        Sli::Ratio { counter: true, of: Ratio::Good { good, total } }
    }

    /// The series of the first instance.
    fn written(inputs: &Inputs, minutes: &[Minute], life: Life) -> Vec<String> {
        let values = inputs.values(&[minutes.to_vec()], life).into_iter();
        let lines = values.map(|(series, values)| format!("{series} {values}"));
        lines.filter(|line| line.contains("instance=\"1\"")).collect()
    }

    const MINUTES: [Minute; 3] =
        [Minute { events: 40, bad: 0 }, Minute { events: 40, bad: 8 }, Minute { events: 40, bad: 8 }];

    #[test]
    fn one_metric_is_told_apart_by_what_is_bad_and_what_is_outside() {
        let inputs = Inputs::of(&availability(), &[], &[""]).expect("inputs");
        assert_eq!(inputs.unit(), 4);
        assert_eq!(
            written(&inputs, &MINUTES, Life::Whole),
            [
                r#"http_count{context="c",http_route="other",instance="1",status="other"} 0+20x1 36+16x1"#,
                r#"http_count{context="c",http_route="other",instance="1",status="499"} 0+0x1 2+2x1"#,
                r#"http_count{context="c",http_route="other",instance="1",status="500"} 0+0x1 2+2x1"#,
                r#"http_count{context="c",http_route="unmatched",instance="1",status="499"} 0+1200x3"#,
                r#"http_count{context="c",http_route="unmatched",instance="1",status="500"} 0+1200x3"#,
                r#"http_count{context="c",http_route="unmatched",instance="1",status="other"} 0+1200x3"#,
                r#"http_count{context="other",http_route="other",instance="1",status="499"} 0+1200x3"#,
                r#"http_count{context="other",http_route="other",instance="1",status="500"} 0+1200x3"#,
                r#"http_count{context="other",http_route="other",instance="1",status="other"} 0+1200x3"#,
            ]
        );
    }

    #[test]
    fn two_metrics_count_all_and_what_is_good() {
        let inputs = Inputs::of(&latency(), &[], &[""]).expect("inputs");
        let inside = |life| {
            let lines = written(&inputs, &MINUTES, life).into_iter();
            lines.filter(|line| !line.contains("other")).collect::<Vec<_>>()
        };
        let all = r#"http_count{context="c",instance="1"} 0+20x3"#;
        let good = r#"http_bucket{context="c",instance="1",le="0.5"} 0+20x1 36+16x1"#;
        assert_eq!(inside(Life::Whole), [all, good]);
        assert_eq!(inside(Life::Absent), [all]);
    }

    #[test]
    fn a_reset_begins_at_zero_and_a_restored_log_has_other_series() {
        let inputs = Inputs::of(&availability(), &[], &[""]).expect("inputs");
        let gap = written(&inputs, &MINUTES, Life::Gap(0, 2));
        assert!(gap[0].ends_with(" 0 _x1 0+16x1"), "{}", gap[0]);
        let good = |life| written(&inputs, &MINUTES, life).into_iter().take(2).collect::<Vec<_>>();
        let (first, rest) = (
            r#"http_count{context="c",http_route="other",instance="1",status="other""#,
            r#"http_count{context="c",http_route="other",instance="1",log="restored",status="other"}"#,
        );
        assert_eq!(good(Life::Reset(2))[0], format!("{first}}} 0+20x1 0+16x1"));
        assert_eq!(
            good(Life::Restored(2)),
            [format!("{first}}} 0+20x1 stale"), format!("{rest} _x2 10+16x1")]
        );
    }

    #[test]
    fn what_is_more_than_a_selector_is_named() {
        let sum = Sli::Ratio { counter: true, of: Ratio::Bad { bad: query("a"), total: query("sum(a)") } };
        assert_eq!(Inputs::of(&sum, &[], &[""]), Err(InputError::Query("sum(a)".to_owned())));
    }
}

//! Whether all that a query names is exported: metrics, labels, their values, and the bounds of buckets.

use std::collections::BTreeSet;

use macadam_board::codes::Code;
use macadam_board::diagnostic::nearest;
use promql_parser::label::{BUCKET_LABEL, METRIC_NAME, MatchOp, Matcher};
use promql_parser::parser::token::T_EQL_REGEX;
use promql_parser::parser::{AggregateExpr, BinaryExpr, LabelModifier, VectorSelector};

use super::Finding;
use super::known::{ALERT_LABELS, Known, LabelSets, Selected, Series, alternatives, names};
use super::labels;

/// Everything that a selector names.
pub(super) fn selector(selector: &VectorSelector, known: &Known, findings: &mut Vec<Finding>) {
    let mut series = Vec::new();
    for name in names(selector) {
        match known.selected(&name, selector) {
            Selected::Series(found) => series.extend(found),
            Selected::Unwritten => return,
            Selected::Nothing { histogram } => {
                findings.push(unknown_metric(&name, histogram, known));
                return;
            }
        }
    }
    let matchers = selector.matchers.matchers.iter().filter(|matcher| matcher.name != METRIC_NAME);
    for matcher in matchers {
        if !series.iter().any(|series| series.has(&matcher.name)) {
            findings.push(unknown_label(&matcher.name, &series));
        } else if matcher.name == BUCKET_LABEL {
            findings.extend(bucket(matcher, &series));
        } else {
            findings.extend(values(matcher, &series));
        }
    }
}

fn unknown_metric(name: &str, histogram: bool, known: &Known) -> Finding {
    if histogram {
        return Finding::new(
            Code::UnknownMetric,
            format!("`{name}` is a histogram, which has no series of that name"),
            format!("its series are `{name}_bucket`, `{name}_sum` and `{name}_count`"),
        );
    }
    let hint = match nearest(name, known.names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "contracts/<context>/metrics.json lists what is exported; `cargo xtask contracts` brings it up to date".to_owned(),
    };
    Finding::new(Code::UnknownMetric, format!("nothing exports or records `{name}`"), hint)
}

fn unknown_label(label: &str, series: &[&Series]) -> Finding {
    let all: BTreeSet<&String> =
        series.iter().flat_map(|series| &series.labels).flatten().flatten().collect();
    let there = all.iter().map(|label| label.as_str());
    Finding::new(
        Code::UnknownLabel,
        format!("no such series has a label `{label}`"),
        did_you_mean(label, there, "its labels are"),
    )
}

/// Each value that a matcher names, and each alternative of its pattern, must be a value of some series. So must those that
/// are ruled out: a misspelled exception excludes nothing.
fn values(matcher: &Matcher, series: &[&Series]) -> Option<Finding> {
    let listed: Option<Vec<_>> = series.iter().map(|series| series.values.get(&matcher.name)).collect();
    let all: BTreeSet<&String> = match listed {
        Some(listed) => listed.into_iter().flatten().collect(),
        // Alerts carry different labels; of those that every alert has, all values are known.
        None if ALERT_LABELS.contains(&matcher.name.as_str()) => {
            series.iter().filter_map(|series| series.values.get(&matcher.name)).flatten().collect()
        }
        None => return None,
    };
    if all.is_empty() {
        return None;
    }
    let missing = match matcher.op {
        MatchOp::Equal | MatchOp::NotEqual => {
            (!matcher.value.is_empty() && !all.contains(&matcher.value)).then(|| matcher.value.clone())
        }
        MatchOp::Re(_) | MatchOp::NotRe(_) => alternatives(&matcher.value)
            .into_iter()
            .find(|part| !part.is_empty() && !all.iter().any(|value| matches(part, value))),
    }?;
    let there = all.iter().map(|value| value.as_str());
    Some(Finding::new(
        Code::UnknownLabelValue,
        format!("no series has the value `{missing}` of the label `{}`", matcher.name),
        did_you_mean(&missing, there, "its values are"),
    ))
}

/// A bucket must be there, and its bound be spelled as both text formats do.
fn bucket(matcher: &Matcher, series: &[&Series]) -> Option<Finding> {
    let exact = matches!(matcher.op, MatchOp::Equal | MatchOp::NotEqual);
    let number = matcher.value.parse::<f64>().ok();
    if let Some(bound) = number.filter(|bound| exact && bound.is_finite() && bound.fract() == 0.0) {
        return Some(Finding::new(
            Code::BucketSpelling,
            format!("`le=\"{}\"` finds the bucket in one text format and not in the other", matcher.value),
            format!("write `le=~\"{bound}(\\\\.0)?\"`: the text format says {bound}, OpenMetrics {bound}.0"),
        ));
    }
    let buckets: Option<Vec<f64>> = series
        .iter()
        .map(|series| series.buckets.clone())
        .collect::<Option<Vec<_>>>()
        .map(|all| all.concat());
    let mut bounds = buckets?;
    bounds.sort_by(f64::total_cmp);
    bounds.dedup();
    let spelled = |bound: &f64| [format!("{bound}"), format!("{bound:?}")];
    let mut all = bounds.iter().flat_map(spelled).chain(["+Inf".to_owned()]);
    let there = match matcher.op {
        MatchOp::Equal | MatchOp::NotEqual => all.any(|bound| bound == matcher.value),
        MatchOp::Re(_) | MatchOp::NotRe(_) => {
            let every = all.collect::<Vec<_>>();
            alternatives(&matcher.value).iter().all(|part| every.iter().any(|bound| matches(part, bound)))
        }
    };
    (!there).then(|| {
        let listed = bounds.iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
        Finding::new(
            Code::UnknownBucket,
            format!("there is no bucket with the bound `{}`", matcher.value),
            format!("its bounds are {listed} and +Inf; a share between two of them cannot be counted"),
        )
    })
}

/// Labels that are kept must be there.
pub(super) fn aggregation(aggregate: &AggregateExpr, known: &Known, findings: &mut Vec<Finding>) {
    let Some(LabelModifier::Include(by)) = &aggregate.modifier else { return };
    by_labels(&by.labels, &labels::of(&aggregate.expr, known), findings);
}

/// Labels by which two sides are matched must be on one of them.
pub(super) fn matching(binary: &BinaryExpr, known: &Known, findings: &mut Vec<Finding>) {
    let Some(LabelModifier::Include(on)) =
        binary.modifier.as_ref().and_then(|modifier| modifier.matching.as_ref())
    else {
        return;
    };
    if on.labels.is_empty() {
        return;
    }
    let both = labels::of(&binary.lhs, known).zip(labels::of(&binary.rhs, known));
    let sets = both.map(|(mut left, right)| {
        left.extend(right);
        left
    });
    by_labels(&on.labels, &sets, findings);
}

fn by_labels(wanted: &[String], sets: &LabelSets, findings: &mut Vec<Finding>) {
    let Some(sets) = sets else { return };
    let all: BTreeSet<&str> = sets.iter().flatten().map(String::as_str).collect();
    let missing =
        wanted.iter().filter(|label| !all.contains(label.as_str()) && !super::known::is_added(label));
    findings.extend(missing.map(|label| {
        Finding::new(
            Code::UnknownLabel,
            format!("no such series has a label `{label}`"),
            did_you_mean(label, all.iter().copied(), "its labels are"),
        )
    }));
}

fn matches(pattern: &str, value: &str) -> bool {
    // A pattern that was parsed as a whole has alternatives that are patterns, too.
    Matcher::new_matcher(T_EQL_REGEX, String::new(), pattern.to_owned())
        .is_ok_and(|matcher| matcher.is_match(value))
}

fn did_you_mean<'a>(word: &str, there: impl Iterator<Item = &'a str> + Clone, otherwise: &str) -> String {
    if let Some(near) = nearest(word, there.clone()) {
        return format!("did you mean `{near}`?");
    }
    let shown: Vec<&str> = there.clone().take(12).collect();
    let more = if there.count() > shown.len() { ", …" } else { "" };
    format!("{otherwise} {}{more}", shown.join(", "))
}

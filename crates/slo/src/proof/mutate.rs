//! Changes rules one by one, so that the tests of rules can be tested: each change is an error that a generator could make,
//! and some test must notice it.

use std::collections::BTreeSet;

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorSelector, parse};

use super::tree;
use crate::generate::{Rule, RuleFile, RuleKind};
use crate::names::{CONTEXT_LABEL, OBJECTIVE_LABEL, SEVERITY_LABEL, SLO_LABEL, WINDOWS_LABEL};

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Mutant {
    /// What the changed rule records, or the windows of its alert.
    pub rule: String,
    /// What was changed to what.
    pub change: String,
    /// All rules, with the change.
    pub rules: RuleFile,
}

/// All changes of these rules, in their order. A change after which an expression does not parse is left out.
pub fn mutants(file: &RuleFile) -> Vec<Mutant> {
    let mut found = Vec::new();
    for (group, rules) in file.groups.iter().enumerate() {
        for (place, rule) in rules.rules.iter().enumerate() {
            let mut add = |change: String, changed: Option<Rule>| {
                let mut rules = file.clone();
                match changed {
                    Some(changed) => rules.groups[group].rules[place] = changed,
                    None => drop(rules.groups[group].rules.remove(place)),
                }
                rules.groups.retain(|group| !group.rules.is_empty());
                found.push(Mutant { rule: name(rule), change, rules });
            };
            for (change, expr) in expressions(&rule.expr) {
                add(change, Some(Rule { expr, ..rule.clone() }));
            }
            for (change, changed) in fields(rule) {
                add(change, Some(changed));
            }
            add("the rule is missing".to_owned(), None);
        }
    }
    found
}

fn name(rule: &Rule) -> String {
    match rule.labels.get(WINDOWS_LABEL) {
        Some(windows) => format!("alert {windows}"),
        None => rule.name().to_owned(),
    }
}

/// Changes of what stands beside the expression.
fn fields(rule: &Rule) -> Vec<(String, Rule)> {
    let mut changed = Vec::new();
    if let Some(severity) = rule.labels.get(SEVERITY_LABEL) {
        let other = if severity == "page" { "ticket" } else { "page" };
        let mut rule = rule.clone();
        rule.labels.insert(SEVERITY_LABEL.to_owned(), other.to_owned());
        changed.push((format!("severity {severity} to {other}"), rule));
    }
    if let RuleKind::Alert(alert) = &rule.kind {
        let mut alert = alert.clone();
        alert.hold += 600;
        changed.push(("for 10m longer".to_owned(), Rule { kind: RuleKind::Alert(alert), ..rule.clone() }));
    }
    changed
}

/// An expression with each of its parts changed, each in each way.
fn expressions(text: &str) -> Vec<(String, String)> {
    let Ok(mut expr) = parse(text) else { return Vec::new() };
    let mut parts = Vec::new();
    tree::walk(&mut expr, &mut |part| parts.push(part.clone()));
    let matched = matched(&parts);
    let mut made = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        for (change, changed) in changes(part, matched.contains(&place)) {
            let mut whole = expr.clone();
            replace(&mut whole, place, &changed);
            let text = whole.to_string();
            if parse(&text).is_ok() {
                made.push((format!("{change} in `{}`", short(part)), text));
            }
        }
    }
    made
}

/// The places of parts within an arithmetic of two recorded series. It finds for each sample the one with equal labels, so
/// that a series of another objective has no counterpart, whether or not a matcher keeps it away.
fn matched(parts: &[Expr]) -> BTreeSet<usize> {
    let arithmetic = |part: &Expr| match part {
        Expr::Binary(binary) => {
            let on = binary.modifier.as_ref().and_then(|modifier| modifier.matching.as_ref());
            let operator = ["+", "-", "*", "/"].contains(&binary.op.to_string().as_str());
            operator && on.is_none() && reads_own(&binary.lhs) && reads_own(&binary.rhs)
        }
        _ => false,
    };
    let places = parts.iter().enumerate().filter(|(_, part)| arithmetic(part));
    places.flat_map(|(place, part)| place..place + size(part)).collect()
}

fn size(part: &Expr) -> usize {
    let mut count = 0;
    tree::walk(&mut part.clone(), &mut |_| count += 1);
    count
}

/// Whether an expression reads what was recorded for an objective.
fn reads_own(part: &Expr) -> bool {
    let mut found = false;
    tree::walk(&mut part.clone(), &mut |part| {
        let selector = tree::selector(part);
        found |= selector.is_some_and(|selector| !selector.matchers.find_matchers(SLO_LABEL).is_empty());
    });
    found
}

/// Puts an expression in the place of the part that is met as number `place`.
fn replace(whole: &mut Expr, place: usize, changed: &Expr) {
    let mut count = 0;
    tree::walk(whole, &mut |part| {
        if count == place {
            *part = changed.clone();
        }
        count += 1;
    });
}

fn short(part: &Expr) -> String {
    let text = part.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= 100 { text } else { text.chars().take(100).chain(['…']).collect() }
}

fn changes(part: &Expr, matched: bool) -> Vec<(String, Expr)> {
    match part {
        Expr::NumberLiteral(number) => numbers(number.val),
        Expr::VectorSelector(selector) => selectors(selector, matched)
            .into_iter()
            .map(|(change, selector)| (change, Expr::VectorSelector(selector)))
            .collect(),
        Expr::MatrixSelector(matrix) => {
            let of_selector = selectors(&matrix.vs, matched).into_iter().map(|(change, vs)| {
                let mut changed = matrix.clone();
                changed.vs = vs;
                (change, changed)
            });
            let windows =
                [("window twice as long", matrix.range * 2), ("window half as long", matrix.range / 2)];
            let of_window = windows.into_iter().map(|(change, range)| {
                let mut changed = matrix.clone();
                changed.range = range;
                (change.to_owned(), changed)
            });
            of_selector
                .chain(of_window)
                .map(|(change, matrix)| (change, Expr::MatrixSelector(matrix)))
                .collect()
        }
        Expr::Binary(binary) => operators(binary),
        Expr::Aggregate(aggregate) => aggregations(aggregate),
        Expr::Call(call) => functions(call),
        _ => Vec::new(),
    }
}

fn numbers(value: f64) -> Vec<(String, Expr)> {
    let changed = if value == 0.0 { vec![1.0] } else { vec![value * 1.25, value * 0.75] };
    changed.into_iter().map(|other| (format!("{value} to {other}"), Expr::from(other))).collect()
}

/// Each matcher left out, turned into its opposite, and without one of its alternatives.
fn selectors(selector: &VectorSelector, matched: bool) -> Vec<(String, VectorSelector)> {
    let mut made = Vec::new();
    for (place, matcher) in selector.matchers.matchers.iter().enumerate() {
        let mut with = |change: String, matchers: Vec<Matcher>| {
            let mut changed = selector.clone();
            changed.matchers.matchers.splice(place..=place, matchers);
            made.push((change, changed));
        };
        let own = [CONTEXT_LABEL, SLO_LABEL, OBJECTIVE_LABEL].contains(&matcher.name.as_str());
        if !(own && matched) {
            with(format!("without `{matcher}`"), Vec::new());
        }
        let opposite = match matcher.op.clone() {
            MatchOp::Equal => MatchOp::NotEqual,
            MatchOp::NotEqual => MatchOp::Equal,
            MatchOp::Re(pattern) => MatchOp::NotRe(pattern),
            MatchOp::NotRe(pattern) => MatchOp::Re(pattern),
        };
        let opposite = Matcher::new(opposite, &matcher.name, &matcher.value);
        with(format!("`{matcher}` to `{opposite}`"), vec![opposite]);
        for fewer in fewer_alternatives(&matcher.value) {
            let text = matcher.to_string().replace(&matcher.value, &fewer);
            if let Ok(Expr::VectorSelector(parsed)) = parse(&format!("{{a=\"b\",{text}}}"))
                && let Some(narrower) = parsed.matchers.matchers.last()
            {
                with(format!("`{matcher}` to `{narrower}`"), vec![narrower.clone()]);
            }
        }
    }
    made
}

/// `5..` and `499` of `5..|499`; none where parentheses make alternatives part of something.
fn fewer_alternatives(pattern: &str) -> Vec<String> {
    let ways: Vec<&str> = pattern.split('|').collect();
    if ways.len() < 2 || pattern.contains('(') {
        return Vec::new();
    }
    let without = |left_out: usize| {
        let kept: Vec<&str> =
            ways.iter().enumerate().filter(|(place, _)| *place != left_out).map(|(_, way)| *way).collect();
        kept.join("|")
    };
    (0..ways.len()).map(without).collect()
}

/// Other operators, and `on (…)` left out.
fn operators(binary: &BinaryExpr) -> Vec<(String, Expr)> {
    let from = binary.op.to_string();
    let others: &[&str] = match from.as_str() {
        ">" => &[">=", "<"],
        "<" => &["<=", ">"],
        ">=" => &[">", "<"],
        "<=" => &["<", ">"],
        "==" => &["!="],
        "!=" => &["=="],
        "and" => &["or", "unless"],
        "or" => &["and", "unless"],
        "unless" => &["and", "or"],
        "+" => &["-"],
        "-" => &["+"],
        "*" => &["/"],
        "/" => &["*"],
        _ => &[],
    };
    let mut made = Vec::new();
    // A sum of floating point numbers equals no threshold but 0, so that such a threshold may as well be included.
    let threshold = matches!(&*binary.rhs, Expr::NumberLiteral(number) if number.val != 0.0);
    let others = others
        .iter()
        .filter(|other| !(threshold && other.ends_with('=') && other.len() == 2 && from.len() == 1));
    for other in others {
        if let Ok(Expr::Binary(parsed)) = parse(&format!("a {other} b")) {
            let mut changed = binary.clone();
            changed.op = parsed.op;
            if let (Some(modifier), Some(parsed)) = (&mut changed.modifier, parsed.modifier) {
                modifier.card = parsed.card;
            }
            made.push((format!("`{from}` to `{other}`"), Expr::Binary(changed)));
        }
    }
    let matching = binary.modifier.as_ref().and_then(|modifier| modifier.matching.as_ref());
    if let Some(LabelModifier::Include(on)) = matching {
        // Series that are recorded for one objective have equal labels: `and` between them says the same without `on`.
        if from != "and" {
            let mut changed = binary.clone();
            changed.modifier = changed.modifier.map(|modifier| modifier.with_matching(None));
            made.push((format!("`{from} on ({on})` to `{from}`"), Expr::Binary(changed)));
        }
        if !on.is_empty() {
            let mut changed = binary.clone();
            let none = Some(LabelModifier::include(Vec::new()));
            changed.modifier = changed.modifier.map(|modifier| modifier.with_matching(none));
            made.push((format!("`{from} on ({on})` to `{from} on ()`"), Expr::Binary(changed)));
        }
    }
    made
}

fn aggregations(aggregate: &AggregateExpr) -> Vec<(String, Expr)> {
    let from = aggregate.op.to_string();
    let others = ["sum", "avg", "max", "min"].into_iter().filter(|other| *other != from);
    let mut made = Vec::new();
    if aggregate.param.is_none() {
        for other in others {
            if let Ok(Expr::Aggregate(parsed)) = parse(&format!("{other}(a)")) {
                let changed = AggregateExpr { op: parsed.op, ..aggregate.clone() };
                made.push((format!("`{from}` to `{other}`"), Expr::Aggregate(changed)));
            }
        }
    }
    if aggregate.modifier.is_some() {
        let changed = AggregateExpr { modifier: None, ..aggregate.clone() };
        made.push(("not by group".to_owned(), Expr::Aggregate(changed)));
    }
    made
}

fn functions(call: &Call) -> Vec<(String, Expr)> {
    let from = call.func.name;
    let others: &[&str] = match from {
        "rate" => &["increase", "irate", "deriv"],
        "increase" => &["rate", "delta"],
        "sum_over_time" => &["avg_over_time", "max_over_time"],
        "avg_over_time" | "count_over_time" => &["sum_over_time"],
        "clamp_max" => &["clamp_min"],
        "clamp_min" => &["clamp_max"],
        _ => &[],
    };
    let arguments = if from.starts_with("clamp") { "a, 1" } else { "a[5m]" };
    let named = others.iter().filter_map(|other| match parse(&format!("{other}({arguments})")) {
        Ok(Expr::Call(parsed)) => {
            Some((format!("`{from}` to `{other}`"), Expr::Call(Call { func: parsed.func, ..call.clone() })))
        }
        _ => None,
    });
    let clamped = from.starts_with("clamp").then(|| call.args.args.first()).flatten();
    named.chain(clamped.map(|inner| (format!("without `{from}`"), (**inner).clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(expr: &str) -> Vec<String> {
        expressions(expr).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn thresholds_comparisons_and_windows_are_changed_one_by_one() {
        assert_eq!(changed("a > 2"), ["a < 2", "a > 2.5", "a > 1.5"]);
        assert_eq!(changed("a > 0"), ["a >= 0", "a < 0", "a > 1"]);
        assert_eq!(
            changed("rate(a[5m])"),
            ["increase(a[5m])", "irate(a[5m])", "deriv(a[5m])", "rate(a[10m])", "rate(a[2m30s])"]
        );
    }

    #[test]
    fn selectors_lose_matchers_and_alternatives() {
        assert_eq!(
            changed("a{b=\"c\",d=~\"5..|499\"}"),
            [
                "a{d=~\"5..|499\"}",
                "a{b!=\"c\",d=~\"5..|499\"}",
                "a{b=\"c\"}",
                "a{b=\"c\",d!~\"5..|499\"}",
                "a{b=\"c\",d=~\"499\"}",
                "a{b=\"c\",d=~\"5..\"}",
            ]
        );
    }

    #[test]
    fn a_matcher_that_equal_labels_stand_in_for_is_not_left_out() {
        let without = |expr: &str| {
            let changes = expressions(expr).into_iter();
            changes.filter(|(change, _)| change.starts_with("without")).count()
        };
        assert_eq!(without("a{slo=\"s\"} / (b{slo=\"s\"} > 0)"), 0);
        assert_eq!(without("a{slo=\"s\"} and on () b{slo=\"s\"} > 0"), 2);
        assert_eq!(without("1 - a{slo=\"s\"} / 0.1"), 1);
    }

    #[test]
    fn joins_and_sums_are_changed() {
        assert_eq!(
            changed("sum by (g) (a) or on (g) b"),
            [
                "sum by (g) (a) and on (g) b",
                "sum by (g) (a) unless on (g) b",
                "sum by (g) (a) or b",
                "sum by (g) (a) or on () b",
                "avg by (g) (a) or on (g) b",
                "max by (g) (a) or on (g) b",
                "min by (g) (a) or on (g) b",
                "sum(a) or on (g) b",
            ]
        );
    }
}

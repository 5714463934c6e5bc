//! Forms that are PromQL, pass promtool's lint, and compute something else than was meant.

use macadam_board::codes::Code;
use promql_parser::parser::token::{
    T_ADD, T_AVG, T_DIV, T_GTE, T_GTR, T_LAND, T_LOR, T_LUNLESS, T_MAX, T_MIN, T_MOD, T_MUL, T_NEQ, T_SUB,
    T_SUM,
};
use promql_parser::parser::value::ValueType;
use promql_parser::parser::{BinaryExpr, Call, Expr};

use super::Finding;
use super::known::{Known, LabelSets};
use super::labels;

/// A mean of ratios over more seconds than this weighs a quiet night like a busy noon.
const SLICE_MAX: u64 = 3_600;

/// What is wrong with two sides and how they are joined.
pub(super) fn binary(binary: &BinaryExpr, known: &Known, findings: &mut Vec<Finding>) {
    let op = binary.op.id();
    if op == T_LOR {
        precedence(binary, findings);
        if or_vector(binary, known, findings) {
            return;
        }
    }
    if op == T_DIV || op == T_MOD {
        division(binary, findings);
    }
    join(binary, known, findings);
}

/// `1 - a or vector(0) / b` is `(1 - a) or (vector(0) / b)`.
fn precedence(binary: &BinaryExpr, findings: &mut Vec<Finding>) {
    let loose =
        |side: &Expr, ops: &[u16]| matches!(side, Expr::Binary(inner) if ops.contains(&inner.op.id()));
    let zero =
        matches!(binary.rhs.as_ref(), Expr::Binary(inner) if inner.op.id() == T_MUL && is_zero(&inner.lhs));
    if loose(&binary.lhs, &[T_ADD, T_SUB])
        || (loose(&binary.rhs, &[T_ADD, T_SUB, T_MUL, T_DIV, T_MOD]) && !zero)
    {
        findings.push(Finding::new(
            Code::OrPrecedence,
            format!(
                "`or` binds weaker than any arithmetic: this is read as `({}) or ({})`",
                binary.lhs, binary.rhs
            ),
            "put parentheses around what belongs together",
        ));
    }
}

/// `or vector(0)`; whether it was found.
fn or_vector(binary: &BinaryExpr, known: &Known, findings: &mut Vec<Finding>) -> bool {
    let Expr::Call(call) = bare(&binary.rhs) else { return false };
    if call.func.name != "vector" {
        return false;
    }
    let lost = match (on(binary), labels::of(&binary.lhs, known)) {
        (None, _) => true,
        (Some(on), Some(sets)) => sets.iter().flatten().any(|label| !on.contains(label)),
        (Some(_), None) => false,
    };
    if lost {
        findings.push(Finding::new(
            Code::OrVector,
            "`or vector(…)` gives one series without labels: groups that are missing stay missing, and what a rule labels is \
             there twice",
            "write `or on (<labels of the group>) 0 * <all that is counted>`, which has every group",
        ));
    }
    lost
}

/// Two sides that are joined by all labels must have the same.
fn join(binary: &BinaryExpr, known: &Known, findings: &mut Vec<Finding>) {
    let vector = |side: &Expr| side.value_type() == ValueType::Vector;
    let matched = binary.modifier.as_ref().is_some_and(|modifier| modifier.matching.is_some());
    if matched || !vector(&binary.lhs) || !vector(&binary.rhs) {
        return;
    }
    let (Some(left), Some(right)) = (labels::of(&binary.lhs, known), labels::of(&binary.rhs, known)) else {
        return;
    };
    if left == right {
        return;
    }
    let op = binary.op.id();
    let effect = if op == T_LOR {
        "both sides are kept, and once a rule adds its labels they are there twice and the whole group of rules fails"
    } else if op == T_LUNLESS {
        "nothing is ever taken away"
    } else if op == T_LAND {
        "nothing ever matches"
    } else {
        "nothing matches, and the result is empty"
    };
    findings.push(Finding::new(
        Code::JoinWithoutOn,
        format!(
            "the left side of `{}` has the labels {}, the right side {}: {effect}",
            binary.op,
            written(&Some(left)),
            written(&Some(right))
        ),
        format!("say by which labels they belong together: `{} on (…)`", binary.op),
    ));
}

fn written(sets: &LabelSets) -> String {
    let each = sets.iter().flatten().map(|set| {
        let labels: Vec<&str> = set.iter().map(String::as_str).collect();
        format!("{{{}}}", labels.join(", "))
    });
    each.collect::<Vec<_>>().join(" or ")
}

/// 0 ÷ 0 is not a number, and stays so in every sum that it enters.
fn division(binary: &BinaryExpr, findings: &mut Vec<Finding>) {
    if binary.rhs.value_type() == ValueType::Vector && !is_positive(&binary.rhs) {
        findings.push(Finding::new(
            Code::IdleNotANumber,
            format!("while nothing happens, `{}` is 0, and the result not a number", binary.rhs),
            "divide by `(… > 0)`: then there is no sample while idle",
        ));
    }
}

/// Whether no value of it is 0.
fn is_positive(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::NumberLiteral(number) => number.val > 0.0,
        Expr::Aggregate(aggregate) => {
            [T_SUM, T_MIN, T_MAX, T_AVG].contains(&aggregate.op.id()) && is_positive(&aggregate.expr)
        }
        Expr::Call(call) if call.func.name == "clamp_min" => call
            .args
            .args
            .get(1)
            .is_some_and(|least| matches!(bare(least), Expr::NumberLiteral(number) if number.val > 0.0)),
        Expr::Call(call) if call.func.name == "vector" => {
            call.args.args.first().is_some_and(|value| is_positive(value))
        }
        Expr::Call(call) => call.func.name == "time",
        Expr::Binary(inner) if inner.return_bool() => false,
        Expr::Binary(inner) => {
            let op = inner.op.id();
            let against = match bare(&inner.rhs) {
                Expr::NumberLiteral(number) => Some(number.val),
                _ => None,
            };
            (op == T_GTR && against.is_some_and(|value| value >= 0.0))
                || (op == T_GTE && against.is_some_and(|value| value > 0.0))
                || (op == T_NEQ && against == Some(0.0))
                || ([T_MUL, T_DIV, T_ADD].contains(&op) && is_positive(&inner.lhs) && is_positive(&inner.rhs))
        }
        _ => false,
    }
}

/// What is wrong with a call; `compared` is whether its value is held against another one.
pub(super) fn call(call: &Call, compared: bool, findings: &mut Vec<Finding>) {
    match call.func.name {
        "avg_over_time" if call.args.args.first().is_some_and(|argument| is_ratio(argument)) => {
            findings.push(Finding::new(
                Code::MeanOfRatios,
                "the mean of ratios weighs a quiet night like a busy noon",
                "divide the sums: `sum_over_time(<bad>[…]) / (sum_over_time(<all>[…]) > 0)`",
            ));
        }
        "histogram_quantile" if !compared => findings.push(Finding::new(
            Code::IdleNotANumber,
            "while nothing happens, a quantile is not a number",
            "write `histogram_quantile(…) >= 0`: then there is no sample while idle",
        )),
        _ => {}
    }
}

/// Whether it is a ratio, over long enough that its weights matter.
fn is_ratio(argument: &Expr) -> bool {
    match bare(argument) {
        Expr::MatrixSelector(matrix) => matrix.vs.name.as_ref().is_some_and(|name| name.contains("ratio")),
        Expr::Subquery(subquery) => subquery.range.as_secs() > SLICE_MAX && divides(&subquery.expr),
        _ => false,
    }
}

fn divides(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Binary(binary) => {
            (binary.op.id() == T_DIV && binary.rhs.value_type() == ValueType::Vector)
                || divides(&binary.lhs)
                || divides(&binary.rhs)
        }
        Expr::Aggregate(aggregate) => divides(&aggregate.expr),
        Expr::Call(call) => call.args.args.iter().any(|argument| divides(argument)),
        Expr::VectorSelector(selector) => selector.name.as_ref().is_some_and(|name| name.contains("ratio")),
        _ => false,
    }
}

/// An alert on absence that waits for nothing.
pub(super) fn absence(expr: &Expr, findings: &mut Vec<Finding>) {
    if has_absent(expr) {
        findings.push(Finding::new(
            Code::AbsentAtOnce,
            "`absent()` holds in a Prometheus that has just been started, before its first scrape",
            "give the alert a `for` of a few scrapes",
        ));
    }
}

fn has_absent(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Call(call) => {
            call.func.name == "absent" || call.args.args.iter().any(|argument| has_absent(argument))
        }
        Expr::Binary(binary) => has_absent(&binary.lhs) || has_absent(&binary.rhs),
        Expr::Aggregate(aggregate) => has_absent(&aggregate.expr),
        Expr::Unary(unary) => has_absent(&unary.expr),
        Expr::Subquery(subquery) => has_absent(&subquery.expr),
        _ => false,
    }
}

fn on(binary: &BinaryExpr) -> Option<&Vec<String>> {
    let matching = binary.modifier.as_ref()?.matching.as_ref()?;
    matching.is_include().then(|| &matching.labels().labels)
}

fn is_zero(expr: &Expr) -> bool {
    matches!(bare(expr), Expr::NumberLiteral(number) if number.val == 0.0)
}

/// Without its parentheses.
fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => bare(&paren.expr),
        other => other,
    }
}

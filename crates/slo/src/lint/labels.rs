//! Which labels the result of an expression has, as far as that can be told from what is known of its series.

use std::collections::BTreeSet;

use promql_parser::parser::token::{T_BOTTOMK, T_COUNT_VALUES, T_LAND, T_LOR, T_LUNLESS, T_TOPK};
use promql_parser::parser::value::ValueType;
use promql_parser::parser::{
    AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorMatchCardinality, VectorSelector,
};

use super::known::{Known, LabelSets, Selected, names, one};

/// The labels of the result.
pub(super) fn of(expr: &Expr, known: &Known) -> LabelSets {
    match expr {
        Expr::VectorSelector(selector) => selected(selector, known),
        Expr::MatrixSelector(matrix) => selected(&matrix.vs, known),
        Expr::Paren(paren) => of(&paren.expr, known),
        Expr::Unary(unary) => of(&unary.expr, known),
        Expr::Subquery(subquery) => of(&subquery.expr, known),
        Expr::Aggregate(aggregate) => aggregated(aggregate, known),
        Expr::Binary(binary) => joined(binary, known),
        Expr::Call(call) => called(call, known),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => None,
    }
}

fn selected(selector: &VectorSelector, known: &Known) -> LabelSets {
    let mut sets = BTreeSet::new();
    for name in names(selector) {
        let Selected::Series(series) = known.selected(&name, selector) else { return None };
        let matching = series
            .into_iter()
            .filter(|series| selector.matchers.matchers.iter().all(|matcher| series.holds(matcher)));
        for series in matching {
            sets.extend(series.labels.clone()?);
        }
    }
    (!sets.is_empty()).then_some(sets)
}

fn aggregated(aggregate: &AggregateExpr, known: &Known) -> LabelSets {
    if [T_TOPK, T_BOTTOMK].contains(&aggregate.op.id()) {
        return of(&aggregate.expr, known);
    }
    if aggregate.op.id() == T_COUNT_VALUES {
        return None;
    }
    match &aggregate.modifier {
        None => Some(one([])),
        Some(LabelModifier::Include(labels)) => {
            // A label that no series has is not in the result.
            let wanted: BTreeSet<String> = labels.labels.iter().cloned().collect();
            match of(&aggregate.expr, known) {
                Some(sets) => {
                    Some(sets.iter().map(|set| set.intersection(&wanted).cloned().collect()).collect())
                }
                None => Some(BTreeSet::from([wanted])),
            }
        }
        Some(LabelModifier::Exclude(labels)) => without(of(&aggregate.expr, known), &labels.labels),
    }
}

fn joined(binary: &BinaryExpr, known: &Known) -> LabelSets {
    let vector = |side: &Expr| side.value_type() == ValueType::Vector;
    match (vector(&binary.lhs), vector(&binary.rhs)) {
        (true, false) => return of(&binary.lhs, known),
        (false, true) => return of(&binary.rhs, known),
        (false, false) => return None,
        (true, true) => {}
    }
    let op = binary.op.id();
    if op == T_LAND || op == T_LUNLESS {
        return of(&binary.lhs, known);
    }
    if op == T_LOR {
        let (mut left, right) = (of(&binary.lhs, known)?, of(&binary.rhs, known)?);
        // With `on`, what the right side adds has labels of its own only where the left side has nothing.
        if binary.is_matching_on() {
            return Some(left);
        }
        left.extend(right);
        return Some(left);
    }
    let Some(modifier) = &binary.modifier else { return of(&binary.lhs, known) };
    match (&modifier.card, &modifier.matching) {
        (VectorMatchCardinality::ManyToOne(labels), _) => with(of(&binary.lhs, known), &labels.labels),
        (VectorMatchCardinality::OneToMany(labels), _) => with(of(&binary.rhs, known), &labels.labels),
        (_, Some(LabelModifier::Include(labels))) => {
            let on: BTreeSet<String> = labels.labels.iter().cloned().collect();
            Some(BTreeSet::from([on]))
        }
        (_, Some(LabelModifier::Exclude(labels))) => without(of(&binary.lhs, known), &labels.labels),
        (_, None) => of(&binary.lhs, known),
    }
}

fn called(call: &Call, known: &Known) -> LabelSets {
    let name = call.func.name;
    if name == "vector" {
        return Some(one([]));
    }
    let argument = call
        .args
        .args
        .iter()
        .find(|argument| matches!(argument.value_type(), ValueType::Vector | ValueType::Matrix))?;
    match name {
        "absent" | "absent_over_time" => {
            let selector = match argument.as_ref() {
                Expr::VectorSelector(selector) => selector,
                Expr::MatrixSelector(matrix) => &matrix.vs,
                _ => return Some(one([])),
            };
            let equal = selector.matchers.matchers.iter().filter(|matcher| {
                matcher.op == promql_parser::label::MatchOp::Equal
                    && matcher.name != promql_parser::label::METRIC_NAME
            });
            Some(one(equal.map(|matcher| matcher.name.clone())))
        }
        "histogram_quantile" => without(of(argument, known), &["le".to_owned()]),
        "label_replace" | "label_join" => None,
        _ => of(argument, known),
    }
}

fn without(sets: LabelSets, labels: &[String]) -> LabelSets {
    let less = |set: BTreeSet<String>| set.into_iter().filter(|label| !labels.contains(label)).collect();
    sets.map(|sets| sets.into_iter().map(less).collect())
}

fn with(sets: LabelSets, labels: &[String]) -> LabelSets {
    let more = |set: BTreeSet<String>| set.into_iter().chain(labels.iter().cloned()).collect();
    sets.map(|sets| sets.into_iter().map(more).collect())
}

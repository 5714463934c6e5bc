//! Walks through parsed PromQL.

use promql_parser::parser::{Expr, LabelModifier, VectorSelector};

/// Calls `f` with an expression and all its parts, the outermost first. What `f` puts in place of a part is walked, too.
pub(super) fn walk(expr: &mut Expr, f: &mut dyn FnMut(&mut Expr)) {
    f(expr);
    match expr {
        Expr::Aggregate(aggregate) => {
            if let Some(param) = &mut aggregate.param {
                walk(param, f);
            }
            walk(&mut aggregate.expr, f);
        }
        Expr::Unary(unary) => walk(&mut unary.expr, f),
        Expr::Binary(binary) => {
            walk(&mut binary.lhs, f);
            walk(&mut binary.rhs, f);
        }
        Expr::Paren(paren) => walk(&mut paren.expr, f),
        Expr::Subquery(subquery) => walk(&mut subquery.expr, f),
        Expr::Call(call) => call.args.args.iter_mut().for_each(|arg| walk(arg, f)),
        Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::VectorSelector(_)
        | Expr::MatrixSelector(_)
        | Expr::Extension(_) => {}
    }
}

/// The selector that a part is, if it is one.
pub(super) fn selector(expr: &mut Expr) -> Option<&mut VectorSelector> {
    match expr {
        Expr::VectorSelector(selector) => Some(selector),
        Expr::MatrixSelector(matrix) => Some(&mut matrix.vs),
        _ => None,
    }
}

/// The labels that a part is grouped or matched by.
pub(super) fn labels(expr: &mut Expr) -> Option<&mut Vec<String>> {
    let modifier = match expr {
        Expr::Aggregate(aggregate) => aggregate.modifier.as_mut(),
        Expr::Binary(binary) => binary.modifier.as_mut().and_then(|modifier| modifier.matching.as_mut()),
        _ => None,
    };
    modifier.map(|modifier| match modifier {
        LabelModifier::Include(labels) | LabelModifier::Exclude(labels) => &mut labels.labels,
    })
}

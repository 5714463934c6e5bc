//! Checks queries of Prometheus.

use macadam_board::codes::Code;
use promql_parser::parser::value::ValueType;
use promql_parser::parser::{Expr, parse};

use super::object::Findings;
use super::yaml::Spot;
use crate::model::Query;

/// The parser and what walks its trees recurse: longer or deeper queries could exhaust the stack.
const BYTES_MAX: usize = 10_000;
const DEPTH_MAX: usize = 100;

/// A query whose result is an instant vector; of a counter, a plain vector selector.
pub(super) fn check(text: &str, counter: bool, at: &Spot, findings: &mut Findings<'_>) -> Option<Query> {
    let text = text.trim();
    if text.len() > BYTES_MAX || depth(text) > DEPTH_MAX {
        let message = "the query is too long or nested too deeply";
        let hint =
            format!("write at most {BYTES_MAX} bytes and {DEPTH_MAX} levels; record parts of it by a rule");
        findings.say(Code::PromqlSyntax, at, message, hint);
        return None;
    }
    let expression = match parse(text) {
        Ok(expression) => expression,
        Err(error) => {
            let message = format!("the query is not PromQL: {}", error.trim());
            findings.say(Code::PromqlSyntax, at, message, syntax_hint(text));
            return None;
        }
    };
    if counter && !is_selector(&expression, text) {
        let hint = "write only the metric and its labels, such as `requests_total{code=\"500\"}`: the rules take its \
                    rate; or write `counter: false`";
        findings.say(
            Code::CounterSelector,
            at,
            "the query of a counter is not a plain vector selector",
            hint,
        );
        return None;
    }
    if expression.value_type() != ValueType::Vector {
        let message = format!("the query yields a {}", expression.value_type());
        findings.say(Code::QueryValue, at, message, "write a query that yields an instant vector");
        return None;
    }
    Some(Query { text: text.to_owned(), place: findings.place(at) })
}

/// Whether a range can be put behind the text, and nothing else stands in it.
fn is_selector(expression: &Expr, text: &str) -> bool {
    let plain = matches!(expression, Expr::VectorSelector(selector) if selector.offset.is_none() && selector.at.is_none());
    // With a comment at its end, the text would swallow what is put behind it.
    let ends_itself = || matches!(parse(&format!("{text}[5m]")), Ok(Expr::MatrixSelector(_)));
    plain && (!text.contains('#') || ends_itself())
}

/// So many brackets and signs are open at once, at most.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut signs) = (0_usize, 0, 0_usize);
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '-' | '+' => signs += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest + signs
}

fn syntax_hint(text: &str) -> &'static str {
    if text.contains('$') || text.contains("{{") {
        "placeholders of other tools have no meaning here; the rules choose their windows themselves"
    } else {
        "correct the query; Prometheus would refuse it as well"
    }
}

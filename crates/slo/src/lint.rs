//! Lints on PromQL, wherever it stands: whether what a query names is exported, and whether it computes what was meant.
//! promtool's own lint finds none of these.

mod file;
mod forms;
mod known;
mod labels;
mod names;
mod recorded;
mod refused;
mod windows;

use std::collections::BTreeMap;

use macadam_board::codes::Code;
use macadam_board::diagnostic::Diagnostic;
use promql_parser::parser::Expr;

use crate::dashboard::without_variables;
use crate::generate::{RuleFile, RuleKind};
use crate::model::{Catalog, Query, Ratio, Sli};

pub use file::{Written, rules_file};
pub use known::Known;
pub use refused::refused;
pub use windows::{few_events, kept, retention};

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The lint.
    pub code: Code,
    /// What is wrong, as a fragment.
    pub message: String,
    /// How to correct it.
    pub hint: String,
}

impl Finding {
    fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into() }
    }

    /// The finding at a place; `within` says in which rule or panel.
    fn at(self, file: &str, line: usize, column: usize, within: &str) -> Diagnostic {
        let within = if within.is_empty() { String::new() } else { format!(" in `{within}`") };
        Diagnostic {
            code: self.code,
            severity: self.code.severity(),
            message: format!("{}{within}", self.message),
            file: file.to_owned(),
            line,
            column,
            span: 0..0,
            label: String::new(),
            related: Vec::new(),
            hint: Some(self.hint),
            suggestion: None,
        }
    }
}

/// Gives a finding that knows its line and column its place among the bytes of the file: up to the end of the line.
pub fn placed(mut finding: Diagnostic, text: &str) -> Diagnostic {
    let mut before = 0;
    let mut lines = text.split_inclusive('\n');
    for line in lines.by_ref().take(finding.line.saturating_sub(1)) {
        before += line.len();
    }
    let line = lines.next().unwrap_or_default().trim_end();
    let column: usize = line.chars().take(finding.column.saturating_sub(1)).map(char::len_utf8).sum();
    finding.span = before + column..before + line.len().max(column);
    finding
}

/// All that is wrong with an expression, given what it may name.
pub fn expression(expr: &Expr, known: &Known) -> Vec<Finding> {
    let mut findings = Vec::new();
    visit(expr, known, false, &mut findings);
    findings
}

/// The same of an alert's expression that has to hold for so many seconds.
pub fn alert(expr: &Expr, hold: u64, known: &Known) -> Vec<Finding> {
    let mut findings = expression(expr, known);
    if hold == 0 {
        forms::absence(expr, &mut findings);
    }
    findings
}

/// `compared` is whether a comparison keeps what is not a number out of the result.
fn visit(expr: &Expr, known: &Known, compared: bool, findings: &mut Vec<Finding>) {
    match expr {
        Expr::VectorSelector(selector) => names::selector(selector, known, findings),
        Expr::MatrixSelector(matrix) => names::selector(&matrix.vs, known, findings),
        Expr::Paren(paren) => visit(&paren.expr, known, compared, findings),
        Expr::Unary(unary) => visit(&unary.expr, known, compared, findings),
        Expr::Subquery(subquery) => visit(&subquery.expr, known, false, findings),
        Expr::Aggregate(aggregate) => {
            names::aggregation(aggregate, known, findings);
            visit(&aggregate.expr, known, compared, findings);
            if let Some(parameter) = &aggregate.param {
                visit(parameter, known, false, findings);
            }
        }
        Expr::Binary(binary) => {
            names::matching(binary, known, findings);
            forms::binary(binary, known, findings);
            let filters = binary.op.is_comparison_operator() && !binary.return_bool();
            for side in [&binary.lhs, &binary.rhs] {
                visit(side, known, compared || filters, findings);
            }
        }
        Expr::Call(call) => {
            forms::call(call, compared, findings);
            for argument in &call.args.args {
                visit(argument, known, compared, findings);
            }
        }
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => {}
    }
}

/// The queries of all SLIs that SLOs use, each once.
pub fn queries(catalog: &Catalog, known: &Known) -> Vec<Diagnostic> {
    let slis = catalog.slos.iter().flat_map(|slo| &slo.objectives).map(|objective| &objective.sli);
    let queries: BTreeMap<(&str, usize, usize), &Query> = slis
        .flat_map(|sli| match sli {
            Sli::Ratio {
                of: Ratio::Good { good: part, total } | Ratio::Bad { bad: part, total }, ..
            } => {
                vec![part, total]
            }
            Sli::Ratio { of: Ratio::Raw { query, .. }, .. } | Sli::Threshold { query, .. } => vec![query],
        })
        .map(|query| ((query.place.file.as_str(), query.place.line, query.place.column), query))
        .collect();
    let linted = queries.into_iter().flat_map(|((file, line, column), query)| {
        let findings = promql_parser::parser::parse(&query.text).map(|expr| expression(&expr, known));
        findings.unwrap_or_default().into_iter().map(move |finding| finding.at(file, line, column, ""))
    });
    linted.collect()
}

/// Rules that were generated. What is wrong with them is wrong with an SLI's query, or with the generator.
pub fn rules(path: &str, file: &RuleFile, known: &Known) -> Vec<Diagnostic> {
    let linted = file.rules().flat_map(|rule| {
        let Ok(expr) = promql_parser::parser::parse(&rule.expr) else { return Vec::new() };
        let findings = match &rule.kind {
            RuleKind::Record(_) => expression(&expr, known),
            RuleKind::Alert(of) => alert(&expr, of.hold, known),
        };
        findings.into_iter().map(|finding| finding.at(path, 1, 1, rule.name())).collect()
    });
    linted.collect()
}

/// The queries of a dashboard: of its panels and of its annotations.
pub fn dashboard(path: &str, text: &str, known: &Known) -> Vec<Diagnostic> {
    let dashboard: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let items = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let panels = items(&dashboard["panels"]).into_iter().flat_map(|panel| {
        let title = panel["title"].as_str().unwrap_or_default().to_owned();
        items(&panel["targets"]).into_iter().map(move |target| (title.clone(), target))
    });
    let marks = items(&dashboard["annotations"]["list"])
        .into_iter()
        .map(|mark| (mark["name"].as_str().unwrap_or_default().to_owned(), mark));
    let linted = panels.chain(marks).flat_map(|(title, asks)| {
        let expr = asks["expr"].as_str().unwrap_or_default();
        let findings =
            promql_parser::parser::parse(&without_variables(expr)).map(|expr| expression(&expr, known));
        findings
            .unwrap_or_default()
            .into_iter()
            .map(|finding| finding.at(path, 1, 1, &title))
            .collect::<Vec<_>>()
    });
    linted.collect()
}

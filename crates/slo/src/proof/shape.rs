//! The shape of an objective's rules: what is left of them when names are taken away. What was proven of one objective holds
//! for every other of the same shape.

use promql_parser::label::MatchOp;
use promql_parser::parser::{Expr, parse};

use super::tree;
use crate::generate::{Rule, RuleFile, RuleKind};
use crate::model::{Query, Ratio, Sli, Slo};
use crate::names::{CONTEXT_LABEL, OBJECTIVE_LABEL, OWNER_LABEL, SLO_LABEL};

/// Two objectives with equal shapes have the same rules but for names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape(Vec<String>);

/// The rules of one objective of an SLO; `objective` is its place, from 0.
pub fn own_rules(file: &RuleFile, slo: &Slo, objective: usize) -> RuleFile {
    let number = (slo.objectives.len() > 1).then(|| (objective + 1).to_string());
    let is_own = |rule: &Rule| {
        rule.labels.get(SLO_LABEL) == Some(&slo.name) && rule.labels.get(OBJECTIVE_LABEL) == number.as_ref()
    };
    let mut own = file.clone();
    for group in &mut own.groups {
        group.rules.retain(is_own);
    }
    own.groups.retain(|group| !group.rules.is_empty());
    own
}

impl Shape {
    /// The shape of an objective with these rules, which are all its own; none if an expression does not parse.
    ///
    /// A selector becomes `total`, `good` or `bad` only where it is the very one of the SLI, and a label's value is taken away
    /// only where it is the objective's own. So a rule that reads something else has another shape.
    pub fn of(own: &RuleFile, slo: &Slo, objective: usize) -> Option<Self> {
        let sli = &slo.objectives.get(objective)?.sli;
        let names = Names { slo, objective, queries: queries(sli)? };
        let mut lines = Vec::new();
        for group in &own.groups {
            lines.push(format!("every {} s", group.interval));
            for rule in &group.rules {
                lines.push(names.line(rule)?);
            }
        }
        lines.push(format!("{} groups", if slo.group_by.is_empty() { "no" } else { "several" }));
        Some(Self(lines))
    }
}

/// The queries of a ratio, parsed, with what they count.
fn queries(sli: &Sli) -> Option<Vec<(&'static str, Expr)>> {
    let parsed = |name, query: &Query| Some((name, parse(&query.text).ok()?));
    match sli {
        Sli::Ratio { of: Ratio::Bad { bad, total }, .. } => {
            Some(vec![parsed("total", total)?, parsed("bad", bad)?])
        }
        Sli::Ratio { of: Ratio::Good { good, total }, .. } => {
            Some(vec![parsed("total", total)?, parsed("good", good)?])
        }
        Sli::Ratio { of: Ratio::Raw { .. }, .. } | Sli::Threshold { .. } => None,
    }
}

struct Names<'a> {
    slo: &'a Slo,
    objective: usize,
    queries: Vec<(&'static str, Expr)>,
}

impl Names<'_> {
    fn line(&self, rule: &Rule) -> Option<String> {
        let mut expr = parse(&rule.expr).ok()?;
        tree::walk(&mut expr, &mut |part| self.rename(part));
        let (kind, hold) = match &rule.kind {
            RuleKind::Record(name) => (format!("record {name}"), 0),
            RuleKind::Alert(alert) => ("alert".to_owned(), alert.hold),
        };
        let named = [CONTEXT_LABEL, SLO_LABEL, OBJECTIVE_LABEL, OWNER_LABEL];
        let labels = rule.labels.iter().filter(|(name, _)| !named.contains(&name.as_str()));
        let labels: Vec<String> = labels.map(|(name, value)| format!("{name}={value}")).collect();
        Some(format!("{kind} {{{}}} for {hold} s: {expr}", labels.join(",")))
    }

    fn rename(&self, part: &mut Expr) {
        if let Some(labels) = tree::labels(part) {
            for label in labels {
                if let Some(place) = self.slo.group_by.iter().position(|known| known == label) {
                    *label = format!("group{place}");
                }
            }
        }
        let Some(selector) = tree::selector(part) else { return };
        let own = self.queries.iter().find(|(_, query)| *query == Expr::VectorSelector(selector.clone()));
        if let Some((name, _)) = own {
            selector.name = Some((*name).to_owned());
            selector.matchers.matchers.clear();
            return;
        }
        let objective = (self.objective + 1).to_string();
        for matcher in &mut selector.matchers.matchers {
            let own = match matcher.name.as_str() {
                CONTEXT_LABEL => &self.slo.service,
                SLO_LABEL => &self.slo.name,
                OBJECTIVE_LABEL => &objective,
                _ => continue,
            };
            if matcher.op == MatchOp::Equal && matcher.value == *own {
                "(own)".clone_into(&mut matcher.value);
            }
        }
    }
}

//! Queries over what the rules record, for the SLOs that a selector matches.

use std::collections::BTreeSet;

use crate::model::Slo;
use crate::names::{
    BAD, BUDGET_REMAINING, CONTEXT_LABEL, ERROR_RATIO, ERROR_RATIO_PERIOD, OBJECTIVE, OBJECTIVE_LABEL,
    PERIOD_DAYS, SLO_LABEL, TOTAL,
};

/// Recorded series of some SLOs.
pub(super) struct Series {
    /// Matchers, without braces.
    chosen: String,
    /// The labels that one objective's series share, and those of groups besides.
    objective: Vec<String>,
    groups: BTreeSet<String>,
}

impl Series {
    /// Of these SLOs, chosen by `matchers`.
    pub(super) fn of<'a>(matchers: &str, slos: impl Iterator<Item = &'a Slo> + Clone) -> Self {
        let several = slos.clone().any(|slo| slo.objectives.len() > 1);
        let labels = [CONTEXT_LABEL, SLO_LABEL].into_iter().chain(several.then_some(OBJECTIVE_LABEL));
        Self {
            chosen: matchers.to_owned(),
            objective: labels.map(str::to_owned).collect(),
            groups: slos.flat_map(|slo| slo.group_by.clone()).collect(),
        }
    }

    /// The labels by which one objective is told from another, for `by` and `on`.
    pub(super) fn labels(&self) -> String {
        self.objective.join(", ")
    }

    /// What a series is called: the SLO, its objective and its group, as far as there are several.
    pub(super) fn legend(&self) -> String {
        let labels = self.objective.iter().filter(|label| *label != CONTEXT_LABEL).chain(&self.groups);
        labels.map(|label| format!("{{{{{label}}}}}")).collect::<Vec<_>>().join(" ")
    }

    /// What an objective is called whose groups are taken together.
    pub(super) fn objective_legend(&self) -> String {
        let labels = self.objective.iter().filter(|label| *label != CONTEXT_LABEL);
        labels.map(|label| format!("{{{{{label}}}}}")).collect::<Vec<_>>().join(" ")
    }

    /// All that is counted, each second.
    pub(super) fn counted(&self) -> String {
        self.select(TOTAL)
    }

    /// What of it is bad.
    pub(super) fn counted_bad(&self) -> String {
        self.select(BAD)
    }

    pub(super) fn objective(&self) -> String {
        self.select(OBJECTIVE)
    }

    /// The share that was good over the SLO's whole period.
    pub(super) fn measured(&self) -> String {
        format!("1 - {}", self.select(ERROR_RATIO_PERIOD))
    }

    /// The share that was good in a window that is recorded.
    pub(super) fn good(&self, window: &str) -> String {
        format!("1 - {}", self.select(&format!("{ERROR_RATIO}:{window}")))
    }

    pub(super) fn remaining(&self) -> String {
        self.select(BUDGET_REMAINING)
    }

    /// How many times faster than it may the budget burns in a window that is recorded.
    pub(super) fn burn(&self, window: &str) -> String {
        self.against_budget(&self.select(&format!("{ERROR_RATIO}:{window}")))
    }

    /// The same over the last hour, whether or not an alert has that window.
    pub(super) fn pace(&self) -> String {
        let (bad, total) = (self.select(BAD), self.select(TOTAL));
        self.against_budget(&format!("(sum_over_time({bad}[1h]) / (sum_over_time({total}[1h]) > 0))"))
    }

    /// Seconds until the budget is gone at the pace of the last hour; nothing while none of it burns.
    pub(super) fn seconds_left(&self) -> String {
        format!(
            "clamp_min({}, 0) * on ({}) group_left () ({} * 86400) / ({} > 0)",
            self.remaining(),
            self.labels(),
            self.select(PERIOD_DAYS),
            self.pace()
        )
    }

    /// The share of the budget that the last hour has spent.
    pub(super) fn spent_last_hour(&self) -> String {
        let days = self.select(PERIOD_DAYS);
        format!("({}) / on ({}) group_left () (({days} * 24) > 0)", self.pace(), self.labels())
    }

    /// The least of all groups of each objective.
    pub(super) fn least(&self, expr: &str) -> String {
        format!("min by ({}) ({expr})", self.labels())
    }

    /// The greatest of all groups of each objective.
    pub(super) fn greatest(&self, expr: &str) -> String {
        format!("max by ({}) ({expr})", self.labels())
    }

    fn against_budget(&self, share: &str) -> String {
        format!("{share} / on ({}) group_left () ((1 - {}) > 0)", self.labels(), self.objective())
    }

    fn select(&self, name: &str) -> String {
        format!("{name}{{{}}}", self.chosen)
    }
}

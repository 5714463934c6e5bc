//! How SLOs stand, for people.

use std::collections::BTreeMap;

use super::standing::{Burn, Events, Standing, State, Verdict};
use super::words::{count, duration, percent, rough};

/// Groups of an SLO beyond so many are summed up in one line, unless something of them is spent or fires.
const GROUPS_SHOWN: usize = 3;
/// A period with less of it recorded is remarked on.
const COVERAGE_LEAST: f64 = 0.99;

/// Sorts them: the least budget that is left comes first, and what nothing is known of last.
pub fn worst_first(standings: &mut [Standing]) {
    let left = |standing: &Standing| standing.budget_left.unwrap_or(f64::INFINITY);
    standings.sort_by(|one, other| left(one).total_cmp(&left(other)).then_with(|| one.slo.cmp(&other.slo)));
}

impl Standing {
    /// A paragraph on the SLO: what is left, what burns, what fires, and when the budget is gone.
    pub fn text(&self) -> String {
        let overall = self.budget_left.map_or_else(|| "no data".to_owned(), left);
        let mut lines = vec![format!("{}: {overall} ({}, {})", self.slo, self.owner, self.place)];
        if self.title != self.slo {
            lines.push(format!("  {}", self.title));
        }
        let is_loud = |state: &State| state.verdict == Verdict::Spent || !state.firing.is_empty();
        let mut silent = Vec::new();
        for (number, state) in self.states.iter().enumerate() {
            if number < GROUPS_SHOWN || is_loud(state) || state.verdict == Verdict::Unknown {
                self.state(state, &mut lines);
            } else {
                silent.push(state);
            }
        }
        if let Some(first) = silent.first() {
            let least = first.budget_left.map_or_else(|| "nothing known".to_owned(), left);
            lines.push(format!("  {} more, each with at least {least}", silent.len()));
        }
        lines.join("\n")
    }

    /// Whether a release may pass, in one line.
    pub fn gate_line(&self) -> String {
        let covered = if self.coverage < COVERAGE_LEAST {
            format!(" (of {} of the period, which has samples)", rough(self.coverage))
        } else {
            String::new()
        };
        match (self.verdict, self.budget_left) {
            (Verdict::Spent, Some(share)) => {
                format!("{}: {}{covered}: stops a release", self.slo, left(share))
            }
            (Verdict::Unknown, _) | (_, None) => format!("{}: unknown, no data", self.slo),
            (_, Some(share)) => format!("{}: {}{covered}: passes", self.slo, left(share)),
        }
    }

    fn state(&self, state: &State, lines: &mut Vec<String>) {
        let which = which(state);
        let since = match &self.period.end {
            Some(end) => format!("from {} to {end}", self.period.start),
            None => format!("since {}", self.period.start),
        };
        let (noun, target) = (state.noun, percent(state.target));
        match (state.verdict, state.sli) {
            (Verdict::Unknown, _) => {
                lines.push(format!("  {which}no data: nothing was recorded {since}"));
                return;
            }
            (_, None) => lines.push(format!("  {which}idle: no {noun} {since}; the whole budget is left")),
            (_, Some(sli)) => {
                let of =
                    state.events.as_ref().map_or_else(String::new, |events| format!(": {}", counted(events)));
                lines.push(format!("  {which}{} of {noun} good {since}, {target} must be{of}", percent(sli)));
            }
        }
        if !state.burn.is_empty() {
            let burn: Vec<String> = state.burn.iter().map(pace).collect();
            lines.push(format!("    burns, as times the pace that spends it exactly: {}", burn.join(", ")));
        }
        for alert in &state.firing {
            let tier = if alert.tier.is_empty() { "" } else { ", " };
            lines.push(format!(
                "    FIRING {} ({}{tier}{} {})",
                alert.alert, alert.severity, alert.tier, alert.windows
            ));
        }
        if !state.is_part {
            lines.push(format!("    {}", outlook(state)));
        }
        if state.coverage < COVERAGE_LEAST {
            lines.push(format!(
                "    only {} of the period has samples; what happened in the rest is not counted",
                rough(state.coverage)
            ));
        }
    }
}

/// When the budget is gone, as a sentence.
fn outlook(state: &State) -> String {
    let left = state.budget_left.unwrap_or(1.0);
    if state.verdict == Verdict::Spent {
        return if left < -0.005 {
            format!("The budget is spent: {:.1} times as many were bad as may be.", 1.0 - left)
        } else {
            "The budget is spent.".to_owned()
        };
    }
    let Some(window) = &state.exhaustion.window else {
        return "Its pace is not known yet.".to_owned();
    };
    match state.exhaustion.seconds {
        Some(seconds) => {
            format!("At the pace of the last {window} the budget is gone in {}.", duration(seconds))
        }
        None if state.burn.iter().all(|burn| burn.ratio <= 0.0) => "Nothing burns.".to_owned(),
        None => format!("At the pace of the last {window} it lasts."),
    }
}

/// `35% of the budget left`.
fn left(left: f64) -> String {
    if left < -0.005 {
        format!("{:.1} times the budget spent", 1.0 - left)
    } else if left <= 1e-9 {
        "budget spent".to_owned()
    } else {
        format!("{} of the budget left", left_of(left))
    }
}

fn left_of(left: f64) -> String {
    // What is nearly whole is not called whole.
    if (0.995..1.0).contains(&left) { percent((left * 10_000.0).floor() / 10_000.0) } else { rough(left) }
}

fn counted(events: &Events) -> String {
    format!("{} of {} bad, {} may be", count(events.bad), count(events.total), count(events.allowed))
}

fn pace(burn: &Burn) -> String {
    format!("{} {:.1}", burn.window, burn.pace)
}

/// The objective and the group, if there are several.
fn which(state: &State) -> String {
    let group = labels(&state.group);
    match (&state.objective, group.is_empty()) {
        (None, true) => String::new(),
        (None, false) => format!("{group}: "),
        (Some(objective), true) => format!("objective {objective}: "),
        (Some(objective), false) => format!("objective {objective}, {group}: "),
    }
}

fn labels(group: &BTreeMap<String, String>) -> String {
    let labels: Vec<String> = group.iter().map(|(name, value)| format!("{name} {value}")).collect();
    labels.join(", ")
}

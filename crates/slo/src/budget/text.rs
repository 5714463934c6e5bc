//! What an SLO means, for people.

use super::meaning::{Alerts, Few, Meaning, Promised};
use super::outage::as_f64;
use super::words::{count, duration, percent};

impl Meaning {
    /// A paragraph for each part: objective, budget, what is counted, who is told when.
    pub fn text(&self) -> String {
        let mut lines = vec![format!("{} ({})", self.slo, self.place)];
        let said = [self.title.as_str(), self.description.as_str()];
        let said = said.into_iter().filter(|text| !text.is_empty() && *text != self.slo);
        lines.extend(said.map(|text| format!("  {text}")));
        for objective in &self.objectives {
            lines.push(String::new());
            self.objective(objective, &mut lines);
        }
        lines.push(String::new());
        if !self.group_by.is_empty() {
            let by = self.group_by.join(", ");
            lines.push(entry(
                "Apart",
                &format!("each {by} has this budget for itself, and alerts for itself"),
            ));
        }
        let gate = if self.gate {
            "a spent budget stops a release (`cargo xtask slo budget-gate`)"
        } else {
            "a spent budget stops no release; `macadam.dev/gate: \"true\"` makes it"
        };
        lines.push(entry("Gate", gate));
        lines.join("\n")
    }

    fn objective(&self, promised: &Promised, lines: &mut Vec<String>) {
        let noun = promised.noun;
        let which = match (&promised.name, &promised.title) {
            (Some(name), Some(title)) => format!("{name}, {title}: "),
            (Some(name), None) => format!("{name}: "),
            _ => String::new(),
        };
        let target = percent(promised.target);
        lines.push(entry(
            "Objective",
            &format!("{which}at least {target} of {noun} are good, in {}", self.period.text),
        ));
        let budget = percent(promised.budget);
        let (outage, period) = (duration(promised.outage_seconds), duration(as_f64(self.period.seconds)));
        lines.push(entry(
            "Budget",
            &format!("{budget} of {noun} may be bad: a total outage spends it in {outage} of {period}"),
        ));
        if let Some(traffic) = &promised.traffic {
            let of =
                traffic.quietest.as_ref().map_or_else(String::new, |group| format!(" ({group}, the fewest)"));
            lines.push(entry(
                "",
                &format!(
                    "{} {noun} a day{of}: {} of {} may be bad",
                    count(traffic.events_per_day),
                    count(traffic.allowed_bad),
                    count(traffic.events_in_period)
                ),
            ));
        }
        let mut title = "Counted";
        for (name, query) in &promised.counted {
            lines.push(entry(title, &format!("{name}: {query}")));
            title = "";
        }
        self.alerts(promised, lines);
    }

    fn alerts(&self, promised: &Promised, lines: &mut Vec<String>) {
        if promised.alerts.is_empty() {
            let why = if promised.is_part {
                "with the others: see the objective `composite`"
            } else {
                "none: `macadam.dev/alerting` says so"
            };
            lines.push(entry("Alerts", why));
        } else {
            let hours = self.hours.as_ref().map_or_else(
                || "pages and tickets reach it at once".to_owned(),
                |hours| format!("pages reach it at once, tickets on {hours}"),
            );
            let least =
                format!("each needs at least {} bad {} in its long window", self.min_bad, promised.noun);
            lines.push(entry("Alerts", &format!("to {}: {hours}; {least}", self.owner)));
        }
        for alert in &promised.alerts {
            lines.push(format!("    {}", line(alert)));
            if let Some(few) = &alert.few {
                lines.push(format!("      {}", self.few(alert, few, promised.noun)));
            }
        }
        for tier in &promised.left_out {
            lines.push(format!("    no {} ({}): {}", tier.tier, tier.windows, tier.reason));
        }
    }

    fn few(&self, alert: &Alerts, few: &Few, noun: &str) -> String {
        let (least, window) = (self.min_bad, duration(as_f64(alert.long_seconds)));
        let (events, threshold) = (count(few.events_in_window), percent(alert.threshold));
        if few.events_in_window < f64::from(least) {
            return format!(
                "warning: {events} {noun} in {window} are fewer than {least}: it cannot fire, even if all are bad; \
                 lower `macadam.dev/min-bad`, or take a longer period"
            );
        }
        format!(
            "note: so little traffic that the least number of {least} decides: of {events} {noun} in {window}, {threshold} \
             are {}; it fires at {least} bad, which are {}",
            count(few.bad_at_threshold),
            percent((few.ratio_in_fact * 1_000.0).round() / 1_000.0)
        )
    }
}

/// An alert: whom, above what, and what it costs until then.
fn line(alert: &Alerts) -> String {
    let both = if alert.short_seconds.is_some() { "both windows" } else { "the window" };
    let share = alert.budget_share.map_or_else(String::new, |share| {
        format!("{} of the budget in {}; ", percent(share), duration(as_f64(alert.long_seconds)))
    });
    let verb = if alert.severity == "page" { "pages" } else { "makes a ticket" };
    let outage = alert.outage_seconds.map_or_else(
        || format!("a total outage never {verb}"),
        |seconds| format!("a total outage {verb} after about {}", duration(as_f64(seconds))),
    );
    format!(
        "{:<11} {:<10} to {}: over {} ({}) in {both}: {share}{outage}",
        alert.name,
        alert.windows,
        alert.receiver,
        alert.arithmetic,
        percent(alert.threshold)
    )
}

/// A line with a title before it, or with as much room.
fn entry(title: &str, text: &str) -> String {
    format!("  {title:<10} {text}")
}

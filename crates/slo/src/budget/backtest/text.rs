//! What would have alerted, for people.

use std::collections::BTreeMap;

use super::episodes::{Backtest, Consumed, Episode};
use crate::budget::outage::as_f64;
use crate::budget::words::{count, duration, percent, rough};

impl Backtest {
    /// What was counted, what of the budget was spent, and each alert with its time.
    pub fn text(&self) -> String {
        let lasted = length(self.seconds);
        let mut lines =
            vec![format!("{} ({}), from {} to {} ({lasted})", self.slo, self.place, self.from, self.to)];
        for tried in &self.objectives {
            let which = tried.name.as_ref().map_or_else(String::new, |name| format!("objective {name}, "));
            lines.push(format!("  {which}{} of {} must be good", percent(tried.target), tried.noun));
            lines.extend(tried.groups.iter().map(|group| self.spent(group, tried.noun)));
            let of = |severity: &str| tried.alerts.iter().filter(|alert| alert.severity == severity).count();
            lines.push(match (of("page"), of("ticket")) {
                (0, 0) => "    no alert would have fired".to_owned(),
                (pages, tickets) => format!(
                    "    alerts that would have fired: {pages} page{}, {tickets} ticket{}",
                    plural(pages),
                    plural(tickets)
                ),
            });
            lines.extend(tried.alerts.iter().map(episode));
        }
        lines.join("\n")
    }

    fn spent(&self, spent: &Consumed, noun: &str) -> String {
        let group = labels(&spent.group);
        let group = if group.is_empty() { String::new() } else { format!("{group}: ") };
        let coverage = if spent.coverage < 0.99 {
            format!("; only {} of the time has samples", rough(spent.coverage))
        } else {
            String::new()
        };
        format!(
            "    {group}{} of {} {} bad: {} of the budget of {}{coverage}",
            count(spent.bad),
            count(spent.total),
            noun,
            rough(spent.budget_spent),
            duration(as_f64(self.period_seconds))
        )
    }
}

fn episode(episode: &Episode) -> String {
    let group = labels(&episode.group);
    let group = if group.is_empty() { String::new() } else { format!(" ({group})") };
    let lasts = if episode.open { "at least " } else { "" };
    let behind =
        episode.behind.as_ref().map_or_else(String::new, |tier| format!("; held back while {tier} fires"));
    format!(
        "      {:<6} {:<11} {:<10} {}{group}, for {lasts}{}; {} of the budget spent from its window's start to its end{behind}",
        episode.severity,
        episode.tier,
        episode.windows,
        episode.from,
        length(episode.seconds),
        rough(episode.budget_spent)
    )
}

fn plural(number: usize) -> &'static str {
    if number == 1 { "" } else { "s" }
}

fn length(seconds: i64) -> String {
    duration(as_f64(u64::try_from(seconds).unwrap_or_default()))
}

fn labels(group: &BTreeMap<String, String>) -> String {
    let labels: Vec<String> = group.iter().map(|(name, value)| format!("{name} {value}")).collect();
    labels.join(", ")
}

//! What the oracle says of a scenario, as checks for promtool.

use std::collections::{BTreeMap, BTreeSet};

use macadam_slo::proof::scenario::Check;
use macadam_slo_oracle::{Document, Event, Firing, Severity, Tier, firings};

/// How long after the count of events says so an alert comes or goes at the latest. It never does before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tolerance {
    /// Two minutes: rules see what happens by rates of five minutes, and at whole minutes.
    Close,
    /// As long as a rate looks back: nothing was done to have the count change early in a minute.
    Wide,
}

impl Tolerance {
    const fn minutes(self) -> u64 {
        match self {
            Self::Close => 2,
            Self::Wide => 5,
        }
    }
}

/// Between what is checked on both sides of each change, it is checked every so many minutes.
const EVERY_MINUTES: usize = 60;

/// How the alerts of an objective are selected and told apart.
pub(super) struct Alerts<'a> {
    /// Matchers of its alerts, such as `context="c",slo="s"`.
    pub(super) own: String,
    /// Labels that the SLI is measured by.
    pub(super) group_by: &'a [String],
    /// The names of its groups.
    pub(super) groups: &'a [&'a str],
}

/// A tier, when it should fire, and how closely that is checked.
struct Expected<'a> {
    tier: &'a Tier,
    found: Vec<Firing>,
    tolerance: Tolerance,
}

/// Checks of all tiers: on both sides of each change that the oracle sees, and in between. `about` is checked closely.
pub(super) fn checks(
    alerts: &Alerts<'_>,
    document: &Document,
    (tiers, about): (&[Tier], Option<&Tier>),
    (events, gap): (&[Event], Option<(u64, u64)>),
    end: u64,
) -> Vec<Check> {
    let expected = tiers.iter().map(|tier| Expected {
        tier,
        found: firings(document, tier, events, gap, end * 60),
        tolerance: if about == Some(tier) { Tolerance::Close } else { Tolerance::Wide },
    });
    let expected: Vec<Expected<'_>> = expected.collect();
    let always = (0..=end).step_by(EVERY_MINUTES).chain([1, 3, 10, end]);
    let mut minutes: BTreeMap<u64, BTreeSet<usize>> =
        always.map(|minute| (minute, BTreeSet::new())).collect();
    for (place, Expected { found, tolerance, .. }) in expected.iter().enumerate() {
        for firing in found {
            for change in [Some(firing.from_minute()), firing.until_minute()].into_iter().flatten() {
                for minute in [change.saturating_sub(1), change + tolerance.minutes()] {
                    minutes.entry(minute).or_default().insert(place);
                }
            }
        }
    }
    let mut checks = Vec::new();
    for (minute, changing) in minutes.range(..=end) {
        // Where it is known of all tiers, one check says so; else those say it whose change is near.
        if let Some(check) = alerts.check(expected.iter(), None, *minute) {
            checks.push(check);
        } else {
            let changing = changing.iter().filter_map(|place| expected.get(*place));
            checks
                .extend(changing.filter_map(|one| alerts.check([one].into_iter(), Some(one.tier), *minute)));
        }
    }
    checks
}

impl Alerts<'_> {
    /// What must fire at a minute; none where a tier may be either way within its tolerance.
    fn check<'a>(
        &self,
        expected: impl Iterator<Item = &'a Expected<'a>>,
        only: Option<&Tier>,
        minute: u64,
    ) -> Option<Check> {
        let mut samples = Vec::new();
        for Expected { tier, found, tolerance } in expected {
            let severity = match tier.severity {
                Severity::Page => "page",
                Severity::Ticket => "ticket",
            };
            for group in self.groups {
                let of_group: Vec<&Firing> = found.iter().filter(|firing| firing.group == *group).collect();
                if fires(&of_group, minute, *tolerance)? {
                    let labels =
                        self.group_by.iter().map(|label| format!(",{label}={group:?}")).collect::<String>();
                    samples
                        .push((format!("{{severity={severity:?},windows={:?}{labels}}}", windows(tier)), 1));
                }
            }
        }
        let by = self.group_by.iter().map(|label| format!(", {label}")).collect::<String>();
        let only = only.map(|tier| format!(",windows={:?}", windows(tier))).unwrap_or_default();
        let own = &self.own;
        let expr = format!("count by (severity, windows{by}) (ALERTS{{alertstate=\"firing\",{own}{only}}})");
        Some(Check { minute, expr, samples })
    }
}

/// A tier's windows, as in the label of its alert.
pub(super) fn windows(tier: &Tier) -> String {
    format!("{}/{}", duration(tier.long), duration(tier.short))
}

/// Whether one of these must fire at a minute, or none may; neither within the tolerance.
fn fires(found: &[&Firing], minute: u64, tolerance: Tolerance) -> Option<bool> {
    let tolerance = tolerance.minutes();
    let ended = |firing: &Firing, by: u64| firing.until_minute().is_some_and(|until| until <= by);
    if found.iter().any(|firing| firing.from_minute() + tolerance <= minute && !ended(firing, minute)) {
        return Some(true);
    }
    let silent = |firing: &&Firing| {
        minute < firing.from_minute()
            || firing.until_minute().is_some_and(|until| until + tolerance <= minute)
    };
    found.iter().all(silent).then_some(false)
}

/// A duration in the largest unit that divides it, as PromQL writes it.
pub(super) fn duration(seconds: u64) -> String {
    let units = [("d", 86_400), ("h", 3_600), ("m", 60)];
    let unit = units.iter().find(|(_, length)| seconds >= *length && seconds.is_multiple_of(*length));
    unit.map_or_else(|| format!("{seconds}s"), |(unit, length)| format!("{}{unit}", seconds / length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firing(from: u64, until: Option<u64>) -> Firing {
        Firing { group: String::new(), from, until }
    }

    #[test]
    fn it_is_known_but_within_two_minutes_of_a_change() {
        let found = firing(601, Some(1_200));
        let known = |minute| fires(&[&found], minute, Tolerance::Close);
        assert_eq!([10, 11, 12, 13].map(known), [Some(false), None, None, Some(true)]);
        assert_eq!([19, 20, 21, 22].map(known), [Some(true), None, None, Some(false)]);
    }

    #[test]
    fn what_flickers_is_not_known_until_it_stays() {
        let (first, second) = (firing(601, Some(602)), firing(700, None));
        let known = |minute| fires(&[&first, &second], minute, Tolerance::Close);
        assert_eq!([10, 11, 12, 13, 14].map(known), [Some(false), None, None, None, Some(true)]);
    }
}

//! Counts events, one by one, and says when a tier should fire.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::document::Document;
use crate::tier::Tier;
use crate::traffic::Event;

/// A time during which an alert should fire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firing {
    /// The group that burns.
    pub group: String,
    /// The first second at which it should fire.
    pub from: u64,
    /// The first second at which it should fire no longer; none where it still fires at the end.
    pub until: Option<u64>,
}

impl Firing {
    /// The first whole minute at which it should fire.
    pub fn from_minute(&self) -> u64 {
        self.from.div_ceil(60)
    }

    /// The first whole minute at which it should fire no longer.
    pub fn until_minute(&self) -> Option<u64> {
        self.until.map(|until| until.div_ceil(60))
    }
}

/// When a tier should fire, up to and including the second `end`, for each group in the order of names, earliest first.
/// Events are observed from second 0 on, but for a gap: after its first second, up to and including its last.
///
/// A window that ends at `t` holds the events after `t - length`, up to and including `t`. The part of the long window that
/// was not observed counts as if as much had happened in it as in the rest, all of it good: what nobody saw is no
/// reason to call anybody.
pub fn firings(
    document: &Document,
    tier: &Tier,
    events: &[Event],
    gap: Option<(u64, u64)>,
    end: u64,
) -> Vec<Firing> {
    let mut groups: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in events {
        groups.entry(&event.group).or_default().push(event);
    }
    let mut found = Vec::new();
    for (group, mut events) in groups {
        events.sort_by_key(|event| event.at);
        of_group((document, tier), group, &events, gap, end, &mut found);
    }
    found
}

fn of_group(
    (document, tier): (&Document, &Tier),
    group: &str,
    events: &[&Event],
    gap: Option<(u64, u64)>,
    end: u64,
    found: &mut Vec<Firing>,
) {
    let (mut long, mut short) = (Sliding::of(tier.long), Sliding::of(tier.short));
    let limit = Limit::of(tier.threshold);
    let mut fires = false;
    for now in 0..=end {
        long.advance(events, now);
        short.advance(events, now);
        let begin = now.saturating_sub(tier.long);
        let missed = gap.map_or(0, |(from, to)| to.min(now).saturating_sub(from.max(begin)));
        let observed = now - begin - missed;
        let burns = limit.exceeded(long.bad, long.total, (observed, tier.long))
            && limit.exceeded(short.bad, short.total, (1, 1))
            && long.bad >= u64::from(document.min_bad);
        if burns && !fires {
            found.push(Firing { group: group.to_owned(), from: now, until: None });
        } else if fires
            && !burns
            && let Some(last) = found.last_mut()
        {
            last.until = Some(now);
        }
        fires = burns;
    }
}

/// A share as a fraction of whole numbers, so that comparing is exact.
struct Limit {
    numerator: u128,
    denominator: u128,
}

impl Limit {
    fn of(share: Decimal) -> Self {
        let share = share.normalize();
        Self { numerator: share.mantissa().unsigned_abs(), denominator: 10_u128.pow(share.scale()) }
    }

    /// Whether `bad / total`, times a part such as 1 of 2, is more. 128 bits hold a share of 12 digits, 10^10 events and a
    /// window of years.
    fn exceeded(&self, bad: u64, total: u64, (part, whole): (u64, u64)) -> bool {
        u128::from(bad) * u128::from(part) * self.denominator
            > self.numerator * u128::from(total) * u128::from(whole)
    }
}

/// What is counted in a window that moves on.
struct Sliding {
    length: u64,
    /// Places of the first event that is in the window, and of the first that is not in it yet.
    first: usize,
    next: usize,
    total: u64,
    bad: u64,
}

impl Sliding {
    fn of(length: u64) -> Self {
        Self { length, first: 0, next: 0, total: 0, bad: 0 }
    }

    fn advance(&mut self, events: &[&Event], now: u64) {
        while let Some(event) = events.get(self.next).filter(|event| event.at <= now) {
            self.total += 1;
            self.bad += u64::from(!event.good);
            self.next += 1;
        }
        while let Some(event) =
            events[..self.next].get(self.first).filter(|event| event.at + self.length <= now)
        {
            self.total -= 1;
            self.bad -= u64::from(!event.good);
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tier::Severity;
    use crate::traffic::{Phase, Traffic};

    const HOUR: u64 = 3_600;

    fn document(min_bad: u32) -> Document {
        Document {
            name: "availability".to_owned(),
            service: "shop".to_owned(),
            targets: vec![Decimal::new(999, 3)],
            period: 30 * 24 * HOUR,
            min_bad,
            page: true,
        }
    }

    fn fast() -> Tier {
        Tier { long: HOUR, short: 300, threshold: Decimal::new(144, 4), severity: Severity::Page }
    }

    fn traffic(phases: &[(u64, u64, u64)]) -> Vec<Event> {
        let phases = phases.iter().map(|(seconds, events, bad)| Phase {
            seconds: *seconds,
            step: 10,
            events: *events,
            bad: *bad,
        });
        Traffic { group: "g".into(), phases: phases.collect() }.events()
    }

    fn seconds(found: &[Firing]) -> Vec<(u64, Option<u64>)> {
        found.iter().map(|firing| (firing.from, firing.until)).collect()
    }

    #[test]
    fn an_outage_fires_as_soon_as_the_long_window_has_its_share() {
        // 1.44% of 3,600 events are 51.84: the 52nd bad second. At 295.68 s after the outage fewer than 1.44% of the last 300
        // are bad: with one event a second, 4 of 300 are 1.33% and 5 are 1.67%, so at 296 s after.
        let events = traffic(&[(2 * HOUR, 10, 0), (600, 10, 10), (HOUR, 10, 0)]);
        let found = firings(&document(3), &fast(), &events, None, 3 * HOUR);
        assert_eq!(seconds(&found), [(2 * HOUR + 52, Some(2 * HOUR + 600 + 296))]);
        assert_eq!((found[0].from_minute(), found[0].until_minute()), (121, Some(135)));
    }

    #[test]
    fn a_share_at_the_threshold_does_not_fire_and_one_above_it_does() {
        // 1.44% of 1,250 in 10 s are 18.
        let at = traffic(&[(2 * HOUR, 1_250, 18)]);
        assert_eq!(firings(&document(3), &fast(), &at, None, 2 * HOUR), []);
        let above = traffic(&[(2 * HOUR, 1_250, 19)]);
        assert_eq!(firings(&document(3), &fast(), &above, None, 2 * HOUR).len(), 1);
    }

    #[test]
    fn what_was_not_observed_counts_as_good() {
        // 2% bad from the first second on: 1.44% of the hour after 0.72 hours, not at once.
        let events = traffic(&[(2 * HOUR, 100, 2)]);
        let found = firings(&document(3), &fast(), &events, None, 2 * HOUR);
        assert_eq!(found.len(), 1);
        assert!((2_592..2_602).contains(&found[0].from), "{found:?}");
    }

    #[test]
    fn what_was_missed_in_a_gap_counts_as_good() {
        // After 90 minutes nothing is seen for an hour, and then 2% are bad: as from a cold start, 0.72 hours later.
        let seen = traffic(&[(5_400, 100, 0), (HOUR, 0, 0), (HOUR, 100, 2)]);
        let gap = Some((5_400, 9_000));
        let found = firings(&document(3), &fast(), &seen, gap, 12_600);
        assert_eq!(found.len(), 1);
        assert!((9_000 + 2_592..9_000 + 2_602).contains(&found[0].from), "{found:?}");
        // Had it been seen that nothing happened, then all that happened within the hour would be these.
        let idle = firings(&document(3), &fast(), &seen, None, 12_600);
        assert!(idle[0].from < 9_000 + 600, "{idle:?}");
    }

    #[test]
    fn fewer_bad_events_than_min_bad_do_not_fire() {
        // One event each 100 s, 36 an hour: one bad of them is 2.8%.
        let quiet = |bad: u64| {
            let event = |at: u64| Event { at: at * 100, good: at > 40 || at <= 40 - bad, group: "".into() };
            (1..80).map(event).collect::<Vec<_>>()
        };
        assert_eq!(firings(&document(3), &fast(), &quiet(2), None, 2 * HOUR), []);
        let found = firings(&document(3), &fast(), &quiet(3), None, 2 * HOUR);
        // The third one is at 4,000 s; 300 s later the last of them leaves the short window.
        assert_eq!(seconds(&found), [(4_000, Some(4_300))]);
        assert_eq!(firings(&document(1), &fast(), &quiet(1), None, 2 * HOUR).len(), 1);
    }

    #[test]
    fn one_of_two_groups_burns_alone() {
        let mut events = traffic(&[(HOUR, 10, 0), (HOUR, 10, 10)]);
        events.extend(events.clone().into_iter().map(|event| Event {
            good: true,
            group: "other".into(),
            ..event
        }));
        let found = firings(&document(3), &fast(), &events, None, 2 * HOUR);
        assert_eq!(found, [Firing { group: "g".to_owned(), from: HOUR + 52, until: None }]);
    }

    #[test]
    fn nothing_that_happens_never_fires() {
        assert_eq!(firings(&document(3), &fast(), &[], None, 3 * HOUR), []);
    }
}

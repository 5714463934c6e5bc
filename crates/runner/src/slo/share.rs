//! Chooses how much is bad in a scenario, so that an alert must come at a minute that is known.

use macadam_slo_oracle::Tier;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Events in each minute while something burns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) events: u64,
    pub(super) bad: u64,
    /// The part of the long window that has to burn until the threshold is passed, from 0 to 1.
    pub(super) part: Decimal,
}

/// More events than this in a minute only take time.
const EVENTS_MAX: u64 = 6_000;
const EVENTS_MIN: u64 = 200;
const MINUTE: Decimal = Decimal::from_parts(60, 0, 0, false, 0);

impl Share {
    /// A share at which the tier fires when about `wanted` thousandths of its long window have burnt.
    ///
    /// Rules sum rates of five minutes, each minute, over a window that is closed on both sides. They see what happens on
    /// average two minutes late, and up to one minute more for the window's first sample. So that two whole minutes suffice,
    /// the count has to pass the threshold early enough in its minute; and leave it likewise, where a scenario goes on until it is resolved.
    pub(super) fn of(tier: &Tier, unit: u64, wanted: u32, resolves: bool) -> Option<Self> {
        let least = (tier.threshold * Decimal::ONE_THOUSAND).ceil().to_u32()?.max(1);
        let parts = (0..960).flat_map(|step| [wanted + step, wanted.saturating_sub(step)]);
        parts
            .filter(|part| (least..980).contains(part))
            .find_map(|part| Self::near(tier, unit, part, resolves))
    }

    fn near(tier: &Tier, unit: u64, part: u32, resolves: bool) -> Option<Self> {
        let wanted = Decimal::new(i64::from(part), 3);
        (1..).map(|count| count * unit).find_map(|bad| {
            // Of a threshold near 0, no decimal holds so many.
            let events = (Decimal::from(bad) * wanted).checked_div(tier.threshold);
            let events = events.and_then(|events| events.round().to_u64()).unwrap_or(u64::MAX);
            let events = events.div_ceil(unit).saturating_mul(unit);
            if events > EVENTS_MAX {
                return Some(None);
            }
            let part = tier.threshold * Decimal::from(events) / Decimal::from(bad);
            let share = Self { events, bad, part };
            (events >= EVENTS_MIN && bad <= events && share.suits(tier, resolves)).then_some(Some(share))
        })?
    }

    fn suits(self, tier: &Tier, resolves: bool) -> bool {
        let second = Decimal::ONE;
        let rises = (self.part * Decimal::from(tier.long)) % MINUTE;
        let in_time = rises > second && rises + MINUTE * self.part < MINUTE - second;
        // The window of five minutes is no sum, and not late. In others, bad events leave one by one.
        let (falls, apart) = (self.falls(tier) % MINUTE, MINUTE / Decimal::from(self.bad));
        let early = falls > apart + second && falls < MINUTE * self.part - second;
        in_time && (!resolves || tier.short <= 300 || early)
    }

    /// After so many seconds of burning the long window has its share.
    pub(super) fn rises(self, tier: &Tier) -> u64 {
        (self.part * Decimal::from(tier.long)).ceil().to_u64().unwrap_or(tier.long)
    }

    /// So many seconds after the end of burning the short window has less than its share.
    fn falls(self, tier: &Tier) -> Decimal {
        (Decimal::ONE - self.part) * Decimal::from(tier.short)
    }

    /// The whole minutes until the alert is surely gone.
    pub(super) fn minutes_to_resolve(self, tier: &Tier) -> u64 {
        (self.falls(tier) / MINUTE).ceil().to_u64().unwrap_or_default() + 4
    }
}

#[cfg(test)]
mod tests {
    use macadam_slo_oracle::Severity;

    use super::*;

    #[test]
    fn a_threshold_near_zero_has_no_share() {
        for threshold in [Decimal::ZERO, Decimal::new(1, 28), Decimal::new(1, 10)] {
            let tier = Tier { long: 3_600, short: 300, threshold, severity: Severity::Page };
            assert_eq!(Share::of(&tier, 1, 500, true), None);
        }
    }

    #[test]
    fn a_share_passes_the_threshold_early_in_a_minute() {
        for (long, short, threshold) in [
            (3_600, 300, "0.0144"),
            (21_600, 1_800, "0.006"),
            (86_400, 7_200, "0.003"),
            (259_200, 21_600, "0.001"),
            (21_600, 1_800, "0.6"),
            (3_600, 300, "0.72"),
            (259_200, 21_600, "0.5"),
            (3_600, 300, "0.00144"),
        ] {
            let threshold = threshold.parse().expect("a decimal");
            let tier = Tier { long, short, threshold, severity: Severity::Page };
            for unit in [1, 4, 12] {
                let share = Share::of(&tier, unit, 500, true).expect("a share");
                assert!(share.bad * 1_000 <= share.events * 1_000 && share.bad.is_multiple_of(unit));
                assert!(Decimal::from(share.bad) > threshold * Decimal::from(share.events), "{share:?}");
                assert!(share.rises(&tier) % 60 < 60, "{share:?}");
            }
        }
    }
}

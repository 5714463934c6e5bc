//! The pairs of windows at which a burning error budget alerts: those of the SRE workbook (chapter 5, "Alerting on
//! SLOs"), scaled to the SLO's period.

use rust_decimal::Decimal;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// The period that the workbook's windows are for.
const STANDARD: u64 = 30 * DAY;
/// A short window has at least this length: the recorded rates are of five minutes.
const SHORTEST_SHORT: u64 = 5 * MINUTE;
/// A long window has at least this length.
const SHORTEST_LONG: u64 = HOUR;

/// What becomes of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Somebody is woken.
    Page,
    /// Somebody looks at it in working hours.
    Ticket,
}

impl Severity {
    /// The value of the label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        }
    }
}

/// A pair of windows.
#[derive(Debug, Clone, PartialEq)]
pub struct Tier {
    /// `page-fast`, `page-slow`, `ticket-fast`, `ticket-slow`: from the fastest to the slowest.
    pub name: &'static str,
    /// How urgent it is, where the SLO may page.
    pub severity: Severity,
    /// Seconds.
    pub long: u64,
    /// Seconds.
    pub short: u64,
    /// So many times the pace that spends the budget exactly within the period.
    pub factor: Decimal,
    /// The share of the budget that is spent when it fires, from 0 to 1.
    pub share: Decimal,
}

impl Tier {
    /// The error ratio above which it fires, from 0 to 1.
    pub fn threshold(&self, target: Decimal) -> Decimal {
        (self.factor * (Decimal::ONE - target)).normalize()
    }

    /// Both windows, such as `1h/5m`.
    pub fn windows(&self) -> String {
        format!("{}/{}", duration(self.long), duration(self.short))
    }
}

/// The tiers of an objective with this target, and those left out since no error ratio reaches them.
#[derive(Debug, Clone, PartialEq)]
pub struct Tiers {
    /// From the fastest to the slowest.
    pub kept: Vec<Tier>,
    /// Those whose threshold is 1 or more.
    pub unreachable: Vec<Tier>,
    /// Those that would fire while the objective is met: the period is so short that their long window, which is an hour
    /// at least, may spend more than their share of the budget.
    pub early: Vec<Tier>,
}

/// The tiers for a period of so many seconds.
pub fn tiers(period: u64, target: Decimal) -> Tiers {
    let workbook = [
        ("page-fast", Severity::Page, HOUR, 5 * MINUTE, 2),
        ("page-slow", Severity::Page, 6 * HOUR, 30 * MINUTE, 5),
        ("ticket-fast", Severity::Ticket, DAY, 2 * HOUR, 10),
        ("ticket-slow", Severity::Ticket, 3 * DAY, 6 * HOUR, 10),
    ];
    let all = workbook.into_iter().map(|(name, severity, long, short, percent)| {
        let long = scaled(long, period).max(SHORTEST_LONG);
        let short = scaled(short, period).max(SHORTEST_SHORT);
        let share = Decimal::new(percent, 2);
        let factor = (share * Decimal::from(period) / Decimal::from(long)).normalize();
        Tier { name, severity, long, short, factor, share }
    });
    // Rounding up to whole minutes takes a factor of 1 a little below.
    let is_early = |tier: &Tier| tier.long == SHORTEST_LONG && tier.factor < Decimal::ONE;
    let (early, all): (Vec<Tier>, Vec<Tier>) = all.partition(is_early);
    let (kept, unreachable) = all.into_iter().partition(|tier| tier.threshold(target) < Decimal::ONE);
    Tiers { kept, unreachable, early }
}

/// In whole minutes, since rules are evaluated each minute.
fn scaled(window: u64, period: u64) -> u64 {
    (window * period / STANDARD).div_ceil(MINUTE) * MINUTE
}

/// A duration as PromQL writes it, in the largest unit that divides it: `84m`, `1h`, `3d`.
pub(crate) fn duration(seconds: u64) -> String {
    for (unit, length) in [("d", DAY), ("h", HOUR), ("m", MINUTE)] {
        if seconds >= length && seconds.is_multiple_of(length) {
            return format!("{}{unit}", seconds / length);
        }
    }
    format!("{seconds}s")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(tiers: &[Tier]) -> Vec<String> {
        tiers.iter().map(|tier| format!("{} {} {}", tier.name, tier.windows(), tier.factor)).collect()
    }

    #[test]
    fn thirty_days_have_the_workbooks_tiers() {
        let Tiers { kept, unreachable, early } = tiers(30 * DAY, Decimal::new(999, 3));
        assert_eq!(
            summary(&kept),
            ["page-fast 1h/5m 14.4", "page-slow 6h/30m 6", "ticket-fast 1d/2h 3", "ticket-slow 3d/6h 1"]
        );
        assert_eq!((unreachable, early), (vec![], vec![]));
        assert_eq!(kept[0].threshold(Decimal::new(999, 3)), Decimal::new(144, 4));
    }

    #[test]
    fn windows_scale_with_the_period_and_have_a_least_length() {
        let Tiers { kept, .. } = tiers(7 * DAY, Decimal::new(99, 2));
        assert_eq!(
            summary(&kept),
            [
                "page-fast 1h/5m 3.36",
                "page-slow 84m/7m 6",
                "ticket-fast 336m/28m 3",
                "ticket-slow 1008m/84m 1"
            ]
        );
        let Tiers { kept, .. } = tiers(90 * DAY, Decimal::new(99, 2));
        assert_eq!(summary(&kept)[0], "page-fast 3h/15m 14.4");
    }

    #[test]
    fn a_tier_that_would_fire_while_the_objective_is_met_is_left_out() {
        let Tiers { kept, early, .. } = tiers(DAY, Decimal::new(99, 2));
        assert_eq!(summary(&early), ["page-fast 1h/5m 0.48"]);
        assert_eq!(
            summary(&kept),
            ["page-slow 1h/5m 1.2", "ticket-fast 1h/5m 2.4", "ticket-slow 144m/12m 1"]
        );
        assert_eq!(tiers(9 * HOUR, Decimal::new(99, 2)).kept, [], "each hour may spend more than its share");
        assert_eq!(tiers(10 * DAY + 7, Decimal::new(99, 2)).kept.len(), 4, "rounded up to whole minutes");
    }

    #[test]
    fn a_tier_that_no_error_ratio_reaches_is_left_out() {
        let Tiers { kept, unreachable, .. } = tiers(30 * DAY, Decimal::new(9, 1));
        assert_eq!(summary(&unreachable), ["page-fast 1h/5m 14.4"]);
        assert_eq!(kept.len(), 3);
        // 14.4 × (1 − 0.9305…) = 1 is not reachable either: a ratio is never above 1.
        let target = Decimal::ONE - Decimal::ONE / Decimal::new(144, 1);
        assert!(
            tiers(30 * DAY, target.round_dp(20))
                .kept
                .iter()
                .all(|tier| tier.threshold(target) < Decimal::ONE)
        );
        assert_eq!(
            tiers(30 * DAY, Decimal::ZERO).kept.len(),
            0,
            "a factor of 1 on a target of 0 is unreachable, too"
        );
    }
}

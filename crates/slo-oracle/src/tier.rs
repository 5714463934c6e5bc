//! The pairs of windows at which an error budget that burns should alert.

use rust_decimal::Decimal;

use crate::document::Document;

/// Who should look at an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Somebody, at once.
    Page,
    /// Somebody, in working hours.
    Ticket,
}

/// A pair of windows with what must be bad in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// The long window, in seconds.
    pub long: u64,
    /// The short window, in seconds.
    pub short: u64,
    /// It fires while more than this share of what happened is bad, in both windows. From 0 to 1, exact.
    pub threshold: Decimal,
    /// Whom it calls.
    pub severity: Severity,
}

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
const MONTH: u64 = 30 * DAY;

/// For a period of 30 days: the long window, the short window, the percentage of the budget that is burnt when the long
/// window is full of burning at the threshold, and whom that calls.
const TABLE: [(u64, u64, u32, Severity); 4] = [
    (HOUR, 300, 2, Severity::Page),
    (6 * HOUR, 1_800, 5, Severity::Page),
    (DAY, 2 * HOUR, 10, Severity::Ticket),
    (3 * DAY, 6 * HOUR, 10, Severity::Ticket),
];

impl Tier {
    /// The tiers of one objective of a document, the fastest first. Those that can never fire, because even with all
    /// bad the threshold is not passed, are left out.
    pub fn of(document: &Document, target: Decimal) -> Vec<Self> {
        // In whole minutes: nothing is looked at more often.
        let scaled =
            |window: u64, least: u64| ((window * document.period).div_ceil(MONTH * 60) * 60).max(least);
        let tiers = TABLE.iter().map(|(long, short, percent, severity)| {
            let long = scaled(*long, HOUR);
            let share = Decimal::new(i64::from(*percent), 2);
            let pace = share * Decimal::from(document.period) / Decimal::from(long);
            Self {
                long,
                short: scaled(*short, 300),
                threshold: pace * (Decimal::ONE - target),
                severity: if document.page { *severity } else { Severity::Ticket },
            }
        });
        // At its pace of less than 1, an objective that is met would alert: only an hour that is long for its period does so.
        let budget = Decimal::ONE - target;
        let pages_for_nothing = |tier: &Self| tier.long == HOUR && tier.threshold < budget;
        tiers.filter(|tier| tier.threshold < Decimal::ONE && !pages_for_nothing(tier)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(days: u64) -> Document {
        Document {
            name: "availability".to_owned(),
            service: "shop".to_owned(),
            targets: Vec::new(),
            period: days * DAY,
            min_bad: 3,
            page: true,
        }
    }

    /// Long and short in minutes, and the threshold in millionths.
    fn seen(days: u64, target: &str) -> Vec<(u64, u64, String)> {
        let tiers = Tier::of(&document(days), target.parse().expect("a decimal"));
        let seen = |tier: &Tier| {
            (tier.long / 60, tier.short / 60, tier.threshold.round_dp(6).normalize().to_string())
        };
        tiers.iter().map(seen).collect()
    }

    /// Cases: long, short, threshold.
    fn expected(rows: &[(u64, u64, &str)]) -> Vec<(u64, u64, String)> {
        rows.iter().map(|(long, short, threshold)| (*long, *short, (*threshold).to_owned())).collect()
    }

    #[test]
    fn thirty_days_have_the_four_tiers_of_the_workbook() {
        let rows = [(60, 5, "0.0144"), (360, 30, "0.006"), (1_440, 120, "0.003"), (4_320, 360, "0.001")];
        assert_eq!(seen(30, "0.999"), expected(&rows));
    }

    #[test]
    fn windows_scale_with_the_period_down_to_five_minutes_and_an_hour() {
        // 7 days: 14 min and 70 s become 1 h and 5 min; 2% of 168 h in 1 h is a pace of 3.36.
        let rows = [(60, 5, "0.0336"), (84, 7, "0.06"), (336, 28, "0.03"), (1_008, 84, "0.01")];
        assert_eq!(seen(7, "0.99"), expected(&rows));
    }

    #[test]
    fn a_tier_that_an_objective_may_reach_that_is_met_is_left_out() {
        // 2% of 24 h are 29 min: less than the hour in which they would be spent.
        let rows = [(60, 5, "0.012"), (60, 5, "0.024"), (144, 12, "0.01")];
        assert_eq!(seen(1, "0.99"), expected(&rows));
    }

    #[test]
    fn a_tier_that_all_bad_does_not_reach_is_left_out() {
        // 14.4 x 10% = 144%.
        let rows = [(360, 30, "0.6"), (1_440, 120, "0.3"), (4_320, 360, "0.1")];
        assert_eq!(seen(30, "0.9"), expected(&rows));
    }

    #[test]
    fn an_slo_that_must_not_page_has_tickets_only() {
        let document = Document { page: false, ..document(30) };
        let tiers = Tier::of(&document, "0.999".parse().expect("a decimal"));
        assert!(tiers.iter().all(|tier| tier.severity == Severity::Ticket));
    }
}

//! The terms of a letter of credit: payment, expiry, shipment and documents.

use macadam_kernel::jiff::tz::TimeZone;
use macadam_kernel::{Date, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When the beneficiary is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tenor {
    /// When the documents are presented.
    AtSight,
    /// A number of days after the documents are presented.
    Deferred {
        /// The number of days.
        #[schemars(range(min = 1, max = 360))]
        days: u32,
    },
}

/// The last day and the place for presenting documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Expiry {
    /// The last day for presenting documents.
    pub date: Date,
    /// The place of expiry.
    pub place: String,
}

/// How the goods are shipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shipment {
    /// The last day on which it may be shipped.
    pub latest: Date,
    /// Where it is shipped from.
    pub from: String,
    /// Where it is shipped to.
    pub to: String,
    /// Whether partial shipments are allowed.
    pub partial: bool,
    /// Whether transhipment is allowed.
    pub transhipment: bool,
}

/// A document that the beneficiary must present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Its title, such as `commercial invoice`.
    pub title: String,
    /// The number of originals.
    pub originals: u32,
    /// The number of copies.
    pub copies: u32,
}

impl Tenor {
    /// The maximum deferral of payment, in days.
    pub const DAYS_MAX: u32 = 360;

    /// Whether it is at sight, or deferred by a number of days that the bank offers.
    pub fn is_offered(self) -> bool {
        match self {
            Self::AtSight => true,
            Self::Deferred { days } => (1..=Self::DAYS_MAX).contains(&days),
        }
    }
}

impl Expiry {
    /// Whether it is after today. Days are counted in UTC, whatever the place of expiry is.
    pub fn is_ahead_of(&self, now: Timestamp) -> bool {
        self.date > now.to_zoned(TimeZone::UTC).date()
    }
}

#[cfg(test)]
mod tests {
    use macadam_kernel::jiff::civil::date;
    use serde_json::{json, to_value};

    use super::*;

    #[test]
    fn payment_is_deferred_by_at_most_360_days() {
        let deferred = |days| Tenor::Deferred { days }.is_offered();
        assert_eq!([0, 1, 360, 361].map(deferred), [false, true, true, false]);
        assert!(Tenor::AtSight.is_offered());
    }

    #[test]
    fn a_day_that_has_begun_is_not_ahead() {
        let expiry = Expiry { date: date(2026, 6, 30), place: "Hamburg".into() };
        let ahead = |now: &str| expiry.is_ahead_of(now.parse().unwrap());
        assert!(ahead("2026-06-29T23:59:59Z"));
        assert!(!ahead("2026-06-30T00:00:00Z"));
        assert!(!ahead("2026-07-01T00:00:00Z"));
    }

    #[test]
    fn a_tenor_is_a_word_or_a_number_of_days() {
        assert_eq!(to_value(Tenor::AtSight).unwrap(), json!("at-sight"));
        assert_eq!(to_value(Tenor::Deferred { days: 90 }).unwrap(), json!({ "deferred": { "days": 90 } }));
    }
}

//! The terms of a letter of credit: when it is paid, until when, and against what.

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
    /// So long after they are.
    Deferred {
        /// How many days.
        #[schemars(range(min = 1, max = 360))]
        days: u32,
    },
}

/// Until when, and where, documents may be presented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Expiry {
    /// The last day.
    pub date: Date,
    /// The place whose day it is.
    pub place: String,
}

/// How the merchandise travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shipment {
    /// The last day on which it may be shipped.
    pub latest: Date,
    /// Where it is shipped from.
    pub from: String,
    /// Where it is shipped to.
    pub to: String,
    /// Whether it may go in parts.
    pub partial: bool,
    /// Whether it may change vessels on the way.
    pub transhipment: bool,
}

/// A document that the beneficiary must present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// What it is: `commercial invoice`.
    pub title: String,
    /// How many originals.
    pub originals: u32,
    /// How many copies.
    pub copies: u32,
}

impl Tenor {
    /// The longest time by which payment may be deferred.
    pub const DAYS_MAX: u32 = 360;

    /// Whether it is at sight, or deferred by a time that the bank offers.
    pub fn is_offered(self) -> bool {
        match self {
            Self::AtSight => true,
            Self::Deferred { days } => (1..=Self::DAYS_MAX).contains(&days),
        }
    }
}

impl Expiry {
    /// Whether a whole day lies ahead. The bank's day ends in UTC, wherever the place of expiry is.
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

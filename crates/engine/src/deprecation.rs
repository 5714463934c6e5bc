//! What is not to be used any more, since when, and until when it is there.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

/// Since when a command or a view is not to be used any more, when it may be gone, and where to read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Deprecation {
    since: &'static str,
    sunset: Option<&'static str>,
    see: Option<&'static str>,
}

impl Deprecation {
    /// From this day on, as `2026-11-01`; a day begins at midnight, UTC.
    #[must_use]
    pub fn since(day: &'static str) -> Self {
        Self { since: day, sunset: None, see: None }
    }

    /// From this day on it may be gone.
    #[must_use]
    pub fn sunset(mut self, day: &'static str) -> Self {
        self.sunset = Some(day);
        self
    }

    /// Where clients read what to use instead.
    #[must_use]
    pub fn see(mut self, address: &'static str) -> Self {
        self.see = Some(address);
        self
    }

    /// Where clients read on.
    pub fn address(&self) -> Option<&'static str> {
        self.see
    }

    /// The text that is no day.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        [Some(self.since), self.sunset].into_iter().flatten().find(|day| moment(day).is_none())
    }

    /// When it was deprecated, and when it may be gone; none where the day is none.
    pub fn moments(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        (moment(self.since), self.sunset.and_then(moment))
    }
}

fn moment(day: &str) -> Option<Timestamp> {
    let day: Date = day.parse().ok()?;
    day.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp())
}

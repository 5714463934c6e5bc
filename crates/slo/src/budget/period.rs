//! The period that a budget is for, at a given time: exact also where the calendar's hours shift.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Zoned};

use crate::generate::nominal;
use crate::model::{CalendarUnit, Window};

/// The present period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elapsed {
    /// When it began.
    pub start: Timestamp,
    /// When it is looked at.
    pub now: Timestamp,
    /// When the next begins; a rolling one has no end.
    pub end: Option<Timestamp>,
}

impl Elapsed {
    /// The period of this window at that time. The error says what is wrong with the calendar.
    pub fn at(window: &Window, now: Timestamp) -> Result<Self, String> {
        match window {
            Window::Rolling { seconds } => {
                let back = i64::try_from(*seconds).unwrap_or(i64::MAX).seconds();
                let start = now.checked_sub(back).map_err(|error| error.to_string())?;
                Ok(Self { start, now, end: None })
            }
            Window::Calendar { start, count, unit, zone } => {
                let zone = TimeZone::get(zone).map_err(|error| error.to_string())?;
                let first = start.to_zoned(zone).map_err(|error| error.to_string())?;
                let begin = |number: i64| period(&first, *unit, number * i64::from(*count));
                let length = i64::try_from(nominal(window)).unwrap_or(i64::MAX).max(1);
                // Close to it by the usual length, and then by the calendar.
                let mut number = (now.as_second() - first.timestamp().as_second()).div_euclid(length);
                while begin(number)? > now {
                    number -= 1;
                }
                while begin(number + 1)? <= now {
                    number += 1;
                }
                Ok(Self { start: begin(number)?, now, end: Some(begin(number + 1)?) })
            }
        }
    }

    /// So much of it has passed, at least a second.
    pub fn seconds(&self) -> u64 {
        u64::try_from(self.now.as_second() - self.start.as_second()).unwrap_or(0).max(1)
    }

    /// Seconds until it ends, if it does.
    pub(super) fn rest(&self) -> Option<u64> {
        self.end.and_then(|end| u64::try_from(end.as_second() - self.now.as_second()).ok())
    }
}

/// When the period begins that comes so many units after the first. From the first on and not from the one before: a
/// month after 31 January is 28 February, and two months after it is 31 March.
fn period(first: &Zoned, unit: CalendarUnit, units: i64) -> Result<Timestamp, String> {
    let span = Span::new();
    let span = match unit {
        CalendarUnit::Minute => span.try_minutes(units),
        CalendarUnit::Hour => span.try_hours(units),
        CalendarUnit::Day => span.try_days(units),
        CalendarUnit::Week => span.try_weeks(units),
        CalendarUnit::Month => span.try_months(units),
        CalendarUnit::Quarter => span.try_months(3 * units),
        CalendarUnit::Year => span.try_years(units),
    };
    let begin = span.and_then(|span| first.checked_add(span));
    begin.map(|begin| begin.timestamp()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(unit: CalendarUnit, count: u32, start: &str, zone: &str, now: &str) -> [String; 2] {
        let start = start.parse().expect("a date");
        let window = Window::Calendar { start, count, unit, zone: zone.to_owned() };
        let elapsed = Elapsed::at(&window, now.parse().expect("a time")).expect("a period");
        [elapsed.start.to_string(), elapsed.end.expect("an end").to_string()]
    }

    #[test]
    fn a_month_begins_at_midnight_of_its_zone_in_summer_and_in_winter() {
        let month = |now| at(CalendarUnit::Month, 1, "2026-01-01T00:00:00", "Europe/Vienna", now);
        assert_eq!(month("2026-01-15T00:00:00Z"), ["2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z"]);
        // The clocks change on 29 March: it has an hour less than 31 days.
        assert_eq!(month("2026-03-30T00:00:00Z"), ["2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"]);
        assert_eq!(month("2026-07-31T22:00:00Z"), ["2026-07-31T22:00:00Z", "2026-08-31T22:00:00Z"]);
    }

    #[test]
    fn a_period_before_the_first_one_is_found_as_well() {
        let before = at(CalendarUnit::Month, 1, "2027-01-01T00:00:00", "UTC", "2026-11-28T06:00:00Z");
        assert_eq!(before, ["2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"]);
    }

    #[test]
    fn several_units_count_from_the_first() {
        let weeks = at(CalendarUnit::Week, 2, "2026-01-05T06:00:00", "UTC", "2026-01-30T00:00:00Z");
        assert_eq!(weeks, ["2026-01-19T06:00:00Z", "2026-02-02T06:00:00Z"]);
        let quarter = at(CalendarUnit::Quarter, 1, "2026-01-01T00:00:00", "UTC", "2026-11-28T06:00:00Z");
        assert_eq!(quarter, ["2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"]);
        let last_day = at(CalendarUnit::Month, 1, "2026-01-31T00:00:00", "UTC", "2026-03-15T00:00:00Z");
        assert_eq!(last_day, ["2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"]);
    }
}

//! Periods by the calendar in PromQL, which knows no variable ranges: when the period began is recorded, and what is
//! summed over the longest period are the samples that were recorded with the same beginning as now.

use jiff::tz::TimeZone;

use crate::model::{CalendarUnit, Window};

const DAY: u64 = 86_400;

/// A period by the calendar.
pub(super) struct Calendar {
    /// PromQL: the second at which the present period began.
    pub began: String,
    /// Its greatest length in seconds.
    pub longest: u64,
    /// What is inexact about it, if anything is.
    pub comment: Option<String>,
}

impl Calendar {
    /// The period of a window; nothing of a rolling one. The error says what is not generated.
    pub(super) fn of(window: &Window) -> Result<Option<Self>, String> {
        let Window::Calendar { start, count, unit, zone } = window else { return Ok(None) };
        let time_zone = TimeZone::get(zone).map_err(|error| format!("the time zone `{zone}` ({error})"))?;
        let began = start.to_zoned(time_zone.clone()).map_err(|error| error.to_string())?;
        let (offset, anchor) = (began.offset().seconds(), began.timestamp().as_second());
        let midnight = start.time() == jiff::civil::Time::midnight();
        let local = if offset == 0 { "time()".to_owned() } else { format!("(time() + {offset})") };
        let every = |seconds: u64| {
            let length = seconds * u64::from(*count);
            (format!("vector(time() - (time() - {anchor}) % {length})"), length)
        };
        let from = |day: &str| format!("time() - ({day}(vector({local})) - 1) * {DAY} - {local} % {DAY}");
        let (began, longest) = match unit {
            CalendarUnit::Minute => every(60),
            CalendarUnit::Hour => every(3_600),
            CalendarUnit::Day => every(DAY),
            CalendarUnit::Week => every(7 * DAY),
            CalendarUnit::Month if *count == 1 && midnight && start.day() == 1 => {
                (from("day_of_month"), 31 * DAY)
            }
            CalendarUnit::Year if *count == 1 && midnight && start.day() == 1 && start.month() == 1 => {
                (from("day_of_year"), 366 * DAY)
            }
            _ => {
                return Err(format!(
                    "a calendar window of {count} {unit:?} from {start} (months and years are generated from the first \
                     day at midnight, and one at a time)"
                ));
            }
        };
        let shifts =
            time_zone.following(jiff::Timestamp::from_second(anchor).unwrap_or_default()).next().is_some();
        let comment = (shifts && *unit as u8 >= CalendarUnit::Day as u8).then(|| {
            format!(
                "where the clocks of {zone} change, the recorded period begins an hour early or late; `cargo xtask slo status` counts it exactly"
            )
        });
        Ok(Some(Self { began, longest, comment }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(unit: CalendarUnit, count: u32, start: &str, zone: &str) -> Result<Option<Calendar>, String> {
        let start = start.parse().expect("a date");
        Calendar::of(&Window::Calendar { start, count, unit, zone: zone.to_owned() })
    }

    #[test]
    fn months_begin_on_their_first_day_in_the_zone() {
        let month =
            of(CalendarUnit::Month, 1, "2026-01-01T00:00:00", "UTC").expect("generated").expect("a calendar");
        assert_eq!(month.began, "time() - (day_of_month(vector(time())) - 1) * 86400 - time() % 86400");
        assert_eq!((month.longest, month.comment), (31 * DAY, None));
        let vienna = of(CalendarUnit::Month, 1, "2026-01-01T00:00:00", "Europe/Vienna")
            .expect("generated")
            .expect("a calendar");
        assert_eq!(
            vienna.began,
            "time() - (day_of_month(vector((time() + 3600))) - 1) * 86400 - (time() + 3600) % 86400"
        );
        assert!(vienna.comment.is_some());
    }

    #[test]
    fn weeks_begin_at_the_anchor() {
        let week =
            of(CalendarUnit::Week, 2, "2026-01-05T06:00:00", "UTC").expect("generated").expect("a calendar");
        assert_eq!(week.began, "vector(time() - (time() - 1767592800) % 1209600)");
    }

    #[test]
    fn what_is_not_generated_is_named() {
        let error =
            of(CalendarUnit::Quarter, 1, "2026-01-01T00:00:00", "UTC").map(|_| ()).expect_err("refused");
        assert!(error.contains("Quarter"), "{error}");
        assert!(of(CalendarUnit::Month, 1, "2026-01-15T00:00:00", "UTC").is_err());
    }
}

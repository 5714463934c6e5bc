//! Working hours on a board.

use jiff::tz::TimeZone;

/// The days of a week, from Monday, as a board spells them and as Alertmanager does.
const DAYS: [(&str, &str); 7] = [
    ("Mon", "monday"),
    ("Tue", "tuesday"),
    ("Wed", "wednesday"),
    ("Thu", "thursday"),
    ("Fri", "friday"),
    ("Sat", "saturday"),
    ("Sun", "sunday"),
];

/// When a team works, such as `Mon-Fri 08:00-18:00 Europe/Vienna`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    /// The first day of the week, in English and in lower case.
    pub first_day: &'static str,
    /// The last day, included.
    pub last_day: &'static str,
    /// `HH:MM`.
    pub start: String,
    /// `HH:MM`, later than the start; up to 24:00.
    pub end: String,
    /// The IANA name of the time zone.
    pub zone: String,
}

impl Hours {
    /// Parses days, times and a time zone; the error says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [days, times, zone] = words.as_slice() else {
            return Err("it has to be days, times and a time zone".to_owned());
        };
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let day = |name: &str| {
            let place = DAYS.iter().position(|(short, _)| *short == name);
            place.ok_or_else(|| format!("`{name}` is no day: Mon, Tue, Wed, Thu, Fri, Sat or Sun"))
        };
        let (first, last) = (day(first)?, day(last)?);
        if first > last {
            return Err(format!("`{days}` ends before it begins: a week begins on Monday"));
        }
        let (start, end) = times.split_once('-').ok_or_else(|| format!("`{times}` is not two times"))?;
        if minutes(start)? >= minutes(end)? {
            return Err(format!("`{times}` ends before it begins"));
        }
        TimeZone::get(zone).map_err(|_| format!("`{zone}` is no time zone of the IANA database"))?;
        let (start, end, zone) = (start.to_owned(), end.to_owned(), (*zone).to_owned());
        Ok(Self { first_day: DAYS[first].1, last_day: DAYS[last].1, start, end, zone })
    }
}

fn minutes(time: &str) -> Result<u32, String> {
    let wrong = || format!("`{time}` is no time of a day: HH:MM, from 00:00 to 24:00");
    let (hours, minutes) = time.split_once(':').ok_or_else(wrong)?;
    let number = |digits: &str| {
        let whole = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        whole.then(|| digits.parse::<u32>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours).ok_or_else(wrong)?, number(minutes).ok_or_else(wrong)?);
    let all = hours * 60 + minutes;
    if minutes < 60 && all <= 24 * 60 { Ok(all) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_days_times_and_a_zone() {
        let hours = Hours::parse("Mon-Fri 08:00-18:00 Europe/Vienna").expect("hours");
        assert_eq!((hours.first_day, hours.last_day), ("monday", "friday"));
        assert_eq!((&*hours.start, &*hours.end, &*hours.zone), ("08:00", "18:00", "Europe/Vienna"));
        assert_eq!(Hours::parse("Sat 00:00-24:00 UTC").expect("hours").last_day, "saturday");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, part) in [
            ("", "days, times"),
            ("Mon-Fri 08:00-18:00", "time zone"),
            ("Mo-Fr 08:00-18:00 UTC", "`Mo`"),
            ("Fri-Mon 08:00-18:00 UTC", "ends before"),
            ("Mon-Fri 8-18 UTC", "`8`"),
            ("Mon-Fri 18:00-08:00 UTC", "ends before"),
            ("Mon-Fri 08:00-24:01 UTC", "24:01"),
            ("Mon-Fri 08:60-09:00 UTC", "08:60"),
            ("Mon-Fri 08:00-18:00 Vienna", "`Vienna`"),
        ] {
            let error = Hours::parse(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}

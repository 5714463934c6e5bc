//! What is not to be used any more, and how clients are told: by headers, on every answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// Since when a command or a view is not to be used any more, when it may be gone, and where to read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    pub(crate) fn address(&self) -> Option<&'static str> {
        self.see
    }

    /// The text that is no day.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        [Some(self.since), self.sunset].into_iter().flatten().find(|day| moment(day).is_none())
    }

    /// Tells it: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a link.
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        let since = moment(self.since).map(|since| format!("@{}", since.as_second()));
        let sunset = self.sunset.and_then(moment).and_then(|sunset| http_date(&sunset));
        let link = self.see.map(|see| format!("<{see}>; rel=\"deprecation\""));
        for (name, value) in [(DEPRECATION, since), (SUNSET, sunset), (header::LINK, link)] {
            if let Some(Ok(value)) = value.map(|value| HeaderValue::from_str(&value)) {
                headers.append(name, value);
            }
        }
    }

    /// For `describe`.
    pub(crate) fn describe(&self) -> Value {
        json!({ "since": self.since, "sunset": self.sunset, "see": self.see })
    }

    /// The headers that it tells by.
    pub(crate) fn headers(&self) -> Vec<&'static str> {
        let named = [("Deprecation", true), ("Sunset", self.sunset.is_some()), ("Link", self.see.is_some())];
        named.into_iter().filter(|(_, told)| *told).map(|(name, _)| name).collect()
    }
}

fn moment(day: &str) -> Option<Timestamp> {
    let day: Date = day.parse().ok()?;
    day.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp())
}

fn http_date(moment: &Timestamp) -> Option<String> {
    DateTimePrinter::new().timestamp_to_rfc9110_string(moment).ok()
}

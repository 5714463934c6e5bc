//! How clients are told that something is deprecated: by headers, on every answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use macadam_engine::Deprecation;

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// Adds `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a link.
pub(crate) fn add_headers(deprecation: &Deprecation, headers: &mut HeaderMap) {
    let (since, sunset) = deprecation.moments();
    let since = since.map(|since| format!("@{}", since.as_second()));
    let sunset = sunset.and_then(|sunset| http_date(&sunset));
    let link = deprecation.address().map(|address| format!("<{address}>; rel=\"deprecation\""));
    for (name, value) in [(DEPRECATION, since), (SUNSET, sunset), (header::LINK, link)] {
        if let Some(Ok(value)) = value.map(|value| HeaderValue::from_str(&value)) {
            headers.append(name, value);
        }
    }
}

/// The headers that are added.
pub(crate) fn header_names(deprecation: &Deprecation) -> Vec<&'static str> {
    let (_, sunset) = deprecation.moments();
    let named =
        [("Deprecation", true), ("Sunset", sunset.is_some()), ("Link", deprecation.address().is_some())];
    named.into_iter().filter(|(_, added)| *added).map(|(name, _)| name).collect()
}

fn http_date(moment: &Timestamp) -> Option<String> {
    DateTimePrinter::new().timestamp_to_rfc9110_string(moment).ok()
}

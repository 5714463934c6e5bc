//! What requests are counted under, beside the routes and what operations answer.

use axum::http::{Method, StatusCode};

/// What stands for a path that no route matches.
pub const UNMATCHED: &str = "unmatched";

/// What stands for a method that HTTP does not define.
pub(crate) const OTHER_METHOD: &str = "_OTHER";

/// The methods that requests are counted under.
pub const METHODS: &[&str] =
    &["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", OTHER_METHOD];

/// The status of a request whose client went away before its answer. Nobody is sent it; nginx, and others after it, write
/// it down for the same.
pub(crate) const CLIENT_WENT_AWAY: u16 = 499;

/// What a head is answered that is larger than a server reads.
pub(crate) const HEAD_TOO_LARGE: u16 = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.as_u16();

/// Statuses that requests are counted under and that OpenAPI says of no operation: `OPTIONS`, a body that came too slowly,
/// a head that is too large, and a client that went away.
pub const OTHER_STATUSES: &[u16] = &[
    StatusCode::NO_CONTENT.as_u16(),
    StatusCode::REQUEST_TIMEOUT.as_u16(),
    HEAD_TOO_LARGE,
    CLIENT_WENT_AWAY,
];

/// A label must not grow with what clients invent. Compared as the library does, without looking through text: every
/// request pays for it.
pub(crate) fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => OTHER_METHOD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_counted_by_their_names_and_those_that_a_client_invents_as_one() {
        for method in METHODS {
            assert_eq!(known_method(&Method::from_bytes(method.as_bytes()).expect("a token")), *method);
        }
        for invented in ["BREW", "get", "_OTHER"] {
            assert_eq!(known_method(&Method::from_bytes(invented.as_bytes()).expect("a token")), "_OTHER");
        }
    }
}

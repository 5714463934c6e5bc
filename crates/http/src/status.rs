//! The statuses of all answers that are no success: problems have no others, and OpenAPI describes these.

use axum::http::StatusCode;

/// A status with what OpenAPI says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ErrorStatus {
    code: u16,
    /// The name of its response among OpenAPI's components.
    pub name: &'static str,
    /// What it means.
    pub description: &'static str,
    /// The headers that it has beside those of every problem.
    pub headers: &'static [&'static str],
}

const fn status(
    code: u16,
    name: &'static str,
    description: &'static str,
    headers: &'static [&'static str],
) -> ErrorStatus {
    ErrorStatus { code, name, description, headers }
}

impl ErrorStatus {
    pub(crate) const MALFORMED: &'static Self =
        &status(400, "Malformed", "The request cannot be read; `errors` names each place", &[]);
    pub(crate) const UNAUTHENTICATED: &'static Self =
        &status(401, "Unauthenticated", "No token, or none that is believed", &["WWW-Authenticate"]);
    pub(crate) const FORBIDDEN: &'static Self = &status(403, "Forbidden", "Not for the caller's roles", &[]);
    pub(crate) const NOT_FOUND: &'static Self =
        &status(404, "NotFound", "Nothing is here, or nothing that the caller may see", &[]);
    pub(crate) const METHOD_NOT_ALLOWED: &'static Self =
        &status(405, "MethodNotAllowed", "Not at this path; `Allow` names what is", &["Allow"]);
    pub(crate) const NOT_ACCEPTABLE: &'static Self =
        &status(406, "NotAcceptable", "None of the media types that `Accept` names", &[]);
    /// Ends the connection of a client that sends its body too slowly; no operation answers it by itself.
    pub(crate) const TOO_SLOW: &'static Self =
        &status(408, "TooSlow", "The body did not arrive in time", &[]);
    pub(crate) const CONFLICT: &'static Self = &status(409, "Conflict", "Not now", &[]);
    pub(crate) const GONE: &'static Self =
        &status(410, "Gone", "The log does not reach this position: it is another one", &[]);
    pub(crate) const STALE: &'static Self =
        &status(412, "Stale", "The resource is not at a version that `If-Match` names", &[]);
    pub(crate) const TOO_LARGE: &'static Self =
        &status(413, "TooLarge", "The body is larger than is taken", &[]);
    pub(crate) const UNSUPPORTED_MEDIA_TYPE: &'static Self =
        &status(415, "UnsupportedMediaType", "The body is no JSON", &[]);
    pub(crate) const UNPROCESSABLE: &'static Self = &status(422, "Unprocessable", "Not like this", &[]);
    pub(crate) const TOO_MANY_REQUESTS: &'static Self =
        &status(429, "TooManyRequests", "More than the caller's share", &["Retry-After"]);
    pub(crate) const INTERNAL: &'static Self = &status(500, "Internal", "A fault of the service", &[]);
    pub(crate) const UNAVAILABLE: &'static Self =
        &status(503, "Unavailable", "Not just now; try again", &["Retry-After"]);

    /// Those that an operation may answer.
    pub(crate) const OF_OPERATIONS: &[&'static Self] = &[
        Self::MALFORMED,
        Self::UNAUTHENTICATED,
        Self::FORBIDDEN,
        Self::NOT_FOUND,
        Self::METHOD_NOT_ALLOWED,
        Self::NOT_ACCEPTABLE,
        Self::CONFLICT,
        Self::GONE,
        Self::STALE,
        Self::TOO_LARGE,
        Self::UNSUPPORTED_MEDIA_TYPE,
        Self::UNPROCESSABLE,
        Self::TOO_MANY_REQUESTS,
        Self::INTERNAL,
        Self::UNAVAILABLE,
    ];

    /// As a number.
    pub(crate) fn code(&self) -> StatusCode {
        StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

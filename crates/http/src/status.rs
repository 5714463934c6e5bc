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
        &status(401, "Unauthenticated", "No token, or one that is not accepted", &["WWW-Authenticate"]);
    pub(crate) const FORBIDDEN: &'static Self = &status(403, "Forbidden", "Not for the caller's roles", &[]);
    pub(crate) const NOT_FOUND: &'static Self =
        &status(404, "NotFound", "There is no such resource, or the caller may not see it", &[]);
    pub(crate) const METHOD_NOT_ALLOWED: &'static Self =
        &status(405, "MethodNotAllowed", "Not allowed at this path; `Allow` lists the methods", &["Allow"]);
    pub(crate) const NOT_ACCEPTABLE: &'static Self =
        &status(406, "NotAcceptable", "None of the media types that `Accept` names", &[]);
    /// Ends the connection of a client that sends its body too slowly; no operation answers it by itself.
    pub(crate) const TOO_SLOW: &'static Self =
        &status(408, "TooSlow", "The body did not arrive in time", &[]);
    pub(crate) const CONFLICT: &'static Self =
        &status(409, "Conflict", "Not allowed in this state, or others were first", &[]);
    pub(crate) const GONE: &'static Self =
        &status(410, "Gone", "The log does not have this position: it was replaced", &[]);
    pub(crate) const STALE: &'static Self =
        &status(412, "Stale", "The resource is not at a version that `If-Match` names", &[]);
    pub(crate) const TOO_LARGE: &'static Self = &status(413, "TooLarge", "The body is too large", &[]);
    pub(crate) const UNSUPPORTED_MEDIA_TYPE: &'static Self =
        &status(415, "UnsupportedMediaType", "The body is no JSON", &[]);
    pub(crate) const UNPROCESSABLE: &'static Self =
        &status(422, "Unprocessable", "Rejected for what the request carries", &[]);
    pub(crate) const TOO_MANY_REQUESTS: &'static Self =
        &status(429, "TooManyRequests", "The caller has sent too many requests", &["Retry-After"]);
    pub(crate) const INTERNAL: &'static Self = &status(500, "Internal", "An error of the service", &[]);
    pub(crate) const UNAVAILABLE: &'static Self =
        &status(503, "Unavailable", "Temporarily unavailable; try again", &["Retry-After"]);

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

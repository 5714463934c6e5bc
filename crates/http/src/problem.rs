//! RFC 9457 problems: every rejection and every fault, with its rule where the domain rejected.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use macadam_engine::{Failure, Judge, QueryError, ViewStoreError};
use macadam_event_log::ReadError;
use macadam_telemetry::chain;
use serde_json::{Map, Value, json};

use crate::identity::Refusal;
use crate::status::ErrorStatus;

/// A problem on its way to a client.
#[derive(Debug)]
pub(crate) struct Problem {
    status: &'static ErrorStatus,
    kind: String,
    title: &'static str,
    detail: String,
    members: Map<String, Value>,
    headers: Vec<(header::HeaderName, HeaderValue)>,
}

impl Problem {
    pub(crate) fn new(
        status: &'static ErrorStatus,
        kind: &str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        let kind = format!("urn:macadam:problem:{kind}");
        Self { status, kind, title, detail: detail.into(), members: Map::new(), headers: Vec::new() }
    }

    pub(crate) fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    fn header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn not_found() -> Self {
        let detail = "there is no such resource, or you may not see it";
        Self::new(ErrorStatus::NOT_FOUND, "not-found", "Not found", detail)
    }

    pub(crate) fn method_not_allowed() -> Self {
        let detail = "follow the links and templates of the resource";
        Self::new(ErrorStatus::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed", detail)
    }

    pub(crate) fn not_acceptable(offers: &[&str]) -> Self {
        let detail = format!("accept {}", offers.join(" or "));
        Self::new(ErrorStatus::NOT_ACCEPTABLE, "not-acceptable", "Not acceptable", detail)
    }

    pub(crate) fn too_large(max: usize) -> Self {
        let detail = format!("a body may have {max} bytes at most");
        Self::new(ErrorStatus::TOO_LARGE, "body-too-large", "Body too large", detail)
            .with("max_bytes", max)
            // What was not read of the body cannot be told from a next request: the connection ends here.
            .header(header::CONNECTION, HeaderValue::from_static("close"))
    }

    pub(crate) fn too_slow(limit: Duration) -> Self {
        let detail = format!("the body did not arrive within {limit:?}; nothing was changed");
        Self::new(ErrorStatus::TOO_SLOW, "body-too-slow", "Body too slow", detail)
            .header(header::CONNECTION, HeaderValue::from_static("close"))
    }

    pub(crate) fn too_many(wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let detail = "you have sent more requests than one actor may; nothing was changed";
        Self::new(ErrorStatus::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests", detail)
            .header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    pub(crate) fn media_type() -> Self {
        let detail = "send application/json";
        Self::new(
            ErrorStatus::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            "Unsupported media type",
            detail,
        )
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(ErrorStatus::MALFORMED, "malformed", "Malformed request", detail)
    }

    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(ErrorStatus::FORBIDDEN, "forbidden", "Not allowed for this role", detail)
    }

    pub(crate) fn gone(detail: impl Into<String>) -> Self {
        Self::new(ErrorStatus::GONE, "position-unknown", "Position does not exist", detail)
    }

    pub(crate) fn log_changed(detail: &str) -> Self {
        Self::new(ErrorStatus::GONE, "log-changed", "Log was replaced", detail)
    }

    pub(crate) fn unavailable(kind: &str, detail: impl Into<String>) -> Self {
        Self::new(ErrorStatus::UNAVAILABLE, kind, "Temporarily unavailable", detail)
            .header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    pub(crate) fn internal() -> Self {
        let detail = "an error of the service; its log has the cause under this correlation id";
        Self::new(ErrorStatus::INTERNAL, "internal", "Internal error", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": self.kind, "title": self.title, "status": self.status.code().as_u16(), "detail": self.detail,
        });
        // What a rejection tells must not replace what every problem says.
        for (member, value) in self.members {
            if body.get(&member).is_none() {
                body[member] = value;
            }
        }
        let mut response = (self.status.code(), Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(self.headers);
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        if refusal == Refusal::NoKeys {
            return Self::unavailable("identity-unknown", refusal.to_string());
        }
        let challenge = if refusal == Refusal::Missing { "Bearer" } else { "Bearer error=\"invalid_token\"" };
        Self::new(ErrorStatus::UNAUTHENTICATED, "unauthenticated", "Not authenticated", refusal.to_string())
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let detail = failure.to_string();
        match failure {
            Failure::NotFound => Self::not_found(),
            Failure::Forbidden { actors, .. } => Self::forbidden(detail).with("actors", json!(actors)),
            Failure::NotYours { field, .. } => match field {
                Some(field) => Self::forbidden(format!("{detail}: `{field}` must be the token's subject")),
                None => Self::forbidden(detail),
            },
            Failure::Malformed(faults) => {
                Self::bad_request("the body does not fit the command's schema").with("errors", json!(faults))
            }
            Failure::Rejected { judge, rule, extra, .. } => {
                let (status, title) = match judge {
                    Judge::Guard => (ErrorStatus::CONFLICT, "Not allowed in this state"),
                    Judge::Decision => (ErrorStatus::UNPROCESSABLE, "Rejected"),
                };
                let mut problem = Self::new(status, "rejected", title, detail).with("rule", rule);
                if let Value::Object(extra) = extra {
                    problem.members.extend(extra);
                }
                problem
            }
            Failure::Precondition { actual } => {
                let detail = format!("{detail}: read it again, and decide on its new state");
                Self::new(ErrorStatus::STALE, "stale", "Version has changed", detail).with("version", actual)
            }
            Failure::Contention => {
                let detail = "others kept changing the resource: read it again, and decide on its new state";
                Self::new(ErrorStatus::CONFLICT, "conflict", "Conflict", detail)
            }
            Failure::KeyReused => Self::new(
                ErrorStatus::UNPROCESSABLE,
                "idempotency-key-reused",
                "Key already used",
                format!("{detail}: send a new key with a new request"),
            ),
            Failure::KeyInFlight => Self::new(
                ErrorStatus::CONFLICT,
                "idempotency-key-in-flight",
                "Request in progress",
                format!("{detail}: repeat it later to get its result"),
            )
            .header(header::RETRY_AFTER, HeaderValue::from_static("1")),
            Failure::Cleared => Self::new(ErrorStatus::CONFLICT, "conflict", "Conflict", detail),
            Failure::Unknown => Self::unavailable(
                "outcome-unknown",
                "the command may or may not have been stored: repeat it with the same Idempotency-Key, or read first",
            ),
            Failure::LookUp(error) => Self::unavailable("look-up-failed", error.to_string()),
            // Too much at once, and none of it wrong.
            Failure::Read(ReadError::Busy(_)) => {
                Self::unavailable("overloaded", "too many reads at once: try again in a moment")
            }
            Failure::Read(_) | Failure::History { .. } | Failure::Encode { .. } | Failure::Repeated(_) => {
                Self::internal()
            }
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Store(ViewStoreError::Busy(_)) => {
                Self::unavailable("overloaded", "too many reads at once: try again in a moment")
            }
            QueryError::Store(error) => {
                tracing::error!(error = chain(&error), "a view could not be read");
                Self::internal()
            }
            error => Self::bad_request(error.to_string()),
        }
    }
}

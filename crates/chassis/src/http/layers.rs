//! What goes around every request.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use super::Problem;
use crate::running::Shared;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Reads the body before anything is answered: what is left unread of it cannot be told from the next request on the
/// same connection, which a client would lose with it.
pub(crate) async fn read_whole(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let max = shared.config.http.body_max_bytes;
    let (parts, body) = request.into_parts();
    let length =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let body = if length.is_some_and(|length: u64| length > max as u64) {
        None
    } else {
        to_bytes(body, max).await.ok()
    };
    match body {
        Some(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        None => Problem::too_large(max).into_response(),
    }
}

/// Answers what takes too long, and what the end of the process cuts off. A feed waits for news as long as it was asked to.
pub(crate) async fn time_limited(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let mut limit = Duration::from_millis(shared.config.http.request_timeout_ms);
    if request.uri().path() == "/events" {
        limit += Duration::from_secs(shared.config.http.poll_max_seconds);
    }
    let mut cut = shared.cut.subscribe();
    tokio::select! {
        response = next.run(request) => response,
        () = tokio::time::sleep(limit) => {
            let detail =
                "the request took too long; what it asked for may have happened: read before you repeat it";
            Problem::unavailable("timeout", detail).into_response()
        }
        _ = cut.wait_for(|cut| *cut) => {
            let detail =
                "the process ends; what was asked for may have happened: read before you repeat it";
            Problem::unavailable("draining", detail).into_response()
        }
    }
}

/// Lets in whoever has a valid token; a team's own routes find the subject and its roles in the headers they read.
pub(crate) async fn authenticated(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    match super::caller(&shared, request.headers()) {
        Ok(_) => next.run(request).await,
        Err(refusal) => Problem::from(refusal).into_response(),
    }
}

/// What a panic looks like from outside.
#[expect(clippy::needless_pass_by_value, reason = "tower-http hands the panic over")]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let reason = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    tracing::error!(error = reason.unwrap_or("no text"), "a handler panicked");
    Problem::internal().into_response()
}

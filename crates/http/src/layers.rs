//! What goes around every request.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::caller::{Known, authenticated};
use crate::identity::{Basis, Refusal, Verifier};
use crate::lifecycle::Lifecycle;
use crate::metrics::{HttpMetrics, TokenOutcome};
use crate::problem::Problem;
use crate::routes::RouteTable;

/// What says who sends a request.
#[derive(Clone)]
pub(crate) struct Identification {
    pub verifier: Arc<Verifier>,
    pub metrics: Arc<HttpMetrics>,
}

/// Says who sends the request, once; what a stranger may see is for each route to say.
pub(crate) async fn identified(
    State(by): State<Identification>,
    mut request: Request,
    next: Next,
) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).cloned();
    let known = by.verifier.verify(given.as_ref().and_then(|value| value.to_str().ok())).await;
    if known != Err(Refusal::Missing) {
        by.metrics.ingress.token(match &known {
            Ok((_, Basis::Memory)) => TokenOutcome::Remembered,
            Ok((_, Basis::Signature)) => TokenOutcome::Verified,
            Err(_) => TokenOutcome::Refused,
        });
    }
    request.extensions_mut().insert(Known(known.map(|(caller, _)| caller)));
    next.run(request).await
}

/// Lets in whoever has a valid token; a team's own routes take the caller as an extractor.
pub(crate) async fn known_only(request: Request, next: Next) -> Response {
    match authenticated(request.extensions()) {
        Ok(_) => next.run(request).await,
        Err(refusal) => Problem::from(refusal).into_response(),
    }
}

/// What bounds bodies.
#[derive(Clone)]
pub(crate) struct BodyLimits {
    pub max_bytes: usize,
    pub timeout: Duration,
    pub lifecycle: Arc<Lifecycle>,
}

/// Reads the body before anything is answered: what is left unread of it cannot be told from the next request on the
/// same connection, which a client would lose with it.
pub(crate) async fn read_whole(State(limits): State<BodyLimits>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let max = limits.max_bytes;
    let (parts, body) = request.into_parts();
    let length =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > max as u64) {
        return Problem::too_large(max).into_response();
    }
    let limit = limits.timeout;
    let mut cut = limits.lifecycle.cut();
    let body = tokio::select! {
        body = to_bytes(body, max) => body,
        () = tokio::time::sleep(limit) => return Problem::too_slow(limit).into_response(),
        _ = cut.wait_for(|cut| *cut) => {
            return Problem::unavailable("draining", "the service is stopping; nothing was changed").into_response();
        }
    };
    match body {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(_) => Problem::too_large(max).into_response(),
    }
}

/// What bounds the time of requests.
#[derive(Clone)]
pub(crate) struct TimeLimits {
    pub request: Duration,
    /// How much longer a poll may take.
    pub poll: Duration,
    pub routes: Arc<RouteTable>,
    pub lifecycle: Arc<Lifecycle>,
}

/// Answers what takes too long, and what the end of the process cuts off. A feed waits for news as long as it was asked to.
pub(crate) async fn time_limited(State(limits): State<TimeLimits>, request: Request, next: Next) -> Response {
    let mut limit = limits.request;
    if request.uri().path() == limits.routes.polled() {
        limit += limits.poll;
    }
    let mut cut = limits.lifecycle.cut();
    tokio::select! {
        response = next.run(request) => response,
        () = tokio::time::sleep(limit) => {
            let detail =
                "the request timed out, and may have been carried out: read the resource before you repeat it";
            Problem::unavailable("timeout", detail).into_response()
        }
        _ = cut.wait_for(|cut| *cut) => {
            let detail =
                "the service is stopping, and the request may have been carried out: read the resource before you repeat it";
            Problem::unavailable("draining", detail).into_response()
        }
    }
}

/// What a panic looks like from outside.
#[expect(clippy::needless_pass_by_value, reason = "tower-http hands the panic over")]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let reason = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    tracing::error!(error = reason.unwrap_or("no text"), "a handler panicked");
    Problem::internal().into_response()
}

//! What goes around every request.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Problem;
use crate::auth::Refusal;
use crate::caller::Caller;
use crate::running::Shared;

/// Who sent a request, or why nobody knows.
#[derive(Debug, Clone)]
pub(crate) struct Known(pub Result<Arc<Caller>, Refusal>);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        caller(&parts.extensions).map_err(|refusal| Problem::from(refusal).into_response())
    }
}

/// Who sent the request with these extensions.
pub(crate) fn caller(extensions: &Extensions) -> Result<Caller, Refusal> {
    match extensions.get() {
        Some(Known(Ok(caller))) => Ok(Caller::clone(caller)),
        Some(Known(Err(refusal))) => Err(*refusal),
        None => Err(Refusal::Missing),
    }
}

/// Says who sends the request, once; what a stranger may see is for each route to say.
pub(crate) async fn identified(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).cloned();
    let known = shared.verifier.verify(given.as_ref().and_then(|value| value.to_str().ok())).await;
    if known != Err(Refusal::Missing) {
        shared.engine.metrics.edge.token(known.as_ref().ok().map(|(_, basis)| *basis));
    }
    request.extensions_mut().insert(Known(known.map(|(caller, _)| caller)));
    next.run(request).await
}

/// Lets in whoever has a valid token; a team's own routes take the [`Caller`] as an extractor.
pub(crate) async fn authenticated(request: Request, next: Next) -> Response {
    match caller(request.extensions()) {
        Ok(_) => next.run(request).await,
        Err(refusal) => Problem::from(refusal).into_response(),
    }
}

/// Reads the body before anything is answered: what is left unread of it cannot be told from the next request on the
/// same connection, which a client would lose with it.
pub(crate) async fn read_whole(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let max = shared.config.http.body_max_bytes;
    let (parts, body) = request.into_parts();
    let length =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > max as u64) {
        return Problem::too_large(max).into_response();
    }
    let limit = Duration::from_millis(shared.config.limits.body_timeout_ms);
    let mut cut = shared.cut.subscribe();
    let body = tokio::select! {
        body = to_bytes(body, max) => body,
        () = tokio::time::sleep(limit) => return Problem::too_slow(limit).into_response(),
        _ = cut.wait_for(|cut| *cut) => {
            return Problem::unavailable("draining", "the process ends; nothing was done").into_response();
        }
    };
    match body {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(_) => Problem::too_large(max).into_response(),
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

/// What a panic looks like from outside.
#[expect(clippy::needless_pass_by_value, reason = "tower-http hands the panic over")]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let reason = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    tracing::error!(error = reason.unwrap_or("no text"), "a handler panicked");
    Problem::internal().into_response()
}

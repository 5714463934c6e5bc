//! Commands, and the aggregates that they change.

use axum::body::to_bytes;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::forms::{href, respond, with_forms};
use super::layers::Correlation;
use super::{Context, Problem, caller, stream};
use crate::command::{Accepted, Envelope, ErasedAggregate, Failure, Input, Order};
use crate::running::Shared;

/// The position to ask a view for at least, to find what was just done in it.
pub(crate) const POSITION: header::HeaderName = header::HeaderName::from_static("macadam-position");

/// `POST /<plural>/<creation>`
pub(crate) async fn create(
    name: &'static str,
    context: Context,
    request: Request,
) -> Result<Response, Problem> {
    run(name, &context.0, Order::Create(Uuid::now_v7()), request).await
}

/// `POST /<plural>/{id}/<command>`
pub(crate) async fn decide(
    name: &'static str,
    context: Context,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    caller(&context.0, request.headers())?;
    run(name, &context.0, Order::To(stream(&id)?), request).await
}

async fn run(
    name: &'static str,
    shared: &Shared,
    order: Order,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = caller(shared, &parts.headers)?;
    let max = shared.config.http.body_max_bytes;
    let too_large = content_length(&parts.headers).is_some_and(|length| length > max as u64);
    let body = if too_large { None } else { to_bytes(body, max).await.ok() };
    let body = body.ok_or_else(|| Problem::too_large(max))?;
    if !body.is_empty() && !is_json(&parts.headers) {
        return Err(Problem::media_type());
    }
    let (aggregate, info) = shared.command(name).ok_or_else(Problem::not_found)?;
    let correlation =
        parts.extensions.get::<Correlation>().map_or_else(Uuid::now_v7, |correlation| correlation.0);
    let envelope = Envelope {
        caller,
        correlation_id: correlation,
        causation_id: None,
        traceparent: traceparent(&parts.headers),
        if_match: if_match(&parts.headers)?,
        key: None,
        fired: None,
    };
    let accepted = shared.engine.execute(aggregate, info, order, Input::Json(body.into()), envelope).await?;
    Ok(answer(aggregate, info.creates, accepted))
}

fn answer(aggregate: &dyn ErasedAggregate, created: bool, accepted: Accepted) -> Response {
    let Accepted { stream, version, position, view, offered } = accepted;
    let body = with_forms(aggregate, stream, view, &offered);
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = respond(status, &body);
    let headers = response.headers_mut();
    if created && let Ok(location) = HeaderValue::from_str(&href(aggregate, stream)) {
        headers.insert(header::LOCATION, location);
    }
    headers.insert(POSITION, HeaderValue::from(position));
    state_headers(headers, version);
    response
}

/// `GET /<plural>/{id}`
pub(crate) async fn show(
    number: usize,
    context: Context,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shared = &context.0;
    let caller = caller(shared, &headers)?;
    let stream = stream(&id)?;
    let aggregate = &*shared.aggregates[number];
    let found = aggregate.instance(&shared.engine, stream, &caller).await.map_err(logged)?;
    let instance = found.ok_or_else(Problem::not_found)?;
    let tag = format!("\"{}\"", instance.version);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = if known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        respond(StatusCode::OK, &with_forms(aggregate, stream, instance.view, &instance.offered))
    };
    state_headers(response.headers_mut(), instance.version);
    Ok(response)
}

/// `GET /<plural>/{id}/history`
pub(crate) async fn history(
    number: usize,
    context: Context,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shared = &context.0;
    let caller = caller(shared, &headers)?;
    let stream = stream(&id)?;
    let aggregate = &*shared.aggregates[number];
    let found = aggregate.instance(&shared.engine, stream, &caller).await.map_err(logged)?;
    found.ok_or_else(Problem::not_found)?;
    let stored = shared.engine.log.stream(stream).await.map_err(|error| logged(error.into()))?;
    let events: Vec<Value> = stored
        .iter()
        .map(|event| {
            json!({
                "event": event.kind, "version": event.version, "position": event.position,
                "event_id": event.event_id, "recorded_at": event.recorded_at, "actor": event.actor,
                "correlation_id": event.correlation_id, "causation_id": event.causation_id,
                "data": serde_json::from_str::<Value>(&event.payload).unwrap_or_default(),
            })
        })
        .collect();
    let href = href(aggregate, stream);
    let body = json!({
        "_links": { "self": {"href": format!("{href}/history")}, "up": {"href": href} },
        "_embedded": { "events": events },
    });
    let mut response = respond(StatusCode::OK, &body);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Authorization"));
    Ok(response)
}

/// What a handler cannot blame on the caller goes into the log before it is hidden from them.
pub(crate) fn logged(failure: Failure) -> Problem {
    tracing::error!(error = crate::telemetry::chain(&failure), "an aggregate could not be read");
    failure.into()
}

fn state_headers(headers: &mut HeaderMap, version: i64) {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::VARY, HeaderValue::from_static("Authorization"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json")
}

/// The versions that `If-Match` lists; `*` and its absence mean any. A weak tag matches nothing.
fn if_match(headers: &HeaderMap) -> Result<Option<Vec<i64>>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let tags = text.split(',').map(str::trim);
    tags.map(|tag| {
        let inner = tag.trim_start_matches("W/").strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        let inner =
            inner.ok_or_else(|| Problem::bad_request("If-Match holds entity tags in double quotes"))?;
        Ok(if tag.starts_with("W/") { -1 } else { inner.parse().unwrap_or(-1) })
    })
    .collect::<Result<_, _>>()
    .map(Some)
}

/// The caller's trace, where it has the form that W3C gives it.
fn traceparent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("traceparent")?.to_str().ok()?;
    let parts: Vec<&str> = text.split('-').collect();
    let hex =
        |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let whole =
        parts.len() == 4 && hex(parts[0], 2) && hex(parts[1], 32) && hex(parts[2], 16) && hex(parts[3], 2);
    whole.then(|| text.to_owned())
}

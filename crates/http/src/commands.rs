//! Commands, and the aggregates that they change.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use macadam_engine::schema::masked;
use macadam_engine::{Accepted, Envelope, ErasedAggregate, Failure, Input, Key, Target};
use macadam_telemetry::{chain, correlation_id};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::caller::{AuthenticatedCaller, authenticated};
use crate::extract::{At, stream};
use crate::forms::{href, respond, with_forms};
use crate::negotiation::listed;
use crate::problem::Problem;
use crate::state::{AppState, State};

/// The position to ask a view for at least, to find what was just done in it.
pub(crate) const POSITION: header::HeaderName = header::HeaderName::from_static("macadam-position");

/// Under this key a caller has a command accepted once, however often it is sent.
const IDEMPOTENCY_KEY: header::HeaderName = header::HeaderName::from_static("idempotency-key");
const KEY_MAX: usize = 255;

/// Says that the answer is the one that was given before, under the same key.
const REPLAYED: header::HeaderName = header::HeaderName::from_static("idempotent-replayed");

/// `POST /<plural>/<creation>`
pub(crate) async fn create(name: &'static str, state: State, request: Request) -> Result<Response, Problem> {
    let caller = authenticated(request.extensions())?;
    run(name, &state.0, caller, Target::Create(Uuid::now_v7()), request).await
}

/// `POST /<plural>/{id}/<command>`
pub(crate) async fn decide(
    name: &'static str,
    state: State,
    At(id): At<String>,
    request: Request,
) -> Result<Response, Problem> {
    // Before the id: a stranger learns nothing, not even what an id looks like.
    let caller = authenticated(request.extensions())?;
    run(name, &state.0, caller, Target::Existing(stream(&id)?), request).await
}

async fn run(
    name: &'static str,
    state: &AppState,
    caller: AuthenticatedCaller,
    target: Target,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let max = state.body_max_bytes;
    let body = to_bytes(body, max).await.map_err(|_| Problem::too_large(max))?;
    if !body.is_empty() && !is_json(&parts.headers) {
        return Err(Problem::media_type());
    }
    let (aggregate, info) = state.catalog.command(name).ok_or_else(Problem::not_found)?;
    let key = idempotency_key(&parts.headers)?;
    let id = if let Target::Existing(stream) = target { stream.into_bytes() } else { [0; 16] };
    let request: [&[u8]; 3] = [name.as_bytes(), &id, &body];
    let key = key.map(|text| Key::of_caller(caller.subject(), &text, &request));
    let correlation_id = correlation_id().unwrap_or_else(Uuid::now_v7);
    let mut envelope = Envelope::new(macadam_engine::Caller::clone(&caller), correlation_id);
    envelope.if_match = if_match(&parts.headers)?;
    envelope.key = key;
    let accepted = state.engine.execute(aggregate, info, target, Input::Json(body.into()), envelope).await?;
    Ok(answer(aggregate, info.creates, accepted))
}

fn answer(aggregate: &dyn ErasedAggregate, created: bool, accepted: Accepted) -> Response {
    let Accepted { stream, version, position, view, offered, repeated } = accepted;
    let body = with_forms(aggregate, stream, view, &offered);
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = respond(status, &body);
    let headers = response.headers_mut();
    if created && let Ok(location) = HeaderValue::from_str(&href(aggregate, stream)) {
        headers.insert(header::LOCATION, location);
    }
    headers.insert(POSITION, HeaderValue::from(position));
    if repeated {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    state_headers(headers, version);
    response
}

/// `GET /<plural>/{id}`
pub(crate) async fn show(
    number: usize,
    state: State,
    caller: AuthenticatedCaller,
    At(id): At<String>,
) -> Result<Response, Problem> {
    let state = &state.0;
    let stream = stream(&id)?;
    let aggregate = &*state.catalog.aggregates()[number];
    let stored = state.engine.log().stream(stream).await.map_err(|error| logged(error.into()))?;
    let found = aggregate.instance(stream, &stored, &caller).map_err(logged)?;
    let instance = found.ok_or_else(Problem::not_found)?;
    let body = with_forms(aggregate, stream, instance.view, &instance.offered);
    let mut response = respond(StatusCode::OK, &body);
    state_headers(response.headers_mut(), instance.version);
    Ok(response)
}

/// `GET /<plural>/{id}/history`
pub(crate) async fn history(
    number: usize,
    state: State,
    caller: AuthenticatedCaller,
    At(id): At<String>,
) -> Result<Response, Problem> {
    let state = &state.0;
    let stream = stream(&id)?;
    let aggregate = &*state.catalog.aggregates()[number];
    let stored = state.engine.log().stream(stream).await.map_err(|error| logged(error.into()))?;
    let found = aggregate.instance(stream, &stored, &caller).map_err(logged)?;
    found.ok_or_else(Problem::not_found)?;
    let schemas = aggregate.event_schemas();
    let events: Vec<Value> = stored
        .iter()
        .map(|event| {
            let schema = schemas.iter().find(|(name, _)| *name == event.kind).map(|(_, schema)| schema);
            json!({
                "event": event.kind, "version": event.version, "position": event.position,
                "event_id": event.event_id, "recorded_at": event.recorded_at, "actor": event.actor,
                "correlation_id": event.correlation_id, "causation_id": event.causation_id,
                "data": masked(schema, serde_json::from_str(&event.payload).unwrap_or_default()),
            })
        })
        .collect();
    let href = href(aggregate, stream);
    let body = json!({
        "_links": { "self": {"href": format!("{href}/history")}, "up": {"href": href} },
        "_embedded": { "events": events },
    });
    Ok(respond(StatusCode::OK, &body))
}

/// What a handler cannot blame on the caller goes into the log before it is hidden from them.
pub(crate) fn logged(failure: Failure) -> Problem {
    tracing::error!(error = chain(&failure), "an aggregate could not be read");
    failure.into()
}

/// The version is the front of the entity tag; `negotiation::represented` adds a mark of what is shown.
fn state_headers(headers: &mut HeaderMap, version: i64) {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        headers.insert(header::ETAG, tag);
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json")
}

/// The versions that `If-Match` lists; `*` and its absence mean any. A weak tag matches nothing. Of a strong one the
/// version alone counts: a command judges the state, not the form in which its sender was shown it.
fn if_match(headers: &HeaderMap) -> Result<Option<Vec<i64>>, Problem> {
    let Some(text) = listed(headers, &header::IF_MATCH) else { return Ok(None) };
    if text == "*" {
        return Ok(None);
    }
    let version = |tag: &str| {
        let (weak, tag) = tag.strip_prefix("W/").map_or((false, tag), |tag| (true, tag));
        let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
        let version = inner.split('-').next().unwrap_or_default();
        Some(if weak { -1 } else { version.parse().unwrap_or(-1) })
    };
    let versions: Option<Vec<i64>> = text.split(',').map(|tag| version(tag.trim())).collect();
    versions.map(Some).ok_or_else(|| Problem::bad_request("If-Match holds entity tags in double quotes"))
}

/// The key that a caller gives its command, with or without the quotes of RFC 8941's strings.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut lines = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(line) = lines.next() else { return Ok(None) };
    let text = line.to_str().unwrap_or_default().trim();
    let key = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let sound = (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if lines.next().is_some() || !sound {
        let detail =
            format!("Idempotency-Key is one word of 1 to {KEY_MAX} visible ASCII characters, such as a UUID");
        return Err(Problem::bad_request(detail));
    }
    Ok(Some(key.to_owned()))
}

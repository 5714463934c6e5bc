//! The published language as a feed: CloudEvents in the log's order, for other contexts.

use std::time::Duration;

use axum::extract::Query;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use macadam_event_log::StoredEvent;
use macadam_telemetry::chain;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::AuthenticatedCaller;
use crate::forms::link;
use crate::problem::Problem;
use crate::state::{AppState, State};

/// The role of services that read the feed.
pub(crate) const CONSUMER: &str = "consumer";
/// What tells a consumer that the log behind the feed is another one, as after a backup was restored.
const LOG: HeaderName = HeaderName::from_static("macadam-log");
const PAGE_EVENTS: u32 = 500;
const PAGE_BYTES: usize = 1024 * 1024;

/// Where to go on, and how long to wait for news.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct From {
    #[serde(default)]
    after: i64,
    #[serde(default)]
    timeout: u64,
    /// The log that `after` is a position of; each page's link says it.
    log: Option<String>,
}

/// `GET /events?after=<position>&timeout=<seconds>`
pub(crate) async fn events(
    state: State,
    caller: AuthenticatedCaller,
    query: Result<Query<From>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let state = &state.0;
    if !caller.has(CONSUMER) {
        return Err(Problem::forbidden(format!("the feed is for {CONSUMER}")));
    }
    let Query(From { after, timeout, log }) =
        query.map_err(|error| Problem::bad_request(error.body_text()))?;
    if after < 0 {
        return Err(Problem::bad_request("`after` is a position, a whole number from 0"));
    }
    let (id, head) = (state.engine.log().id(), *state.engine.log().head().borrow());
    if log.is_some_and(|log| log != id) {
        let detail = "the log behind the feed is another one, as after a backup was restored: what was read may be gone, and its positions mean other events";
        return Err(Problem::log_changed(detail).with("log", id).with("head", head));
    }
    if after > head {
        let detail = format!(
            "the log ends at position {head}: it was restored, or it is another one; compare `macadam-log`"
        );
        return Err(Problem::gone(detail).with("head", head));
    }
    let wait = Duration::from_secs(timeout).min(state.poll_max);
    let (stored, scanned) = read(state, after, wait).await?;
    let batch: Vec<Value> = stored.iter().map(|event| cloud_event(state.catalog.name, event)).collect();
    let mut response = Value::Array(batch).to_string().into_response();
    let out = response.headers_mut();
    let at = |after: i64| format!("/events?after={after}&timeout={timeout}&log={id}");
    link(out, &[("next", at(scanned)), ("self", at(after)), ("first", at(0))]);
    if let Ok(log) = HeaderValue::from_str(id) {
        out.insert(LOG, log);
    }
    Ok(response)
}

/// One page; where there is nothing, waits for news, the deadline or the end of the process.
async fn read(state: &AppState, after: i64, wait: Duration) -> Result<(Vec<StoredEvent>, i64), Problem> {
    let deadline = tokio::time::sleep(wait);
    tokio::pin!(deadline);
    let mut head = state.engine.log().head();
    let mut draining = state.lifecycle.draining();
    loop {
        head.mark_unchanged();
        let (mut events, mut scanned) =
            state.engine.log().published(after, PAGE_EVENTS).await.map_err(|error| {
                tracing::error!(error = chain(&error), "the feed could not be read");
                Problem::internal()
            })?;
        if !events.is_empty() {
            let mut bytes = 0;
            let fits = events.iter().take_while(|event| {
                bytes += event.payload.len();
                bytes <= PAGE_BYTES
            });
            let count = fits.count().max(1);
            if count < events.len() {
                events.truncate(count);
                scanned = events.last().map_or(after, |event| event.position);
            }
            return Ok((events, scanned));
        }
        tokio::select! {
            _ = head.changed() => {}
            () = &mut deadline => return Ok((events, scanned)),
            _ = draining.wait_for(|draining| *draining) => return Ok((events, scanned)),
        }
    }
}

fn cloud_event(context: &str, event: &StoredEvent) -> Value {
    let mut json = json!({
        "specversion": "1.0",
        "id": event.event_id,
        "source": format!("urn:macadam:context:{context}"),
        "type": format!("{context}.{}.v{}", event.kind, event.schema_version),
        "subject": event.stream,
        "time": event.recorded_at,
        "datacontenttype": "application/json",
        "sequence": event.position.to_string(),
        "correlationid": event.correlation_id,
        "data": serde_json::from_str::<Value>(&event.payload).unwrap_or_default(),
    });
    for (name, value) in [
        ("causationid", event.causation_id.map(|id| id.to_string())),
        ("traceparent", event.traceparent.clone()),
    ] {
        if let Some(value) = value {
            json[name] = value.into();
        }
    }
    json
}

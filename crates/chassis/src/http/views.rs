//! Read models: pages, single documents and counts.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};
use uuid::Uuid;

use super::commands::logged;
use super::forms::{respond, with_forms};
use super::{Context, Problem, caller, view_path};
use crate::caller::{Caller, Scope};
use crate::running::{Shared, ViewRuntime};
use crate::view::{PageRequest, QueryError};

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;

type Params = Vec<(String, String)>;

/// `GET /views/{view}`
pub(crate) async fn list(
    context: Context,
    Path(name): Path<String>,
    Query(params): Query<Params>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shared = context.0;
    let caller = caller(&shared, &headers)?;
    let mut response = if let Some(which) =
        shared.views.iter().position(|runtime| view_path(runtime.view.name()).ends_with(&format!("/{name}")))
    {
        page(shared, which, caller, params).await?
    } else {
        tally(shared, &name, caller, params).await?
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Authorization"));
    Ok(response)
}

/// `GET /views/{view}/{key}`
pub(crate) async fn document(
    context: Context,
    Path((name, key)): Path<(String, String)>,
    Query(params): Query<Params>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shared = context.0;
    let caller = caller(&shared, &headers)?;
    let which =
        shared.views.iter().position(|runtime| view_path(runtime.view.name()).ends_with(&format!("/{name}")));
    let which = which.ok_or_else(Problem::not_found)?;
    let scope = readable(&caller, shared.views[which].view.readers())?;
    let (_, after) = parse(params)?;
    wait_for(&shared, &shared.views[which], after).await?;
    let (reading, who, wanted) = (shared.clone(), caller.clone(), key.clone());
    let found = tokio::task::spawn_blocking(move || {
        reading.store.document(&reading.views[which].layout, (&who, scope), &wanted)
    })
    .await
    .map_err(|_| Problem::internal())?
    .map_err(|error| Problem::from(QueryError::Store(error)))?;
    let (stream, document) = found.ok_or_else(Problem::not_found)?;
    let item = item(&shared, &caller, key, stream, document).await?;
    Ok(respond(StatusCode::OK, &item))
}

fn readable(caller: &Caller, readers: &[(&'static str, Scope)]) -> Result<Scope, Problem> {
    caller.scope(readers).ok_or_else(|| {
        let roles: Vec<_> = readers.iter().map(|(role, _)| *role).collect();
        Problem::forbidden(format!("this view is for {}", roles.join(" or ")))
    })
}

fn parse(params: Params) -> Result<(PageRequest, Option<i64>), Problem> {
    let mut request = PageRequest { limit: LIMIT, ..PageRequest::default() };
    let mut after = None;
    for (name, value) in params {
        match name.as_str() {
            "after" => {
                after = Some(
                    value
                        .parse()
                        .map_err(|_| Problem::bad_request("`after` is a position, a whole number"))?,
                );
            }
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                request.limit = limit.ok_or_else(|| {
                    Problem::bad_request(format!("`limit` is a whole number from 1 to {LIMIT_MAX}"))
                })?;
            }
            "cursor" => request.cursor = Some(value),
            _ => request.filters.push((name, value)),
        }
    }
    Ok((request, after))
}

/// Waits until the view has come to `after`, so that nobody is shown a state from before what they did.
async fn wait_for(shared: &Shared, runtime: &ViewRuntime, after: Option<i64>) -> Result<(), Problem> {
    let Some(after) = after else { return Ok(()) };
    if after > *shared.engine.log.head().borrow() {
        return Err(Problem::bad_request(format!(
            "`after` names position {after}, which does not exist yet"
        )));
    }
    let mut reached = runtime.reached.subscribe();
    let limit = Duration::from_millis(shared.config.runtime.read_wait_max_ms);
    let waited = tokio::time::timeout(limit, reached.wait_for(|reached| *reached >= after)).await;
    match waited {
        Ok(Ok(_)) => Ok(()),
        _ => Err(Problem::unavailable("view-behind", "the view has not come to this position yet")),
    }
}

async fn page(
    shared: Arc<Shared>,
    which: usize,
    caller: Caller,
    params: Params,
) -> Result<Response, Problem> {
    let runtime = &shared.views[which];
    let scope = readable(&caller, runtime.view.readers())?;
    let path = view_path(runtime.view.name());
    let (request, after) = parse(params)?;
    wait_for(&shared, runtime, after).await?;
    let position = *runtime.reached.borrow();
    let mut query: Params = request.filters.clone();
    query.push(("limit".to_owned(), request.limit.to_string()));
    let (reading, who) = (shared.clone(), caller.clone());
    let found = tokio::task::spawn_blocking(move || {
        let runtime = &reading.views[which];
        reading.store.page(&*runtime.view, &runtime.layout, (&who, scope), &request)
    })
    .await
    .map_err(|_| Problem::internal())??;
    let mut items = Vec::with_capacity(found.items.len());
    for (key, stream, document) in found.items {
        items.push(item(&shared, &caller, key, stream, document).await?);
    }
    let mut links = json!({ "self": {"href": path}, "home": {"href": "/"} });
    if let Some(cursor) = found.next {
        query.push(("cursor".to_owned(), cursor));
        links["next"] = json!({ "href": format!("{path}?{}", encode(&query)) });
    }
    let body = json!({ "_links": links, "position": position, "_embedded": { "items": items } });
    Ok(respond(StatusCode::OK, &body))
}

/// A document with the links and templates of the aggregate that it is about.
async fn item(
    shared: &Shared,
    caller: &Caller,
    key: String,
    stream: Option<Uuid>,
    mut document: Value,
) -> Result<Value, Problem> {
    if let Some(members) = document.as_object_mut() {
        members.insert("key".to_owned(), key.into());
    }
    let Some(stream) = stream else { return Ok(document) };
    for aggregate in &shared.aggregates {
        if let Some(instance) = aggregate.instance(&shared.engine, stream, caller).await.map_err(logged)? {
            return Ok(with_forms(&**aggregate, stream, document, &instance.offered));
        }
    }
    Ok(document)
}

async fn tally(shared: Arc<Shared>, name: &str, caller: Caller, params: Params) -> Result<Response, Problem> {
    let found = shared.tallies.iter().position(|tally| view_path(tally.name).ends_with(&format!("/{name}")));
    let number = found.ok_or_else(Problem::not_found)?;
    let scope = readable(&caller, &shared.tallies[number].readers)?;
    let of = shared.tallies[number].of;
    let which =
        shared.views.iter().position(|runtime| runtime.view.name() == of).ok_or_else(Problem::internal)?;
    let (_, after) = parse(params)?;
    wait_for(&shared, &shared.views[which], after).await?;
    let position = *shared.views[which].reached.borrow();
    let path = view_path(shared.tallies[number].name);
    let cells = tokio::task::spawn_blocking(move || {
        shared.store.tally(&shared.tallies[number], &shared.views[which].layout, (&caller, scope))
    })
    .await
    .map_err(|_| Problem::internal())?
    .map_err(|error| Problem::from(QueryError::Store(error)))?;
    let links = json!({ "self": {"href": path}, "home": {"href": "/"} });
    Ok(respond(
        StatusCode::OK,
        &json!({ "_links": links, "position": position, "_embedded": { "items": cells } }),
    ))
}

/// A query string; everything but letters and digits is escaped.
fn encode(params: &[(String, String)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect()
    };
    let pairs: Vec<_> =
        params.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}

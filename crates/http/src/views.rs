//! Read models: pages, single documents and counts.

use std::sync::Arc;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use macadam_engine::schema::{admits, property, query};
use macadam_engine::{
    Deprecation, Item, PageRequest, QueryError, Scope, ViewRuntime, ViewStore, read_document, read_page,
    read_tally,
};
use serde_json::{Value, json};

use crate::caller::AuthenticatedCaller;
use crate::commands::logged;
use crate::deprecation::add_headers;
use crate::extract::At;
use crate::forms::{link, respond, with_forms};
use crate::names::{kebab, view_path};
use crate::problem::Problem;
use crate::state::{AppState, State};

/// Items of a page, where nobody says how many.
pub(crate) const LIMIT: usize = 50;
/// … and at most.
pub(crate) const LIMIT_MAX: usize = 200;

type Params = Vec<(String, String)>;

/// `GET /views/{view}`
pub(crate) async fn list(
    state: State,
    caller: AuthenticatedCaller,
    At(name): At<String>,
    Query(params): Query<Params>,
) -> Response {
    let state = state.0;
    let deprecated = deprecated(&state, &name);
    let found = match view_called(&state, &name) {
        Some(which) => page(state, which, caller, params).await,
        None => tally(state, &name, caller, params).await,
    };
    with_deprecation(deprecated, found)
}

/// Whether a view or tally is not to be used any more.
fn deprecated(state: &AppState, name: &str) -> Option<Deprecation> {
    match view_called(state, name) {
        Some(which) => state.views.runtimes[which].view.deprecated(),
        None => state.catalog.tallies.iter().find(|tally| kebab(tally.name) == name)?.deprecated,
    }
}

/// Whatever is answered says so.
fn with_deprecation(deprecated: Option<Deprecation>, answer: Result<Response, Problem>) -> Response {
    let mut response = answer.into_response();
    if let Some(deprecated) = deprecated {
        add_headers(&deprecated, response.headers_mut());
    }
    response
}

/// `GET /views/{view}/{key}`
pub(crate) async fn document(
    state: State,
    caller: AuthenticatedCaller,
    At((name, key)): At<(String, String)>,
    Query(params): Query<Params>,
) -> Response {
    let state = state.0;
    let deprecated = deprecated(&state, &name);
    with_deprecation(deprecated, item(state, caller, &name, key, params).await)
}

async fn item(
    state: Arc<AppState>,
    caller: AuthenticatedCaller,
    name: &str,
    key: String,
    params: Params,
) -> Result<Response, Problem> {
    let which = view_called(&state, name).ok_or_else(Problem::not_found)?;
    let scope = readable(&caller, state.views.runtimes[which].view.readers())?;
    let after = only_after(params)?;
    let who = caller.clone();
    let found = read(&state, which, after, move |store, runtime| {
        read_document(store, &*runtime.view, &runtime.layout, (&who, scope), &key)
    })
    .await?;
    let items = items(&state, &caller, vec![found.ok_or_else(Problem::not_found)?]).await?;
    Ok(respond(StatusCode::OK, items.first().unwrap_or(&Value::Null)))
}

fn view_called(state: &AppState, name: &str) -> Option<usize> {
    state.views.runtimes.iter().position(|runtime| kebab(runtime.view.name()) == name)
}

fn readable(caller: &AuthenticatedCaller, readers: &[(&'static str, Scope)]) -> Result<Scope, Problem> {
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
                let position = value.parse().ok().filter(|position| *position >= 0);
                after =
                    Some(position.ok_or_else(|| {
                        Problem::bad_request("`after` is a position, a whole number from 0")
                    })?);
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

/// A filter that no value of its field can match is a mistake, and not an empty page.
fn check_filters(schema: &schemars::Schema, filters: &[(String, String)]) -> Result<(), Problem> {
    for (field, value) in filters {
        if let Some(property) = property(schema, field)
            && !admits(&property, value)
        {
            let expected = query(&property);
            return Err(Problem::bad_request(format!(
                "`{field}` is no `{value}`: its values are {expected}"
            )));
        }
    }
    Ok(())
}

/// The one parameter of what has no pages.
fn only_after(params: Params) -> Result<Option<i64>, Problem> {
    if let Some((name, _)) = params.iter().find(|(name, _)| name != "after") {
        return Err(Problem::bad_request(format!("`{name}` is no parameter here: there is `after` alone")));
    }
    parse(params).map(|(_, after)| after)
}

/// Reads a view once it has come to `after`, so that nobody is shown a state from before what they did. Where it is
/// being built, and what is there of it cannot answer, that is waited for, too; all of it bounded in time.
async fn read<T: Send + 'static>(
    state: &Arc<AppState>,
    which: usize,
    after: Option<i64>,
    work: impl Fn(&ViewStore, &ViewRuntime) -> Result<T, QueryError> + Send + Sync + 'static,
) -> Result<T, Problem> {
    let after = after.unwrap_or_default();
    if after > *state.engine.log().head().borrow() {
        return Err(Problem::bad_request(format!(
            "`after` names position {after}, which does not exist yet"
        )));
    }
    let limit = state.read_wait_max;
    let until = tokio::time::Instant::now() + limit;
    let (work, mut built) = (Arc::new(work), false);
    loop {
        let mut served = state.views.runtimes[which].served.subscribe();
        let enough = served.wait_for(|served| served.position >= after && (served.current || !built));
        if !matches!(tokio::time::timeout_at(until, enough).await, Ok(Ok(_))) {
            return Err(behind(state, which));
        }
        let (reading, work) = (state.clone(), work.clone());
        let worked =
            tokio::task::spawn_blocking(move || work(&reading.views.store, &reading.views.runtimes[which]))
                .await;
        match worked.map_err(|_| Problem::internal())? {
            Err(QueryError::Building) if !built => built = true,
            Err(QueryError::Building) => return Err(behind(state, which)),
            read => return Ok(read?),
        }
    }
}

/// What readers are told who would have to wait longer.
fn behind(state: &AppState, which: usize) -> Problem {
    let status = state.views.runtimes[which].status(*state.engine.log().head().borrow());
    let problem =
        |detail: &str| Problem::unavailable("view-behind", detail).with("position", status.position);
    match &status.build {
        None => problem("the view has not come to this position yet"),
        Some(build) => problem("the view is being built: ask again").with("build", json!(build)),
    }
}

async fn page(
    state: Arc<AppState>,
    which: usize,
    caller: AuthenticatedCaller,
    params: Params,
) -> Result<Response, Problem> {
    let runtime = &state.views.runtimes[which];
    let scope = readable(&caller, runtime.view.readers())?;
    let path = view_path(runtime.view.name());
    let (request, after) = parse(params)?;
    check_filters(&runtime.view.schema(), &request.filters)?;
    let mut first: Params = request.filters.clone();
    first.push(("limit".to_owned(), request.limit.to_string()));
    let mut own = first.clone();
    own.extend(request.cursor.clone().map(|cursor| ("cursor".to_owned(), cursor)));
    let who = caller.clone();
    let found = read(&state, which, after, move |store, runtime| {
        read_page(store, &*runtime.view, &runtime.layout, (&who, scope), &request)
    })
    .await?;
    let items = items(&state, &caller, found.items).await?;
    let at = |params: &Params| format!("{path}?{}", encode(params));
    let mut links = vec![("self", at(&own)), ("first", at(&first))];
    if let Some(cursor) = found.next {
        first.push(("cursor".to_owned(), cursor));
        links.push(("next", at(&first)));
    }
    let mut hal = json!({ "home": {"href": "/"} });
    for (relation, href) in &links {
        hal[relation] = json!({ "href": href });
    }
    let body = json!({ "_links": hal, "position": found.position, "_embedded": { "items": items } });
    let mut response = respond(StatusCode::OK, &body);
    link(response.headers_mut(), &links);
    Ok(response)
}

/// Documents, each with the links and templates of the aggregate that it is about.
async fn items(
    state: &AppState,
    caller: &AuthenticatedCaller,
    found: Vec<Item>,
) -> Result<Vec<Value>, Problem> {
    let streams = found.iter().filter_map(|(_, stream, _)| *stream).collect();
    let histories = state.engine.log().streams(streams).await.map_err(|error| logged(error.into()))?;
    let mut histories = histories.into_iter();
    let mut items = Vec::with_capacity(found.len());
    for (key, stream, mut document) in found {
        if let Some(members) = document.as_object_mut() {
            members.insert("key".to_owned(), key.into());
        }
        if let Some(stream) = stream {
            let stored = histories.next().unwrap_or_default();
            let kind = stored.first().map(|event| event.aggregate.as_str());
            let aggregate =
                state.catalog.aggregates().iter().find(|aggregate| Some(aggregate.name()) == kind);
            if let Some(aggregate) = aggregate
                && let Some(instance) = aggregate.instance(stream, &stored, caller).map_err(logged)?
            {
                document = with_forms(&**aggregate, stream, document, &instance.offered);
            }
        }
        items.push(document);
    }
    Ok(items)
}

async fn tally(
    state: Arc<AppState>,
    name: &str,
    caller: AuthenticatedCaller,
    params: Params,
) -> Result<Response, Problem> {
    let found = state.catalog.tallies.iter().position(|tally| kebab(tally.name) == name);
    let number = found.ok_or_else(Problem::not_found)?;
    let scope = readable(&caller, &state.catalog.tallies[number].readers)?;
    let of = state.catalog.tallies[number].of;
    let which = state
        .views
        .runtimes
        .iter()
        .position(|runtime| runtime.view.name() == of)
        .ok_or_else(Problem::internal)?;
    let after = only_after(params)?;
    let path = view_path(state.catalog.tallies[number].name);
    let counted = state.clone();
    let (cells, position) = read(&state, which, after, move |store, runtime| {
        read_tally(store, &counted.catalog.tallies[number], &*runtime.view, &runtime.layout, (&caller, scope))
    })
    .await?;
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

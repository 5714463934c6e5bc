//! For operators: how views are, and that one be built again.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use macadam_engine::{ViewRuntime, ViewStatus};
use macadam_telemetry::chain;
use serde_json::{Value, json};

use crate::extract::At;
use crate::names::kebab;
use crate::problem::Problem;
use crate::state::{AppState, State};
use crate::status::ErrorStatus;

fn body(state: &AppState, runtimes: &[&ViewRuntime]) -> Json<Value> {
    let head = *state.engine.log().head().borrow();
    let views: Vec<ViewStatus> = runtimes.iter().map(|runtime| runtime.status(head)).collect();
    Json(json!({ "context": state.catalog.name, "head": head, "views": views }))
}

/// `GET /views`
pub(super) async fn list(state: State) -> Json<Value> {
    body(&state, &state.views.runtimes.iter().collect::<Vec<_>>())
}

/// `POST /views/{view}/rebuild`: builds it again beside what is read. One that is being built already goes on.
pub(super) async fn rebuild(
    state: State,
    At(name): At<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // A page in an operator's browser must not be able to ask for it.
    if headers.contains_key(header::ORIGIN) {
        return Err(Problem::forbidden("requests from pages in a browser are not allowed"));
    }
    let called = |runtime: &&ViewRuntime| runtime.view.name() == name || kebab(runtime.view.name()) == name;
    let Some(which) = state.views.runtimes.iter().position(|runtime| called(&runtime)) else {
        let known: Vec<_> = state.views.runtimes.iter().map(|runtime| runtime.view.name()).collect();
        let detail = format!("no view `{name}`; there are: {}", known.join(", "));
        return Err(
            Problem::new(ErrorStatus::NOT_FOUND, "not-found", "Not found", detail).with("views", known)
        );
    };
    let head = *state.engine.log().head().borrow();
    let views = state.views.clone();
    tokio::task::spawn_blocking(move || views.build_again(which, head))
        .await
        .map_err(|_| Problem::internal())?
        .map_err(|error| {
            tracing::error!(error = chain(&error), "a rebuild could not be started");
            Problem::internal()
        })?;
    Ok((StatusCode::ACCEPTED, body(&state, &[&state.views.runtimes[which]])).into_response())
}

//! For operators: how views are, and that one be built again.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{At, Problem, kebab};
use crate::running::Shared;
use crate::view::{ViewRuntime, ViewStatus};

fn body(shared: &Shared, runtimes: &[&ViewRuntime]) -> Json<Value> {
    let head = *shared.engine.log.head().borrow();
    let views: Vec<ViewStatus> = runtimes.iter().map(|runtime| runtime.status(head)).collect();
    Json(json!({ "context": shared.name, "head": head, "views": views }))
}

/// `GET /views`
pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Json<Value> {
    body(&shared, &shared.views.iter().collect::<Vec<_>>())
}

/// `POST /views/{view}/rebuild`: builds it again beside what is read. One that is being built already goes on.
pub(super) async fn rebuild(
    State(shared): State<Arc<Shared>>,
    At(name): At<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // A page in an operator's browser must not be able to ask for it.
    if headers.contains_key(header::ORIGIN) {
        return Err(Problem::forbidden("this is not for pages in a browser"));
    }
    let called = |runtime: &&ViewRuntime| runtime.view.name() == name || kebab(runtime.view.name()) == name;
    let Some(which) = shared.views.iter().position(|runtime| called(&runtime)) else {
        let known: Vec<_> = shared.views.iter().map(|runtime| runtime.view.name()).collect();
        let detail = format!("no view `{name}`; there are: {}", known.join(", "));
        return Err(
            Problem::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail).with("views", known)
        );
    };
    let head = *shared.engine.log.head().borrow();
    let asked = shared.clone();
    tokio::task::spawn_blocking(move || asked.views[which].build_again(&asked.store, head))
        .await
        .map_err(|_| Problem::internal())?
        .map_err(|error| {
            tracing::error!(error = crate::telemetry::chain(&error), "a build could not begin");
            Problem::internal()
        })?;
    shared.store.asked.notify_one();
    Ok((StatusCode::ACCEPTED, body(&shared, &[&shared.views[which]])).into_response())
}

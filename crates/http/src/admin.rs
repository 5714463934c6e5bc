//! The operator's port: health, metrics, views and their builds.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use macadam_telemetry::{Exposition, OPENMETRICS, prefers_openmetrics};
use serde_json::json;
use tower_http::compression::{CompressionLayer, CompressionLevel};

use crate::builds;
use crate::identity::{Refusal, Verifier};
use crate::problem::Problem;
use crate::state::AppState;

/// What operators are answered from.
pub struct AdminState {
    /// What requests are answered from.
    pub app: Arc<AppState>,
    /// What verifies tokens: until it has keys, the context is not ready.
    pub verifier: Arc<Verifier>,
    /// All metrics.
    pub exposition: Arc<Exposition>,
    /// Why nothing can be stored at the moment; none where it can. Asked at each look at the readiness: it waits for
    /// nothing.
    pub cannot_store: Box<dyn Fn() -> Option<CannotStore> + Send + Sync>,
}

/// Why nothing can be stored at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannotStore {
    /// The last part of the problem's type.
    pub kind: &'static str,
    /// What is wrong, and what to do.
    pub detail: String,
}

/// Health, metrics, views and their builds; `more` has what else operators are served.
pub fn admin_router(state: AdminState, more: Router) -> Router {
    let builds = Router::new()
        .route("/views", get(builds::list))
        .route("/views/{view}/rebuild", post(builds::rebuild))
        .with_state(state.app.clone());
    Router::new()
        .route("/health/live", get(async || Json(json!({ "status": "up" }))))
        .route("/health/startup", get(async || Json(json!({ "status": "up" }))))
        .route("/health/ready", get(ready))
        // Lines that differ in a few characters: a tenth of the bytes, at little cost where it is done quickly.
        .route("/metrics", get(metrics).layer(CompressionLayer::new().quality(CompressionLevel::Fastest)))
        .with_state(Arc::new(state))
        .merge(builds)
        .merge(more)
        .fallback(async || Problem::not_found())
}

async fn ready(State(state): State<Arc<AdminState>>) -> Response {
    if state.app.lifecycle.is_leaving() {
        return Problem::unavailable("draining", "the service is stopping").into_response();
    }
    if !state.verifier.is_ready() {
        return Problem::from(Refusal::NoKeys).into_response();
    }
    if let Some(CannotStore { kind, detail }) = (state.cannot_store)() {
        return Problem::unavailable(kind, detail).into_response();
    }
    Json(json!({ "status": "ready", "context": state.app.catalog.name })).into_response()
}

async fn metrics(State(state): State<Arc<AdminState>>, headers: HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if prefers_openmetrics(accept) {
        return ([(header::CONTENT_TYPE, OPENMETRICS)], state.exposition.render_open()).into_response();
    }
    match state.exposition.render() {
        Ok(text) => {
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
        }
        Err(error) => {
            tracing::error!(error = %error, "metrics could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

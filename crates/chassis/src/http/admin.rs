//! The operator's port: health, metrics, views and their builds, and what the context is.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use super::{Problem, builds};
use crate::auth::Refusal;
use crate::describe::describe_running;
use crate::running::Shared;
use crate::telemetry::{OPENMETRICS, prefers_openmetrics};

/// Health, metrics and `describe`.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/health/live", get(async || Json(json!({ "status": "up" }))))
        .route("/health/startup", get(async || Json(json!({ "status": "up" }))))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .route("/views", get(builds::list))
        .route("/views/{view}/rebuild", post(builds::rebuild))
        .route("/describe", get(async |State(shared): State<Arc<Shared>>| Json(describe_running(&shared))))
        .fallback(async || Problem::not_found())
        .with_state(shared.clone())
}

async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    if shared.is_leaving() {
        return Problem::unavailable("draining", "the process is about to end").into_response();
    }
    if !shared.verifier.is_ready() {
        return Problem::from(Refusal::NoKeys).into_response();
    }
    Json(json!({ "status": "ready", "context": shared.name })).into_response()
}

async fn metrics(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if prefers_openmetrics(accept) {
        return ([(header::CONTENT_TYPE, OPENMETRICS)], shared.engine.metrics.render_open()).into_response();
    }
    match shared.engine.metrics.render() {
        Ok(text) => {
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
        }
        Err(error) => {
            tracing::error!(error = %error, "metrics could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

//! The API of a context over HTTP, made from what its catalog declares, and the operator's port.
//!
//! One [`RouteTable`] says what is served where: routing, limits, metrics and OpenAPI read it. Nothing here knows of
//! configuration files or of folders.

mod admin;
mod api;
mod builds;
mod caller;
mod commands;
mod deprecation;
mod extract;
mod feed;
mod form;
mod forms;
mod identity;
mod labels;
mod layers;
mod lifecycle;
mod limits;
mod metrics;
mod names;
mod negotiation;
mod openapi;
mod problem;
mod request_telemetry;
mod root;
mod routes;
mod server;
mod settings;
mod socket;
mod state;
mod status;
mod views;

pub use admin::{AdminState, CannotStore, admin_router};
pub use api::{Ingress, api_router};
pub use caller::AuthenticatedCaller;
pub use identity::{
    AuthError, Basis, DevIssuer, DevIssuerError, Provider, Refusal, SIGNING_KEY_FILE, Verifier, keep_keys,
    open_verifier,
};
pub use labels::{METHODS, OTHER_STATUSES, UNMATCHED};
pub use lifecycle::Lifecycle;
pub use metrics::{HttpMetrics, RequestMetrics};
pub use names::{kebab, view_path};
pub use openapi::openapi;
pub use request_telemetry::with_request_telemetry;
pub use routes::{Endpoint, RESERVED, Route, RouteTable};
pub use server::{Server, serve};
pub use settings::{
    AdminSettings, AuthMode, AuthSettings, HttpSettings, LimitSettings, Secret, SigningAlgorithm,
};
pub use state::AppState;

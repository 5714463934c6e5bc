//! The runtime of every context. `wiring.rs` of a service declares a [`Context`]; this crate serves it: commands over
//! HTTP, events in a durable log, read models, processes, deadlines, identity, metrics and logs.
//!
//! It composes: what is configured, started, described and operated is made of the crates below, each of which knows only
//! those before it (see ARCHITECTURE.md).

pub mod cli;
pub mod config;
mod context;
mod describe;
mod operate;
mod running;
mod signals;
mod start;

pub use axum;
pub use config::{Config, ConfigError, DomainKeyError};
pub use context::Context;
pub use describe::{describe, describe_metrics, describe_openapi};
pub use macadam_engine::{
    AggregateDef, Deprecation, LookUp, LookUpError, Scope, TallyDef, ViewDef, ViewStoreError,
};
pub use macadam_event_log::{ClaimDef, Fault, FolderError, OpenError};
pub use macadam_http::{AuthError, AuthenticatedCaller as Caller, DevIssuer, DevIssuerError};
pub use macadam_telemetry::{ExportError, LogFormat, correlation_id, init_logs, traceparent};
pub use operate::report_schema;
pub use running::{Addresses, Running};
pub use start::StartError;

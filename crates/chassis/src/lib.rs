//! The runtime of every context. `wiring.rs` of a service declares a [`Context`]; this crate serves it: commands over
//! HTTP, events in a durable log, read models, processes, deadlines, identity, metrics and logs.

mod auth;
mod caller;
mod claim;
pub mod cli;
mod command;
pub mod config;
mod context;
mod deadline;
mod deprecation;
mod describe;
mod engine;
mod event_log;
mod failpoint;
mod http;
mod operate;
mod process;
mod running;
mod schema;
mod sqlite;
mod start;
mod telemetry;
pub mod testing;
mod view;

pub use auth::{AuthError, DevIssuer, DevIssuerError};
pub use axum;
pub use caller::{Caller, Scope};
pub use claim::ClaimDef;
pub use command::{AggregateDef, LookUp, LookUpError};
pub use config::{Config, ConfigError};
pub use context::Context;
pub use deprecation::Deprecation;
pub use describe::{describe, describe_metrics, describe_openapi};
pub use event_log::{Fault, OpenError};
pub use operate::report_schema;
pub use running::{Addresses, Running};
pub use start::StartError;
pub use telemetry::{ExportError, LogFormat, correlation_id, init_logs, traceparent};
pub use view::{StoreError, TallyDef, ViewDef};

//! What a context declares, and what runs it: commands, views, processes and deadlines over the event log.
//!
//! The [`Catalog`] is the one home of all that a context declares. The [`Engine`] runs commands, [`Views`] are read, and
//! [`start_followers`] starts what follows the log. None of them knows of HTTP or of tokens.

mod caller;
mod catalog;
mod command;
mod deadline;
mod deprecation;
mod engine;
mod follow;
mod metrics;
mod process;
pub mod schema;
mod subscription;
#[cfg(test)]
mod tests;
mod view;

pub use caller::{Caller, Scope};
pub use catalog::Catalog;
pub use command::{
    Accepted, AggregateDef, CommandInfo, Envelope, ErasedAggregate, Failure, FieldFault, Input, Instance,
    Judge, Key, LookUp, LookUpError, Target,
};
pub use deadline::DeadlineDef;
pub use deprecation::Deprecation;
pub use engine::Engine;
pub use follow::start_followers;
pub use metrics::{EngineMetrics, MetricLabels, Outcome};
pub use process::{ErasedProcess, ProcessDef};
pub use view::{
    BuildStatus, ErasedView, Fold, Item, Layout, Page, PageRequest, ProjectError, QueryError, Served,
    TallyDef, VIEWS, ViewDef, ViewRuntime, ViewStatus, ViewStore, ViewStoreError, Views, read_document,
    read_page, read_tally,
};

//! Read models: documents with index columns, kept up to date from the log by one projector.

mod definition;
mod projector;
mod query;
mod runtime;
mod store;
mod tables;

pub(crate) use definition::{ErasedView, Layout};
pub use definition::{TallyDef, ViewDef};
pub(crate) use projector::{age, run as run_projector};
pub(crate) use query::{Item, PageRequest, QueryError};
pub(crate) use runtime::ViewRuntime;
pub(crate) use runtime::ViewStatus;
pub use store::StoreError;
pub(crate) use store::ViewStore;

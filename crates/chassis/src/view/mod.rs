//! Read models: documents with index columns, kept up to date from the log by one projector.

mod definition;
mod projector;
mod query;
mod store;

pub(crate) use definition::{ErasedView, Layout};
pub use definition::{TallyDef, ViewDef};
pub(crate) use projector::{age, run as run_projector};
pub(crate) use query::{PageRequest, QueryError};
pub use store::StoreError;
pub(crate) use store::ViewStore;

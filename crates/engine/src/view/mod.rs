//! Read models: documents with index columns, kept up to date from the log by one follower.

mod definition;
mod query;
mod runtime;
mod store;
mod tables;
mod views;

pub use definition::{ErasedView, Fold, Layout, ProjectError, TallyDef, ViewDef};
pub use query::{Item, Page, PageRequest, QueryError, read_document, read_page, read_tally};
pub use runtime::{BuildStatus, Served, ViewRuntime, ViewStatus};
pub use store::{VIEWS, ViewStore, ViewStoreError};
pub(crate) use store::{load, put};
pub(crate) use tables::{Table, reached};
pub use views::Views;

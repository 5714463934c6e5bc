//! The event log: one dense order of all events of a context, in SQLite, durable before anything is acknowledged.
//!
//! One writer commits many waiting appends in one transaction; readers have connections of their own. Beside the log,
//! this crate holds what else a folder of data needs: its lock, what a fault of its disk means, and the named points at
//! which a crash test ends the process. It knows nothing of commands or of HTTP.

mod append;
mod claim;
mod claims;
mod declared;
mod event;
mod failpoint;
mod fault;
mod file;
mod folder;
mod folder_watch;
mod keys;
mod log;
mod metrics;
mod open;
mod read;
mod schema;
mod settings;
pub mod sqlite;
mod status;
#[cfg(test)]
mod tests;
mod time;
mod writer;

pub use append::{Append, AppendError, Appended, Asked, DeadlineChange, NewEvent, NewKey, Used};
pub use claim::{ClaimChange, ClaimDef};
pub use event::{DueDeadline, ReadError, StoredEvent};
pub use failpoint::{Point, reach};
pub use fault::{Fault, FaultKind};
pub use file::{CARRIED, LogFile, carry, prepare, stand_in, truncate_wal};
pub use folder::{DataFolder, FolderError, LAST_BACKUP, LOCK, LOG};
pub use folder_watch::{DatabaseFile, FolderFault, FolderMetrics, FolderWatch, Seen};
pub use log::{EventLog, LogOptions};
pub use metrics::LogMetrics;
pub use open::OpenError;
pub use settings::DataSettings;
pub use time::{from_micros, micros};

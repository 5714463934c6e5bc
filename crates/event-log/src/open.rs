//! Why a log could not be opened.

use uuid::Uuid;

use crate::fault::Fault;

/// Why a log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// SQLite failed.
    #[error(transparent)]
    Sqlite(#[from] Fault),
    /// No reader connection could be made.
    #[error("open the event log for reading")]
    Readers(#[from] r2d2::Error),
    /// The database was written by a newer road.
    #[error("event log has schema {found}, this binary knows {known}: start the newer binary")]
    Newer {
        /// The schema version in the file.
        found: usize,
        /// The newest schema version that this binary knows.
        known: usize,
    },
    /// The log is another context's.
    #[error("event log belongs to `{found}`, this is `{context}`: give each context a data.dir of its own")]
    Foreign {
        /// Whose it is.
        found: String,
        /// Who asked.
        context: String,
    },
    /// A claim was added, or changed, and what is stored breaks it.
    #[error(
        "claim {claim}: `{stream}` has taken what another has already; release one of them by a command, or declare \
         another claim"
    )]
    ClaimedTwice {
        /// The claim.
        claim: &'static str,
        /// The second to take it.
        stream: Uuid,
    },
    /// SQLite did not take over how commits are to be made durable.
    #[error(
        "event log cannot be made durable here: its disk allows no write-ahead log; use a local disk for data.dir"
    )]
    NotDurable,
    /// The machine does not let a thread start.
    #[error("start the writer's thread")]
    Thread(#[from] std::io::Error),
}

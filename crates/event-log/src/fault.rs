//! What a fault of the disk or the file means, and what mends it.

use rusqlite::{Error, ErrorCode};

/// A fault of SQLite with its remedy, where there is one that an operator can take.
#[derive(Debug, thiserror::Error)]
#[error("{what}{}", remedy(source))]
pub struct Fault {
    what: &'static str,
    source: Error,
}

impl Fault {
    /// Names what was being done when SQLite failed, in words that fit after "failed to".
    pub fn of(what: &'static str) -> impl Fn(Error) -> Self {
        move |source| Self { what, source }
    }
}

const DAMAGED: &str = ": the file is damaged; stop, keep a copy of the data folder, and restore a backup";

fn remedy(error: &Error) -> &'static str {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => ": the disk is full; free space, and commits succeed again",
        Some(ErrorCode::ReadOnly) => {
            ": it is read-only; let this user write to the data folder and all files in it"
        }
        Some(ErrorCode::CannotOpen) => ": it cannot be opened; let this user write to the data folder",
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => DAMAGED,
        // What every log holds is not there.
        None if matches!(error, Error::QueryReturnedNoRows) => DAMAGED,
        Some(ErrorCode::SystemIoFailure) => ": the disk fails; look at the system's log before anything else",
        _ => "",
    }
}

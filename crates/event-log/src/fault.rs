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

/// Which remedy a fault asks for, as a label of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// Another process or connection held the database for longer than this one waits.
    Busy,
    /// The disk is full.
    Full,
    /// The disk fails, is read-only, or does not let the file be opened.
    Io,
    /// The file is damaged.
    Corrupt,
    /// Anything else.
    Other,
}

impl FaultKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Busy, Self::Full, Self::Io, Self::Corrupt, Self::Other];

    /// The kind of a fault of SQLite.
    pub fn of(error: &Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::SystemIoFailure | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => Self::Io,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt,
            _ => Self::Other,
        }
    }

    /// As a label's value.
    pub fn name(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Full => "full",
            Self::Io => "io",
            Self::Corrupt => "corrupt",
            Self::Other => "other",
        }
    }

    /// What an operator can do.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Busy => "find the process that holds the database, and let it finish or stop it",
            Self::Full => "free space on the disk of the data folder",
            Self::Io => "look at the system's log, and whether this user may write to the data folder",
            Self::Corrupt => "stop, keep a copy of the data folder, and restore a backup",
            Self::Other => "read the log of the service",
        }
    }

    /// From 1, so that 0 stands for none.
    pub(crate) fn number(self) -> u8 {
        Self::ALL.iter().zip(1..).find(|(kind, _)| **kind == self).map_or(0, |(_, number)| number)
    }

    pub(crate) fn of_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

impl Fault {
    /// Which remedy it asks for.
    pub fn kind(&self) -> FaultKind {
        FaultKind::of(&self.source)
    }
}

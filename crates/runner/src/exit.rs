//! The exit codes of `cargo xtask`: public, documented, and never reused.

use std::process::ExitCode;

/// How a command ended, as its caller sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// An input was refused: a board, an `OpenSLO` document, a file that cannot be read.
    Refused = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A check failed.
    Gate = 3,
    /// Files differ from what Macadam would write.
    Drift = 4,
    /// A merge left conflicts.
    Conflicts = 5,
    /// A tool or service that the command needs is missing.
    Prerequisite = 6,
    /// The tests failed before the command changed anything.
    BrokenBaseline = 7,
    /// A bug in the tool.
    Bug = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

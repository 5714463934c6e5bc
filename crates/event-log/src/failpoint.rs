//! Named points around each commit at which a crash test ends the process, as a power cut would.
//!
//! `CRASH_AT=group-committed:7` kills at the seventh passage. Compiled into debug builds alone: a release has neither
//! the points nor the variable.

/// A place in the program at which a crash is most likely to show a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// The log's writer has taken a group of appends.
    GroupTaken,
    /// All rows are written, the transaction is open.
    GroupWritten,
    /// The transaction is committed, nobody knows it.
    GroupCommitted,
    /// One caller of the group was answered.
    CallerAnswered,
    /// A view has taken a batch of events, its transaction is open.
    ViewWritten,
    /// A view has committed a batch.
    ViewCommitted,
    /// A process has had its commands accepted; its state is not stored.
    ProcessSent,
    /// A process has stored its state.
    ProcessAdvanced,
    /// A deadline's command is accepted.
    DeadlineSent,
}

impl Point {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::GroupTaken,
        Self::GroupWritten,
        Self::GroupCommitted,
        Self::CallerAnswered,
        Self::ViewWritten,
        Self::ViewCommitted,
        Self::ProcessSent,
        Self::ProcessAdvanced,
        Self::DeadlineSent,
    ];

    /// How `CRASH_AT` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GroupTaken => "group-taken",
            Self::GroupWritten => "group-written",
            Self::GroupCommitted => "group-committed",
            Self::CallerAnswered => "caller-answered",
            Self::ViewWritten => "view-written",
            Self::ViewCommitted => "view-committed",
            Self::ProcessSent => "process-sent",
            Self::ProcessAdvanced => "process-advanced",
            Self::DeadlineSent => "deadline-sent",
        }
    }
}

/// Does nothing: a release has no such points.
#[cfg(not(debug_assertions))]
#[inline]
pub fn reach(_: Point) {}

#[cfg(debug_assertions)]
pub use armed::reach;

#[cfg(debug_assertions)]
mod armed {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use rustix::process::{Signal, getpid, kill_process};

    use super::Point;

    /// The point, and how many passages are left.
    static ARMED: LazyLock<Option<(Point, AtomicU64)>> = LazyLock::new(|| {
        let text = std::env::var("CRASH_AT").ok()?;
        let (name, passages) = text.split_once(':')?;
        let point = Point::ALL.iter().find(|point| point.name() == name)?;
        Some((*point, AtomicU64::new(passages.parse().ok()?)))
    });

    /// Ends the process if this is the passage that it was told to end at.
    pub fn reach(point: Point) {
        if let Some((armed, left)) = &*ARMED
            && *armed == point
            && left.fetch_sub(1, Ordering::Relaxed) == 1
        {
            // SIGKILL, so that nothing is flushed, dropped or said.
            let _ = kill_process(getpid(), Signal::KILL);
        }
    }
}

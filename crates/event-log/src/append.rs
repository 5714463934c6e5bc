//! What is appended, what comes of it, and why nothing may come of it.

use jiff::{SignedDuration, Timestamp};
use macadam_kernel::Actor;
use uuid::Uuid;

use crate::claim::ClaimChange;

/// Why nothing was appended, or why that is unknown.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody else appended to the stream first.
    #[error("stream is at version {actual}")]
    Conflict {
        /// The version that the stream has.
        actual: i64,
    },
    /// The deadline that was to be sent is not there any more.
    #[error("deadline was cleared meanwhile")]
    Cleared,
    /// The command with this key was accepted before.
    #[error("key was used before")]
    Repeated(Used),
    /// Somebody else has what the events claim.
    #[error("{claim} is taken")]
    Claimed {
        /// The claim's name.
        claim: &'static str,
    },
    /// The transaction failed; what became of it is only known by asking again with the same key.
    #[error("commit failed: outcome unknown")]
    Unknown,
}

impl AppendError {
    /// What went wrong, in one word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "conflict",
            Self::Cleared => "cleared",
            Self::Repeated(_) => "repeated",
            Self::Claimed { .. } => "claimed",
            Self::Unknown => "unknown",
        }
    }
}

/// One event that is to be stored.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Its name on the board.
    pub kind: &'static str,
    /// The version of its payload.
    pub schema_version: u32,
    /// Whether other contexts may hear it.
    pub published: bool,
    /// What it carries, as JSON.
    pub payload: String,
}

/// A time at which a command is to be sent, set or cleared together with events.
#[derive(Debug, Clone)]
pub enum DeadlineChange {
    /// After the moment at which the events are recorded.
    Set {
        /// Which deadline.
        deadline: &'static str,
        /// Which of its times, from 1.
        nth: u32,
        /// How long after.
        after: SignedDuration,
    },
    /// All times of the stream are taken back.
    Clear {
        /// Which deadline.
        deadline: &'static str,
    },
    /// This one is sent, if nobody has cleared or set it anew meanwhile.
    Fired {
        /// Which deadline.
        deadline: String,
        /// Which of its times, from 1.
        nth: u32,
        /// When the events were recorded that set it.
        set_at: Timestamp,
        /// By the machine's clock, so that one that was set anew while the log's time stood still is told apart.
        due_at: Timestamp,
    },
}

/// What one command wants stored: all of it or nothing.
#[derive(Debug)]
pub struct Append {
    /// The aggregate's name.
    pub aggregate: &'static str,
    /// The aggregate's id.
    pub stream: Uuid,
    /// The version that was decided against; 0 founds the stream.
    pub expected: i64,
    /// In the order in which they happened.
    pub events: Vec<NewEvent>,
    /// Who brought them about.
    pub actor: Actor,
    /// What ties them to the request that began it all.
    pub correlation_id: Uuid,
    /// The event that caused the command.
    pub causation_id: Option<Uuid>,
    /// The span that stores them.
    pub traceparent: Option<String>,
    /// The key under which the command is accepted once.
    pub key: Option<NewKey>,
    /// What they do to claims.
    pub claims: Vec<ClaimChange>,
    /// What they do to deadlines.
    pub deadlines: Vec<DeadlineChange>,
}

/// Where it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The aggregate's id.
    pub stream: Uuid,
    /// The stream's version afterwards.
    pub version: i64,
    /// The position to read at least, to see it.
    pub position: i64,
    /// How many times were cleared, by deadline.
    pub cleared: Vec<(&'static str, u64)>,
}

/// A key that is to be stored with a command.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What it is known by.
    pub hash: [u8; 32],
    /// A caller's request under its own key, which expires; the road's own keys never do, since views and processes
    /// may be built again from the log's beginning.
    pub asked: Option<Asked>,
}

/// What was asked under a caller's key, and what was answered.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The request's hash: another one under the same key is refused.
    pub request: [u8; 32],
    /// The answer, as JSON.
    pub answer: String,
}

/// What came of the command with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Where it was stored.
    pub appended: Appended,
    /// The request's hash, of a caller's key.
    pub request: Option<Vec<u8>>,
    /// The answer, as JSON, of a caller's key.
    pub answer: Option<String>,
}

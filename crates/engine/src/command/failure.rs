//! Why a command was not accepted: a rejection by the domain, or an error.

use macadam_event_log::{ReadError, Used};
use serde_json::Value;
use uuid::Uuid;

use super::look_up::LookUpError;
use super::parse::FieldFault;

/// What rejected a command; the status of its answer follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judge {
    /// The state forbids it.
    Guard,
    /// What it carries is refused.
    Decision,
}

/// Why a command was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no such aggregate, or none that the caller may see.
    #[error("no such resource")]
    NotFound,
    /// The caller is not one of the command's actors.
    #[error("{command} is for {}", actors.join(" or "))]
    Forbidden {
        /// The command.
        command: &'static str,
        /// Who may send it.
        actors: &'static [&'static str],
    },
    /// The caller could not see what it would create.
    #[error("what {command} creates would not be visible to its sender")]
    NotYours {
        /// The command.
        command: &'static str,
        /// The field that must be the caller's subject.
        field: Option<&'static str>,
    },
    /// The body does not fit the command.
    #[error("command is malformed")]
    Malformed(Vec<FieldFault>),
    /// The domain rejected it.
    #[error("{detail}")]
    Rejected {
        /// What rejected it.
        judge: Judge,
        /// The rejection's code.
        rule: String,
        /// What it says.
        detail: String,
        /// Its other members.
        extra: Value,
    },
    /// The aggregate is not at a version that the caller expects.
    #[error("resource is at version {actual}")]
    Precondition {
        /// The version that it is at.
        actual: i64,
    },
    /// Others were first, each time it was decided.
    #[error("others kept changing the resource")]
    Contention,
    /// The key was used for something else.
    #[error("the same Idempotency-Key was used for another request")]
    KeyReused,
    /// The command with this key has not ended.
    #[error("a request with the same Idempotency-Key is under way")]
    KeyInFlight,
    /// Never leaves the engine, which answers what was answered then.
    #[error("accepted before")]
    Repeated(Box<Used>),
    /// The deadline that was to be sent is not there any more.
    #[error("deadline was cleared meanwhile")]
    Cleared,
    /// The commit failed: it may be stored or not.
    #[error("outcome unknown")]
    Unknown,
    /// A fact is missing.
    #[error(transparent)]
    LookUp(#[from] LookUpError),
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What is stored founds no aggregate.
    #[error("stored history of {stream} does not begin with a creation")]
    History {
        /// The aggregate's id.
        stream: Uuid,
    },
    /// Something could not be written as JSON.
    #[error("encode {what}")]
    Encode {
        /// What.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
}

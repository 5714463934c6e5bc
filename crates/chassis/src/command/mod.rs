//! Commands: from what was asked to what is stored, the same way for people, processes and deadlines.

mod aggregate;
mod handler;
mod key;
mod parse;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::future::Future;
use std::sync::Arc;

use jiff::Timestamp;
use macadam_kernel::Message;
use serde_json::Value;
use uuid::Uuid;

pub use aggregate::AggregateDef;
pub(crate) use aggregate::{CommandInfo, ErasedAggregate, Order};
pub(crate) use key::{Key, Turns, repeated};
pub(crate) use parse::Fault;

use crate::caller::Caller;
use crate::engine::Attempt;
use crate::event_log::{DueDeadline, ReadError, Used};

/// Why a fact could not be looked up. The command fails; it is not rejected.
#[derive(Debug, thiserror::Error)]
#[error("look up the facts of {what}")]
pub struct LookUpError {
    /// What was looked for, or the command it was for.
    pub what: &'static str,
    /// What went wrong.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// Looks up the facts that a decision needs, before it decides.
pub trait LookUp<M, F>: Send + Sync + 'static {
    /// The facts for this command; `now` is the moment of the decision.
    fn look_up(&self, command: &M, now: Timestamp) -> impl Future<Output = Result<F, LookUpError>> + Send;
}

/// Nothing to know.
impl<M: Message, T: Send + Sync + 'static> LookUp<M, ()> for T {
    async fn look_up(&self, _: &M, _: Timestamp) -> Result<(), LookUpError> {
        Ok(())
    }
}

/// The time is all there is to know.
impl<M: Message, T: Send + Sync + 'static> LookUp<M, Timestamp> for T {
    async fn look_up(&self, _: &M, now: Timestamp) -> Result<Timestamp, LookUpError> {
        Ok(now)
    }
}

/// A command as it arrives: text from outside, or already typed from a process or a deadline.
pub(crate) enum Input {
    Json(Vec<u8>),
    Typed(Box<dyn Any + Send + Sync>),
}

/// What comes with a command.
pub(crate) struct Envelope {
    pub caller: Caller,
    pub correlation_id: Uuid,
    pub causation_id: Option<Uuid>,
    /// The versions that the caller expects, where it said so.
    pub if_match: Option<Vec<i64>>,
    /// Under this key the command is accepted once.
    pub key: Option<Key>,
    /// The deadline whose command this is.
    pub fired: Option<DueDeadline>,
    /// How it ends, once the engine has taken it on.
    pub attempt: Option<Arc<Attempt>>,
}

/// A command was accepted.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub stream: Uuid,
    pub version: i64,
    pub position: i64,
    /// What the caller is shown of the new state.
    pub view: Value,
    /// The commands that the caller may send next.
    pub offered: Vec<&'static str>,
    /// Whether it was accepted before, under the same key.
    pub repeated: bool,
}

/// Who said no, hence which status says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judge {
    Guard,
    Decision,
}

/// Why a command was not accepted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("no such resource")]
    NotFound,
    #[error("{command} is for {}", actors.join(" or "))]
    Forbidden { command: &'static str, actors: &'static [&'static str] },
    #[error("what {command} creates would not be visible to its sender")]
    NotYours { command: &'static str, field: Option<&'static str> },
    #[error("command is malformed")]
    Malformed(Vec<Fault>),
    #[error("{detail}")]
    Rejected { judge: Judge, rule: String, detail: String, extra: Value },
    #[error("resource is at version {actual}")]
    Precondition { actual: i64 },
    #[error("others kept changing the resource")]
    Contention,
    #[error("the same Idempotency-Key was used for another request")]
    KeyReused,
    #[error("a request with the same Idempotency-Key is under way")]
    KeyInFlight,
    /// Never leaves the engine, which answers what was answered then.
    #[error("accepted before")]
    Repeated(Box<Used>),
    #[error("deadline was cleared meanwhile")]
    Cleared,
    #[error("outcome unknown")]
    Unknown,
    #[error(transparent)]
    LookUp(#[from] LookUpError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("stored history of {stream} does not begin with a creation")]
    History { stream: Uuid },
    #[error("encode {what}")]
    Encode { what: &'static str, source: serde_json::Error },
}

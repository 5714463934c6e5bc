//! A command on its way: what it says, which aggregate it is for, and what comes with it.

use std::any::Any;
use std::sync::Arc;

use macadam_event_log::DueDeadline;
use uuid::Uuid;

use super::attempt::Attempt;
use super::key::Key;
use crate::caller::Caller;

/// A command as it arrives: text from outside, or already typed from a process or a deadline.
pub enum Input {
    /// JSON.
    Json(Vec<u8>),
    /// The command itself.
    Typed(Box<dyn Any + Send + Sync>),
}

/// What comes with a command.
pub struct Envelope {
    /// Who sends it.
    pub caller: Caller,
    /// What ties it to the request that began it all.
    pub correlation_id: Uuid,
    /// The event that caused it.
    pub causation_id: Option<Uuid>,
    /// The versions that the caller expects, where it said so.
    pub if_match: Option<Vec<i64>>,
    /// Under this key the command is accepted once.
    pub key: Option<Key>,
    /// The deadline whose command this is.
    pub fired: Option<DueDeadline>,
    /// How it ends, once the engine has taken it on.
    pub(crate) attempt: Option<Arc<Attempt>>,
}

impl Envelope {
    /// What comes with a command of this caller's that has no cause, no key and no condition.
    pub fn new(caller: Caller, correlation_id: Uuid) -> Self {
        Self {
            caller,
            correlation_id,
            causation_id: None,
            if_match: None,
            key: None,
            fired: None,
            attempt: None,
        }
    }
}

/// Which aggregate a command is for.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// One that it creates, under this id.
    Create(Uuid),
    /// One that exists.
    Existing(Uuid),
}

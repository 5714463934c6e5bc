//! Events: what was decided, how it is stored, and who hears which of them.

use std::fmt::Debug;

use jiff::Timestamp;
use schemars::Schema;
use uuid::Uuid;

use crate::values::Money;
use crate::{Actor, Id};

/// What the board says of one kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The name on the board and in the log.
    pub name: &'static str,
    /// The version of its schema.
    pub version: u32,
    /// Whether it is part of the published language.
    pub published: bool,
    /// The field that is summed by currency.
    pub amount: Option<&'static str>,
}

/// Why a stored event could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The log holds a kind that the code does not know.
    #[error("event `{kind}` is not one of {expected:?}")]
    Unknown {
        /// The kind in the log.
        kind: String,
        /// The kinds that were expected.
        expected: Vec<&'static str>,
    },
    /// The log was written by newer code. Read as what is known, it would lose what is new without a word.
    #[error("event `{kind}` has version {version}, this code knows {known}: start the newer binary")]
    Newer {
        /// The kind in the log.
        kind: String,
        /// The version in the log.
        version: u32,
        /// The version that the code knows.
        known: u32,
    },
    /// The stored payload does not fit the code's struct.
    #[error("payload of event `{kind}` version {version} does not fit: {fault:?} error in column {column}")]
    Payload {
        /// The kind in the log.
        kind: String,
        /// The version in the log.
        version: u32,
        /// What kind of fault the parser found: `Data` or `Syntax`. What it said of it may quote the payload.
        fault: serde_json::error::Category,
        /// Where in the payload.
        column: usize,
    },
}

/// Something that hears some kinds of events: an aggregate all of its own, a view or a process what the board names.
pub trait Hear: Sized + Clone + Debug + Send + Sync + 'static {
    /// The kinds heard.
    const KINDS: &'static [Kind];
    /// Reads a stored event.
    fn decode(kind: &str, version: u32, payload: &str) -> Result<Self, DecodeError>;
    /// The name of this event's kind.
    fn name(&self) -> &'static str;
    /// What the board says of this event's kind.
    fn kind(&self) -> &'static Kind {
        let name = self.name();
        Self::KINDS.iter().find(|kind| kind.name == name).expect("each variant has its kind")
    }
}

/// Every event of one aggregate. The serialised payloads are a storage format: they outlive the code.
pub trait Event: Hear + PartialEq {
    /// The stored form.
    fn encode(&self) -> serde_json::Result<String>;
    /// The amount that the board declares on this kind of event.
    fn amount(&self) -> Option<Money>;
    /// The JSON Schema of each kind, by name.
    fn schemas() -> Vec<(&'static str, Schema)>;
}

/// An event with what the log knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded<E> {
    /// Its place in the context's one order, dense from 1.
    pub position: i64,
    /// The aggregate's id.
    pub stream: Uuid,
    /// Its place in the stream, dense from 1.
    pub version: i64,
    /// Its own id.
    pub event_id: Uuid,
    /// When it was stored.
    pub recorded_at: Timestamp,
    /// Who asked.
    pub actor: Actor,
    /// The event itself.
    pub event: E,
}

impl<E> Recorded<E> {
    /// The id of the aggregate it happened to.
    pub fn id<A>(&self) -> Id<A> {
        Id::from_uuid(self.stream)
    }

    /// The same record around what `f` makes of the event.
    pub fn map<F>(self, f: impl FnOnce(E) -> F) -> Recorded<F> {
        let Self { position, stream, version, event_id, recorded_at, actor, event } = self;
        Recorded { position, stream, version, event_id, recorded_at, actor, event: f(event) }
    }
}

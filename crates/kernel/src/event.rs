//! Events: their kinds, their stored form, and who listens to them.

use std::fmt::Debug;

use jiff::Timestamp;
use schemars::Schema;
use uuid::Uuid;

use crate::values::Money;
use crate::{Actor, Id};

/// A kind of event, as declared on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The name on the board and in the log.
    pub name: &'static str,
    /// The version of its schema.
    pub version: u32,
    /// Whether it is part of the published language.
    pub published: bool,
    /// The field that a metric sums by currency.
    pub amount: Option<&'static str>,
}

/// Why a stored event could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The log contains a kind that the code does not know.
    #[error("event `{kind}` is not one of {expected:?}")]
    Unknown {
        /// The kind in the log.
        kind: String,
        /// The kinds that were expected.
        expected: Vec<&'static str>,
    },
    /// The log was written by newer code. Reading it with the known version would silently lose new fields.
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
        /// The category of the parser's error: `Data` or `Syntax`. Its message is left out, because it may quote the
        /// payload.
        fault: serde_json::error::Category,
        /// The column in the payload, from 1.
        column: usize,
    },
}

/// A set of kinds of events: all those of an aggregate, or those that a view or a process listens to.
pub trait Hear: Sized + Clone + Debug + Send + Sync + 'static {
    /// The kinds in the set.
    const KINDS: &'static [Kind];
    /// Reads a stored event.
    fn decode(kind: &str, version: u32, payload: &str) -> Result<Self, DecodeError>;
    /// The name of this event's kind.
    fn name(&self) -> &'static str;
    /// This event's kind, as declared on the board.
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

/// An event with its metadata in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded<E> {
    /// Its position in the context's log, from 1 without gaps.
    pub position: i64,
    /// The aggregate's id.
    pub stream: Uuid,
    /// Its version in the stream, from 1 without gaps.
    pub version: i64,
    /// Its own id.
    pub event_id: Uuid,
    /// When it was stored.
    pub recorded_at: Timestamp,
    /// The actor of the command.
    pub actor: Actor,
    /// The event itself.
    pub event: E,
}

impl<E> Recorded<E> {
    /// The id of the aggregate that the event belongs to.
    pub fn id<A>(&self) -> Id<A> {
        Id::from_uuid(self.stream)
    }

    /// The same record with the event converted by `f`.
    pub fn map<F>(self, f: impl FnOnce(E) -> F) -> Recorded<F> {
        let Self { position, stream, version, event_id, recorded_at, actor, event } = self;
        Recorded { position, stream, version, event_id, recorded_at, actor, event: f(event) }
    }
}

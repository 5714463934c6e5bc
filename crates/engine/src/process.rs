//! What a process of the board is: which events it hears, and how it reacts to each. Pure, but for the state's JSON.

use std::any::Any;
use std::marker::PhantomData;

use macadam_event_log::{ReadError, StoredEvent};
use macadam_kernel::{Decision, Hear, Id, Kind, Opening, Outbox, Outgoing, Process, Recorded, react};
use uuid::Uuid;

/// A process of the board.
pub struct ProcessDef<P>(PhantomData<fn() -> P>);

impl<P> Default for ProcessDef<P> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// A process with its type forgotten.
pub trait ErasedProcess: Send + Sync {
    /// Its name on the board.
    fn name(&self) -> &'static str;
    /// The events that begin one.
    fn starts_on(&self) -> &'static [&'static str];
    /// The events that end one.
    fn ends_on(&self) -> &'static [&'static str];
    /// All events that it hears.
    fn kinds(&self) -> &'static [Kind];
    /// Reads an event that it hears.
    fn hear(&self, event: &StoredEvent) -> Result<Box<dyn Hearing>, ReadError>;
}

/// An event on its way to the process that it belongs to.
pub trait Hearing: Send {
    /// Which one: the key of its state.
    fn key(&self) -> &str;
    /// What the process makes of it, from its state as it was stored; none where there is none yet.
    fn react(self: Box<Self>, state: Option<&str>) -> Result<Reaction, StateError>;
}

/// What came of an event.
pub struct Reaction {
    /// The event's name.
    pub event: &'static str,
    /// The state to store; none where the process has ended.
    pub state: Option<String>,
    /// The commands to send, in this order.
    pub sends: Vec<OutgoingCommand>,
}

/// A command on its way to an aggregate.
pub struct OutgoingCommand {
    /// The command's name.
    pub command: &'static str,
    /// The aggregate; none where the command creates it.
    pub to: Option<Uuid>,
    /// The command itself.
    pub payload: Box<dyn Any + Send + Sync>,
}

/// A stored state that this code does not understand. Without the parser's own words, which may quote what it holds.
#[derive(Debug, thiserror::Error)]
#[error("understand the state of {process} `{key}`: column {column} does not fit")]
pub struct StateError {
    process: &'static str,
    key: String,
    column: usize,
}

#[derive(Default)]
struct Post(Vec<OutgoingCommand>);

impl Outbox for Post {
    fn open<M: Opening>(&mut self, command: M) {
        self.0.push(OutgoingCommand { command: M::NAME, to: None, payload: Box::new(command) });
    }
    fn decide<M: Decision>(&mut self, to: Id<M::Aggregate>, command: M) {
        self.0.push(OutgoingCommand { command: M::NAME, to: Some(to.as_uuid()), payload: Box::new(command) });
    }
}

struct HeardBy<P: Process> {
    heard: Recorded<P::Heard>,
    key: String,
}

impl<P: Process> Hearing for HeardBy<P>
where
    P::Sends: Outgoing,
{
    fn key(&self) -> &str {
        &self.key
    }

    fn react(self: Box<Self>, state: Option<&str>) -> Result<Reaction, StateError> {
        let Self { heard, key } = *self;
        let broken = |error: serde_json::Error| StateError { process: P::NAME, key, column: error.column() };
        let before = match state.map(serde_json::from_str::<P>).transpose() {
            Ok(before) => before,
            Err(error) => return Err(broken(error)),
        };
        let (after, sends) = react(before, &heard);
        let mut post = Post::default();
        for sent in sends {
            sent.post(&mut post);
        }
        let state = after.map(|state| serde_json::to_string(&state)).transpose().map_err(broken)?;
        Ok(Reaction { event: heard.event.name(), state, sends: post.0 })
    }
}

impl<P: Process> ErasedProcess for ProcessDef<P>
where
    P::Sends: Outgoing,
{
    fn name(&self) -> &'static str {
        P::NAME
    }
    fn starts_on(&self) -> &'static [&'static str] {
        P::STARTS_ON
    }
    fn ends_on(&self) -> &'static [&'static str] {
        P::ENDS_ON
    }
    fn kinds(&self) -> &'static [Kind] {
        P::Heard::KINDS
    }

    fn hear(&self, event: &StoredEvent) -> Result<Box<dyn Hearing>, ReadError> {
        let heard = event.decode::<P::Heard>()?;
        let key = P::key(&heard);
        Ok(Box::new(HeardBy::<P> { heard, key }))
    }
}

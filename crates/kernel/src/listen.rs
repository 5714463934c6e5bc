//! Listeners to events: read models, processes and deadlines. They are pure; the chassis stores and schedules.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Aggregate, Decision, Hear, Id, Opening, Recorded};

/// A read model, as declared on the board.
pub trait ReadModel {
    /// The events that it is built from.
    type Heard: Hear;
    /// The name on the board.
    const NAME: &'static str;
    /// Increase it when the same events give another document; the view is then rebuilt.
    const VERSION: u32;
}

/// Builds the documents of a read model from events.
pub trait Projection: ReadModel + Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// The key of the document that an event belongs to; by default the aggregate's id.
    fn key(heard: &Recorded<Self::Heard>) -> String {
        heard.stream.to_string()
    }
    /// The document after the event; `None` deletes it.
    fn project(view: Option<Self>, heard: &Recorded<Self::Heard>) -> Option<Self>;
}

/// A process, as declared on the board.
pub trait ProcessManager {
    /// The events that it listens to.
    type Heard: Hear;
    /// The commands that it may send, each with its receiver.
    type Sends: Send + Sync + 'static;
    /// The name on the board.
    const NAME: &'static str;
    /// The kinds of events that start an instance; other events are ignored before the start.
    const STARTS_ON: &'static [&'static str];
    /// The kinds of events that end an instance, whatever `react` returns.
    const ENDS_ON: &'static [&'static str];
}

/// The reaction of a process to events: a new state, and commands to send.
pub trait Process: ProcessManager + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The key of the instance that an event belongs to.
    fn key(heard: &Recorded<Self::Heard>) -> String;
    /// The state after the event (`None` if the instance has ended) and the commands to send.
    fn react(state: Option<Self>, heard: &Recorded<Self::Heard>) -> (Option<Self>, Vec<Self::Sends>);
}

/// One reaction according to the board: none before the start, and no state after the end.
pub fn react<P: Process>(state: Option<P>, heard: &Recorded<P::Heard>) -> (Option<P>, Vec<P::Sends>) {
    let kind = heard.event.name();
    if state.is_none() && !P::STARTS_ON.contains(&kind) {
        return (None, Vec::new());
    }
    let (state, sends) = P::react(state, heard);
    (state.filter(|_| !P::ENDS_ON.contains(&kind)), sends)
}

/// A deadline that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The number of the time in the list on the board, from 1.
    pub nth: u32,
    /// When the event that set it was recorded.
    pub set_at: Timestamp,
    /// When it came due; the command may be sent later, never earlier.
    pub due_at: Timestamp,
}

/// A deadline, as declared on the board.
pub trait Deadline {
    /// The aggregate whose events set and clear it, and that receives its command.
    type Aggregate: Aggregate;
    /// The command that it sends.
    type Sends: Decision<Aggregate = Self::Aggregate> + From<Due>;
    /// The name on the board.
    const NAME: &'static str;
    /// The kind of event that sets it.
    const SET_BY: &'static str;
    /// The kinds of events that clear it.
    const CLEARED_BY: &'static [&'static str];
    /// The times after the event that sets it, in ascending order.
    const AFTER: &'static [SignedDuration];
}

/// Receives the commands that a process sends.
pub trait Outbox {
    /// A command that creates an aggregate.
    fn open<M: Opening>(&mut self, command: M);
    /// A command to an existing aggregate.
    fn decide<M: Decision>(&mut self, to: Id<M::Aggregate>, command: M);
}

/// A command that a process may send; the list from the board is managed code.
pub trait Outgoing {
    /// Puts it into the outbox.
    fn post(self, outbox: &mut impl Outbox);
}

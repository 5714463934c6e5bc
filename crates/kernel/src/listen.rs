//! What listens: read models, processes and deadlines. All of them are pure; the chassis stores and schedules.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Aggregate, Decision, Hear, Id, Opening, Recorded};

/// What the board says of a read model.
pub trait ReadModel {
    /// The events that it is made from.
    type Heard: Hear;
    /// The name on the board.
    const NAME: &'static str;
    /// Raised when the same events are to give another document; the view is then built again.
    const VERSION: u32;
}

/// How a document of a read model follows from events.
pub trait Projection: ReadModel + Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// Which document an event is about; the aggregate's own unless said otherwise.
    fn key(heard: &Recorded<Self::Heard>) -> String {
        heard.stream.to_string()
    }
    /// The document after the event; none where there is none any more.
    fn project(view: Option<Self>, heard: &Recorded<Self::Heard>) -> Option<Self>;
}

/// What the board says of a process.
pub trait ProcessManager {
    /// The events that it hears.
    type Heard: Hear;
    /// The commands that it may send, each with whom it is sent to.
    type Sends: Send + Sync + 'static;
    /// The name on the board.
    const NAME: &'static str;
    /// The kinds of events that start it; no other reaches one that has not started.
    const STARTS_ON: &'static [&'static str];
    /// The kinds of events after which it has ended, whatever it returns.
    const ENDS_ON: &'static [&'static str];
}

/// How a process reacts: its state is a document, what it wants is commands.
pub trait Process: ProcessManager + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Which instance an event is about.
    fn key(heard: &Recorded<Self::Heard>) -> String;
    /// The state after the event (none: ended) and the commands to send.
    fn react(state: Option<Self>, heard: &Recorded<Self::Heard>) -> (Option<Self>, Vec<Self::Sends>);
}

/// One reaction, under what the board says: nothing before the start, nothing left after an end.
pub fn react<P: Process>(state: Option<P>, heard: &Recorded<P::Heard>) -> (Option<P>, Vec<P::Sends>) {
    let kind = heard.event.name();
    if state.is_none() && !P::STARTS_ON.contains(&kind) {
        return (None, Vec::new());
    }
    let (state, sends) = P::react(state, heard);
    (state.filter(|_| !P::ENDS_ON.contains(&kind)), sends)
}

/// A deadline that has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Which of the times the board lists, from 1.
    pub nth: u32,
    /// When the event that set it was recorded.
    pub set_at: Timestamp,
    /// When it came due; the command may be sent later, never earlier.
    pub due_at: Timestamp,
}

/// What the board says of a deadline.
pub trait Deadline {
    /// The aggregate whose events set and clear it, and which its command is sent to.
    type Aggregate: Aggregate;
    /// The command that it sends.
    type Sends: Decision<Aggregate = Self::Aggregate> + From<Due>;
    /// The name on the board.
    const NAME: &'static str;
    /// The kind of event that sets it.
    const SET_BY: &'static str;
    /// The kinds of events that clear it.
    const CLEARED_BY: &'static [&'static str];
    /// How long after the event that sets it, ascending.
    const AFTER: &'static [SignedDuration];
}

/// Where a process puts the commands that it sends.
pub trait Outbox {
    /// To an aggregate that it creates.
    fn open<M: Opening>(&mut self, command: M);
    /// To one that exists.
    fn decide<M: Decision>(&mut self, to: Id<M::Aggregate>, command: M);
}

/// A command that a process may send; the board's list of them is managed code.
pub trait Outgoing {
    /// Puts it into the outbox.
    fn post(self, outbox: &mut impl Outbox);
}

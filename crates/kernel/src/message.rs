//! Commands, the aggregates that decide them, and rejections.

use std::fmt::{Debug, Display};

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Actor, Event};

/// A consistency boundary: its state is built from events, and commands are decided against that state.
pub trait Aggregate: Sized + Send + Sync + 'static {
    /// Every event of this aggregate.
    type Event: Event;
    /// The rejections of the context, one for each rule.
    type Rejection: Rejection;
    /// Its form for clients; the state itself never leaves the process.
    type View: for<'a> From<&'a Self> + Serialize + JsonSchema + Send;
    /// The name on the board.
    const NAME: &'static str;

    /// The state after a creating event; `None` for any other event.
    fn open(event: &Self::Event) -> Option<Self>;
    /// Applies an event. It must accept each event in each state, because history cannot be rejected.
    fn evolve(&mut self, event: &Self::Event);
}

/// Is created by an event.
pub trait Open<E>: Sized {
    /// The first state.
    fn open(event: &E) -> Self;
}

/// Is changed by an event.
pub trait Evolve<E> {
    /// Changes the state to that after the event.
    fn evolve(&mut self, event: &E);
}

/// A rejection by the domain. It serialises to an object whose `rule` is its code: `{"rule": "not-a-draft"}`.
pub trait Rejection: Debug + Display + PartialEq + Serialize + JsonSchema + Send + Sync + 'static {}

impl<R: Debug + Display + PartialEq + Serialize + JsonSchema + Send + Sync + 'static> Rejection for R {}

/// A command, with its aggregate, actors, events and rules as declared on the board.
pub trait Message: Clone + DeserializeOwned + JsonSchema + Send + Sync + Sized + 'static {
    /// The aggregate that decides it.
    type Aggregate: Aggregate;
    /// The events that it may emit: the struct of one event, or an enum of several.
    type Emits: Into<EventOf<Self>> + Send;
    /// The name on the board.
    const NAME: &'static str;
    /// The roles that may send it.
    const ACTORS: &'static [&'static str];
    /// The codes of the rules that may reject it.
    const REJECTS: &'static [&'static str];
}

/// Every event of the aggregate that a command is decided against.
pub type EventOf<M> = <<M as Message>::Aggregate as Aggregate>::Event;
/// The rejection of the context that a command belongs to.
pub type RejectionOf<M> = <<M as Message>::Aggregate as Aggregate>::Rejection;
/// The result of a decision: events, an empty list if nothing changes, or a rejection.
pub type Decided<M> = Result<Vec<<M as Message>::Emits>, RejectionOf<M>>;
/// The result of a creation: the first event of the stream, or a rejection.
pub type Opened<M> = Result<<M as Message>::Emits, RejectionOf<M>>;

/// A command that creates its aggregate.
pub trait Opening: Message<Aggregate: Open<Self::Emits>> {
    /// Data that the decision needs besides the command and the state: `()` for nothing, `Timestamp` for the time.
    type Facts: Send + Sync;
    /// Decides from the command and the facts only.
    fn decide(self, facts: &Self::Facts) -> Opened<Self>;
}

/// A command to an existing aggregate.
pub trait Decision: Message {
    /// The result of the guard, and the only part of the state that the decision can see.
    type Permit<'a>;
    /// Data that the decision needs besides the command and the state: `()` for nothing, `Timestamp` for the time.
    type Facts: Send + Sync;
    /// Checks only the state and the actor, so that it also decides whether the command is offered.
    fn guard<'a>(state: &'a Self::Aggregate, actor: &Actor) -> Result<Self::Permit<'a>, RejectionOf<Self>>;
    /// Decides with the guard's permit.
    fn decide(self, permit: Self::Permit<'_>, facts: &Self::Facts) -> Decided<Self>;
}

/// A rejection by the guard or by the decision, so that a client can distinguish "not now" from "not with this
/// content".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused<R> {
    /// The guard: not in this state, or not by this actor. HTTP 409.
    NotNow(R),
    /// The decision: not with this payload and these facts. HTTP 422.
    NotThis(R),
}

impl<R> Refused<R> {
    /// The rejection itself.
    pub fn into_rejection(self) -> R {
        match self {
            Self::NotNow(rejection) | Self::NotThis(rejection) => rejection,
        }
    }
}

/// Runs the guard, then the decision.
pub fn decide<M: Decision>(
    command: M,
    state: &M::Aggregate,
    actor: &Actor,
    facts: &M::Facts,
) -> Result<Vec<M::Emits>, Refused<RejectionOf<M>>> {
    let permit = M::guard(state, actor).map_err(Refused::NotNow)?;
    command.decide(permit, facts).map_err(Refused::NotThis)
}

/// The state after a history of events; `None` unless the first is a creating event.
pub fn fold<'a, A: Aggregate>(history: impl IntoIterator<Item = &'a A::Event>) -> Option<A>
where
    A::Event: 'a,
{
    history.into_iter().fold(None, |state: Option<A>, event| match state {
        None => A::open(event),
        Some(mut state) => {
            state.evolve(event);
            Some(state)
        }
    })
}

/// The code of a rejection: the name of its variant in kebab-case, as in the JSON form.
pub fn rule_of<R: Rejection>(rejection: &R) -> String {
    let json = serde_json::to_value(rejection).unwrap_or_default();
    json.get("rule").and_then(|rule| rule.as_str()).unwrap_or("unnamed").to_owned()
}

/// The codes of all rejections, read from the type's JSON Schema, so that no list must be maintained.
pub fn rules<R: Rejection>() -> Vec<String> {
    let schema = schemars::schema_for!(R);
    let variants = schema.get("oneOf").and_then(|variants| variants.as_array()).cloned().unwrap_or_default();
    variants
        .iter()
        .filter_map(|variant| variant.pointer("/properties/rule/const")?.as_str().map(ToOwned::to_owned))
        .collect()
}

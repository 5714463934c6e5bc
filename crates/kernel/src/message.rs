//! Commands: what may be asked, by whom, and how the domain answers.

use std::fmt::{Debug, Display};

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Actor, Event};

/// A consistency boundary: its events build it, its commands are decided against it.
pub trait Aggregate: Sized + Send + Sync + 'static {
    /// Every event of this aggregate.
    type Event: Event;
    /// The rules by which the context says no.
    type Rejection: Rejection;
    /// What a client is shown of it; the state itself never leaves the process.
    type View: for<'a> From<&'a Self> + Serialize + JsonSchema + Send;
    /// The name on the board.
    const NAME: &'static str;

    /// The state that a creation's event founds; none for any other event.
    fn open(event: &Self::Event) -> Option<Self>;
    /// Takes an event that was decided. It must accept each event in each state, since history cannot be refused.
    fn evolve(&mut self, event: &Self::Event);
}

/// Built by the event of a creation.
pub trait Open<E>: Sized {
    /// The first state.
    fn open(event: &E) -> Self;
}

/// Changed by an event.
pub trait Evolve<E> {
    /// The state after the event.
    fn evolve(&mut self, event: &E);
}

/// The domain's no. It serialises to an object whose `rule` is its code: `{"rule": "not-a-draft"}`.
pub trait Rejection: Debug + Display + PartialEq + Serialize + JsonSchema + Send + Sync + 'static {}

impl<R: Debug + Display + PartialEq + Serialize + JsonSchema + Send + Sync + 'static> Rejection for R {}

/// A command, tied by the board to its aggregate, its actors, its events and its rules.
pub trait Message: Clone + DeserializeOwned + JsonSchema + Send + Sync + Sized + 'static {
    /// What it is decided against.
    type Aggregate: Aggregate;
    /// What it may emit: one event's struct, or a narrow enum of several.
    type Emits: Into<EventOf<Self>> + Send;
    /// The name on the board.
    const NAME: &'static str;
    /// The roles that may send it.
    const ACTORS: &'static [&'static str];
    /// The codes of the rules by which the board says it is rejected.
    const REJECTS: &'static [&'static str];
}

/// Every event of the aggregate that a command is decided against.
pub type EventOf<M> = <<M as Message>::Aggregate as Aggregate>::Event;
/// The rejection of the context that a command belongs to.
pub type RejectionOf<M> = <<M as Message>::Aggregate as Aggregate>::Rejection;
/// What a decision yields: the events, none where nothing is to change, or a rejection.
pub type Decided<M> = Result<Vec<<M as Message>::Emits>, RejectionOf<M>>;
/// What a creation yields: the one event that founds the stream, or a rejection.
pub type Opened<M> = Result<<M as Message>::Emits, RejectionOf<M>>;

/// A command that creates its aggregate.
pub trait Opening: Message<Aggregate: Open<Self::Emits>> {
    /// What must be known beforehand and is not in the command: `()` for nothing, `Timestamp` for the time.
    type Facts: Send + Sync;
    /// Decides, seeing the command and the facts alone.
    fn decide(self, facts: &Self::Facts) -> Opened<Self>;
}

/// A command to an aggregate that exists.
pub trait Decision: Message {
    /// The witness of what the guard proved; all that the decision sees of the state.
    type Permit<'a>;
    /// What must be known beforehand and is not in the command: `()` for nothing, `Timestamp` for the time.
    type Facts: Send + Sync;
    /// Judges state and actor alone, hence also whether the command is offered.
    fn guard<'a>(state: &'a Self::Aggregate, actor: &Actor) -> Result<Self::Permit<'a>, RejectionOf<Self>>;
    /// Decides, under the guard's permit.
    fn decide(self, permit: Self::Permit<'_>, facts: &Self::Facts) -> Decided<Self>;
}

/// Which of the two said no; a client is told apart what it may ask later from what it asked wrongly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused<R> {
    /// The guard: not in this state, or not by this actor. HTTP 409.
    NotNow(R),
    /// The decision: not with this payload and these facts. HTTP 422.
    NotThis(R),
}

impl<R> Refused<R> {
    /// The rejection, whoever spoke it.
    pub fn into_rejection(self) -> R {
        match self {
            Self::NotNow(rejection) | Self::NotThis(rejection) => rejection,
        }
    }
}

/// Guard, then decision.
pub fn decide<M: Decision>(
    command: M,
    state: &M::Aggregate,
    actor: &Actor,
    facts: &M::Facts,
) -> Result<Vec<M::Emits>, Refused<RejectionOf<M>>> {
    let permit = M::guard(state, actor).map_err(Refused::NotNow)?;
    command.decide(permit, facts).map_err(Refused::NotThis)
}

/// The state that a history builds; none where it does not begin with a creation's event.
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

/// The code of a rejection: its variant's name in kebab case, as it goes on the wire.
pub fn rule_of<R: Rejection>(rejection: &R) -> String {
    let json = serde_json::to_value(rejection).unwrap_or_default();
    json.get("rule").and_then(|rule| rule.as_str()).unwrap_or("unnamed").to_owned()
}

/// The codes of all rejections, read from the type's own JSON Schema, so that nobody keeps a list.
pub fn rules<R: Rejection>() -> Vec<String> {
    let schema = schemars::schema_for!(R);
    let variants = schema.get("oneOf").and_then(|variants| variants.as_array()).cloned().unwrap_or_default();
    variants
        .iter()
        .filter_map(|variant| variant.pointer("/properties/rule/const")?.as_str().map(ToOwned::to_owned))
        .collect()
}

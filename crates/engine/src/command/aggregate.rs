//! An aggregate with its commands, and the way each command takes: load, fold, guard, facts, decide, append.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use macadam_event_log::{ReadError, StoredEvent};
use macadam_kernel::{Actor, Aggregate, Decision, Event, Hear, Kind, Message, Opening, fold, rules};
use schemars::Schema;
use serde_json::Value;
use uuid::Uuid;

use super::answer::{Accepted, Shown};
use super::envelope::{Envelope, Input, Target};
use super::failure::Failure;
use super::handler::{Decides, Opens, TypedHandler};
use super::look_up::LookUp;
use super::store::{CommandStore, Decided, StoreError};
use crate::caller::{Caller, Scope};
use crate::deprecation::Deprecation;

/// How often a decision is made anew when others were first.
const ATTEMPTS: usize = 5;

/// What the board says of a command.
#[derive(Debug, Clone)]
pub struct CommandInfo {
    /// Its name.
    pub name: &'static str,
    /// Whether it creates an aggregate.
    pub creates: bool,
    /// The roles that may send it.
    pub actors: &'static [&'static str],
    /// The codes of the rules that may reject it.
    pub rejects: &'static [&'static str],
    /// What it carries.
    pub schema: Schema,
    /// Whether it is not to be used any more.
    pub deprecated: Option<Deprecation>,
}

impl CommandInfo {
    fn of<M: Message>(creates: bool) -> Self {
        let schema = schemars::schema_for!(M);
        Self { name: M::NAME, creates, actors: M::ACTORS, rejects: M::REJECTS, schema, deprecated: None }
    }
}

/// One aggregate as a caller may see it.
pub struct Instance {
    /// How many events it has.
    pub version: i64,
    /// What is shown of its state.
    pub view: Value,
    /// The commands that the caller may send next.
    pub offered: Vec<&'static str>,
}

/// An aggregate of a context: where it is served, who sees it, and its commands.
pub struct AggregateDef<A: Aggregate> {
    plural: &'static str,
    visible_to: Vec<(&'static str, Scope)>,
    openings: Vec<(CommandInfo, Box<dyn Opens<A>>)>,
    decisions: Vec<(CommandInfo, Box<dyn Decides<A>>)>,
}

impl<A: Aggregate> AggregateDef<A> {
    /// Serves the aggregate under `/<plural>`.
    pub fn new(plural: &'static str) -> Self {
        Self { plural, visible_to: Vec::new(), openings: Vec::new(), decisions: Vec::new() }
    }

    /// Shows it to a role; to all others it does not exist.
    #[must_use]
    pub fn visible_to(mut self, role: &'static str, scope: Scope) -> Self {
        self.visible_to.push((role, scope));
        self
    }

    /// Adds a command that creates it.
    #[must_use]
    pub fn opening<M: Opening<Aggregate = A>, L: LookUp<M, M::Facts>>(mut self, lookup: &Arc<L>) -> Self {
        self.openings.push((CommandInfo::of::<M>(true), Box::new(TypedHandler::<M, L>::new(lookup.clone()))));
        self
    }

    /// Adds a command to one that exists.
    #[must_use]
    pub fn decision<M: Decision<Aggregate = A>, L: LookUp<M, M::Facts>>(mut self, lookup: &Arc<L>) -> Self {
        self.decisions
            .push((CommandInfo::of::<M>(false), Box::new(TypedHandler::<M, L>::new(lookup.clone()))));
        self
    }

    /// Says of a command added before that it is not to be used any more.
    #[must_use]
    pub fn deprecated(mut self, command: &str, deprecation: Deprecation) -> Self {
        let openings = self.openings.iter_mut().map(|(info, _)| info);
        let infos = openings.chain(self.decisions.iter_mut().map(|(info, _)| info));
        infos.filter(|info| info.name == command).for_each(|info| info.deprecated = Some(deprecation));
        self
    }

    fn folded(stream: Uuid, stored: &[StoredEvent]) -> Result<Option<(A, i64)>, Failure> {
        let Some(version) = stored.last().map(|event| event.version) else { return Ok(None) };
        if stored.iter().any(|event| event.aggregate != A::NAME) {
            return Ok(None);
        }
        let mut history = Vec::with_capacity(stored.len());
        for event in stored {
            history.push(event.decode::<A::Event>()?.event);
        }
        let state = fold::<A>(&history).ok_or(Failure::History { stream })?;
        Ok(Some((state, version)))
    }

    /// What `caller` may see of it; none where it is somebody else's.
    fn show(&self, caller: &Caller, stream: Uuid, state: &A) -> Result<Option<Value>, Failure> {
        let view = serde_json::to_value(A::View::from(state))
            .map_err(|source| Failure::Encode { what: A::NAME, source })?;
        let scope = caller.scope(&self.visible_to);
        Ok(scope.is_some_and(|scope| caller.sees(scope, &view)).then(|| with_id(view, stream)))
    }

    fn offered(&self, caller: &Caller, state: &A) -> Vec<&'static str> {
        self.decisions
            .iter()
            .filter(|(info, handler)| {
                caller.acting_as(info.actors).is_some_and(|actor| handler.offered(state, &actor))
            })
            .map(|(info, _)| info.name)
            .collect()
    }

    async fn create(
        &self,
        store: &CommandStore,
        (info, handler): &(CommandInfo, Box<dyn Opens<A>>),
        stream: Uuid,
        input: Input,
        envelope: &Envelope,
    ) -> Result<Accepted, Failure> {
        let caller = &envelope.caller;
        let actor = acting(caller, info)?;
        let command = handler.parse(input)?;
        let event = handler.open(&command, Timestamp::now()).await?;
        let state = A::open(&event).ok_or(Failure::History { stream })?;
        let Some(view) = self.show(caller, stream, &state)? else {
            let field = caller.scope(&self.visible_to).and_then(|scope| match scope {
                Scope::Own(field) => Some(field),
                Scope::All => None,
            });
            return Err(Failure::NotYours { command: info.name, field });
        };
        let shown = Shown { view, offered: self.offered(caller, &state) };
        let decided =
            Decided { aggregate: A::NAME, stream, expected: 0, events: &[event], actor, shown: &shown };
        match store.store(&decided, envelope).await {
            Ok(appended) => Ok(shown.accepted(&appended)),
            Err(StoreError::Conflict) => Err(Failure::Contention),
            Err(StoreError::Failed(failure)) => Err(failure),
        }
    }

    async fn decide(
        &self,
        store: &CommandStore,
        (info, handler): &(CommandInfo, Box<dyn Decides<A>>),
        stream: Uuid,
        input: Input,
        envelope: &Envelope,
    ) -> Result<Accepted, Failure> {
        let caller = &envelope.caller;
        let _lock = store.lock(stream).await;
        let mut input = Some(input);
        let mut command = None;
        for _ in 0..ATTEMPTS {
            let stored = store.log.stream(stream).await?;
            let (mut state, version) = Self::folded(stream, &stored)?.ok_or(Failure::NotFound)?;
            let recorded_at = stored.last().map_or(Timestamp::UNIX_EPOCH, |event| event.recorded_at);
            // Before anything else is judged: whoever may not see it must not learn that it exists.
            self.show(caller, stream, &state)?.ok_or(Failure::NotFound)?;
            let actor = acting(caller, info)?;
            if let Some(input) = input.take() {
                command = Some(handler.parse(input)?);
            }
            let command = command.as_ref().expect("parsed in the first attempt");
            if envelope.if_match.as_ref().is_some_and(|expected| !expected.contains(&version)) {
                return Err(Failure::Precondition { actual: version });
            }
            // A clock that went back must not let a decision happen before what it follows.
            let now = Timestamp::now().max(recorded_at);
            let events = handler.decide(command, &state, &actor, now).await?;
            for event in &events {
                state.evolve(event);
            }
            // Who has decided it out of their own sight is told no more of it.
            let shown = match self.show(caller, stream, &state)? {
                Some(view) => Shown { view, offered: self.offered(caller, &state) },
                None => Shown { view: Value::Null, offered: Vec::new() },
            };
            let decided = Decided {
                aggregate: A::NAME,
                stream,
                expected: version,
                events: &events,
                actor,
                shown: &shown,
            };
            match store.store(&decided, envelope).await {
                Ok(appended) => return Ok(shown.accepted(&appended)),
                Err(StoreError::Conflict) => {}
                Err(StoreError::Failed(failure)) => return Err(failure),
            }
        }
        Err(Failure::Contention)
    }
}

fn acting(caller: &Caller, info: &CommandInfo) -> Result<Actor, Failure> {
    caller.acting_as(info.actors).ok_or(Failure::Forbidden { command: info.name, actors: info.actors })
}

fn with_id(mut view: Value, stream: Uuid) -> Value {
    if let Some(members) = view.as_object_mut() {
        members.entry("id").or_insert_with(|| stream.to_string().into());
    }
    view
}

/// An aggregate with its types forgotten.
pub trait ErasedAggregate: Send + Sync {
    /// Its name on the board.
    fn name(&self) -> &'static str;
    /// The first part of its paths.
    fn plural(&self) -> &'static str;
    /// The roles that may see it, and whose.
    fn visible_to(&self) -> &[(&'static str, Scope)];
    /// What happens to it.
    fn kinds(&self) -> &'static [Kind];
    /// The schemas of its events, by name.
    fn event_schemas(&self) -> Vec<(&'static str, Schema)>;
    /// What is shown of it.
    fn view_schema(&self) -> Schema;
    /// Why its commands are rejected.
    fn rejection_schema(&self) -> Schema;
    /// The codes of all rejections.
    fn rules(&self) -> Vec<String>;
    /// Its commands, creations first.
    fn commands(&self) -> Vec<&CommandInfo>;
    /// Whether the code can read an event as it is stored.
    fn reads(&self, event: &StoredEvent) -> Result<(), ReadError>;
    /// Decides a command and stores what follows.
    fn execute<'a>(
        &'a self,
        store: &'a CommandStore,
        command: &'a CommandInfo,
        target: Target,
        input: Input,
        envelope: Envelope,
    ) -> BoxFuture<'a, Result<Accepted, Failure>>;
    /// What `caller` may see of the aggregate whose events these are; none where it is another's or of another kind.
    fn instance(
        &self,
        stream: Uuid,
        stored: &[StoredEvent],
        caller: &Caller,
    ) -> Result<Option<Instance>, Failure>;
}

impl<A: Aggregate> ErasedAggregate for AggregateDef<A> {
    fn name(&self) -> &'static str {
        A::NAME
    }
    fn plural(&self) -> &'static str {
        self.plural
    }
    fn visible_to(&self) -> &[(&'static str, Scope)] {
        &self.visible_to
    }
    fn kinds(&self) -> &'static [Kind] {
        A::Event::KINDS
    }
    fn event_schemas(&self) -> Vec<(&'static str, Schema)> {
        A::Event::schemas()
    }
    fn reads(&self, event: &StoredEvent) -> Result<(), ReadError> {
        event.decode::<A::Event>().map(drop)
    }
    fn view_schema(&self) -> Schema {
        schemars::schema_for!(A::View)
    }
    fn rejection_schema(&self) -> Schema {
        schemars::schema_for!(A::Rejection)
    }
    fn rules(&self) -> Vec<String> {
        rules::<A::Rejection>()
    }
    fn commands(&self) -> Vec<&CommandInfo> {
        let openings = self.openings.iter().map(|(info, _)| info);
        openings.chain(self.decisions.iter().map(|(info, _)| info)).collect()
    }

    fn execute<'a>(
        &'a self,
        store: &'a CommandStore,
        command: &'a CommandInfo,
        target: Target,
        input: Input,
        envelope: Envelope,
    ) -> BoxFuture<'a, Result<Accepted, Failure>> {
        Box::pin(async move {
            match target {
                Target::Create(stream) => {
                    let opening = self.openings.iter().find(|(info, _)| info.name == command.name);
                    self.create(store, opening.ok_or(Failure::NotFound)?, stream, input, &envelope).await
                }
                Target::Existing(stream) => {
                    let decision = self.decisions.iter().find(|(info, _)| info.name == command.name);
                    self.decide(store, decision.ok_or(Failure::NotFound)?, stream, input, &envelope).await
                }
            }
        })
    }

    fn instance(
        &self,
        stream: Uuid,
        stored: &[StoredEvent],
        caller: &Caller,
    ) -> Result<Option<Instance>, Failure> {
        let Some((state, version)) = Self::folded(stream, stored)? else { return Ok(None) };
        let view = self.show(caller, stream, &state)?;
        Ok(view.map(|view| Instance { version, view, offered: self.offered(caller, &state) }))
    }
}

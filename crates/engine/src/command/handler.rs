//! One command with its types forgotten, so that aggregates can hold many.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use macadam_kernel::{
    Actor, Aggregate, Decision, EventOf, Message, Opening, Refused, RejectionOf, decide, rule_of,
};
use macadam_telemetry::Span;
use opentelemetry::trace::SpanKind;
use schemars::Schema;

use super::envelope::Input;
use super::failure::{Failure, Judge};
use super::look_up::{LookUp, LookUpError};
use super::parse::parse;

/// How long facts may take. A request may give up earlier; a process or a deadline has nobody who would.
const LOOK_UP_MAX: Duration = Duration::from_secs(10);

/// A parsed command whose type only its handler knows.
pub(super) type Parsed = Box<dyn Any + Send + Sync>;

/// What all handlers do alike.
pub(super) trait Handler: Send + Sync {
    fn parse(&self, input: Input) -> Result<Parsed, Failure>;
}

/// A creation.
pub(super) trait Opens<A: Aggregate>: Handler {
    fn open<'a>(&'a self, command: &'a Parsed, now: Timestamp) -> BoxFuture<'a, Result<A::Event, Failure>>;
}

/// A command to an aggregate that exists.
pub(super) trait Decides<A: Aggregate>: Handler {
    fn offered(&self, state: &A, actor: &Actor) -> bool;
    fn decide<'a>(
        &'a self,
        command: &'a Parsed,
        state: &'a A,
        actor: &'a Actor,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Vec<A::Event>, Failure>>;
}

/// The handler of the command `M`, whose facts `L` looks up.
pub(super) struct TypedHandler<M, L> {
    lookup: Arc<L>,
    schema: Schema,
    _command: std::marker::PhantomData<fn() -> M>,
}

impl<M: Message, L> TypedHandler<M, L> {
    pub(super) fn new(lookup: Arc<L>) -> Self {
        Self { lookup, schema: schemars::schema_for!(M), _command: std::marker::PhantomData }
    }
}

impl<M: Message, L> TypedHandler<M, L> {
    /// Looks the facts up, within a bound: whoever waits for this command's stream waits for them too.
    async fn facts<F: Send>(&self, command: &M, now: Timestamp) -> Result<F, LookUpError>
    where
        L: LookUp<M, F>,
    {
        let mut span = Span::child("look up", SpanKind::Internal);
        span.set("macadam.command", M::NAME);
        let looking = span.context().clone().scope(L::look_up(&self.lookup, command, now));
        let looked_up = tokio::time::timeout(LOOK_UP_MAX, looking).await.unwrap_or_else(|_| {
            let source = format!("no answer within {} s", LOOK_UP_MAX.as_secs());
            Err(LookUpError { what: M::NAME, source: source.into() })
        });
        looked_up.inspect_err(|_| span.fail("look-up"))
    }
}

fn typed<M: Message>(command: &Parsed) -> &M {
    command.downcast_ref().expect("a handler is handed what it parsed")
}

fn rejected<M: Message>(judge: Judge, rejection: &RejectionOf<M>) -> Failure {
    let mut extra = serde_json::to_value(rejection).unwrap_or_default();
    if let Some(members) = extra.as_object_mut() {
        members.remove("rule");
    }
    Failure::Rejected { judge, rule: rule_of(rejection), detail: rejection.to_string(), extra }
}

impl<M: Message, L: Send + Sync> Handler for TypedHandler<M, L> {
    fn parse(&self, input: Input) -> Result<Parsed, Failure> {
        match input {
            Input::Json(body) => Ok(Box::new(parse::<M>(&body, &self.schema).map_err(Failure::Malformed)?)),
            Input::Typed(command) => Ok(command),
        }
    }
}

impl<M, L> Opens<M::Aggregate> for TypedHandler<M, L>
where
    M: Opening,
    L: LookUp<M, M::Facts>,
{
    fn open<'a>(&'a self, command: &'a Parsed, now: Timestamp) -> BoxFuture<'a, Result<EventOf<M>, Failure>> {
        Box::pin(async move {
            let command = typed::<M>(command);
            let facts: M::Facts = self.facts(command, now).await?;
            let event = command.clone().decide(&facts).map_err(|no| rejected::<M>(Judge::Decision, &no))?;
            Ok(event.into())
        })
    }
}

impl<M, L> Decides<M::Aggregate> for TypedHandler<M, L>
where
    M: Decision,
    L: LookUp<M, M::Facts>,
{
    fn offered(&self, state: &M::Aggregate, actor: &Actor) -> bool {
        M::guard(state, actor).is_ok()
    }

    fn decide<'a>(
        &'a self,
        command: &'a Parsed,
        state: &'a M::Aggregate,
        actor: &'a Actor,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Vec<EventOf<M>>, Failure>> {
        Box::pin(async move {
            let command = typed::<M>(command);
            // Asked before the lookup, too: a fact is not fetched for what the state forbids anyway.
            M::guard(state, actor).map(drop).map_err(|no| rejected::<M>(Judge::Guard, &no))?;
            let facts: M::Facts = self.facts(command, now).await?;
            match decide(command.clone(), state, actor, &facts) {
                Ok(events) => Ok(events.into_iter().map(Into::into).collect()),
                Err(Refused::NotNow(no)) => Err(rejected::<M>(Judge::Guard, &no)),
                Err(Refused::NotThis(no)) => Err(rejected::<M>(Judge::Decision, &no)),
            }
        })
    }
}

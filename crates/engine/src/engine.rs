//! The engine: what every command goes through, whichever aggregate it is for, and whoever sends it.

use std::sync::Arc;

use macadam_event_log::{EventLog, Used};
use macadam_telemetry::{Span, chain};
use opentelemetry::trace::SpanKind;
use serde::Deserialize;
use serde_json::Value;

use crate::catalog::Catalog;
use crate::command::{
    Accepted, Attempt, CommandInfo, CommandStore, Envelope, ErasedAggregate, Failure, Input, Key,
    KeysInFlight, Target,
};
use crate::metrics::{EngineMetrics, Outcome};

/// Runs commands over a log.
pub struct Engine {
    pub(crate) store: CommandStore,
    keys: KeysInFlight,
}

impl Engine {
    /// An engine for the claims and deadlines of this catalog.
    pub fn new(log: EventLog, metrics: Arc<EngineMetrics>, catalog: &Catalog) -> Self {
        let store = CommandStore::new(log, metrics, catalog.deadlines.clone(), catalog.claims.clone());
        Self { store, keys: KeysInFlight::default() }
    }

    /// The log that it stores in.
    #[inline]
    pub fn log(&self) -> &EventLog {
        &self.store.log
    }

    /// Runs a command, and counts how it ended.
    pub async fn execute(
        &self,
        aggregate: &dyn ErasedAggregate,
        command: &CommandInfo,
        target: Target,
        input: Input,
        mut envelope: Envelope,
    ) -> Result<Accepted, Failure> {
        let mut span = Span::child(command.name, SpanKind::Internal);
        span.set("macadam.command", command.name);
        span.set("macadam.aggregate", aggregate.name());
        let context = span.context().clone();
        let attempt = Arc::new(Attempt::begin(self.store.metrics.clone(), command.name, span));
        envelope.attempt = Some(attempt.clone());
        let correlation_id = envelope.correlation_id;
        let answer = context.scope(self.once(aggregate, command, target, input, envelope)).await;
        let outcome = match &answer {
            // It was counted when it was accepted.
            Ok(accepted) if accepted.repeated => None,
            Ok(_) => Some(Outcome::Accepted),
            Err(Failure::Rejected { rule, .. }) => Some(Outcome::Rejected(rule)),
            Err(
                Failure::NotFound
                | Failure::Forbidden { .. }
                | Failure::NotYours { .. }
                | Failure::Malformed(_)
                | Failure::Cleared
                | Failure::Contention
                | Failure::KeyReused
                | Failure::KeyInFlight
                | Failure::Precondition { .. },
            ) => None,
            Err(failure) => {
                tracing::error!(
                    command = command.name,
                    correlation_id = %correlation_id,
                    error = chain(failure),
                    "command {} failed",
                    command.name
                );
                Some(Outcome::Failed)
            }
        };
        attempt.ended(&answer, outcome);
        answer
    }

    /// Looks the key up before anything is judged: what was accepted once is not refused for what it brought about.
    async fn once(
        &self,
        aggregate: &dyn ErasedAggregate,
        command: &CommandInfo,
        target: Target,
        input: Input,
        mut envelope: Envelope,
    ) -> Result<Accepted, Failure> {
        // Whoever is no actor is refused as if there were no key.
        let acts = envelope.caller.acting_as(command.actors).is_some();
        let Some(mut key) = envelope.key.take().filter(|_| acts) else {
            return aggregate.execute(&self.store, command, target, input, envelope).await;
        };
        key.in_flight = Some(self.keys.begin(key.hash).ok_or(Failure::KeyInFlight)?);
        if let Some(before) = self.store.log.accepted(key.hash).await? {
            return repeated(aggregate, &key, &before);
        }
        envelope.key = Some(key.clone());
        match aggregate.execute(&self.store, command, target, input, envelope).await {
            Err(Failure::Repeated(before)) => repeated(aggregate, &key, &before),
            answer => answer,
        }
    }
}

/// An answer as it was kept with its key.
#[derive(Deserialize)]
struct Answer {
    view: Value,
    offered: Vec<String>,
}

/// The answer that was given under this key, where it was asked the same then.
fn repeated(aggregate: &dyn ErasedAggregate, key: &Key, before: &Used) -> Result<Accepted, Failure> {
    if key.request.as_ref().map(|request| &request[..]) != before.request.as_deref() {
        return Err(Failure::KeyReused);
    }
    let answer = before.answer.as_deref().map(serde_json::from_str::<Answer>).transpose();
    let answer = answer.map_err(|source| Failure::Encode { what: "a stored answer", source })?;
    let known = aggregate.commands().into_iter().map(|info| info.name);
    let (view, offered) = answer.map_or((Value::Null, Vec::new()), |answer| {
        (answer.view, known.filter(|name| answer.offered.iter().any(|kept| kept == name)).collect())
    });
    let appended = &before.appended;
    let (stream, version, position) = (appended.stream, appended.version, appended.position);
    Ok(Accepted { stream, version, position, view, offered, repeated: true })
}

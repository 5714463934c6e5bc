//! What every decision needs of the log, whichever aggregate it is of: locks on streams, and the way into the log.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use macadam_event_log::{
    Append, AppendError, Appended, Asked, ClaimChange, ClaimDef, DeadlineChange, DueDeadline, EventLog,
    NewEvent, NewKey,
};
use macadam_kernel::{Actor, Event};
use macadam_telemetry::Span;
use opentelemetry::trace::SpanKind;
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;

use super::answer::Shown;
use super::envelope::Envelope;
use super::failure::{Failure, Judge};
use super::key::Key;
use crate::deadline::DeadlineDef;
use crate::metrics::EngineMetrics;

/// Locks on streams; more of them than commands are ever under way.
const STREAM_LOCKS: usize = 4_096;

/// Decisions on one stream wait for each other here instead of colliding in the log. Streams share locks by hash.
struct StreamLocks(Vec<Mutex<()>>);

impl StreamLocks {
    fn new() -> Self {
        Self((0..STREAM_LOCKS).map(|_| Mutex::new(())).collect())
    }

    async fn lock(&self, stream: Uuid) -> MutexGuard<'_, ()> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(stream);
        let slot = usize::try_from(hash % STREAM_LOCKS as u64).unwrap_or_default();
        self.0[slot].lock().await
    }
}

/// Where decisions are made and stored.
pub struct CommandStore {
    pub(crate) log: EventLog,
    pub(crate) metrics: Arc<EngineMetrics>,
    deadlines: Vec<DeadlineDef>,
    claims: Vec<ClaimDef>,
    locks: StreamLocks,
}

/// What a command came to, before it is stored.
pub(crate) struct Decided<'a, E> {
    pub aggregate: &'static str,
    pub stream: Uuid,
    /// The version that was decided against; 0 founds the stream.
    pub expected: i64,
    pub events: &'a [E],
    pub actor: Actor,
    /// What its caller will be answered.
    pub shown: &'a Shown,
}

/// Why a decision was not stored.
pub(crate) enum StoreError {
    /// Somebody else was first: decide again.
    Conflict,
    /// Another decision would fail as well.
    Failed(Failure),
}

impl CommandStore {
    pub(crate) fn new(
        log: EventLog,
        metrics: Arc<EngineMetrics>,
        deadlines: Vec<DeadlineDef>,
        claims: Vec<ClaimDef>,
    ) -> Self {
        Self { log, metrics, deadlines, claims, locks: StreamLocks::new() }
    }

    /// Waits until no other decision on this stream is under way.
    pub(crate) async fn lock(&self, stream: Uuid) -> MutexGuard<'_, ()> {
        self.locks.lock(stream).await
    }

    /// Stores what was decided, with what follows from it in the same transaction.
    pub(crate) async fn store<E: Event>(
        &self,
        decided: &Decided<'_, E>,
        envelope: &Envelope,
    ) -> Result<Appended, StoreError> {
        let Decided { aggregate, stream, expected, events, ref actor, shown } = *decided;
        let (new, claims) = self.encoded(aggregate, events)?;
        let mut deadlines: Vec<_> = envelope.fired.iter().map(DueDeadline::fired).collect();
        let set = self.deadline_changes(aggregate, events, &mut deadlines);
        if new.is_empty() && deadlines.is_empty() && envelope.key.is_none() {
            let position = *self.log.head().borrow();
            return Ok(Appended { stream, version: expected, position, cleared: Vec::new() });
        }
        // What is stored points to this span, and whoever hears of it goes on from there.
        let mut span = Span::child("append", SpanKind::Producer);
        if span.is_recorded() {
            let names: Vec<_> = events.iter().map(E::name).collect();
            span.set("macadam.events", names.join(" "));
            span.set("macadam.stream", stream.to_string());
        }
        let append = Append {
            aggregate,
            stream,
            expected,
            events: new,
            actor: actor.clone(),
            correlation_id: envelope.correlation_id,
            causation_id: envelope.causation_id,
            traceparent: Some(span.traceparent().to_string()),
            key: envelope.key.as_ref().map(|key| new_key(key, shown)).transpose()?,
            claims,
            deadlines,
        };
        let counted: Vec<_> = events.iter().map(|event| (event.name(), event.amount())).collect();
        let (log, metrics) = (self.log.clone(), self.metrics.clone());
        let in_flight = envelope.key.as_ref().and_then(|key| key.in_flight.clone());
        let attempt = envelope.attempt.clone();
        // In a task of its own: it is stored and counted also where the client has gone away meanwhile.
        let storing = tokio::spawn(async move {
            let appended = log.append(append).await.inspect_err(|error| span.fail(error.kind()))?;
            span.set("macadam.position", appended.position);
            if let Some(attempt) = &attempt {
                attempt.stored();
            }
            for (event, amount) in counted {
                metrics.event(event, amount);
            }
            for (deadline, count) in set {
                metrics.deadline(deadline, "set", count);
            }
            for (deadline, count) in &appended.cleared {
                metrics.deadline(deadline, "met", *count);
            }
            drop(in_flight);
            Ok(appended)
        });
        storing.await.unwrap_or(Err(AppendError::Unknown)).map_err(|error| match error {
            AppendError::Conflict { .. } => StoreError::Conflict,
            AppendError::Repeated(before) => StoreError::Failed(Failure::Repeated(Box::new(before))),
            AppendError::Claimed { claim } => StoreError::Failed(self.taken(claim)),
            AppendError::Cleared => StoreError::Failed(Failure::Cleared),
            AppendError::Unknown => StoreError::Failed(Failure::Unknown),
        })
    }

    /// The events as they are stored, and what they do to claims.
    fn encoded<E: Event>(
        &self,
        aggregate: &str,
        events: &[E],
    ) -> Result<(Vec<NewEvent>, Vec<ClaimChange>), StoreError> {
        let mut new = Vec::with_capacity(events.len());
        let mut claims = Vec::new();
        for event in events {
            let kind = event.kind();
            let payload = event
                .encode()
                .map_err(|source| StoreError::Failed(Failure::Encode { what: kind.name, source }))?;
            let of_aggregate = self.claims.iter().filter(|claim| claim.aggregate == aggregate);
            claims.extend(of_aggregate.filter_map(|claim| claim.change(event.name(), &payload)));
            let (schema_version, published) = (kind.version, kind.published);
            new.push(NewEvent { kind: kind.name, schema_version, published, payload });
        }
        Ok((new, claims))
    }

    /// The rejection of a command that would take what another aggregate has.
    fn taken(&self, name: &str) -> Failure {
        let claim = self.claims.iter().find(|claim| claim.name == name);
        let (rule, field, of) =
            claim.map_or(("", "", ""), |claim| (claim.rule, claim.field, claim.aggregate));
        let detail = format!("another {of} has this `{field}`");
        Failure::Rejected { judge: Judge::Decision, rule: rule.to_owned(), detail, extra: Value::Null }
    }

    fn deadline_changes<E: Event>(
        &self,
        aggregate: &str,
        events: &[E],
        changes: &mut Vec<DeadlineChange>,
    ) -> Vec<(&'static str, u64)> {
        let mut set = Vec::new();
        for deadline in self.deadlines.iter().filter(|deadline| deadline.aggregate == aggregate) {
            for event in events {
                if deadline.cleared_by.contains(&event.name()) {
                    changes.push(DeadlineChange::Clear { deadline: deadline.name });
                }
                if event.name() == deadline.set_by {
                    changes.extend((1..).zip(&deadline.after).map(|(nth, after)| DeadlineChange::Set {
                        deadline: deadline.name,
                        nth,
                        after: *after,
                    }));
                    set.push((deadline.name, deadline.after.len() as u64));
                }
            }
        }
        set
    }
}

/// A caller's key keeps what the caller is answered; those that follow from a cause need no answer.
fn new_key(key: &Key, shown: &Shown) -> Result<NewKey, StoreError> {
    let asked = key.request.map(|request| {
        let answer = serde_json::to_string(shown);
        let answer = answer.map_err(|source| Failure::Encode { what: "an answer", source });
        answer.map(|answer| Asked { request, answer }).map_err(StoreError::Failed)
    });
    Ok(NewKey { hash: key.hash, asked: asked.transpose()? })
}

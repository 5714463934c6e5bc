//! What every command goes through, whichever aggregate it is for: the log, the turns on a stream, the deadlines.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use macadam_kernel::{Actor, Event};
use opentelemetry::trace::SpanKind;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{Mutex as Turn, MutexGuard as MyTurn};
use uuid::Uuid;

use crate::claim::ClaimDef;
use crate::command::{
    Accepted, CommandInfo, Envelope, ErasedAggregate, Failure, Input, Judge, Key, Order, Turns, repeated,
};
use crate::deadline::DeadlineDef;
use crate::event_log::{
    Append, AppendError, Appended, Asked, ClaimChange, DeadlineChange, DueDeadline, EventLog, NewEvent,
    NewKey,
};
use crate::telemetry::chain;
use crate::telemetry::{Metrics, Outcome, Span};

/// Decisions on one stream queue here instead of colliding in the log. Streams share slots by hash.
const TURNS: usize = 4_096;

/// The part of a running context that commands use.
pub(crate) struct Engine {
    pub log: EventLog,
    pub metrics: Arc<Metrics>,
    pub deadlines: Vec<DeadlineDef>,
    claims: Vec<ClaimDef>,
    keys: Turns,
    turns: Vec<Turn<()>>,
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

/// What a caller is shown of the new state, and the commands that it may send next.
#[derive(Serialize)]
pub(crate) struct Shown {
    pub view: Value,
    pub offered: Vec<&'static str>,
}

impl Shown {
    pub(crate) fn accepted(self, appended: &Appended) -> Accepted {
        let Appended { stream, version, position, .. } = *appended;
        Accepted { stream, version, position, view: self.view, offered: self.offered, repeated: false }
    }
}

impl Engine {
    pub(crate) fn new(
        log: EventLog,
        metrics: Metrics,
        deadlines: Vec<DeadlineDef>,
        claims: Vec<ClaimDef>,
    ) -> Self {
        Self {
            log,
            metrics: Arc::new(metrics),
            deadlines,
            claims,
            keys: Turns::default(),
            turns: (0..TURNS).map(|_| Turn::new(())).collect(),
        }
    }

    /// Waits until no other decision on this stream is under way.
    pub(crate) async fn turn(&self, stream: Uuid) -> MyTurn<'_, ()> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(stream);
        let slot = usize::try_from(hash % TURNS as u64).unwrap_or_default();
        self.turns[slot].lock().await
    }

    /// Runs a command and tells how it ended.
    pub(crate) async fn execute(
        &self,
        aggregate: &dyn ErasedAggregate,
        command: &CommandInfo,
        order: Order,
        input: Input,
        mut envelope: Envelope,
    ) -> Result<Accepted, Failure> {
        let mut span = Span::part(command.name, SpanKind::Internal);
        span.set("macadam.command", command.name);
        span.set("macadam.aggregate", aggregate.name());
        let story = span.story().clone();
        let attempt = Arc::new(Attempt {
            metrics: self.metrics.clone(),
            command: command.name,
            started: Instant::now(),
            judged: AtomicBool::new(false),
            stored: AtomicBool::new(false),
            span: Mutex::new(span),
        });
        envelope.attempt = Some(attempt.clone());
        let correlation_id = envelope.correlation_id;
        let answer = story.scope(self.once(aggregate, command, order, input, envelope)).await;
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
        order: Order,
        input: Input,
        mut envelope: Envelope,
    ) -> Result<Accepted, Failure> {
        // Whoever is no actor is refused as if there were no key.
        let acts = envelope.caller.acting_as(command.actors).is_some();
        let Some(mut key) = envelope.key.take().filter(|_| acts) else {
            return aggregate.execute(self, command, order, input, envelope).await;
        };
        key.turn = Some(self.keys.begin(key.hash).ok_or(Failure::KeyInFlight)?);
        if let Some(before) = self.log.accepted(key.hash).await? {
            return repeated(aggregate, &key, &before);
        }
        envelope.key = Some(key.clone());
        match aggregate.execute(self, command, order, input, envelope).await {
            Err(Failure::Repeated(before)) => repeated(aggregate, &key, &before),
            answer => answer,
        }
    }

    /// Stores what was decided, with what follows from it in the same transaction.
    pub(crate) async fn store<E: Event>(
        &self,
        decided: &Decided<'_, E>,
        envelope: &Envelope,
    ) -> Result<Appended, Stored> {
        let Decided { aggregate, stream, expected, events, ref actor, shown } = *decided;
        let (new, claims) = self.encoded(aggregate, events)?;
        let mut deadlines: Vec<_> = envelope.fired.iter().map(DueDeadline::fired).collect();
        let set = self.deadline_changes(aggregate, events, &mut deadlines);
        if new.is_empty() && deadlines.is_empty() && envelope.key.is_none() {
            let position = *self.log.head().borrow();
            return Ok(Appended { stream, version: expected, position, cleared: Vec::new() });
        }
        // What is stored points to this span, and whoever hears of it goes on from there.
        let mut span = Span::part("append", SpanKind::Producer);
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
            traceparent: Some(span.trace().to_string()),
            key: envelope.key.as_ref().map(|key| new_key(key, shown)).transpose()?,
            claims,
            deadlines,
        };
        let told: Vec<_> = events.iter().map(|event| (event.name(), event.amount())).collect();
        let (log, metrics) = (self.log.clone(), self.metrics.clone());
        let turn = envelope.key.as_ref().and_then(|key| key.turn.clone());
        let attempt = envelope.attempt.clone();
        // Apart from the request: it is stored and counted also where the client has gone away meanwhile.
        let storing = tokio::spawn(async move {
            let appended = log.append(append).await.inspect_err(|error| span.fail(error.kind()))?;
            span.set("macadam.position", appended.position);
            if let Some(attempt) = &attempt {
                attempt.stored.store(true, Ordering::Relaxed);
            }
            for (event, amount) in told {
                metrics.event(event, amount);
            }
            for (deadline, count) in set {
                metrics.deadline(deadline, "set", count);
            }
            for (deadline, count) in &appended.cleared {
                metrics.deadline(deadline, "met", *count);
            }
            drop(turn);
            Ok(appended)
        });
        storing.await.unwrap_or(Err(AppendError::Unknown)).map_err(|error| match error {
            AppendError::Conflict { .. } => Stored::Conflict,
            AppendError::Repeated(before) => Stored::Failed(Failure::Repeated(Box::new(before))),
            AppendError::Claimed { claim } => Stored::Failed(self.taken(claim)),
            AppendError::Cleared => Stored::Failed(Failure::Cleared),
            AppendError::Unknown => Stored::Failed(Failure::Unknown),
        })
    }

    /// The events as they are stored, and what they do to claims.
    fn encoded<E: Event>(
        &self,
        aggregate: &str,
        events: &[E],
    ) -> Result<(Vec<NewEvent>, Vec<ClaimChange>), Stored> {
        let mut new = Vec::with_capacity(events.len());
        let mut claims = Vec::new();
        for event in events {
            let kind = event.kind();
            let payload = event
                .encode()
                .map_err(|source| Stored::Failed(Failure::Encode { what: kind.name, source }))?;
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

/// A command under way. One that nobody judges, since a panic or a timeout ended the request, has failed; unless it was
/// stored all the same, which the task that stores it sees to its end.
pub(crate) struct Attempt {
    metrics: Arc<Metrics>,
    command: &'static str,
    started: Instant,
    judged: AtomicBool,
    stored: AtomicBool,
    span: Mutex<Span>,
}

impl Attempt {
    fn span(&self) -> MutexGuard<'_, Span> {
        self.span.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(&self, answer: &Result<Accepted, Failure>, outcome: Option<Outcome<'_>>) {
        self.judged.store(true, Ordering::Relaxed);
        let mut span = self.span();
        span.set("macadam.outcome", outcome.map_or("refused", Outcome::name));
        match answer {
            Ok(accepted) if span.is_recorded() => {
                span.set("macadam.stream", accepted.stream.to_string());
                if accepted.repeated {
                    span.set("macadam.outcome", "repeated");
                }
            }
            Err(Failure::Rejected { rule, .. }) => span.set("macadam.rule", rule.clone()),
            _ => {}
        }
        drop(span);
        if let Some(outcome) = outcome {
            self.count(outcome);
        }
    }

    fn count(&self, outcome: Outcome<'_>) {
        let mut span = self.span();
        span.set("macadam.outcome", outcome.name());
        if let Outcome::Failed = outcome {
            span.fail("failed");
        }
        let seconds = self.started.elapsed().as_secs_f64();
        self.metrics.command(self.command, outcome, seconds, Some(span.trace()));
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if !self.judged.load(Ordering::Relaxed) {
            let stored = self.stored.load(Ordering::Relaxed);
            self.count(if stored { Outcome::Accepted } else { Outcome::Failed });
        }
    }
}

/// Why a decision was not stored.
pub(crate) enum Stored {
    /// Decide again.
    Conflict,
    Failed(Failure),
}

/// A caller's key keeps what the caller is answered; the road's own need no answer.
fn new_key(key: &Key, shown: &Shown) -> Result<NewKey, Stored> {
    let asked = key.request.map(|request| {
        let answer = serde_json::to_string(shown);
        let answer = answer.map_err(|source| Failure::Encode { what: "an answer", source });
        answer.map(|answer| Asked { request, answer }).map_err(Stored::Failed)
    });
    Ok(NewKey { hash: key.hash, asked: asked.transpose()? })
}

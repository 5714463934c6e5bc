//! A command under way, which is counted once however it ends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use macadam_telemetry::{Span, Started};

use super::answer::Accepted;
use super::failure::Failure;
use crate::metrics::{EngineMetrics, Outcome};

/// A command under way. One that nobody judges, since a panic or a timeout ended the request, has failed; unless it was
/// stored all the same, which the task that stores it sees to its end.
pub(crate) struct Attempt {
    metrics: Arc<EngineMetrics>,
    command: &'static str,
    started: Instant,
    judged: AtomicBool,
    stored: AtomicBool,
    span: Mutex<Span>,
    /// Also while what it decided is being stored, after whoever sent it has gone away.
    _under_way: Started,
}

impl Attempt {
    /// Begins now; `span` ends with it.
    pub(crate) fn begin(metrics: Arc<EngineMetrics>, command: &'static str, span: Span) -> Self {
        Self {
            _under_way: metrics.command_begins(),
            metrics,
            command,
            started: Instant::now(),
            judged: AtomicBool::new(false),
            stored: AtomicBool::new(false),
            span: Mutex::new(span),
        }
    }

    /// What it decided is stored.
    pub(crate) fn stored(&self) {
        self.stored.store(true, Ordering::Relaxed);
    }

    fn span(&self) -> MutexGuard<'_, Span> {
        self.span.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn ended(&self, answer: &Result<Accepted, Failure>, outcome: Option<Outcome<'_>>) {
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
        self.metrics.command(self.command, outcome, seconds, Some(span.traceparent()));
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

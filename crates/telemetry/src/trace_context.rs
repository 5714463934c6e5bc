//! The trace and correlation id that the task at hand works under, carried along into the tasks that it spawns.

use std::sync::Arc;

use uuid::Uuid;

use crate::recorder::Recorder;
use crate::trace_parent::TraceParent;

/// What a task works for: a request, or the event that a follower of the log was handed.
#[derive(Clone)]
pub struct TraceContext {
    /// Where it stands in its trace.
    pub traceparent: TraceParent,
    /// What ties it to the request that began it.
    pub correlation: Uuid,
    /// There only where the trace is sampled: all else costs nothing but the ids.
    pub(crate) recorder: Option<Arc<Recorder>>,
}

tokio::task_local! {
    static CURRENT: TraceContext;
}

impl TraceContext {
    /// The context of the task at hand.
    #[inline]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Looks at the context of the task at hand, without a copy of it.
    pub fn with<T>(look: impl FnOnce(&Self) -> T) -> Option<T> {
        CURRENT.try_with(look).ok()
    }

    /// Runs `work` within this context.
    pub fn sync<T>(self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, work)
    }

    /// Runs `work` within this context.
    pub async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }
}

/// Runs `work` within a context, where there is one: a task of its own is given the context of the task that spawns it.
pub async fn in_context<T>(context: Option<TraceContext>, work: impl Future<Output = T>) -> T {
    match context {
        Some(context) => context.scope(work).await,
        None => work.await,
    }
}

/// The `traceparent` to send along with a request to somebody else, so that what they do belongs to the same trace.
/// There is one while a command is under way, hence in a lookup.
pub fn traceparent() -> Option<String> {
    TraceContext::with(|context| context.traceparent.to_string())
}

/// The correlation id to send along with a request to somebody else.
pub fn correlation_id() -> Option<Uuid> {
    TraceContext::with(|context| context.correlation)
}

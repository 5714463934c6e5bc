//! What handlers share.

use std::sync::Arc;
use std::time::Duration;

use macadam_engine::{Catalog, Engine, Views};

use crate::lifecycle::Lifecycle;

/// What a request is answered from.
pub struct AppState {
    /// What the context declares.
    pub catalog: Arc<Catalog>,
    /// What runs its commands.
    pub engine: Arc<Engine>,
    /// What is read.
    pub views: Arc<Views>,
    /// When requests have to end.
    pub lifecycle: Arc<Lifecycle>,
    /// Bytes that a request's body may have.
    pub body_max_bytes: usize,
    /// How long a feed may wait for news.
    pub poll_max: Duration,
    /// How long a reader may wait for a view to reach a position.
    pub read_wait_max: Duration,
}

/// How handlers take it.
pub(crate) type State = axum::extract::State<Arc<AppState>>;

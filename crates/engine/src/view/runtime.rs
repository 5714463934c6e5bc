//! A view of a running context: what is read of it, what is being built, and how far each has come.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::watch;

use super::definition::{ErasedView, Layout};
use super::store::{ViewStore, ViewStoreError};
use super::tables::Tables;
use crate::subscription::Subscription;

/// What readers are shown, for those who wait for more of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// The live table's position; -1 where there is none.
    pub position: i64,
    /// Whether this version filled it.
    pub current: bool,
}

/// A view with where it lies and how far it has come.
pub struct ViewRuntime {
    /// What it is.
    pub view: Arc<dyn ErasedView>,
    /// How it lies in the database.
    pub layout: Layout,
    /// What readers are shown, as it changes.
    pub served: watch::Sender<Served>,
    pub(crate) state: Mutex<State>,
}

pub(crate) struct State {
    pub tables: Tables,
    /// When the build under way was taken up by this process, from which position, and when it was last logged.
    pub began: Instant,
    pub from: i64,
    pub logged: Instant,
}

/// How a view is, for operators.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct ViewStatus {
    /// Its name on the board.
    pub view: String,
    /// The version on the board.
    pub version: u32,
    /// What readers are shown: `current`, `previous` (as another version left it) or `nothing`.
    pub serves: String,
    /// How far what they are shown has come; none where it is nothing.
    pub position: Option<i64>,
    /// The build under way beside it.
    pub build: Option<BuildStatus>,
}

/// How far a build has come.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct BuildStatus {
    /// Events that are behind it.
    pub done: i64,
    /// Events that there are.
    pub wanted: i64,
    /// Seconds that it may still take, as it went until now; none before anything was done.
    pub seconds_left: Option<f64>,
}

impl ViewRuntime {
    /// Takes up what the store has of a view.
    pub(crate) fn adopt(
        store: &ViewStore,
        view: Arc<dyn ErasedView>,
        layout: Layout,
        head: i64,
    ) -> Result<Self, ViewStoreError> {
        let tables = store.adopt(&*view, &layout, head)?;
        let served = watch::Sender::new(served(&tables, &layout));
        let now = Instant::now();
        let from = tables.building.as_ref().map_or(0, |building| building.position);
        if tables.building.is_some() {
            log_begin(view.name(), from, head);
        }
        let state = Mutex::new(State { tables, began: now, from, logged: now });
        Ok(Self { view, layout, served, state })
    }

    /// Begins to build it again beside what is read; one under way goes on.
    pub(crate) fn build_again(&self, store: &ViewStore, head: i64) -> Result<(), ViewStoreError> {
        let mut state = self.state();
        if state.tables.building.is_none() {
            state.tables = store.build_again(&*self.view, &self.layout)?;
            (state.began, state.from, state.logged) = (Instant::now(), 0, Instant::now());
            log_begin(self.view.name(), 0, head);
        }
        Ok(())
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes readers that wait: what they are shown has changed.
    pub(crate) fn announce(&self, tables: &Tables) {
        self.served.send_replace(served(tables, &self.layout));
    }

    /// How it is, with the log at `head`.
    pub fn status(&self, head: i64) -> ViewStatus {
        let state = self.state();
        let build = state.tables.building.as_ref().map(|building| state.build(building.position, head));
        ViewStatus { build, ..Self::status_of(&*self.view, &self.layout, &state.tables, head) }
    }

    /// The status of a view that is not being carried forward.
    pub fn status_of(view: &dyn ErasedView, layout: &Layout, tables: &Tables, head: i64) -> ViewStatus {
        let shown = served(tables, layout);
        let serves = match shown {
            Served { position: ..0, .. } => "nothing",
            Served { current: true, .. } => "current",
            Served { .. } => "previous",
        };
        ViewStatus {
            view: view.name().to_owned(),
            version: view.version(),
            serves: serves.to_owned(),
            position: (shown.position >= 0).then_some(shown.position),
            build: tables.building.as_ref().map(|building| BuildStatus {
                done: building.position,
                wanted: head.max(building.position),
                seconds_left: None,
            }),
        }
    }
}

impl State {
    /// Keeps in memory how far what readers are shown has come; `next` is when the event after it was recorded.
    pub(crate) fn note(&self, subscription: &Subscription, next: Option<Timestamp>) {
        let live = self.tables.live.as_ref();
        subscription.reached(live.map_or(0, |live| live.position), next);
        subscription.begins(live.is_none().then(|| Timestamp::now() - self.began.elapsed()));
    }

    /// How far the build is, and how long it may still take.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(crate) fn build(&self, done: i64, head: i64) -> BuildStatus {
        let (lately, left) = ((done - self.from) as f64, (head - done).max(0) as f64);
        let seconds_left = (lately > 0.0).then(|| self.began.elapsed().as_secs_f64() * left / lately);
        BuildStatus { done, wanted: head.max(done), seconds_left }
    }
}

fn served(tables: &Tables, layout: &Layout) -> Served {
    match &tables.live {
        Some(live) => Served { position: live.position, current: live.layout == layout.name },
        None => Served { position: -1, current: false },
    }
}

fn log_begin(view: &str, from: i64, head: i64) {
    tracing::info!(view, from, events = head - from, "view {view} is being rebuilt beside what is read");
}

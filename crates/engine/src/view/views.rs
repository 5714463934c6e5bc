//! All views of a running context: where they lie, and how far each has come.

use std::path::Path;
use std::sync::Arc;

use macadam_event_log::{DataFolder, EventLog, LOG};
use tokio::sync::Notify;

use super::definition::{ErasedView, Layout, TallyDef};
use super::runtime::ViewRuntime;
use super::store::{VIEWS, ViewStore, ViewStoreError};

/// The views of a running context, and the states of its processes.
pub struct Views {
    /// The database.
    pub store: ViewStore,
    /// One for each view, in the order in which they were declared.
    pub runtimes: Vec<ViewRuntime>,
    /// Somebody asked that a view be built again.
    pub(crate) rebuild_asked: Notify,
    /// Held as long as a task may write into the database; dropped after it.
    _folder: Option<Arc<DataFolder>>,
}

impl Views {
    /// Opens these views in a data folder, and takes up what is there of each.
    pub fn open(
        dir: &Path,
        log: &EventLog,
        views: &[Arc<dyn ErasedView>],
        tallies: &[TallyDef],
    ) -> Result<Self, ViewStoreError> {
        let head = || *log.head().borrow();
        let store = ViewStore::open(&dir.join(VIEWS), &dir.join(LOG), log.id(), head())?;
        let mut runtimes = Vec::with_capacity(views.len());
        for view in views {
            let layout = Layout::of(&**view, tallies);
            runtimes.push(ViewRuntime::adopt(&store, view.clone(), layout, head())?);
        }
        let names: Vec<_> = views.iter().map(|view| view.name()).collect();
        store.sweep(&names)?;
        Ok(Self { store, runtimes, rebuild_asked: Notify::new(), _folder: log.folder() })
    }

    /// Begins to build a view again beside what is read; one under way goes on. Blocks.
    pub fn build_again(&self, which: usize, head: i64) -> Result<(), ViewStoreError> {
        self.runtimes[which].build_again(&self.store, head)?;
        self.rebuild_asked.notify_one();
        Ok(())
    }
}

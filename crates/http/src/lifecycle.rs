//! How the end of a process reaches requests: first it is announced, then nothing new is taken, then all is cut off.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

/// Where a process is on its way to its end.
#[derive(Debug, Default)]
pub struct Lifecycle {
    /// Nobody should send new work here any more; what comes is still done.
    leaving: AtomicBool,
    /// No new work is taken; what is under way may end.
    draining: watch::Sender<bool>,
    /// What is still under way has had its time.
    cut: watch::Sender<bool>,
}

impl Lifecycle {
    /// Says on `/health/ready` that the process is about to end.
    pub fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    /// Takes no new work.
    pub fn drain(&self) {
        self.draining.send_replace(true);
    }

    /// Answers what is still under way, and ends it.
    pub fn cut_off(&self) {
        self.cut.send_replace(true);
    }

    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// Whether no new work is taken, as it changes.
    pub(crate) fn draining(&self) -> watch::Receiver<bool> {
        self.draining.subscribe()
    }

    /// Whether everything ends, as it changes.
    pub(crate) fn cut(&self) -> watch::Receiver<bool> {
        self.cut.subscribe()
    }
}

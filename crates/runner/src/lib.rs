//! Running things: cargo, the contexts' services, and what they answer.

pub mod bench;
pub mod cargo;
pub mod contracts;
pub mod crash;
mod exclusions;
pub mod exit;
pub mod fitness;
pub mod fresh;
pub mod hal;
pub mod modules;
pub mod operate;
mod prometheus;
mod python;
pub mod random;
pub mod readme;
pub mod schemathesis;
pub mod service;
pub mod telemetry;
mod tools;
pub mod tour;
pub mod up;
pub mod verify;
pub mod workspace;

/// Why something did not run, or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A program cannot be started.
    #[error("start `{program}`")]
    Start {
        /// Which.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// A program is not installed.
    #[error("`{program}` is missing: {remedy}")]
    Missing {
        /// Which.
        program: &'static str,
        /// How to get it.
        remedy: &'static str,
    },
    /// A program said no.
    #[error("`{command}` ended with {status}")]
    Failed {
        /// What was run.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// A service ended before it was ready, or was not ready in time.
    #[error("{context} did not start; the end of its log, {log}:\n{tail}")]
    NotReady {
        /// Which.
        context: String,
        /// Where its log is.
        log: String,
        /// Its last lines.
        tail: String,
    },
    /// The disk.
    #[error("{step} `{path}`")]
    Io {
        /// What was being done.
        step: &'static str,
        /// With what.
        path: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// No answer.
    #[error("ask {url}")]
    Http {
        /// Whom.
        url: String,
        /// Why there is none.
        source: Box<ureq::Error>,
    },
    /// An answer, but not the one that was promised.
    #[error("{what}: {answer}")]
    Unexpected {
        /// What was expected.
        what: String,
        /// What came.
        answer: String,
    },
    /// There is no such context.
    #[error("no context `{context}` in services/{hint}; there are: {known}")]
    Unknown {
        /// What was asked for.
        context: String,
        /// What may have been meant.
        hint: String,
        /// What there is.
        known: String,
    },
    /// There is nothing to run.
    #[error("there is no context yet: make one with `cargo xtask new`")]
    NoContext,
    /// A board or template of the road's own.
    #[error(transparent)]
    Scaffold(#[from] macadam_scaffold::ScaffoldError),
}

impl RunError {
    /// The error with its causes, each said once.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text.push_str(&format!(": {cause}"));
            source = cause.source();
        }
        text
    }
}

pub(crate) fn io(step: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> RunError {
    let path = path.display().to_string();
    move |source| RunError::Io { step, path, source }
}

//! Runs cargo, the services of contexts and other tools, and checks their results.

pub mod bench;
pub mod cargo;
pub mod contracts;
pub mod crash;
pub mod examples;
mod exclusions;
pub mod exit;
pub mod fitness;
pub mod fresh;
pub mod modules;
pub mod mutants;
pub mod operate;
mod program;
mod prometheus;
mod python;
pub mod random;
pub mod readme;
pub mod schemathesis;
pub mod service;
pub mod slo;
pub mod telemetry;
mod tools;
pub mod tour;
pub mod up;
pub mod verify;
pub mod walks;
pub mod workspace;

/// Why a program did not run, or did not give the expected result.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A program could not be started.
    #[error("start `{program}`")]
    Start {
        /// The program.
        program: String,
        /// The cause.
        source: std::io::Error,
    },
    /// A program is not installed.
    #[error("`{program}` is missing: {remedy}")]
    Missing {
        /// The program.
        program: &'static str,
        /// How to install it.
        remedy: &'static str,
    },
    /// A program ended with a failure.
    #[error("`{command}` ended with {status}")]
    Failed {
        /// The command line.
        command: String,
        /// Its exit status.
        status: std::process::ExitStatus,
    },
    /// A service ended before it was ready, or was not ready in time.
    #[error("{context} did not start; the end of its log, {log}:\n{tail}")]
    NotReady {
        /// The context.
        context: String,
        /// The path of its log.
        log: String,
        /// The last lines of the log.
        tail: String,
    },
    /// Reading or writing a file failed.
    #[error("{step} `{path}`")]
    Io {
        /// The step that failed, such as `read`.
        step: &'static str,
        /// The file or folder.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
    /// A service did not answer, or not as expected.
    #[error(transparent)]
    Hal(#[from] macadam_hal::HalError),
    /// A result that differs from the expected one.
    #[error("{what}: {answer}")]
    Unexpected {
        /// What was expected.
        what: String,
        /// The actual result.
        answer: String,
    },
    /// A context of that name does not exist.
    #[error("no context `{context}` in services/{hint}; known contexts: {known}")]
    Unknown {
        /// The requested name.
        context: String,
        /// A similar name, if there is one: `; did you mean …?`.
        hint: String,
        /// The existing contexts.
        known: String,
    },
    /// The tests fail without any mutant.
    #[error("the tests of {package} fail as they are, so that no mutant was tried:\n{tail}")]
    Baseline {
        /// Whose tests.
        package: String,
        /// The end of what they printed.
        tail: String,
    },
    /// A `mutants.toml` that says nothing.
    #[error("read `{path}`")]
    Ratchet {
        /// Which.
        path: String,
        /// What is wrong in it.
        source: macadam_mutants::RatchetError,
    },
    /// What is to be compared with is not there.
    #[error("`{command}` failed: {answer}")]
    Base {
        /// What was run.
        command: String,
        /// What it said.
        answer: String,
    },
    /// A source of a package cannot be looked at.
    #[error(transparent)]
    Source(#[from] macadam_mutants::SourceError),
    /// cargo-mutants wrote something else than its pinned version does.
    #[error(transparent)]
    Mutants(#[from] macadam_mutants::OutputError),
    /// The repository has no context.
    #[error("there is no context yet: create one with `cargo xtask new`")]
    NoContext,
    /// A file of samples that cannot be used.
    #[error("failed to read samples from `{path}`: {answer}")]
    Samples {
        /// The file.
        path: String,
        /// What is wrong.
        answer: String,
    },
    /// A Prometheus did not answer.
    #[error(transparent)]
    Query(#[from] slo::query::QueryError),
    /// Creating or updating a context failed.
    #[error(transparent)]
    Scaffold(#[from] macadam_scaffold::ScaffoldError),
}

impl RunError {
    /// The error with its causes, joined by colons.
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

/// Gives a file this content as a whole, and makes its folder. Others may read it: Prometheus runs as somebody else.
pub(crate) fn replace(file: &std::path::Path, text: &str) -> Result<(), RunError> {
    use std::os::unix::fs::PermissionsExt;
    let folder = file.parent().unwrap_or(file);
    std::fs::create_dir_all(folder).map_err(io("create", folder))?;
    let readable = std::fs::Permissions::from_mode(0o644);
    let staged = tempfile::Builder::new().permissions(readable).tempfile_in(folder);
    let staged = staged.map_err(io("write into", folder))?;
    std::fs::write(staged.path(), text).map_err(io("write", staged.path()))?;
    staged.persist(file).map(|_| ()).map_err(|error| io("replace", file)(error.error))
}

pub(crate) fn io(step: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> RunError {
    let path = path.display().to_string();
    move |source| RunError::Io { step, path, source }
}

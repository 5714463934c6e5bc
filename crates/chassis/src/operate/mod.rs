//! What operators do with a context's data: look, build views again, back up, restore, move.

mod backup;
mod events;
mod export;
mod folder;
mod golden;
mod import;
mod progress;
mod rebuild;
mod report;
mod restore;
mod stats;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use macadam_engine::{Catalog, ViewStoreError};
use macadam_event_log::{FolderError, OpenError};

use golden::GoldenAction;
use report::Printer;
pub use report::report_schema;

use crate::config::Config;

/// What can be asked of a context's data.
#[derive(Debug, Subcommand)]
pub(crate) enum Operation {
    /// Looks into the log.
    #[command(subcommand)]
    Events(events::EventsAction),
    /// Builds views again beside what is read of them.
    Rebuild(rebuild::Rebuild),
    /// Copies the log into one file, also beside a running service.
    Backup(backup::Backup),
    /// Puts a backup in the place of the log.
    Restore(restore::Restore),
    /// Writes all that the log holds as JSON Lines. Secrets are among it: it can be imported again.
    Export(export::Export),
    /// Fills an empty log from JSON Lines that were exported.
    Import(import::Import),
    /// Records and checks what read models make of recorded events.
    #[command(subcommand)]
    Golden(GoldenAction),
}

/// How an operation tells what came of it.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Output {
    /// Report as JSON (docs/schemas/operate.schema.json).
    #[arg(long)]
    json: bool,
}

/// Why an operation did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OperateError {
    /// What is there does not allow it; the text says what to do.
    #[error("{0}")]
    Refused(String),
    /// The file is another context's.
    #[error("`{}` belongs to `{owner}`, this is `{context}`", file.display())]
    Foreign { file: PathBuf, owner: String, context: String },
    #[error("{step} `{}`", path.display())]
    Io { step: &'static str, path: PathBuf, source: std::io::Error },
    #[error("use the log's or the views' database")]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Log(#[from] OpenError),
    #[error(transparent)]
    Views(#[from] ViewStoreError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("ask the running service at {url}")]
    Ask { url: String, source: Box<ureq::Error> },
    #[error("print")]
    Print(#[from] std::io::Error),
}

impl OperateError {
    fn io(step: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { step, path, source }
    }
}

/// Refuses a name that nothing has, with the one that was probably meant, and all that there are.
fn unknown(what: &str, name: &str, context: &str, known: &[&str]) -> OperateError {
    let folded = name.to_lowercase();
    let distance = |known: &str| strsim::damerau_levenshtein(&folded, &known.to_lowercase());
    let near = known.iter().map(|known| (distance(known), known)).min();
    let near = near.filter(|(distance, _)| *distance <= (folded.chars().count() / 3).clamp(1, 4));
    let hint = near.map_or_else(String::new, |(_, near)| format!("; did you mean `{near}`?"));
    OperateError::Refused(format!("no {what} `{name}` in {context}{hint}; there are: {}", known.join(", ")))
}

/// Does it.
pub(crate) fn run(operation: &Operation, catalog: &Catalog, config: &Config) -> Result<(), OperateError> {
    let dir = &config.data.dir;
    match operation {
        Operation::Events(action) => events::run(action, catalog, dir),
        Operation::Rebuild(rebuild) => rebuild.run(catalog, dir),
        Operation::Backup(backup) => backup.run(catalog.name, dir),
        Operation::Restore(restore) => restore.run(catalog.name, dir),
        Operation::Export(export) => export.run(catalog.name, dir),
        Operation::Import(import) => import.run(catalog, dir),
        Operation::Golden(action) => golden::run(action, catalog, dir),
    }
}

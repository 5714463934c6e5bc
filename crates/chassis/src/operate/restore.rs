//! `restore`: a backup takes the log's place. The log is another one afterwards, and says so by its id.

use std::path::{Path, PathBuf};

use clap::Args;
use macadam_event_log::{DataFolder, LOG, prepare, stand_in};
use rusqlite::{Connection, OpenFlags};

use super::backup::verify;
use super::folder::{install, log_in, new_file};
use super::report::{Report, Restored};
use super::{OperateError, Output, Printer};

/// Puts a backup in the place of the log
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup.
    file: PathBuf,
    /// Check the backup and say what would be lost, and change nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

impl Restore {
    pub(super) fn run(&self, context: &str, dir: &Path) -> Result<(), OperateError> {
        if !self.file.is_file() {
            return Err(OperateError::Refused(format!("no file `{}`", self.file.display())));
        }
        // Nothing may be written into what is about to be replaced.
        let _lock = (!self.dry_run).then(|| DataFolder::take(dir)).transpose()?;
        eprintln!("reading the backup …");
        let (log_id, position) = verify(&self.file, context)?;
        // What is there may be broken: that is why it is to be replaced. Another context's is not.
        let there = match log_in(dir, context) {
            Ok(log) => log.identity().and_then(|(_, id)| Some((id, log.head().ok()?))),
            Err(foreign @ OperateError::Foreign { .. }) => return Err(foreign),
            Err(_) => None,
        };
        let lost = there.as_ref().and_then(|(id, head)| (*id == log_id).then_some((head - position).max(0)));
        let kept = if self.dry_run { None } else { put(&self.file, context, dir, position)? };
        let report = Report::Restore(Restored {
            context: context.to_owned(),
            file: self.file.clone(),
            dry_run: self.dry_run,
            position,
            replaced_log_id: there.map(|(id, _)| id),
            lost,
            kept,
        });
        Printer::new(self.output).print(&report, said)
    }
}

/// Copies the backup beside the log, makes it a log of its own, and lets it take the place.
fn put(file: &Path, context: &str, dir: &Path, position: i64) -> Result<Option<PathBuf>, OperateError> {
    let staged = dir.join(format!("{LOG}.restoring"));
    let _ = std::fs::remove_file(&staged);
    drop(new_file(&staged)?);
    // By SQLite, which also takes what lies in a write-ahead log beside the file.
    let source = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let target = staged
        .to_str()
        .ok_or_else(|| OperateError::Refused("the data folder has no name in UTF-8".to_owned()))?;
    source.execute("VACUUM INTO ?1", [target])?;
    drop(source);
    if verify(&staged, context)?.1 != position {
        return Err(OperateError::Refused(format!(
            "`{}` changed while it was read: try again",
            file.display()
        )));
    }
    let connection = prepare(&staged, context)?;
    stand_in(&connection)?;
    drop(connection);
    install(dir, &staged)
}

fn said(report: &Report) -> String {
    let Report::Restore(restored) = report else { return String::new() };
    let Restored { context, file, dry_run, position, lost, kept, .. } = restored;
    let would = if *dry_run { "would be restored" } else { "is restored" };
    let mut text = format!("{context} {would} from {} up to position {position}", file.display());
    match lost {
        Some(0) => text.push_str("; nothing was recorded after it"),
        Some(lost) => text.push_str(&format!("; {lost} events were recorded after it")),
        None => {}
    }
    if let Some(kept) = kept {
        text.push_str(&format!("\nwhat was there before is kept in {}", kept.display()));
    }
    text
}

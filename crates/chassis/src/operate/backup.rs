//! `backup`: the log as one file, copied beside a running service, and read back before it counts.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use macadam_event_log::{LAST_BACKUP, LOG, LogFile, carry};

use super::folder::{belongs, log_in, new_file, processes_in, publish};
use super::report::{BackedUp, Report};
use super::{OperateError, Output, Printer};

/// Copies the log, with what processes know, into one file
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to write; it is not there yet.
    file: PathBuf,
    #[command(flatten)]
    output: Output,
}

impl Backup {
    pub(super) fn run(&self, context: &str, dir: &Path) -> Result<(), OperateError> {
        let began = Instant::now();
        let log = log_in(dir, context)?;
        let id = belongs(&log, &dir.join(LOG), context)?;
        if self.file.exists() {
            let file = self.file.display();
            return Err(OperateError::Refused(format!("`{file}` is there already: choose another name")));
        }
        eprintln!("copying …");
        let part = part(&self.file);
        let _ = std::fs::remove_file(&part);
        let copied = copy((&log, &id), dir, &part).and_then(|()| verify(&part, context));
        let (log_id, position) = copied.inspect_err(|_| drop(std::fs::remove_file(&part)))?;
        let bytes = std::fs::metadata(&part).map_err(OperateError::io("read", &part))?.len();
        publish(&part, &self.file)?;
        // Beside the log, where a running service sees it. The backup is good without.
        let marker = format!("position {position} in {}\n", self.file.display());
        if let Err(error) = std::fs::write(dir.join(LAST_BACKUP), marker) {
            eprintln!(
                "the time of this backup could not be noted in {}: {error}",
                dir.join(LAST_BACKUP).display()
            );
        }
        let report = BackedUp {
            context: context.to_owned(),
            file: self.file.clone(),
            log_id,
            position,
            bytes,
            seconds: began.elapsed().as_secs_f64(),
        };
        Printer::new(self.output).print(&Report::Backup(report), |report| match report {
            Report::Backup(BackedUp { file, position, bytes, seconds, .. }) => format!(
                "backup of {context} up to position {position}: {}, {bytes} bytes, verified, {seconds:.1} s",
                file.display()
            ),
            _ => String::new(),
        })
    }
}

/// The name of a file while it is written.
pub(super) fn part(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    file.with_file_name(name)
}

/// Copies log and processes. `VACUUM INTO` reads one snapshot, however much is written meanwhile; the backup API would
/// begin anew at each commit of the service.
fn copy((log, id): (&LogFile, &str), dir: &Path, part: &Path) -> Result<(), OperateError> {
    // The snapshot of the processes is the older one: they hear again what came in between, and have its keys.
    let processes = processes_in(dir, id)?;
    drop(new_file(part)?);
    log.connection.execute("VACUUM INTO ?1", [part.to_string_lossy()])?;
    let copy = rusqlite::Connection::open(part)?;
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    if let Some(processes) = &processes {
        copy.execute_batch("BEGIN")?;
        carry(processes, &copy)?;
        copy.execute_batch("COMMIT")?;
    }
    Ok(())
}

/// Reads a backup: whose it is and how far it goes, where nothing is wrong with it.
pub(super) fn verify(file: &Path, context: &str) -> Result<(String, i64), OperateError> {
    let unusable =
        |what: String| OperateError::Refused(format!("`{}` is no sound backup: {what}", file.display()));
    let log = LogFile::open(file).map_err(|error| unusable(error.to_string()))?;
    let id = belongs(&log, file, context)?;
    let faults = log.faults().map_err(|error| unusable(error.to_string()))?;
    if faults.is_empty() { Ok((id, log.head()?)) } else { Err(unusable(faults.join("; "))) }
}

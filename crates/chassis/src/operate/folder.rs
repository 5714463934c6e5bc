//! A context's data folder: what lies where, who holds it, and how one log takes another's place.

use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use macadam_engine::VIEWS;
use macadam_event_log::{LOCK, LOG, LogFile, truncate_wal};
use rusqlite::{Connection, OpenFlags};
use serde::Deserialize;

use super::OperateError;

/// Where the service that holds a folder listens, as it wrote into the folder's lock.
#[derive(Debug, Deserialize)]
pub(super) struct Holder {
    pub admin: std::net::SocketAddr,
}

/// The log of a folder, for reading.
pub(super) fn log_in(dir: &Path, context: &str) -> Result<LogFile, OperateError> {
    let file = dir.join(LOG);
    if !file.is_file() {
        let dir = dir.display();
        return Err(OperateError::Refused(format!(
            "no event log in `{dir}`: start the service once, or name another folder"
        )));
    }
    let log = LogFile::open(&file)?;
    belongs(&log, &file, context)?;
    Ok(log)
}

/// Refuses a file that is no log, or another context's; returns the log's id.
pub(super) fn belongs(log: &LogFile, file: &Path, context: &str) -> Result<String, OperateError> {
    match log.identity() {
        Some((owner, id)) if owner == context => Ok(id),
        Some((owner, _)) => {
            Err(OperateError::Foreign { file: file.to_owned(), owner, context: context.to_owned() })
        }
        None => Err(OperateError::Refused(format!("`{}` is no event log", file.display()))),
    }
}

/// The views of a folder, for reading; none before a first start.
pub(super) fn views_in(dir: &Path) -> Result<Option<Connection>, OperateError> {
    let file = dir.join(VIEWS);
    if !file.is_file() {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Some(Connection::open_with_flags(file, flags)?))
}

/// Where the processes of this log have come; none where the views in the folder are another log's, as they are until
/// the first start after a restore. The snapshot is the one of this moment.
pub(super) fn processes_in(dir: &Path, log_id: &str) -> Result<Option<Connection>, OperateError> {
    let Some(views) = views_in(dir)? else { return Ok(None) };
    views.execute_batch("BEGIN")?;
    let own = "SELECT EXISTS (SELECT 1 FROM source WHERE log_id = ?1)";
    let own = views.query_row(own, [log_id], |row| row.get(0))?;
    Ok(Some(views).filter(|_| own))
}

/// The service that holds the folder; none where nobody does.
pub(super) fn holder(dir: &Path) -> Result<Option<Holder>, OperateError> {
    let file = dir.join(LOCK);
    let Ok(lock) = File::options().read(true).append(true).open(&file) else { return Ok(None) };
    match lock.try_lock() {
        Ok(()) => Ok(None),
        Err(std::fs::TryLockError::Error(source)) => Err(OperateError::io("lock", file)(source)),
        Err(std::fs::TryLockError::WouldBlock) => {
            let text = std::fs::read_to_string(&file).map_err(OperateError::io("read", &file))?;
            let holder = serde_json::from_str(&text).map_err(|_| {
                let dir = dir.display();
                OperateError::Refused(format!(
                    "`{dir}` is used by a process that does not say where it listens: it may just be starting; try again"
                ))
            })?;
            Ok(Some(holder))
        }
    }
}

/// A file that nobody but its owner may read, and that is not there yet.
pub(super) fn new_file(path: &Path) -> Result<File, OperateError> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            OperateError::Refused(format!("`{}` is there already: choose another name", path.display()))
        }
        _ => OperateError::io("write", path)(error),
    })
}

/// Gives a finished file its name, so that it is there as a whole or not at all.
pub(super) fn publish(part: &Path, path: &Path) -> Result<(), OperateError> {
    let sync = |path: &Path| File::open(path).and_then(|file| file.sync_all());
    sync(part).map_err(OperateError::io("write", part))?;
    std::fs::rename(part, path).map_err(OperateError::io("name", path))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync(folder).map_err(OperateError::io("write", folder))
}

/// Lets `staged` take the place of the folder's log, and keeps what was there aside; where. At each moment there is a
/// log in the folder. Whoever calls this holds the folder's lock.
pub(super) fn install(dir: &Path, staged: &Path) -> Result<Option<PathBuf>, OperateError> {
    let log = dir.join(LOG);
    let wal = dir.join(format!("{LOG}-wal"));
    let mut kept = None;
    // Durable before the other's write-ahead log goes: a power cut in between must find one of the two whole.
    File::open(staged).and_then(|file| file.sync_all()).map_err(OperateError::io("write", staged))?;
    if log.exists() {
        // What cannot be opened is kept as it is, with its write-ahead log.
        let _ = truncate_wal(&log);
        let aside = aside(dir)?;
        for file in [&log, &wal] {
            if file.exists() {
                let copy = aside.join(file.file_name().unwrap_or_default());
                std::fs::hard_link(file, &copy)
                    .or_else(|_| std::fs::copy(file, &copy).map(drop))
                    .map_err(OperateError::io("keep", file))?;
            }
        }
        kept = Some(aside);
    }
    for file in [&wal, &dir.join(format!("{LOG}-shm"))] {
        if file.exists() {
            std::fs::remove_file(file).map_err(OperateError::io("remove", file))?;
        }
    }
    publish(staged, &log)?;
    // Not before: with the log of before, they would be missed.
    if let Some(aside) = &kept {
        for name in [VIEWS.to_owned(), format!("{VIEWS}-wal"), format!("{VIEWS}-shm")] {
            let file = dir.join(&name);
            if file.exists() {
                std::fs::rename(&file, aside.join(&name)).map_err(OperateError::io("keep", &file))?;
            }
        }
    }
    Ok(kept)
}

/// A new folder for what is replaced.
fn aside(dir: &Path) -> Result<PathBuf, OperateError> {
    let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    for number in 1.. {
        let folder = dir.join(if number == 1 {
            format!("replaced-{now}")
        } else {
            format!("replaced-{now}-{number}")
        });
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(OperateError::io("make", folder)(error)),
        }
    }
    unreachable!("numbers do not end")
}

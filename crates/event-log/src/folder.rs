//! A context's data folder: private to its owner, and held by one process at a time.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The log's file in the folder.
pub const LOG: &str = "log.db";
/// The file whose lock says that a process holds the folder.
pub const LOCK: &str = "lock";

/// The file whose time of modification says when the log was last backed up. `backup` writes it; who backs up by other
/// means touches it.
pub const LAST_BACKUP: &str = "last-backup";

/// How long a start waits for a data folder that another process still has.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// Why a folder cannot be held.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder cannot be made, or nothing can be written into it.
    #[error("make the data folder `{}`", dir.display())]
    Make {
        /// Which.
        dir: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process has it: two writers would each think that the next position is theirs.
    #[error("data folder `{}` is used by another process: stop that one, or set data.dir", dir.display())]
    InUse {
        /// Which.
        dir: PathBuf,
    },
}

/// A folder that this process holds, as long as the value is kept.
#[derive(Debug)]
pub struct DataFolder {
    lock: File,
}

impl DataFolder {
    /// Makes the folder where there is none, and takes it for this process. A predecessor that is about to end is given
    /// a moment. Blocks.
    pub fn take(dir: &Path) -> Result<Self, FolderError> {
        let failed = |source| FolderError::Make { dir: dir.to_owned(), source };
        make_private(dir).map_err(failed)?;
        let lock = File::options().create(true).append(true).open(dir.join(LOCK)).map_err(failed)?;
        let asked = Instant::now();
        loop {
            match lock.try_lock() {
                // Where its predecessor listened is of no use to anybody.
                Ok(()) => return lock.set_len(0).map(|()| Self { lock }).map_err(failed),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
                Err(TryLockError::WouldBlock) if asked.elapsed() > LOCK_WAIT => {
                    return Err(FolderError::InUse { dir: dir.to_owned() });
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    /// Writes into the lock how this process can be reached, for operators who find the folder held.
    pub fn write_holder(&self, text: &[u8]) -> std::io::Result<()> {
        self.lock.set_len(0)?;
        (&self.lock).write_all(text)
    }
}

/// Makes a folder that only its owner may look into: what customers said is in it.
fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

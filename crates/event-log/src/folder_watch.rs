//! Looks at the data folder each second: how much space is left, how large its files are, whether they are still those
//! that are open, and whether commits that failed would succeed again.
//!
//! It has a thread of its own, since a disk may not answer. Whoever asks what was seen waits for nothing.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant, UNIX_EPOCH};

use macadam_telemetry::MetricFactory;
use prometheus::{IntGauge, IntGaugeVec};

use crate::fault::FaultKind;
use crate::folder::LAST_BACKUP;
use crate::log::EventLog;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(1);
/// A disk that has not answered for so long is taken to be away.
const SILENCE_MAX: Duration = Duration::from_secs(10);
/// After commits failed on a full disk, so many bytes have to be free before one is tried: a commit that is small enough
/// may find a place where the next one of a command does not.
const FREE_BYTES_MIN: u64 = 256 * 1024;

/// What is measured of the data folder.
#[derive(Debug, Clone)]
pub struct FolderMetrics {
    free_bytes: IntGauge,
    size_bytes: IntGauge,
    file_bytes: IntGaugeVec,
    intact: IntGaugeVec,
    last_backup: IntGauge,
}

impl FolderMetrics {
    /// Registers its series, with those of each of these databases.
    pub fn new(factory: &MetricFactory, databases: &[&'static str]) -> Result<Self, prometheus::Error> {
        let metrics = Self {
            free_bytes: factory.gauge(
                "macadam_data_free_bytes",
                "Bytes that are free on the disk of the data folder for who runs this.",
            )?,
            size_bytes: factory.gauge("macadam_data_size_bytes", "Bytes of the disk of the data folder.")?,
            file_bytes: factory.gauges(
                "macadam_data_file_bytes",
                "Bytes of the databases and of their write-ahead logs.",
                &["file"],
            )?,
            intact: factory.gauges(
                "macadam_data_file_intact",
                "1 while the path of a database names the file that is open; 0 once it was removed or replaced.",
                &["file"],
            )?,
            last_backup: factory.gauge(
                "macadam_last_backup_timestamp_seconds",
                "When the log was last backed up, in seconds since 1970; 0 if never.",
            )?,
        };
        for database in databases {
            metrics.file_bytes.with_label_values(&[database]);
            metrics.file_bytes.with_label_values(&[&wal(database)]);
            metrics.intact.with_label_values(&[database]);
        }
        Ok(metrics)
    }
}

/// A database of the data folder, as a label calls it, with its path.
#[derive(Debug, Clone)]
pub struct DatabaseFile {
    /// As a label of metrics.
    pub name: &'static str,
    /// Where it lies.
    pub path: PathBuf,
}

/// Looks at a data folder until it is dropped.
#[derive(Debug)]
pub struct FolderWatch {
    seen: Arc<Seen>,
    /// Its end ends the thread.
    _stop: mpsc::Sender<()>,
}

/// What was seen at the last look.
#[derive(Debug)]
pub struct Seen {
    base: Instant,
    /// Milliseconds from `base` to the end of the last look.
    looked: AtomicU64,
    files: Vec<SeenFile>,
}

#[derive(Debug)]
struct SeenFile {
    file: DatabaseFile,
    /// What tells the open file from all others on this machine: device and number.
    identity: Option<(u64, u64)>,
    intact: AtomicBool,
}

/// What is wrong with a data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderFault {
    /// This database was removed or replaced: what is written goes into a file that nobody will find.
    NotIntact(PathBuf),
    /// The disk has not answered for so many seconds.
    Silent(u64),
}

impl FolderWatch {
    /// Takes the files as they are now for those that are open, and begins to look.
    pub fn start(
        dir: &Path,
        files: Vec<DatabaseFile>,
        log: &EventLog,
        metrics: FolderMetrics,
    ) -> io::Result<Self> {
        let files = files.into_iter().map(|file| {
            let identity = std::fs::metadata(&file.path).ok().map(|found| identity(&found));
            SeenFile { file, identity, intact: AtomicBool::new(true) }
        });
        let seen = Arc::new(Seen { base: Instant::now(), looked: AtomicU64::new(0), files: files.collect() });
        let (stop, stopped) = mpsc::channel();
        let (looking, dir, log) = (seen.clone(), dir.to_owned(), log.clone());
        // Once before anybody asks: no gauge is 0 that is not.
        look(&looking, &dir, &log, &metrics);
        std::thread::Builder::new().name("folder-watch".into()).spawn(move || {
            while stopped.recv_timeout(EVERY) == Err(mpsc::RecvTimeoutError::Timeout) {
                look(&looking, &dir, &log, &metrics);
            }
        })?;
        Ok(Self { seen, _stop: stop })
    }

    /// What it sees.
    pub fn seen(&self) -> Arc<Seen> {
        self.seen.clone()
    }
}

impl Seen {
    /// What is wrong with the folder.
    pub fn fault(&self) -> Option<FolderFault> {
        let looked = Duration::from_millis(self.looked.load(Ordering::Relaxed));
        let silence = self.base.elapsed().saturating_sub(looked);
        if silence > SILENCE_MAX {
            return Some(FolderFault::Silent(silence.as_secs()));
        }
        let replaced = self.files.iter().find(|file| !file.intact.load(Ordering::Relaxed))?;
        Some(FolderFault::NotIntact(replaced.file.path.clone()))
    }
}

fn look(seen: &Seen, dir: &Path, log: &EventLog, metrics: &FolderMetrics) {
    let bytes = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let disk = rustix::fs::statvfs(dir).ok();
    let free = disk.as_ref().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    if let (Some(disk), Some(free)) = (disk, free) {
        metrics.free_bytes.set(bytes(free));
        metrics.size_bytes.set(bytes(disk.f_blocks.saturating_mul(disk.f_frsize)));
    }
    for SeenFile { file, identity: open, intact } in &seen.files {
        let found = std::fs::metadata(&file.path).ok();
        let is_open = found.as_ref().map(identity) == *open;
        if intact.swap(is_open, Ordering::Relaxed) && !is_open {
            tracing::error!(
                file = %file.path.display(),
                "the database was removed or replaced while it is open: what is stored now is lost with this process"
            );
        }
        metrics.intact.with_label_values(&[file.name]).set(i64::from(is_open));
        metrics.file_bytes.with_label_values(&[file.name]).set(found.map_or(0, |found| bytes(found.len())));
        let mut name = file.path.clone().into_os_string();
        name.push("-wal");
        let length = std::fs::metadata(name).map_or(0, |found| bytes(found.len()));
        metrics.file_bytes.with_label_values(&[&wal(file.name)]).set(length);
    }
    let backed_up = std::fs::metadata(dir.join(LAST_BACKUP)).and_then(|found| found.modified()).ok();
    let since = backed_up.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    metrics.last_backup.set(since.map_or(0, |since| bytes(since.as_secs())));
    if let Some(kind) = log.failing()
        && (kind != FaultKind::Full || free.is_none_or(|free| free >= FREE_BYTES_MIN))
    {
        log.try_to_write();
    }
    let looked = u64::try_from(seen.base.elapsed().as_millis()).unwrap_or(u64::MAX);
    seen.looked.store(looked, Ordering::Relaxed);
}

fn wal(database: &str) -> String {
    format!("{database}-wal")
}

fn identity(file: &std::fs::Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

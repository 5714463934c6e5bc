//! What a running context says of itself beyond what each layer measures: what runs, how many files are open, and whether
//! it can store.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use macadam_engine::VIEWS;
use macadam_event_log::{DatabaseFile, EventLog, FolderFault, LOG, Seen};
use macadam_http::CannotStore;
use macadam_telemetry::{Exposition, LimitGauge, MetricFactory};
use rustix::fs::{Dir, Mode, OFlags};
use rustix::process::{Resource, getrlimit};
use uuid::Uuid;

use crate::config::Config;

/// The databases of a data folder, as labels call them.
pub(crate) const DATABASES: &[&str] = &["log", "views"];

/// The commit that this was built from, where whoever built it said so.
const COMMIT: &str = match option_env!("MACADAM_COMMIT") {
    Some(commit) => commit,
    None => "",
};

/// Characters of ids and hashes as labels: enough to tell one from another.
const SHORT: usize = 12;

/// What differs between two runs of one context.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    log_id: String,
    schema: String,
    configuration: String,
}

impl Identity {
    /// Of a context that runs over this log with this configuration.
    pub(crate) fn of(log: &EventLog, config: &Config) -> Self {
        // As it is printed: with secrets masked, so that nobody can try out what a secret may be.
        let configuration = Uuid::new_v5(&Uuid::NAMESPACE_OID, config.print().as_bytes());
        let short = |text: &str| text.chars().take(SHORT).collect();
        Self {
            log_id: short(log.id()),
            schema: log.schema().to_string(),
            configuration: short(&configuration.simple().to_string()),
        }
    }

    /// Registers `macadam_context_info`.
    pub(crate) fn register(&self, factory: &MetricFactory, version: &str) -> Result<(), prometheus::Error> {
        let Self { log_id, schema, configuration } = self;
        let labels = [
            ("version", version),
            ("commit", COMMIT),
            ("log_id", log_id),
            ("schema", schema),
            ("configuration", configuration),
        ];
        factory.info("macadam_context_info", "Always 1; its labels say what runs.", &labels)
    }
}

/// The databases of this data folder.
pub(crate) fn databases(dir: &Path) -> Vec<DatabaseFile> {
    let files = DATABASES.iter().zip([LOG, VIEWS]);
    files.map(|(name, file)| DatabaseFile { name, path: dir.join(file) }).collect()
}

/// Has each scrape say how many files this process has open.
pub(crate) fn report_open_files(exposition: &Exposition, limit: LimitGauge) {
    let open = || {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Dir::new(rustix::fs::open("/proc/self/fd", flags, Mode::empty())?)
    };
    // Kept open: where no file can be opened any more is where it matters.
    let Ok(files) = open().map(Mutex::new) else { return };
    exposition.at_scrape(move || {
        let mut files = files.lock().unwrap_or_else(PoisonError::into_inner);
        files.rewind();
        let entries = files.by_ref().filter_map(Result::ok);
        let used = entries.filter(|entry| !entry.file_name().to_bytes().starts_with(b".")).count();
        let max = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        limit.set(used, usize::try_from(max).unwrap_or(usize::MAX));
    });
}

/// Why nothing can be stored at the moment, from memory.
pub(crate) fn cannot_store(log: &EventLog, folder: &Seen) -> Option<CannotStore> {
    match folder.fault() {
        Some(FolderFault::NotIntact(file)) => {
            let detail = format!(
                "`{}` was removed or replaced while it is open: put the file back, or restart over what is there",
                file.display()
            );
            return Some(CannotStore { kind: "data-replaced", detail });
        }
        Some(FolderFault::Silent(seconds)) => {
            let detail =
                format!("the disk of the data folder has not answered for {seconds} s: look at the disk");
            return Some(CannotStore { kind: "data-silent", detail });
        }
        None => {}
    }
    let kind = log.failing()?;
    let detail = format!("the last commit to the event log failed ({}): {}", kind.name(), kind.remedy());
    Some(CannotStore { kind: "not-writable", detail })
}

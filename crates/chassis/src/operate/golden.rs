//! `golden`: what read models make of events that were recorded once, kept beside the code. A projection whose result
//! changes while its version does not would leave documents of two kinds in one table.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::Timestamp;
use macadam_engine::schema::masked;
use macadam_engine::{Catalog, ErasedAggregate, ErasedView};
use macadam_event_log::StoredEvent;
use macadam_kernel::Actor;
use macadam_telemetry::chain;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::folder::log_in;
use super::report::{Recorded, Report};
use super::{OperateError, Output, Printer};

/// The recorded events, in the folder of golden folds.
const EVENTS: &str = "events.jsonl";

/// Records and checks what read models make of recorded events
#[derive(Debug, Subcommand)]
pub(crate) enum GoldenAction {
    /// Holds the read models to what was recorded.
    Check {
        /// The folder of golden folds.
        folder: PathBuf,
    },
    /// Records the events of the log, and what the read models make of them.
    Record(Record),
}

/// Records the events of the log, and what the read models make of them
#[derive(Debug, Args)]
pub(crate) struct Record {
    /// The folder of golden folds.
    folder: PathBuf,
    /// Keep the events that were recorded, and add the folds of new versions and views alone.
    #[arg(long)]
    keep_events: bool,
    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

/// One recorded event: a line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    position: i64,
    aggregate: String,
    stream: Uuid,
    version: i64,
    event_id: Uuid,
    #[serde(rename = "type")]
    kind: String,
    schema_version: u32,
    recorded_at: Timestamp,
    role: String,
    subject: String,
    data: Value,
}

/// What a read model made of all events, by key.
type Documents = BTreeMap<String, Value>;

pub(super) fn run(action: &GoldenAction, catalog: &Catalog, dir: &Path) -> Result<(), OperateError> {
    match action {
        GoldenAction::Check { folder } => check(catalog, folder),
        GoldenAction::Record(record) => record.run(catalog, dir),
    }
}

fn check(catalog: &Catalog, folder: &Path) -> Result<(), OperateError> {
    let name = catalog.name;
    let Some(events) = recorded(folder)? else {
        println!("{name}: no events are recorded yet: `cargo xtask golden {name}` records those of a run");
        return Ok(());
    };
    let mut faults = Vec::new();
    for view in &catalog.views {
        let (view, file) = (&**view, file_of(&**view));
        match golden(&folder.join(&file))? {
            None => faults.push(format!(
                "{file} is missing: `cargo xtask golden {name} --keep-events` records what {} makes now",
                view.name()
            )),
            Some(before) => faults.extend(difference(view, &before, &fold(view, &events)?)),
        }
    }
    if faults.is_empty() {
        println!("{name}: {} read models fold {} events as recorded", catalog.views.len(), events.len());
        Ok(())
    } else {
        Err(OperateError::Refused(faults.join("\n")))
    }
}

/// What a read model makes otherwise than it did under the same version.
fn difference(view: &dyn ErasedView, before: &Documents, after: &Documents) -> Option<String> {
    let keys = || before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
    let changed: Vec<&String> = keys().filter(|key| before.get(*key) != after.get(*key)).collect();
    let first = changed.first()?;
    let shown =
        |documents: &Documents| documents.get(*first).map_or_else(|| "nothing".to_owned(), Value::to_string);
    Some(format!(
        "{name} version {version} makes {count} documents otherwise than when it was recorded; `{first}` was\n  {}\nand is\n  {}\n\
         Raise the version of {name} on the board, so that it is built again; then `cargo xtask golden <context> --keep-events`",
        shown(before),
        shown(after),
        name = view.name(),
        version = view.version(),
        count = changed.len(),
    ))
}

impl Record {
    fn run(&self, catalog: &Catalog, dir: &Path) -> Result<(), OperateError> {
        let before = recorded(&self.folder)?;
        let events = match (&before, self.keep_events) {
            (Some(events), true) => events.clone(),
            (None, true) => {
                let folder = self.folder.display();
                return Err(OperateError::Refused(format!("no events are recorded in `{folder}` yet")));
            }
            (_, false) => synthetic(catalog, dir)?,
        };
        let mut files = BTreeMap::new();
        for view in &catalog.views {
            // Whoever records must not paper over what changed without a new version.
            if let (Some(events), Some(golden)) = (&before, golden(&self.folder.join(file_of(&**view)))?)
                && let Some(fault) = difference(&**view, &golden, &fold(&**view, events)?)
            {
                return Err(OperateError::Refused(fault));
            }
            let documents = serde_json::to_string_pretty(&fold(&**view, &events)?).unwrap_or_default();
            files.insert(file_of(&**view), documents + "\n");
        }
        files.insert(EVENTS.to_owned(), lines(&events));
        let removed = self.stale(&files)?;
        files
            .retain(|name, text| std::fs::read_to_string(self.folder.join(name)).ok().as_ref() != Some(text));
        if !self.dry_run {
            std::fs::create_dir_all(&self.folder).map_err(OperateError::io("make", &self.folder))?;
            for (name, text) in &files {
                let path = self.folder.join(name);
                std::fs::write(&path, text).map_err(OperateError::io("write", &path))?;
            }
            for name in &removed {
                let path = self.folder.join(name);
                std::fs::remove_file(&path).map_err(OperateError::io("remove", &path))?;
            }
        }
        let report = Report::Golden(Recorded {
            context: catalog.name.to_owned(),
            folder: self.folder.clone(),
            dry_run: self.dry_run,
            events: events.len(),
            written: files.into_keys().collect(),
            removed,
        });
        Printer::new(self.output).print(&report, said)
    }

    /// Files of versions and views that are no more.
    fn stale(&self, files: &BTreeMap<String, String>) -> Result<Vec<String>, OperateError> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Ok(Vec::new()) };
        let mut stale = Vec::new();
        for entry in entries {
            let entry = entry.map_err(OperateError::io("read", &self.folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_fold = Path::new(&name).extension().is_some_and(|extension| extension == "json");
            if is_fold && !files.contains_key(&name) {
                stale.push(name);
            }
        }
        stale.sort();
        Ok(stale)
    }
}

fn said(report: &Report) -> String {
    let Report::Golden(Recorded { context, events, written, removed, dry_run, .. }) = report else {
        return String::new();
    };
    if written.is_empty() && removed.is_empty() {
        return format!("{context}: nothing to do, {events} events and their folds are as recorded");
    }
    let would = if *dry_run { "would be " } else { "" };
    let mut text = format!("{context}: {events} events");
    for (files, what) in [(written, "written"), (removed, "removed")] {
        for file in files {
            text.push_str(&format!("\n{would}{what} {file}"));
        }
    }
    text
}

fn file_of(view: &dyn ErasedView) -> String {
    format!("{}.v{}.json", view.name(), view.version())
}

fn fold(view: &dyn ErasedView, events: &[StoredEvent]) -> Result<Documents, OperateError> {
    let refused = |error: &dyn std::error::Error| {
        OperateError::Refused(format!("{} does not fold the recorded events: {}", view.name(), chain(error)))
    };
    let mut fold = view.fold(Box::new(|_| Ok(None)));
    for event in events.iter().filter(|event| view.kinds().iter().any(|kind| kind.name == event.kind)) {
        fold.apply(event).map_err(|error| refused(&error))?;
    }
    let documents = fold.documents().map_err(|error| refused(&error))?;
    Ok(documents.into_iter().filter_map(|(key, document)| Some((key, document?))).collect())
}

fn golden(file: &Path) -> Result<Option<Documents>, OperateError> {
    if !file.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(file).map_err(OperateError::io("read", file))?;
    let read = serde_json::from_str(&text);
    read.map(Some).map_err(|error| OperateError::Refused(format!("{}: {error}", file.display())))
}

fn recorded(folder: &Path) -> Result<Option<Vec<StoredEvent>>, OperateError> {
    let file = folder.join(EVENTS);
    if !file.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&file).map_err(OperateError::io("read", &file))?;
    let event = |(number, line): (usize, &str)| {
        let bad = |error| OperateError::Refused(format!("{}:{}: {error}", file.display(), number + 1));
        let line: Line = serde_json::from_str(line).map_err(bad)?;
        Ok(StoredEvent {
            position: line.position,
            aggregate: line.aggregate,
            stream: line.stream,
            version: line.version,
            event_id: line.event_id,
            kind: line.kind,
            schema_version: line.schema_version,
            recorded_at: line.recorded_at,
            actor: Actor::new(line.role, line.subject),
            correlation_id: line.event_id,
            causation_id: None,
            traceparent: None,
            payload: line.data.to_string(),
        })
    };
    text.lines().enumerate().map(event).collect::<Result<_, _>>().map(Some)
}

fn lines(events: &[StoredEvent]) -> String {
    let line = |event: &StoredEvent| {
        let line = Line {
            position: event.position,
            aggregate: event.aggregate.clone(),
            stream: event.stream,
            version: event.version,
            event_id: event.event_id,
            kind: event.kind.clone(),
            schema_version: event.schema_version,
            recorded_at: event.recorded_at,
            role: event.actor.role.clone(),
            subject: event.actor.subject.clone(),
            data: serde_json::from_str(&event.payload).unwrap_or_default(),
        };
        serde_json::to_string(&line).unwrap_or_default() + "\n"
    };
    events.iter().map(line).collect()
}

/// The events of a log without their secrets, as long as the code can still read them.
fn synthetic(catalog: &Catalog, dir: &Path) -> Result<Vec<StoredEvent>, OperateError> {
    let log = log_in(dir, catalog.name)?;
    let mut events = Vec::new();
    log.events("ORDER BY position", [], |mut event| {
        let aggregate = catalog.aggregate_of(&event);
        let schemas = aggregate.map(ErasedAggregate::event_schemas).unwrap_or_default();
        let schema = schemas.iter().find(|(name, _)| *name == event.kind).map(|(_, schema)| schema);
        event.payload = masked(schema, serde_json::from_str(&event.payload).unwrap_or_default()).to_string();
        if let Some(Err(error)) = aggregate.map(|aggregate| aggregate.reads(&event)) {
            return Err(OperateError::Refused(format!(
                "the event at position {} cannot be read with its secrets masked: {}; record a run without it",
                event.position,
                chain(&error)
            )));
        }
        events.push(event);
        Ok(true)
    })?;
    if events.is_empty() {
        let dir = dir.display();
        return Err(OperateError::Refused(format!(
            "the log in `{dir}` holds no events: record another folder"
        )));
    }
    Ok(events)
}

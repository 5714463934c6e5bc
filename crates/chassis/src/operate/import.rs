//! `import`: fills an empty log from what was exported. All of it is checked before any of it is there.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use macadam_engine::Catalog;
use macadam_event_log::{CARRIED, DataFolder, LOG, LogFile, StoredEvent, prepare};
use macadam_telemetry::chain;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::export::FORMAT;
use super::folder::{install, log_in, new_file};
use super::progress::Progress;
use super::report::{Imported, Report};
use super::{OperateError, Output, Printer};

/// Fills an empty log from JSON Lines that were exported
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// What `export` wrote.
    file: PathBuf,
    /// Check every line, and change nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Line {
    Header(Header),
    Event(Map<String, Value>),
    Row { table: String, columns: Map<String, Value> },
    End { lines: u64 },
}

#[derive(Deserialize)]
struct Header {
    format: u32,
    context: String,
    position: i64,
}

impl Import {
    pub(super) fn run(&self, catalog: &Catalog, dir: &Path) -> Result<(), OperateError> {
        let file = File::open(&self.file).map_err(OperateError::io("read", &self.file))?;
        let _lock = (!self.dry_run).then(|| DataFolder::take(dir)).transpose()?;
        if dir.join(LOG).exists() {
            let head = log_in(dir, catalog.name)?.head()?;
            if head > 0 {
                let dir = dir.display();
                return Err(OperateError::Refused(format!(
                    "the log in `{dir}` holds {head} events: only an empty one is filled; name another folder"
                )));
            }
        }
        let elsewhere = tempfile::tempdir().map_err(OperateError::io("make", "a temporary folder"))?;
        let beside = if self.dry_run { elsewhere.path() } else { dir };
        let staged = beside.join(format!("{LOG}.importing"));
        let _ = std::fs::remove_file(&staged);
        drop(new_file(&staged)?);
        let filled = fill(&staged, catalog, BufReader::new(file));
        let (lines, position) = match filled {
            Ok(filled) if !self.dry_run => {
                install(dir, &staged)?;
                filled
            }
            other => {
                let _ = std::fs::remove_file(&staged);
                other.map_err(|fault| fault.at(&self.file))?
            }
        };
        let report = Report::Import(Imported {
            context: catalog.name.to_owned(),
            file: self.file.clone(),
            dry_run: self.dry_run,
            position,
            lines,
        });
        Printer::new(self.output).print(&report, |_| {
            let did = if self.dry_run { "would be filled" } else { "is filled" };
            format!("{} {did} up to position {position} from {lines} lines", catalog.name)
        })
    }
}

/// What is wrong, and with which line, where it is one.
enum Fault {
    Line(u64, String),
    Other(OperateError),
}

impl Fault {
    fn at(self, file: &Path) -> OperateError {
        let file = file.display();
        match self {
            Self::Line(number, what) => {
                OperateError::Refused(format!("{file}:{number}: {what}; nothing was written"))
            }
            Self::Other(error) => error,
        }
    }
}

impl<E: Into<OperateError>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// Fills a new log; how many lines it were, and its last position.
fn fill(staged: &Path, catalog: &Catalog, text: impl BufRead) -> Result<(u64, i64), Fault> {
    let mut connection = prepare(staged, catalog.name)?;
    connection.execute_batch(CARRIED)?;
    let transaction = connection.transaction()?;
    let mut filling = Filling::new(&transaction, catalog);
    let (mut number, mut progress) = (0, Progress::begin("importing"));
    for line in text.lines() {
        number += 1;
        let fault = |what| Fault::Line(number, what);
        if filling.ended {
            return Err(fault("there is more after the end".to_owned()));
        }
        let line = line.map_err(|error| fault(error.to_string()))?;
        let line: Line = serde_json::from_str(&line).map_err(|error| fault(error.to_string()))?;
        filling.take(number, line).map_err(fault)?;
        progress.at(filling.position, filling.expected);
    }
    let (ended, position) = (filling.ended, filling.position);
    drop(filling);
    if !ended {
        return Err(Fault::Line(number, "the end is missing: the file was cut off".to_owned()));
    }
    transaction.commit()?;
    drop(connection);
    let faults = LogFile::open(staged)?.faults()?;
    if !faults.is_empty() {
        return Err(OperateError::Refused(faults.join("; ")).into());
    }
    Ok((number, position))
}

struct Filling<'a> {
    log: &'a Connection,
    catalog: &'a Catalog,
    /// The columns of each table.
    tables: HashMap<String, Vec<String>>,
    versions: HashMap<Uuid, i64>,
    position: i64,
    expected: i64,
    recorded_at: jiff::Timestamp,
    ended: bool,
}

impl<'a> Filling<'a> {
    fn new(log: &'a Connection, catalog: &'a Catalog) -> Self {
        let (tables, versions) = (HashMap::new(), HashMap::new());
        let recorded_at = jiff::Timestamp::MIN;
        Self { log, catalog, tables, versions, position: 0, expected: 0, recorded_at, ended: false }
    }

    fn take(&mut self, number: u64, line: Line) -> Result<(), String> {
        match line {
            Line::Header(header) if number == 1 => self.header(&header),
            Line::Header(_) => Err("there is a second header".to_owned()),
            _ if number == 1 => Err("the header is missing".to_owned()),
            Line::Event(columns) => {
                self.insert("events", &columns)?;
                self.event()
            }
            Line::Row { table, .. } if table == "events" => {
                Err("events are lines of their own: `{\"event\": …}`".to_owned())
            }
            Line::Row { table, columns } => self.insert(&table, &columns),
            Line::End { lines } if lines != number => Err(format!("{lines} lines were exported")),
            Line::End { .. } if self.position != self.expected => {
                Err(format!("the events end at position {} instead of {}", self.position, self.expected))
            }
            Line::End { .. } => {
                self.ended = true;
                Ok(())
            }
        }
    }

    fn header(&mut self, header: &Header) -> Result<(), String> {
        if header.format != FORMAT {
            return Err(format!("this is format {}, known is {FORMAT}", header.format));
        }
        if header.context != self.catalog.name {
            return Err(format!("this belongs to `{}`, not to `{}`", header.context, self.catalog.name));
        }
        self.expected = header.position;
        Ok(())
    }

    fn insert(&mut self, table: &str, columns: &Map<String, Value>) -> Result<(), String> {
        let sqlite = |error: rusqlite::Error| format!("{table}: {error}");
        if !self.tables.contains_key(table) {
            let mut statement = self.log.prepare("SELECT name FROM pragma_table_info(?1)").map_err(sqlite)?;
            let names = statement.query_map([table], |row| row.get(0)).map_err(sqlite)?;
            let names = names.collect::<Result<_, _>>().map_err(sqlite)?;
            self.tables.insert(table.to_owned(), names);
        }
        let known = &self.tables[table];
        if known.is_empty() || table == "meta" {
            return Err(format!("this road knows no table `{table}`"));
        }
        if let Some(unknown) = columns.keys().find(|column| !known.contains(column)) {
            return Err(format!("this road knows no column `{unknown}` of {table}"));
        }
        let names: Vec<String> = columns.keys().map(|column| format!("\"{column}\"")).collect();
        let places = vec!["?"; names.len()].join(", ");
        let sql = format!("INSERT INTO \"{table}\" ({}) VALUES ({places})", names.join(", "));
        let values = columns.iter().map(|(name, value)| {
            stored(value).ok_or_else(|| format!("`{name}` is nothing that a column holds"))
        });
        let values = values.collect::<Result<Vec<Sql>, String>>()?;
        let mut insert = self.log.prepare_cached(&sql).map_err(sqlite)?;
        insert.execute(params_from_iter(values)).map_err(sqlite)?;
        Ok(())
    }

    /// Holds the event that was just put there to what a log is, and to what the code can read.
    fn event(&mut self) -> Result<(), String> {
        let row = self.log.last_insert_rowid();
        let event = StoredEvent::at(self.log, row).map_err(|error| error.to_string())?;
        let next = self.position + 1;
        if event.position != next {
            return Err(format!("position {} where {next} is next", event.position));
        }
        let version = self.versions.entry(event.stream).or_insert(0);
        *version += 1;
        if event.version != *version {
            return Err(format!(
                "version {} of stream {} where {version} is next",
                event.version, event.stream
            ));
        }
        if event.recorded_at < self.recorded_at {
            return Err(format!("recorded at {}, before the event before it", event.recorded_at));
        }
        let aggregate = self
            .catalog
            .aggregate_of(&event)
            .ok_or_else(|| format!("{} has no aggregate `{}`", self.catalog.name, event.aggregate))?;
        aggregate.reads(&event).map_err(|error| chain(&error))?;
        (self.position, self.recorded_at) = (event.position, event.recorded_at);
        Ok(())
    }
}

/// A column's value as `export` wrote it.
fn stored(value: &Value) -> Option<Sql> {
    Some(match value {
        Value::Null => Sql::Null,
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Sql::Integer(whole),
            None => Sql::Real(number.as_f64()?),
        },
        Value::String(text) => Sql::Text(text.clone()),
        Value::Object(bytes) => {
            if let Some(uuid) = bytes.get("uuid") {
                Sql::Blob(Uuid::try_parse(uuid.as_str()?).ok()?.as_bytes().to_vec())
            } else {
                Sql::Blob(unhexed(bytes.get("hex")?.as_str()?)?)
            }
        }
        Value::Bool(_) | Value::Array(_) => return None,
    })
}

fn unhexed(hex: &str) -> Option<Vec<u8>> {
    if !hex.is_ascii() || !hex.len().is_multiple_of(2) {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}

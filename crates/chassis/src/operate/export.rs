//! `export`: all that a log holds, as JSON Lines: a header, the events, the rows of all other tables, an end.
//!
//! Each line is an object with one member: `header`, `event`, `row` or `end`. Columns stand as they are stored; bytes
//! are `{"uuid": …}` where there are 16 of them, else `{"hex": …}`. A payload is text, to the letter.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use macadam_event_log::LOG;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::backup::part;
use super::folder::{belongs, log_in, new_file, processes_in, publish};
use super::progress::Progress;
use super::report::{Exported, Report};
use super::{OperateError, Output, Printer};

/// The version of the form.
pub(super) const FORMAT: u32 = 1;
/// Tables whose rows are no lines of their own.
const NOT_ROWS: &[&str] = &["events", "meta"];
/// What the log carries of processes; where the views tell it anew, not from here.
const CARRIED: &[&str] = &["carried_states", "carried_checkpoints"];

/// Writes all that the log holds as JSON Lines, secrets included
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file to write; it is not there yet. It holds secrets in plain text, since it can be imported again.
    file: PathBuf,
    #[command(flatten)]
    output: Output,
}

impl Export {
    pub(super) fn run(&self, context: &str, dir: &Path) -> Result<(), OperateError> {
        let log = log_in(dir, context)?;
        let log_id = belongs(&log, &dir.join(LOG), context)?;
        if self.file.exists() {
            let file = self.file.display();
            return Err(OperateError::Refused(format!("`{file}` is there already: choose another name")));
        }
        // The snapshot of the processes is the older one: they hear again what came in between, and have its keys.
        let processes = processes_in(dir, &log_id)?;
        log.connection.execute_batch("BEGIN")?;
        let position = log.head()?;
        let part = part(&self.file);
        let _ = std::fs::remove_file(&part);
        let mut lines = Lines { out: BufWriter::new(new_file(&part)?), path: part.clone(), count: 0 };
        lines.write(&json!({ "header": {
            "format": FORMAT, "context": context, "log_id": log_id, "position": position,
        } }))?;
        let mut progress = Progress::begin("exporting");
        lines.table(&log.connection, "SELECT * FROM events ORDER BY position", |number, row| {
            progress.at(number, position);
            json!({ "event": row })
        })?;
        for table in tables(&log.connection)? {
            if processes.is_some() && CARRIED.contains(&table.as_str()) {
                continue;
            }
            let row = |_, row| json!({ "row": { "table": table, "columns": row } });
            lines.table(&log.connection, &format!("SELECT * FROM \"{table}\""), row)?;
        }
        if let Some(processes) = &processes {
            for (table, sql) in [
                ("carried_states", "SELECT process, key, state FROM processes"),
                ("carried_checkpoints", "SELECT name, position FROM checkpoints"),
            ] {
                lines.table(processes, sql, |_, row| json!({ "row": { "table": table, "columns": row } }))?;
            }
        }
        let count = lines.count + 1;
        lines.write(&json!({ "end": { "lines": count } }))?;
        lines.out.flush().map_err(OperateError::io("write", &part))?;
        let bytes = std::fs::metadata(&part).map_err(OperateError::io("read", &part))?.len();
        publish(&part, &self.file)?;
        let file = self.file.clone();
        let report = Exported { context: context.to_owned(), file, position, lines: count, bytes };
        Printer::new(self.output).print(&Report::Export(report), |_| {
            format!(
                "{context} up to position {position}: {count} lines in {}, secrets included",
                self.file.display()
            )
        })
    }
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let names: Vec<String> =
        connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names.into_iter().filter(|name| !NOT_ROWS.contains(&name.as_str())).collect())
}

struct Lines {
    out: BufWriter<File>,
    path: PathBuf,
    count: u64,
}

impl Lines {
    fn write(&mut self, line: &Value) -> Result<(), OperateError> {
        self.count += 1;
        writeln!(self.out, "{line}").map_err(OperateError::io("write", &self.path))
    }

    /// One line for each row, as `line` makes it from its number and its columns.
    fn table(
        &mut self,
        connection: &Connection,
        sql: &str,
        mut line: impl FnMut(i64, Value) -> Value,
    ) -> Result<(), OperateError> {
        let mut statement = connection.prepare(sql)?;
        let names: Vec<String> = statement.column_names().into_iter().map(ToOwned::to_owned).collect();
        let mut rows = statement.query([])?;
        let mut number = 0;
        while let Some(row) = rows.next()? {
            number += 1;
            self.write(&line(number, columns(&names, row)?))?;
        }
        Ok(())
    }
}

fn columns(names: &[String], row: &Row<'_>) -> rusqlite::Result<Value> {
    let mut columns = Map::new();
    for (place, name) in names.iter().enumerate() {
        let value = match row.get_ref(place)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => number.into(),
            ValueRef::Real(number) => number.into(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
            ValueRef::Blob(bytes) => {
                let hex = || bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
                Uuid::from_slice(bytes)
                    .map_or_else(|_| json!({ "hex": hex() }), |uuid| json!({ "uuid": uuid }))
            }
        };
        columns.insert(name.clone(), value);
    }
    Ok(Value::Object(columns))
}

//! `events stats`: a context's log and those who follow it, in figures.

use std::fmt::Write as _;
use std::path::Path;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use macadam_engine::Catalog;
use macadam_event_log::{LOG, LogFile, from_micros, micros};
use rusqlite::Connection;

use super::folder::{belongs, log_in, views_in};
use super::report::{DeadlineStats, FollowerStats, KindStats, Report, Stats};
use super::{OperateError, Output, Printer};

#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    #[command(flatten)]
    output: Output,
}

impl StatsArgs {
    pub(super) fn run(&self, catalog: &Catalog, dir: &Path) -> Result<(), OperateError> {
        let log = log_in(dir, catalog.name)?;
        let now = Timestamp::now();
        let log_id = belongs(&log, &dir.join(LOG), catalog.name)?;
        let count = |sql: &str| log.connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        let time = |sql: &str| -> rusqlite::Result<Option<Timestamp>> {
            Ok(log.connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0))?.map(from_micros))
        };
        let head = log.head()?;
        let (views, processes) = followers(views_in(dir)?.as_ref(), head)?;
        let an_hour_ago = micros(now - SignedDuration::from_hours(1));
        let size = |name: String| std::fs::metadata(dir.join(name)).map_or(0, |file| file.len());
        let stats = Stats {
            context: catalog.name.to_owned(),
            log_id,
            head,
            streams: count("SELECT count(*) FROM events WHERE version = 1")?,
            bytes: size(LOG.to_owned()) + size(format!("{LOG}-wal")),
            first_recorded_at: time(
                "SELECT recorded_at FROM events WHERE position = 1 UNION ALL SELECT NULL",
            )?,
            last_recorded_at: time("SELECT max(recorded_at) FROM events")?,
            last_hour: count(&format!("SELECT count(*) FROM events WHERE recorded_at > {an_hour_ago}"))?,
            events: kinds(&log)?,
            views,
            processes,
            deadlines: deadlines(&log, now)?,
            keys: count("SELECT count(*) FROM keys")?,
        };
        Printer::new(self.output).print(&Report::Stats(stats), said)
    }
}

fn kinds(log: &LogFile) -> rusqlite::Result<Vec<KindStats>> {
    let mut statement = log.connection.prepare(
        "SELECT kind, schema_version, count(*), sum(octet_length(payload)) FROM events GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
    )?;
    let kind = |row: &rusqlite::Row<'_>| {
        Ok(KindStats {
            kind: row.get(0)?,
            schema_version: row.get(1)?,
            count: row.get(2)?,
            bytes: row.get(3)?,
        })
    };
    statement.query_map([], kind)?.collect()
}

/// Views and processes, as far as they have come.
fn followers(
    views: Option<&Connection>,
    head: i64,
) -> rusqlite::Result<(Vec<FollowerStats>, Vec<FollowerStats>)> {
    let Some(views) = views else { return Ok((Vec::new(), Vec::new())) };
    let read = |sql: &str| -> rusqlite::Result<Vec<FollowerStats>> {
        let mut statement = views.prepare(sql)?;
        let follower = |row: &rusqlite::Row<'_>| {
            let position: i64 = row.get(2)?;
            let lag = (head - position).max(0);
            Ok(FollowerStats { name: row.get(0)?, role: row.get(1)?, position, lag })
        };
        statement.query_map([], follower)?.collect()
    };
    Ok((
        read("SELECT view, role, position FROM tables WHERE role <> 'retired' ORDER BY view, role DESC")?,
        read("SELECT name, NULL, position FROM checkpoints ORDER BY name")?,
    ))
}

fn deadlines(log: &LogFile, now: Timestamp) -> rusqlite::Result<Vec<DeadlineStats>> {
    let mut statement = log.connection.prepare(
        "SELECT deadline, count(*), sum(due_at <= ?1), min(due_at) FROM deadlines GROUP BY 1 ORDER BY 1",
    )?;
    let deadline = |row: &rusqlite::Row<'_>| {
        Ok(DeadlineStats {
            name: row.get(0)?,
            waiting: row.get(1)?,
            overdue: row.get(2)?,
            next_due_at: row.get::<_, Option<i64>>(3)?.map(from_micros),
        })
    };
    statement.query_map([micros(now)], deadline)?.collect()
}

fn said(report: &Report) -> String {
    let Report::Stats(stats) = report else { return String::new() };
    let Stats { context, log_id, head, streams, bytes, last_hour, keys, .. } = stats;
    let mut text = format!(
        "{context}: {head} events in {streams} streams, {bytes} bytes, {last_hour} in the last hour, log {log_id}"
    );
    if let (Some(first), Some(last)) = (stats.first_recorded_at, stats.last_recorded_at) {
        let _ = write!(text, "\nfrom {first:.0} to {last:.0}");
    }
    for KindStats { kind, schema_version, count, bytes } in &stats.events {
        let _ = write!(text, "\n{count:>9}  {kind}.v{schema_version}, {bytes} bytes");
    }
    for FollowerStats { name, role, position, lag } in &stats.views {
        let role = role.as_deref().unwrap_or_default();
        let _ = write!(text, "\nview {name} ({role}) at {position}, {lag} behind");
    }
    for FollowerStats { name, position, lag, .. } in &stats.processes {
        let _ = write!(text, "\nprocess {name} at {position}, {lag} behind");
    }
    for DeadlineStats { name, waiting, overdue, next_due_at } in &stats.deadlines {
        let next = next_due_at.map_or_else(String::new, |next| format!(", the next at {next:.0}"));
        let _ = write!(text, "\ndeadline {name}: {waiting} wait, {overdue} overdue{next}");
    }
    let _ = write!(text, "\n{keys} keys of accepted commands");
    text
}

//! `events`: reads the log, also beside a running service. Secrets are masked as in an aggregate's history.

use std::path::Path;
use std::time::Duration;

use clap::{Args, Subcommand};
use macadam_engine::Catalog;
use macadam_event_log::{LogFile, StoredEvent};
use schemars::Schema;
use uuid::Uuid;

use super::folder::log_in;
use super::report::{EventLine, Report};
use super::{OperateError, Output, Printer, stats, unknown};

/// How often a log that is followed is looked at; its file does not say when it has grown.
const LOOK: Duration = Duration::from_millis(200);

/// Looks into the log
#[derive(Debug, Subcommand)]
pub(crate) enum EventsAction {
    /// Prints the newest events, and where wanted those to come.
    Tail(Tail),
    /// Prints one event in full, or all of a stream.
    Show(Show),
    /// Prints figures of the log and of what follows it.
    Stats(stats::StatsArgs),
}

#[derive(Debug, Args)]
pub(crate) struct Tail {
    /// Go on printing what is recorded, until Ctrl-C.
    #[arg(long, short)]
    follow: bool,
    /// Begin after this position instead of with the last 20.
    #[arg(long, value_name = "POSITION")]
    after: Option<i64>,
    /// Only events of this type; repeat it for several.
    #[arg(long = "type", value_name = "EVENT")]
    kinds: Vec<String>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// A position, or the id of a stream.
    which: String,
    #[command(flatten)]
    output: Output,
}

/// Events that `tail` begins with.
/// Events read in one go.
const PAGE: i64 = 500;
const LAST: i64 = 20;

pub(super) fn run(action: &EventsAction, catalog: &Catalog, dir: &Path) -> Result<(), OperateError> {
    let shown = match action {
        EventsAction::Tail(tail) => tail.run(catalog, dir),
        EventsAction::Show(show) => show.run(catalog, dir),
        EventsAction::Stats(stats) => stats.run(catalog, dir),
    };
    match shown {
        // A reader that has gone away wanted no more.
        Err(OperateError::Print(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        shown => shown,
    }
}

fn line(schemas: &[(&'static str, Schema)], event: StoredEvent) -> Report {
    let schema = schemas.iter().find(|(name, _)| *name == event.kind).map(|(_, schema)| schema);
    Report::Event(EventLine::of(event, schema))
}

impl Tail {
    fn run(&self, catalog: &Catalog, dir: &Path) -> Result<(), OperateError> {
        let known: Vec<&str> =
            catalog.aggregates().iter().flat_map(|a| a.kinds()).map(|kind| kind.name).collect();
        if let Some(kind) = self.kinds.iter().find(|kind| !known.contains(&kind.as_str())) {
            return Err(unknown("event", kind, catalog.name, &known));
        }
        let log = log_in(dir, catalog.name)?;
        let (schemas, printer) = (catalog.event_schemas(), Printer::new(self.output));
        let wanted = |event: &StoredEvent| self.kinds.is_empty() || self.kinds.contains(&event.kind);
        let mut from = self.begin(&log)?;
        loop {
            let head = log.head()?;
            if head < from {
                return Err(OperateError::Refused(format!(
                    "the log ends at position {head}, before {from}: it was restored, or it is another one"
                )));
            }
            while from < head {
                // Read to its end before it is printed: a reader who waits must not hold the write-ahead log back.
                let mut page = Vec::new();
                let rest = format!("WHERE position > ?1 AND position <= ?2 ORDER BY position LIMIT {PAGE}");
                log.events(&rest, [from, head], |event| {
                    page.push(event);
                    Ok::<_, OperateError>(true)
                })?;
                from = page.last().map_or(head, |event| event.position);
                for event in page.into_iter().filter(&wanted) {
                    printer.print(&line(&schemas, event), brief)?;
                }
            }
            if !self.follow {
                return Ok(());
            }
            std::thread::sleep(LOOK);
        }
    }

    /// The position to begin after: what was asked for, or that before the last ones that are wanted.
    fn begin(&self, log: &LogFile) -> Result<i64, OperateError> {
        if let Some(after) = self.after {
            return Ok(after.max(0));
        }
        let (mut left, mut from) = (LAST, 0);
        log.events("ORDER BY position DESC", [], |event| {
            if self.kinds.is_empty() || self.kinds.contains(&event.kind) {
                left -= 1;
                from = event.position - 1;
            }
            Ok::<_, OperateError>(left > 0)
        })?;
        Ok(from)
    }
}

impl Show {
    fn run(&self, catalog: &Catalog, dir: &Path) -> Result<(), OperateError> {
        let log = log_in(dir, catalog.name)?;
        let (schemas, printer) = (catalog.event_schemas(), Printer::new(self.output));
        let mut shown = 0;
        let mut show = |event| {
            shown += 1;
            printer.print(&line(&schemas, event), full)?;
            Ok::<_, OperateError>(true)
        };
        if let Ok(position) = self.which.parse::<i64>() {
            log.events("WHERE position = ?1", [position], &mut show)?;
        } else if let Ok(stream) = Uuid::try_parse(&self.which) {
            log.events("WHERE stream = ?1 ORDER BY version", [stream], &mut show)?;
        } else {
            let which = &self.which;
            return Err(OperateError::Refused(format!(
                "`{which}` is neither a position nor the id of a stream"
            )));
        }
        if shown == 0 {
            let (which, head) = (&self.which, log.head()?);
            return Err(OperateError::Refused(format!(
                "nothing at `{which}`; the log ends at position {head}"
            )));
        }
        Ok(())
    }
}

fn brief(report: &Report) -> String {
    let Report::Event(event) = report else { return String::new() };
    let EventLine { position, recorded_at, kind, schema_version, stream, version, actor, data, .. } = event;
    let (role, subject) = (&actor.role, &actor.subject);
    format!(
        "{position:>7}  {recorded_at:.3}  {stream}/{version:<3} {kind}.v{schema_version}  {role}:{subject}  {data}"
    )
}

fn full(report: &Report) -> String {
    let Report::Event(event) = report else { return String::new() };
    serde_json::to_string_pretty(event).unwrap_or_default()
}

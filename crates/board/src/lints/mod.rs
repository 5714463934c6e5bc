//! Lints on the whole parsed board; they skip what has been reported already.

mod claims;
mod context_map;
mod decisions;
mod deprecation;
mod listeners;
mod measures;
mod read_models;
mod visibility;

use super::Neighbours;
use super::model::{Aggregate, Board, Command, Event, Name};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::names::{self, Kind, SYSTEM};

/// Runs all lints; those about other contexts only if `neighbours` is given.
pub(super) fn check(board: &Board, neighbours: Option<&Neighbours>, report: &mut Report) {
    decisions::check(board, report);
    deprecation::check(board, report);
    visibility::check(board, report);
    read_models::check(board, report);
    listeners::check(board, report);
    claims::check(board, report);
    measures::check(board, report);
    context_map::check(board, neighbours, report);
}

/// Whether a name is present and well spelled; if not, that has been reported already.
pub(super) fn is_valid(kind: Kind, name: &Name) -> bool {
    names::check(kind, name).is_ok()
}

/// Finds an event that `who` listens to, and reports it if it does not exist.
fn resolve_event<'a>(
    board: &'a Board,
    who: &str,
    name: &Name,
    report: &mut Report,
) -> Option<(&'a Aggregate, &'a Event)> {
    if !is_valid(Kind::Event, name) {
        return None;
    }
    if let Some(found) = board.event(name) {
        return Some(found);
    }
    if let Some(upstream) = board.upstreams.iter().find(|upstream| upstream.consumes.contains_name(name)) {
        let message = format!("{who} listens to `{name}`, an event of the upstream `{}`", upstream.name);
        report.push(
            Diagnostic::new(Code::UpstreamEventHeard, &name.span, message)
                .label("not an event of this context")
                .hint("record it with a command of `system`, and listen to the event of that command"),
        );
        return None;
    }
    let finding = Diagnostic::new(
        Code::UnknownEvent,
        &name.span,
        format!("{who} listens to `{name}`, which no command emits"),
    )
    .label("unknown event");
    let known = board.events().map(|(_, event)| event.name.as_str());
    report.push(finding.did_you_mean(name, known, format!("add `{name}` to the `emits` of a command")));
    None
}

/// Finds a command that `who` sends as `system`, and reports it if it does not exist or does not allow `system`.
fn resolve_command<'a>(
    board: &'a Board,
    who: &str,
    name: &Name,
    report: &mut Report,
) -> Option<(&'a Aggregate, &'a Command)> {
    if !is_valid(Kind::Command, name) {
        return None;
    }
    let Some((aggregate, command)) = board.command(name) else {
        let message = format!("{who} sends `{name}`, which is not a command of the board");
        let finding = Diagnostic::new(Code::UnknownCommand, &name.span, message).label("unknown command");
        let known = board.commands().map(|(_, command)| command.name.as_str());
        report.push(finding.did_you_mean(name, known, format!("add a command `{name}` to an aggregate")));
        return None;
    };
    // A command without any actor has been reported already.
    if !command.actors.is_empty() && !command.actors.contains_name(SYSTEM) {
        let message = format!("{who} sends `{name}`, whose actors do not include `{SYSTEM}`");
        report.push(
            Diagnostic::new(Code::NotForSystem, &name.span, message)
                .also(&command.name.span, "declared here")
                .hint(format!("add `{SYSTEM}` to the `actor` of `{name}`")),
        );
    }
    Some((aggregate, command))
}

/// Looks for a name in a list of names.
trait ContainsName {
    fn contains_name(&self, name: &str) -> bool;
}

impl ContainsName for [Name] {
    fn contains_name(&self, name: &str) -> bool {
        self.iter().any(|known| known.value == name)
    }
}

//! What a board says as a whole: each lint looks at the parsed board, and passes over what was reported already.

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

/// Runs all of them; those about other contexts only where these are given.
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

/// Whether a name is one at all: blanks stand for what is missing, and bad spellings were reported.
pub(super) fn is_sound(kind: Kind, name: &Name) -> bool {
    names::check(kind, name).is_ok()
}

/// Resolves an event that somebody hears, and reports it where it does not exist.
fn hear<'a>(
    board: &'a Board,
    who: &str,
    name: &Name,
    report: &mut Report,
) -> Option<(&'a Aggregate, &'a Event)> {
    if !is_sound(Kind::Event, name) {
        return None;
    }
    if let Some(found) = board.event(name) {
        return Some(found);
    }
    if let Some(upstream) = board.upstreams.iter().find(|upstream| upstream.consumes.contains_name(name)) {
        let message = format!("{who} hears `{name}`, an event of the upstream `{}`", upstream.name);
        report.push(
            Diagnostic::new(Code::UpstreamEventHeard, &name.span, message)
                .label("not an event of this context")
                .hint("let a command of `system` record it, and hear the event of that command"),
        );
        return None;
    }
    let finding = Diagnostic::new(
        Code::UnknownEvent,
        &name.span,
        format!("{who} hears `{name}`, which no command emits"),
    )
    .label("unknown event");
    let known = board.events().map(|(_, event)| event.name.as_str());
    report.push(finding.did_you_mean(name, known, format!("name `{name}` in the `emits` of a command")));
    None
}

/// Resolves a command that the road sends as `system`, and reports it where that cannot be.
fn send<'a>(
    board: &'a Board,
    who: &str,
    name: &Name,
    report: &mut Report,
) -> Option<(&'a Aggregate, &'a Command)> {
    if !is_sound(Kind::Command, name) {
        return None;
    }
    let Some((aggregate, command)) = board.command(name) else {
        let message = format!("{who} sends `{name}`, which is no command of the board");
        let finding = Diagnostic::new(Code::UnknownCommand, &name.span, message).label("unknown command");
        let known = board.commands().map(|(_, command)| command.name.as_str());
        report.push(finding.did_you_mean(name, known, format!("add a command `{name}` to an aggregate")));
        return None;
    };
    // A command without any actor was reported as such.
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

/// Looking for a name in a list of names.
trait ContainsName {
    fn contains_name(&self, name: &str) -> bool;
}

impl ContainsName for [Name] {
    fn contains_name(&self, name: &str) -> bool {
        self.iter().any(|known| known.value == name)
    }
}

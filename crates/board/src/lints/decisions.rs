//! Lints on commands and their events.

use super::ContainsName;
use crate::FieldType;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::model::{Aggregate, Board, Command, Event};

pub(super) fn check(board: &Board, report: &mut Report) {
    for aggregate in &board.aggregates {
        if !aggregate.commands.iter().any(|command| command.creates) {
            let message = format!("aggregate `{}` has no creating command", aggregate.name);
            report.push(
                Diagnostic::new(Code::NoCreation, &aggregate.name.span, message)
                    .label("no command creates it")
                    .hint("set `creates = true` on the command that creates it"),
            );
        }
        for command in &aggregate.commands {
            check_command(command, report);
        }
        for event in &aggregate.events {
            check_event(aggregate, event, report);
        }
    }
}

fn check_command(command: &Command, report: &mut Report) {
    let name = &command.name;
    if command.actors.is_empty() {
        report.push(
            Diagnostic::new(Code::CommandWithoutActor, &name.span, format!("command `{name}` has no actor"))
                .label("who decides?")
                .hint("add `actor = \"Role\"`, or `\"system\"` for timers, processes and translators"),
        );
    }
    if command.emits.is_empty() {
        report.push(
            Diagnostic::new(
                Code::CommandWithoutEvent,
                &name.span,
                format!("command `{name}` emits no event"),
            )
            .label("which event does it emit?")
            .hint("add `emits = [\"Event\"]`"),
        );
    }
    if command.creates
        && let [_, second, ..] = command.emits.as_slice()
    {
        let message = format!("creating command `{name}` emits more than one kind of event");
        report.push(
            Diagnostic::new(Code::CreationWithManyEvents, &second.span, message)
                .label("a stream begins with one event")
                .hint("keep one event, and move the others to other commands"),
        );
    }
}

fn check_event(aggregate: &Aggregate, event: &Event, report: &mut Report) {
    let name = &event.name;
    let emitters: Vec<_> = aggregate.emitters(name).collect();
    if emitters.is_empty() {
        let finding = Diagnostic::new(
            Code::EventNobodyEmits,
            &name.span,
            format!("no command emits the event `{name}`"),
        )
        .label("declared, but never emitted");
        let implied =
            aggregate.events.iter().filter(|event| !event.declared).map(|event| event.name.as_str());
        let otherwise = format!("add it to the `emits` of a command of `{}`, or remove it", aggregate.name);
        report.push(finding.did_you_mean(name, implied, otherwise));
    }
    let opens = emitters.iter().find(|command| command.creates);
    let changes = emitters.iter().find(|command| !command.creates);
    if let (Some(opens), Some(changes)) = (opens, changes) {
        let span =
            changes.emits.iter().find(|emitted| emitted.value == name.value).map_or(&name.span, |n| &n.span);
        let message = format!(
            "event `{name}` of the creating command `{}` is also emitted by `{}`",
            opens.name, changes.name
        );
        report.push(
            Diagnostic::new(Code::OpeningEmittedLater, span, message)
                .label("the event of a creating command builds the state")
                .also(&opens.name.span, "the creating command")
                .hint(format!("let `{}` emit an event of its own", changes.name)),
        );
    }
    check_amount(event, report);
}

fn check_amount(event: &Event, report: &mut Report) {
    let (Some(amount), Some(fields)) = (&event.amount, &event.fields) else { return };
    let problem = match fields.iter().find(|field| field.name.value == amount.value) {
        Some(field) if is_money(&field.ty) => return,
        Some(field) => format!("has the type `{}`", field.ty),
        None => "is not one of its fields".to_owned(),
    };
    let message = format!("amount `{amount}` of event `{}` {problem}", event.name);
    let money = fields.iter().filter(|field| is_money(&field.ty)).map(|field| field.name.as_str());
    report.push(
        Diagnostic::new(Code::AmountUnknown, &amount.span, message)
            .label("expected a field of type `Money`")
            .did_you_mean(amount, money, "name a field of type `Money`"),
    );
}

fn is_money(ty: &FieldType) -> bool {
    match ty {
        FieldType::Money => true,
        FieldType::Option(inner) => is_money(inner),
        _ => false,
    }
}

/// Whether any command has that role as an actor.
pub(super) fn acts(board: &Board, role: &str) -> bool {
    board.commands().any(|(_, command)| command.actors.contains_name(role))
}

//! Lints on processes and deadlines.

use std::slice::from_ref;

use super::{is_valid, resolve_command, resolve_event};
use crate::FieldType;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::model::{Aggregate, Board, Command, Deadline, Name, Process};
use crate::names::Kind;

pub(super) fn check(board: &Board, report: &mut Report) {
    for process in &board.processes {
        check_process(board, process, report);
    }
    for deadline in &board.deadlines {
        check_deadline(board, deadline, report);
    }
}

fn check_process(board: &Board, process: &Process, report: &mut Report) {
    let who = format!("process `{}`", process.name);
    for event in process.hears() {
        resolve_event(board, &who, event, report);
    }
    refuse_heard_twice(&who, &[from_ref(&process.starts_on), &process.handles, &process.ends_on], report);
    for command in &process.sends {
        resolve_command(board, &who, command, report);
    }
    let span = &process.name.span;
    if process.ends_on.is_empty() {
        report.push(
            Diagnostic::new(Code::ProcessNeverEnds, span, format!("{who} never ends"))
                .label("no event ends it")
                .hint("name every outcome in `ends_on`, cancellation included"),
        );
    }
    if process.correlates_by.is_empty() {
        report.push(
            Diagnostic::new(Code::ProcessUncorrelated, span, format!("{who} has no `correlates_by`"))
                .label("all events would belong to one instance")
                .hint("name the field that identifies an instance in `correlates_by`"),
        );
    }
    check_correlation(board, process, report);
    if process.sends.is_empty() {
        report.push(
            Diagnostic::new(Code::ProcessSendsNothing, span, format!("{who} sends nothing"))
                .hint("name its commands in `sends`, or make it a read model"),
        );
    }
}

/// Within one aggregate, its id correlates; for several aggregates, some event must carry the field.
fn check_correlation(board: &Board, process: &Process, report: &mut Report) {
    let heard: Vec<_> = process.hears().filter_map(|name| board.event(name)).collect();
    let first = heard.first().map(|(owner, _)| &owner.name.value);
    if heard.iter().all(|(owner, _)| Some(&owner.name.value) == first) {
        return;
    }
    let mut fields: Vec<&str> = Vec::new();
    for (owner, event) in &heard {
        // An event without fields of its own takes those of the command that emits it.
        let of_command = || owner.emitters(&event.name).next().and_then(|command| command.fields.as_ref());
        let seeds = event.fields.as_ref().or_else(of_command);
        fields.extend(seeds.into_iter().flatten().map(|field| field.name.as_str()));
    }
    let wanted = &process.correlates_by;
    if wanted.is_empty() || fields.is_empty() || fields.contains(&wanted.as_str()) {
        return;
    }
    let message = format!("no event that process `{}` listens to carries `{wanted}`", process.name);
    report.push(
        Diagnostic::new(Code::CorrelationUnknown, &wanted.span, message).label("unknown field").did_you_mean(
            wanted,
            fields,
            "name a field that the events of the other aggregate carry",
        ),
    );
}

fn check_deadline(board: &Board, deadline: &Deadline, report: &mut Report) {
    let who = format!("deadline `{}`", deadline.name);
    let setter = resolve_event(board, &who, &deadline.set_by, report).map(|(aggregate, _)| aggregate);
    for event in &deadline.cleared_by {
        let owner = resolve_event(board, &who, event, report).map(|(aggregate, _)| aggregate);
        refuse_elsewhere(&who, setter, owner, "is cleared by an event", event, report);
    }
    refuse_heard_twice(&who, &[from_ref(&deadline.set_by), &deadline.cleared_by], report);
    if deadline.cleared_by.is_empty() {
        report.push(
            Diagnostic::new(
                Code::DeadlineNeverCleared,
                &deadline.name.span,
                format!("no event clears {who}"),
            )
            .label("fires for every aggregate, finished or not")
            .hint("name the events that clear it in `cleared_by`"),
        );
    }
    for pair in deadline.after.windows(2).filter(|pair| pair[0].duration >= pair[1].duration) {
        let message =
            format!("times of {who} are not in ascending order: `{}` comes after `{}`", pair[1], pair[0]);
        report.push(
            Diagnostic::new(Code::AfterNotAscending, &pair[1].span, message)
                .also(&pair[0].span, "not shorter than the next one")
                .hint("sort them from the shortest to the longest"),
        );
    }
    if let Some((owner, command)) = resolve_command(board, &who, &deadline.sends, report) {
        refuse_elsewhere(&who, setter, Some(owner), "sends a command", &deadline.sends, report);
        check_timer_command(&who, &deadline.sends, command, report);
    }
}

fn check_timer_command(who: &str, name: &Name, command: &Command, report: &mut Report) {
    if command.creates {
        report.push(
            Diagnostic::new(
                Code::DeadlineCreates,
                &name.span,
                format!("{who} sends the creating command `{name}`"),
            )
            .label("a timer that fires twice would create two")
            .hint("send a command to the aggregate that set it"),
        );
    }
    for field in command.fields.iter().flatten() {
        if field.name == *"nth" && field.ty.value == FieldType::U32 {
            continue;
        }
        let message =
            format!("{who} sends `{name}`, but a timer cannot fill its field `{}: {}`", field.name, field.ty);
        report.push(
            Diagnostic::new(Code::DeadlineFields, &field.name.span, message)
                .label("a timer knows `nth: u32` only")
                .hint(
                    "remove it; the decision reads everything else from the state or looks it up as a fact",
                ),
        );
    }
}

fn refuse_elsewhere(
    who: &str,
    setter: Option<&Aggregate>,
    owner: Option<&Aggregate>,
    what: &str,
    name: &Name,
    report: &mut Report,
) {
    let (Some(setter), Some(owner)) = (setter, owner) else { return };
    if setter.name.value == owner.name.value {
        return;
    }
    let message = format!("{who} is set by `{}`, but {what} of `{}`, `{name}`", setter.name, owner.name);
    report.push(
        Diagnostic::new(Code::DeadlineElsewhere, &name.span, message)
            .label(format!("belongs to `{}`", owner.name))
            .hint(format!("use `{}` only, or use a process, which may span aggregates", setter.name)),
    );
}

/// Reports an event in two lists of one listener; repeats within one list have been reported already.
pub(super) fn refuse_heard_twice(who: &str, lists: &[&[Name]], report: &mut Report) {
    let mut earlier: Vec<&Name> = Vec::new();
    for list in lists {
        for event in *list {
            if let Some(before) =
                earlier.iter().find(|known| known.value == event.value && is_valid(Kind::Event, known))
            {
                report.push(
                    Diagnostic::new(
                        Code::HeardTwice,
                        &event.span,
                        format!("{who} has `{event}` in two lists"),
                    )
                    .also(&before.span, "first here")
                    .hint("keep it in one of the lists"),
                );
            }
        }
        earlier.extend(*list);
    }
}

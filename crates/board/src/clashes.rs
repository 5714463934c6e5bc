//! Names that meet: of one kind, as Rust types, or only after something was derived from them.

use super::lints::is_sound;
use super::model::{Board, Name, Source, ValueType};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::names::Kind;

/// A type of the domain crate, and the name it comes from.
struct Claim<'a> {
    type_name: String,
    kind: Kind,
    origin: &'a Name,
    /// Whether the type carries the name itself, with nothing added.
    plain: bool,
}

/// Reports every name that meets another.
pub(super) fn check(board: &Board, report: &mut Report) {
    check_kinds(board, report);
    check_events(board, report);
    check_rules(board, report);
    check_roles(board, report);
    check_types(board, report);
    check_recursion(&board.values, report);
}

fn check_kinds(board: &Board, report: &mut Report) {
    let kinds: [(Kind, Vec<&Name>); 12] = [
        (Kind::Target, board.targets.iter().map(|t| &t.name).collect()),
        (Kind::Value, board.values.iter().map(|v| &v.name).collect()),
        (Kind::Aggregate, board.aggregates.iter().map(|a| &a.name).collect()),
        (Kind::Plural, board.aggregates.iter().map(|a| &a.plural).collect()),
        (Kind::Command, board.commands().map(|(_, c)| &c.name).collect()),
        (Kind::ReadModel, board.read_models.iter().map(|r| &r.name).collect()),
        (Kind::Process, board.processes.iter().map(|p| &p.name).collect()),
        (Kind::Deadline, board.deadlines.iter().map(|d| &d.name).collect()),
        (Kind::Claim, board.claims.iter().map(|c| &c.name).collect()),
        (Kind::Sli, board.slis.iter().map(|s| &s.name).collect()),
        (Kind::Context, board.upstreams.iter().map(|u| &u.name).collect()),
        (Kind::External, board.externals.iter().map(|e| &e.name).collect()),
    ];
    for (kind, names) in kinds {
        for (at, name) in names.iter().enumerate() {
            if let Some(first) = names[..at].iter().find(|earlier| earlier.eq_ignore_ascii_case(name)) {
                refuse_twice(kind, name, first, report);
            }
        }
    }
}

/// The same event twice is one with two owners, which has a reason of its own.
fn check_events(board: &Board, report: &mut Report) {
    let events: Vec<_> = board.events().collect();
    for (at, (aggregate, event)) in events.iter().enumerate() {
        let Some((owner, first)) =
            events[..at].iter().find(|(_, e)| e.name.eq_ignore_ascii_case(&event.name))
        else {
            continue;
        };
        if first.name.value != event.name.value {
            refuse_twice(Kind::Event, &event.name, &first.name, report);
            continue;
        }
        let message = format!(
            "event `{}` belongs to two aggregates, `{}` and `{}`",
            event.name, owner.name, aggregate.name
        );
        report.push(
            Diagnostic::new(Code::EventOfTwo, &event.name.span, message)
                .also(&first.name.span, "first here")
                .hint("give each aggregate an event of its own"),
        );
    }
}

fn check_rules(board: &Board, report: &mut Report) {
    let mut seen: Vec<&Name> = Vec::new();
    for (_, command) in board.commands() {
        for (at, rule) in command.rejects.iter().enumerate() {
            let twice = command.rejects[..at].iter().find(|earlier| earlier.value == rule.value);
            let other_case = seen.iter().find(|s| s.eq_ignore_ascii_case(rule) && s.value != rule.value);
            let (first, message) = match (twice, other_case) {
                (Some(first), _) => (first, format!("command `{}` rejects by `{rule}` twice", command.name)),
                (None, Some(first)) => (*first, format!("rules `{first}` and `{rule}` differ only in case")),
                (None, None) => {
                    seen.push(rule);
                    continue;
                }
            };
            report.push(
                Diagnostic::new(Code::RuleTwice, &rule.span, message)
                    .also(&first.span, "first here")
                    .hint("name each rule once in a command, and spell it the same everywhere"),
            );
        }
    }
}

fn check_roles(board: &Board, report: &mut Report) {
    let actors = board.commands().flat_map(|(_, command)| &command.actors);
    let seers = board.aggregates.iter().flat_map(|a| a.visible_to.iter().map(|v| &v.role));
    let mut seen: Vec<&Name> = Vec::new();
    for role in actors.chain(seers) {
        if !is_sound(Kind::Role, role) || seen.iter().any(|earlier| earlier.value == role.value) {
            continue;
        }
        if let Some(first) = seen.iter().find(|earlier| earlier.eq_ignore_ascii_case(role)) {
            refuse_twice(Kind::Role, role, first, report);
        }
        seen.push(role);
    }
}

fn refuse_twice(kind: Kind, name: &Name, first: &Name, report: &mut Report) {
    let noun = kind.noun();
    let message = if name.value == first.value {
        format!("{noun} `{name}` stands twice on the board")
    } else {
        format!("{noun}s `{first}` and `{name}` differ only in case")
    };
    report.push(
        Diagnostic::new(Code::NameTwice, &name.span, message)
            .also(&first.span, "first here")
            .hint("rename one of them"),
    );
}

fn check_types(board: &Board, report: &mut Report) {
    let claims = claims(board);
    for (at, claim) in claims.iter().enumerate() {
        let Some(first) = claims[..at].iter().find(|earlier| earlier.type_name == claim.type_name) else {
            continue;
        };
        // Names that are equal were reported by kind, or as types themselves; what is derived from them follows.
        let is_known = first.kind == claim.kind || !(first.plain || claim.plain);
        if is_known && first.origin.value == claim.origin.value {
            continue;
        }
        let says = |claim: &Claim<'_>| {
            let derived = if claim.plain { "" } else { "one derived from " };
            format!("{derived}{} `{}`", claim.kind.noun(), claim.origin)
        };
        let code = if first.plain && claim.plain { Code::TypeTwice } else { Code::DerivedTwice };
        let message =
            format!("`{}` would name two types: {} and {}", claim.type_name, says(first), says(claim));
        report.push(
            Diagnostic::new(code, &claim.origin.span, message)
                .label(format!("would be `{}`", claim.type_name))
                .also(&first.origin.span, format!("is `{}` already", first.type_name))
                .hint("rename one of them: they become types of one crate"),
        );
    }
}

fn claims(board: &Board) -> Vec<Claim<'_>> {
    let mut claims = Vec::new();
    for value in &board.values {
        claim_all(&mut claims, Kind::Value, &value.name, &[""]);
    }
    for aggregate in &board.aggregates {
        claim_all(&mut claims, Kind::Aggregate, &aggregate.name, &["", "Event", "View"]);
    }
    for (_, command) in board.commands() {
        let endings: &[&str] = if command.emits.len() > 1 { &["", "Emits"] } else { &[""] };
        claim_all(&mut claims, Kind::Command, &command.name, endings);
    }
    for (_, event) in board.events() {
        claim_all(&mut claims, Kind::Event, &event.name, &[""]);
    }
    for model in &board.read_models {
        let endings: &[&str] = match model.source {
            Source::Events(_) => &["", "Heard", "View"],
            Source::Tally { .. } => &["", "View"],
        };
        claim_all(&mut claims, Kind::ReadModel, &model.name, endings);
    }
    for process in &board.processes {
        claim_all(&mut claims, Kind::Process, &process.name, &["", "Heard", "Sends"]);
    }
    for deadline in &board.deadlines {
        claim_all(&mut claims, Kind::Deadline, &deadline.name, &["", "Heard"]);
    }
    claims
}

fn claim_all<'a>(claims: &mut Vec<Claim<'a>>, kind: Kind, origin: &'a Name, endings: &[&str]) {
    for ending in endings {
        claims.push(Claim { type_name: format!("{origin}{ending}"), kind, origin, plain: ending.is_empty() });
    }
}

fn check_recursion(values: &[ValueType], report: &mut Report) {
    for value in values {
        for field in &value.fields {
            let Some(held) = field.ty.held_directly() else { continue };
            if reaches(values, held, &value.name, &mut Vec::new()) {
                let message =
                    format!("value `{}` contains itself through its field `{}`", value.name, field.name);
                report.push(
                    Diagnostic::new(Code::RecursiveValue, &field.ty.span, message)
                        .hint("put the inner one into a `Vec`, or break the circle"),
                );
            }
        }
    }
}

fn reaches<'a>(values: &'a [ValueType], from: &'a str, to: &str, seen: &mut Vec<&'a str>) -> bool {
    if from == to {
        return true;
    }
    if seen.contains(&from) {
        return false;
    }
    seen.push(from);
    let held = values.iter().filter(|value| value.name == *from).flat_map(|value| &value.fields);
    held.filter_map(|field| field.ty.held_directly()).any(|next| reaches(values, next, to, seen))
}

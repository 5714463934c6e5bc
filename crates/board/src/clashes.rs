//! Clashes between names: of one kind, as Rust types, or as types derived from them.

use super::lints::is_valid;
use super::model::{Board, Name, Source, ValueType};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::names::Kind;

/// A type of the domain crate, and the name it comes from.
struct DerivedType<'a> {
    type_name: String,
    kind: Kind,
    origin: &'a Name,
    /// Whether the type has exactly this name, without an ending.
    plain: bool,
}

/// Reports every name that clashes with another.
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

/// The same event in two aggregates has a code of its own.
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
                (Some(first), _) => {
                    (first, format!("command `{}` lists the rule `{rule}` twice", command.name))
                }
                (None, Some(first)) => (*first, format!("rules `{first}` and `{rule}` differ only in case")),
                (None, None) => {
                    seen.push(rule);
                    continue;
                }
            };
            report.push(
                Diagnostic::new(Code::RuleTwice, &rule.span, message)
                    .also(&first.span, "first here")
                    .hint("list each rule once per command, and spell it the same everywhere"),
            );
        }
    }
}

fn check_roles(board: &Board, report: &mut Report) {
    let actors = board.commands().flat_map(|(_, command)| &command.actors);
    let seers = board.aggregates.iter().flat_map(|a| a.visible_to.iter().map(|v| &v.role));
    let mut seen: Vec<&Name> = Vec::new();
    for role in actors.chain(seers) {
        if !is_valid(Kind::Role, role) || seen.iter().any(|earlier| earlier.value == role.value) {
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
        format!("{noun} `{name}` appears twice on the board")
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
    let types = derived_types(board);
    for (at, ty) in types.iter().enumerate() {
        let Some(first) = types[..at].iter().find(|earlier| earlier.type_name == ty.type_name) else {
            continue;
        };
        // Equal names were reported by kind, or as types; clashes of types derived from them would repeat that.
        let is_known = first.kind == ty.kind || !(first.plain || ty.plain);
        if is_known && first.origin.value == ty.origin.value {
            continue;
        }
        let describe = |ty: &DerivedType<'_>| {
            let derived = if ty.plain { "" } else { "a type derived from " };
            format!("{derived}{} `{}`", ty.kind.noun(), ty.origin)
        };
        let code = if first.plain && ty.plain { Code::TypeTwice } else { Code::DerivedTwice };
        let message =
            format!("`{}` would name two types: {} and {}", ty.type_name, describe(first), describe(ty));
        report.push(
            Diagnostic::new(code, &ty.origin.span, message)
                .label(format!("would be `{}`", ty.type_name))
                .also(&first.origin.span, format!("already is `{}`", first.type_name))
                .hint("rename one of them: both become types of the same crate"),
        );
    }
}

fn derived_types(board: &Board) -> Vec<DerivedType<'_>> {
    let mut types = Vec::new();
    for value in &board.values {
        add_types(&mut types, Kind::Value, &value.name, &[""]);
    }
    for aggregate in &board.aggregates {
        add_types(&mut types, Kind::Aggregate, &aggregate.name, &["", "Event", "View"]);
    }
    for (_, command) in board.commands() {
        let endings: &[&str] = if command.emits.len() > 1 { &["", "Emits"] } else { &[""] };
        add_types(&mut types, Kind::Command, &command.name, endings);
    }
    for (_, event) in board.events() {
        add_types(&mut types, Kind::Event, &event.name, &[""]);
    }
    for model in &board.read_models {
        let endings: &[&str] = match model.source {
            Source::Events(_) => &["", "Heard", "View"],
            Source::Tally { .. } => &["", "View"],
        };
        add_types(&mut types, Kind::ReadModel, &model.name, endings);
    }
    for process in &board.processes {
        add_types(&mut types, Kind::Process, &process.name, &["", "Heard", "Sends"]);
    }
    for deadline in &board.deadlines {
        add_types(&mut types, Kind::Deadline, &deadline.name, &["", "Heard"]);
    }
    types
}

fn add_types<'a>(types: &mut Vec<DerivedType<'a>>, kind: Kind, origin: &'a Name, endings: &[&str]) {
    for ending in endings {
        types.push(DerivedType {
            type_name: format!("{origin}{ending}"),
            kind,
            origin,
            plain: ending.is_empty(),
        });
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
                        .hint("put the inner value into a `Vec`, or remove the cycle"),
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

//! Seeds: the initial content of owned files. A board's `fields` become structs, and assignments between equal names
//! are filled in; everything else is left to the engineer, with a comment.

mod fields;
mod listen;

use std::collections::BTreeSet;

use serde::Serialize;

use self::fields::{Copied, assign, is_copy, kernel_names, rust, uses};
use super::words;
use macadam_board::names::snake;
use macadam_board::{Aggregate, Board, Command, Event, FieldType, Scope};

pub(super) use listen::{ProcessSeed, ViewSeed};

/// A field of a struct: `pub amount: Money`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Field {
    /// `amount`
    pub name: String,
    /// `Money`
    pub ty: String,
    /// `#[serde(…)]`, or empty.
    pub attribute: String,
    /// The name as words.
    pub words: String,
}

/// A struct with its fields.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Struct {
    /// `Party`
    pub name: String,
    /// The name as words.
    pub words: String,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// The state and the view of an aggregate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct State {
    /// Fields of the state: those that every creating event carries.
    pub fields: Vec<Field>,
    /// `use` lines of the state's file.
    pub uses: Uses,
    /// Fields of the view: those of the state without the sensitive ones.
    pub view: Vec<Field>,
    /// `guest: active.guest.clone()` for each field.
    pub shown: Vec<String>,
    /// `use` lines of the view's file.
    pub view_uses: Uses,
    /// Whether the view has a field `state` with the name of the state; not if an event has a field of that name.
    pub named: bool,
    /// `active`, or `_` if no field is shown.
    pub binding: String,
}

/// The file of a command.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct CommandSeed {
    /// The struct's fields.
    pub fields: Vec<Field>,
    /// `use` lines.
    pub uses: Uses,
    /// The result of `decide`.
    pub answer: String,
    /// Whether that is the rejection `Undecided`, because the command lacks fields that its event needs.
    pub undecided: bool,
    /// The name of the example that fails until it is replaced.
    pub example: String,
    /// Whether a deadline sends it.
    pub due: bool,
    /// The fields that a deadline fills in: `nth: due.nth`, or empty.
    pub due_fields: String,
}

/// The file of an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct EventSeed {
    /// The aggregate it belongs to.
    pub aggregate: String,
    /// The aggregate's module.
    pub aggregate_module: String,
    /// The struct's fields.
    pub fields: Vec<Field>,
    /// `use` lines.
    pub uses: Uses,
    /// Whether it creates the aggregate.
    pub founds: bool,
    /// How the state takes its fields: initialisers for a creating event, statements for any other.
    pub taken: Vec<String>,
    /// The name as words.
    pub words: String,
}

/// `use` lines, for other crates and for this crate.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Uses {
    /// `use macadam_kernel::Money;`
    pub external: Vec<String>,
    /// `use crate::values::Party;`
    pub own: Vec<String>,
}

impl Uses {
    fn push(&mut self, line: String) {
        if !self.own.contains(&line) {
            self.own.push(line);
        }
    }
}

type Typed = (String, FieldType);

/// The seeds of one board.
pub(super) struct Seeds<'a> {
    board: &'a Board,
}

impl<'a> Seeds<'a> {
    pub(super) fn of(board: &'a Board) -> Self {
        Self { board }
    }

    /// The fields of a command on the board; a creating command also has the fields of `visible_to`.
    fn command_fields(&self, aggregate: &Aggregate, command: &Command) -> Vec<Typed> {
        let mut fields = typed(command.fields.as_deref());
        if command.creates {
            add_owners(aggregate, &mut fields);
        }
        if command.fields.is_none() {
            if self.is_due(command) {
                // A timer can fill in nothing else.
                fields.push(("nth".to_owned(), FieldType::U32));
            } else {
                let events = aggregate.events.iter().filter(|event| event.fields.is_none());
                let emitted =
                    events.filter(|event| command.emits.iter().any(|name| name.value == event.name.value));
                emitted.for_each(|event| self.add_claimed(event, &mut fields));
            }
        }
        fields
    }

    /// The fields of an event: its own, or else those of the first command that emits it.
    fn event_fields(&self, aggregate: &Aggregate, event: &Event) -> Vec<Typed> {
        let mut emitters = aggregate.emitters(&event.name);
        let first = emitters.next();
        let mut fields = match (&event.fields, first) {
            (None, Some(command)) => self.command_fields(aggregate, command),
            _ => typed(event.fields.as_deref()),
        };
        if first.is_some_and(|command| command.creates) {
            add_owners(aggregate, &mut fields);
        }
        if event.fields.is_none() && first.is_none_or(|command| command.fields.is_none()) {
            self.add_claimed(event, &mut fields);
        }
        fields
    }

    /// Adds the fields of the claims that an event takes, if the board gives the event no fields.
    fn add_claimed(&self, event: &Event, fields: &mut Vec<Typed>) {
        for claim in &self.board.claims {
            let takes = claim.taken_by.iter().any(|name| name.value == event.name.value);
            if takes && !fields.iter().any(|(name, _)| *name == claim.field.value) {
                fields.push((claim.field.to_string(), FieldType::String));
            }
        }
    }

    /// Whether a deadline sends it.
    fn is_due(&self, command: &Command) -> bool {
        self.board.deadlines.iter().any(|deadline| deadline.sends.value == command.name.value)
    }

    /// Fields of the state: those that every creating event carries with the same type.
    fn state_fields(&self, aggregate: &Aggregate) -> Vec<Typed> {
        let founding: Vec<Vec<Typed>> = aggregate
            .events
            .iter()
            .filter(|event| founds(aggregate, event))
            .map(|event| self.event_fields(aggregate, event))
            .collect();
        let Some((first, others)) = founding.split_first() else { return Vec::new() };
        first.iter().filter(|field| others.iter().all(|other| other.contains(field))).cloned().collect()
    }

    fn uses(&self, types: &[Typed], kernel: &[&str]) -> Uses {
        uses(self.board, types, kernel)
    }

    pub(super) fn values(&self) -> (Vec<Struct>, Uses) {
        let mut all = Vec::new();
        let structs = self
            .board
            .values
            .iter()
            .map(|value| {
                let fields = typed(Some(&value.fields));
                let shown = fields.iter().map(field).collect();
                all.extend(fields);
                Struct { name: value.name.to_string(), words: words(&value.name), fields: shown }
            })
            .collect();
        let mut uses = self.uses(&all, &[]);
        uses.own.retain(|line| !line.starts_with("use crate::values"));
        (structs, uses)
    }

    pub(super) fn state(&self, aggregate: &Aggregate) -> State {
        let fields = self.state_fields(aggregate);
        let view: Vec<Typed> = fields.iter().filter(|(_, ty)| !is_sensitive(ty)).cloned().collect();
        let shown: Vec<_> = view
            .iter()
            .map(|(name, ty)| format!("{name}: {}", Copied(ty).of(&format!("active.{name}"))))
            .collect();
        // The state is never serialised, so its fields need no serde attribute.
        let mut uses = self.uses(&fields, &[]);
        uses.external.retain(|line| !line.contains("revealed"));
        State {
            uses,
            view_uses: self.uses(&view, &[]),
            named: !view.iter().any(|(name, _)| name == "state"),
            binding: if shown.is_empty() { "_" } else { "active" }.to_owned(),
            fields: fields.iter().map(field).collect(),
            view: view.iter().map(field).collect(),
            shown,
        }
    }

    pub(super) fn command(&self, board: &Board, aggregate: &Aggregate, command: &Command) -> CommandSeed {
        let fields = self.command_fields(aggregate, command);
        let event = command.emits.first().and_then(|name| board.event(name)).map(|(_, event)| event);
        let answer = event
            .filter(|_| command.emits.len() == 1)
            .and_then(|event| self.emitted(aggregate, event, &fields));
        let due = self.is_due(command);
        let kernel: &[&str] = if command.creates { &[] } else { &["Actor"] };
        let mut uses = self.uses(&fields, kernel);
        if let Some((event, _)) = event.zip(answer.as_ref()) {
            uses.push(format!("use crate::events::{};", event.name));
        }
        let undecided = answer.is_none();
        let answer = match answer {
            None => "Err(Rejection::Undecided)".to_owned(),
            Some(event) if command.creates => format!("Ok({event})"),
            Some(event) => format!("Ok(vec![{event}])"),
        };
        let needs_rejection = undecided || !command.creates;
        if needs_rejection {
            uses.push("use crate::Rejection;".to_owned());
        }
        let due_fields =
            fields.iter().filter(|(name, _)| due && name == "nth").map(|_| "nth: due.nth".to_owned());
        CommandSeed {
            due_fields: due_fields.collect(),
            fields: fields.iter().map(field).collect(),
            uses,
            answer,
            undecided,
            example: format!("{}_awaits_its_example", snake(&command.name)),
            due,
        }
    }

    /// The event built from the command; `None` if the command lacks a field of the event.
    fn emitted(&self, aggregate: &Aggregate, event: &Event, command: &[Typed]) -> Option<String> {
        let fields = self.event_fields(aggregate, event);
        let known = fields.iter().all(|field| command.contains(field));
        let members: Vec<_> = fields.iter().map(|(name, _)| format!("{name}: self.{name}")).collect();
        known.then(|| format!("{} {{ {} }}", event.name, members.join(", ")))
    }

    pub(super) fn event(&self, aggregate: &Aggregate, event: &Event) -> EventSeed {
        let fields = self.event_fields(aggregate, event);
        let state = self.state_fields(aggregate);
        let founds = founds(aggregate, event);
        let kept = fields.iter().filter(|field| state.contains(field));
        let taken = if founds {
            kept.map(|(name, ty)| format!("{name}: {}", Copied(ty).of(&format!("event.{name}")))).collect()
        } else {
            kept.map(|(name, ty)| assign(&format!("active.{name}"), &format!("event.{name}"), ty)).collect()
        };
        let name = aggregate.name.to_string();
        let module = snake(&name);
        let mut uses = self.uses(&fields, &[]);
        uses.push(format!("use crate::{module}::{name};"));
        EventSeed {
            aggregate: name,
            aggregate_module: module,
            fields: fields.iter().map(field).collect(),
            uses,
            founds,
            taken,
            words: words(&event.name),
        }
    }
}

/// Adds the fields of `visible_to` that are not there yet.
fn add_owners(aggregate: &Aggregate, fields: &mut Vec<Typed>) {
    for entry in &aggregate.visible_to {
        if let Scope::Field(owner) = &entry.scope.value
            && !fields.iter().any(|(name, _)| name == owner)
        {
            fields.push((owner.clone(), FieldType::String));
        }
    }
}

fn founds(aggregate: &Aggregate, event: &Event) -> bool {
    aggregate.emitters(&event.name).any(|command| command.creates)
}

fn typed(fields: Option<&[macadam_board::Field]>) -> Vec<Typed> {
    fields.unwrap_or_default().iter().map(|field| (field.name.to_string(), field.ty.value.clone())).collect()
}

fn is_sensitive(ty: &FieldType) -> bool {
    match ty {
        FieldType::Sensitive => true,
        FieldType::Option(inner) | FieldType::Vec(inner) => is_sensitive(inner),
        _ => false,
    }
}

fn field((name, ty): &Typed) -> Field {
    let attribute = match ty {
        FieldType::Sensitive => "#[serde(with = \"revealed::<String>\")]",
        FieldType::Option(inner) if **inner == FieldType::Sensitive => {
            "#[serde(default, with = \"revealed_option::<String>\")]"
        }
        _ => "",
    };
    Field { name: name.clone(), ty: rust(ty), attribute: attribute.to_owned(), words: words(name) }
}

/// Sorted, without duplicates.
fn sorted<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    names.into_iter().collect::<BTreeSet<_>>().into_iter().map(ToOwned::to_owned).collect()
}

/// The `use` line for the kernel types in a list of types, and for others that the file needs.
fn kernel_line(types: &[Typed], others: &[&str]) -> Option<String> {
    let mut names: Vec<&str> = types.iter().flat_map(|(_, ty)| kernel_names(ty)).collect();
    names.extend(others);
    let names = sorted(names);
    (!names.is_empty()).then(|| format!("use macadam_kernel::{{{}}};", names.join(", ")))
}

/// Whether a field of this type is copied without `clone`.
fn copies(ty: &FieldType) -> bool {
    is_copy(ty)
}

//! Seeds: what owned files begin with. A board's `fields` become structs, and what follows from equal names is filled
//! in; everything else is left to the engineer, and says so.

mod fields;
mod listen;

use std::collections::BTreeSet;

use serde::Serialize;

use self::fields::{Copied, assign, is_copy, kernel_names, rust, uses};
use super::model::words;
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
    /// `#[serde(…)]`, or nothing.
    pub attribute: String,
    /// Words.
    pub words: String,
}

/// A struct with its fields.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Struct {
    /// `Party`
    pub name: String,
    /// Words.
    pub words: String,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// The state and the view of an aggregate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct State {
    /// What the state holds: what each event that founds it says.
    pub fields: Vec<Field>,
    /// `use` lines of the state's file.
    pub uses: Uses,
    /// What the view shows: all of it but what is sensitive.
    pub view: Vec<Field>,
    /// `guest: active.guest.clone()` for each of them.
    pub shown: Vec<String>,
    /// `use` lines of the view's file.
    pub view_uses: Uses,
    /// Whether the view says the state's name, in a field that no event claims.
    pub named: bool,
    /// `active`, or `_` where nothing is shown of it.
    pub binding: String,
}

/// The file of a command.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct CommandSeed {
    /// The struct's fields.
    pub fields: Vec<Field>,
    /// `use` lines.
    pub uses: Uses,
    /// What `decide` answers.
    pub answer: String,
    /// Whether that is a rejection, since the command does not say what its event needs.
    pub undecided: bool,
    /// The name of the example that fails until it is replaced.
    pub example: String,
    /// Whether a deadline sends it.
    pub due: bool,
    /// What a deadline fills in: `nth: due.nth`, or nothing.
    pub due_fields: String,
}

/// The file of an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct EventSeed {
    /// The aggregate it happens to.
    pub aggregate: String,
    /// The aggregate's module.
    pub aggregate_module: String,
    /// The struct's fields.
    pub fields: Vec<Field>,
    /// `use` lines.
    pub uses: Uses,
    /// Whether it founds the aggregate.
    pub founds: bool,
    /// What the state takes from it: initialisers of a founding event, statements of any other.
    pub taken: Vec<String>,
    /// Words.
    pub words: String,
}

/// `use` lines: what comes from other crates, and what from this one.
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

    /// The fields of a command, as the board gives them; a creation also says whose it will be.
    fn command_fields(&self, aggregate: &Aggregate, command: &Command) -> Vec<Typed> {
        let mut fields = typed(command.fields.as_deref());
        if command.creates {
            add_owners(aggregate, &mut fields);
        }
        if command.fields.is_none() {
            if self.is_due(command) {
                // A timer could not fill in anything else.
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

    /// The fields of an event: its own, else those of the first command that emits it.
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

    /// Adds the fields by which an event takes claims, where the board says nothing of what it carries.
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

    /// What the state holds: what each founding event says, with the same type.
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
        // The state is never serialised, so nothing of it needs a wire form.
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

    /// The event made from the command, where the command says all that the event needs.
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

/// Adds the fields that say whose an aggregate is, where nothing says so yet.
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

/// Sorted, and each once.
fn sorted<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    names.into_iter().collect::<BTreeSet<_>>().into_iter().map(ToOwned::to_owned).collect()
}

/// The kernel's names that a list of types needs, with others that its file needs.
fn kernel_line(types: &[Typed], others: &[&str]) -> Option<String> {
    let mut names: Vec<&str> = types.iter().flat_map(|(_, ty)| kernel_names(ty)).collect();
    names.extend(others);
    let names = sorted(names);
    (!names.is_empty()).then(|| format!("use macadam_kernel::{{{}}};", names.join(", ")))
}

/// Whether a field of this type can be had without cloning.
fn copies(ty: &FieldType) -> bool {
    is_copy(ty)
}

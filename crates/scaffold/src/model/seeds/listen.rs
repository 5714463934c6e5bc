//! Seeds of listeners: read models and processes.

use serde::Serialize;

use super::fields::{learn, optional, showable};
use super::{Field, Seeds, Typed, Uses, field};
use crate::model::readers;
use macadam_board::names::snake;
use macadam_board::{Board, FieldType, Name, Process, ReadModel};

/// The file of a read model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ViewSeed {
    /// The document's fields; all are optional, because an event has yet to set them.
    pub fields: Vec<Field>,
    /// `use` lines.
    pub uses: Uses,
    /// How each event is handled.
    pub arms: Vec<Arm>,
    /// Whether any event sets a field.
    pub learns: bool,
}

/// One arm of a `match`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Arm {
    /// `PendingApprovalHeard::Submitted(event)`
    pub pattern: String,
    /// The statements.
    pub body: Vec<String>,
}

/// The file of a process.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ProcessSeed {
    /// Arms that read the key from an event; for other events it is the aggregate's id.
    pub keys: Vec<Arm>,
    /// The pattern of all other events; empty if there are none.
    pub rest: String,
}

impl Seeds<'_> {
    pub(crate) fn view(&self, board: &Board, model: &ReadModel, from: &[Name]) -> ViewSeed {
        let mut fields: Vec<Typed> = Vec::new();
        let events: Vec<(&str, Vec<Typed>)> = from
            .iter()
            .filter_map(|name| board.event(name))
            .map(|(owner, event)| (event.name.value.as_str(), self.event_fields(owner, event)))
            .collect();
        for (name, ty) in events.iter().flat_map(|(_, fields)| fields) {
            if showable(ty) && !fields.iter().any(|(known, _)| known == name) {
                fields.push((name.clone(), ty.clone()));
            }
        }
        let mut extra = Vec::new();
        let indexed = model.index.iter().flatten().map(|field| field.value.clone());
        for name in indexed.chain(owner_fields(board, model)).chain(tally_fields(board, model)) {
            if !fields.iter().chain(&extra).any(|(known, _)| *known == name) {
                let ty = if events.iter().any(|(event, _)| moment(event) == name) {
                    FieldType::Timestamp
                } else {
                    FieldType::String
                };
                extra.push((name, ty));
            }
        }
        let arms = arms(&format!("{}Heard", model.name), &events, &fields, &extra);
        let learns = arms.iter().any(|arm| !arm.body.is_empty());
        fields.extend(extra);
        let documents: Vec<Typed> = fields.into_iter().map(|(name, ty)| (name, optional(&ty))).collect();
        ViewSeed {
            uses: self.uses(&documents, &["Recorded"]),
            fields: documents.iter().map(field).collect(),
            arms,
            learns,
        }
    }

    pub(crate) fn process(&self, board: &Board, process: &Process) -> ProcessSeed {
        let mut keys: Vec<Arm> = Vec::new();
        let mut rest = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for (owner, event) in process.hears().filter_map(|name| board.event(name)) {
            if seen.contains(&event.name.value.as_str()) {
                continue;
            }
            seen.push(&event.name);
            let fields = self.event_fields(owner, event);
            let named = fields.iter().find(|(name, ty)| *name == *process.correlates_by.value && is_key(ty));
            match named {
                None => rest.push(format!("{}Heard::{}(_)", process.name, event.name)),
                Some((name, ty)) => {
                    let key = if *ty == FieldType::String {
                        format!("event.{name}.clone()")
                    } else {
                        format!("event.{name}.to_string()")
                    };
                    keys.push(Arm {
                        pattern: format!("{}Heard::{}(event)", process.name, event.name),
                        body: vec![key],
                    });
                }
            }
        }
        ProcessSeed { keys, rest: rest.join(" | ") }
    }
}

fn is_key(ty: &FieldType) -> bool {
    matches!(
        ty,
        FieldType::String
            | FieldType::Id(_)
            | FieldType::U32
            | FieldType::U64
            | FieldType::I32
            | FieldType::I64
    )
}

/// The field for the time of an event: `Submitted` gives `submitted_at`.
fn moment(event: &str) -> String {
    format!("{}_at", snake(event))
}

/// The fields that limit readers to their own documents.
fn owner_fields(board: &Board, model: &ReadModel) -> Vec<String> {
    let tallies = board.read_models.iter().filter(|tally| counts(tally, model));
    let readers = readers(board, model).into_iter().chain(tallies.flat_map(|tally| readers(board, tally)));
    readers
        .filter_map(|reader| {
            Some(reader.scope.strip_prefix("chassis::Scope::Own(\"")?.strip_suffix("\")")?.to_owned())
        })
        .collect()
}

/// The fields that tallies over a read model group by and sum.
fn tally_fields(board: &Board, model: &ReadModel) -> Vec<String> {
    let mut names = Vec::new();
    for tally in board.read_models.iter().filter(|tally| counts(tally, model)) {
        if let macadam_board::Source::Tally { group_by, sum, .. } = &tally.source {
            names.extend(group_by.iter().chain(sum).map(|name| name.value.clone()));
        }
    }
    names
}

fn counts(tally: &ReadModel, model: &ReadModel) -> bool {
    matches!(&tally.source, macadam_board::Source::Tally { of, .. } if of.value == model.name.value)
}

fn arms(heard: &str, events: &[(&str, Vec<Typed>)], fields: &[Typed], extra: &[Typed]) -> Vec<Arm> {
    let mut arms = Vec::new();
    let mut silent = Vec::new();
    for (event, said) in events {
        let mut body: Vec<String> =
            said.iter().filter(|field| fields.contains(field)).map(|(name, ty)| learn(name, ty)).collect();
        let speaks = !body.is_empty();
        for (name, _) in extra {
            if *name == moment(event) {
                body.push(format!("view.{name} = Some(heard.recorded_at);"));
            } else if name == "state" {
                body.push(format!("view.state = Some({event:?}.to_owned());"));
            }
        }
        if body.is_empty() {
            silent.push(format!("{heard}::{event}(_)"));
        } else {
            let binding = if speaks { "event" } else { "_" };
            arms.push(Arm { pattern: format!("{heard}::{event}({binding})"), body });
        }
    }
    if !silent.is_empty() {
        arms.push(Arm { pattern: silent.join(" | "), body: Vec::new() });
    }
    arms
}

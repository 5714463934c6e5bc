//! The files of a context, with template and owner of each, as data before anything is rendered.

use serde::Serialize;

use super::model::Model;

/// Who may change a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The team: written once, and never again by Macadam.
    Owned,
    /// Macadam: never edited by hand.
    Managed,
}

/// What is done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It does not exist yet.
    Create,
    /// It exists and differs.
    Update,
    /// It exists and is the same.
    Unchanged,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PlannedFile {
    /// Path inside the context's folder, with slashes.
    pub path: String,
    /// Who may change it.
    pub owner: Owner,
    /// The template it is rendered from; empty for the board and the lock.
    pub template: &'static str,
    /// What it is for, in a few words.
    pub purpose: &'static str,
    /// The part of the model that it is rendered for.
    #[serde(skip)]
    pub part: Part,
}

/// The part of the model that a file is rendered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The whole context.
    Context,
    /// An aggregate, by its index.
    Aggregate(usize),
    /// A command of an aggregate, by their indices.
    Command(usize, usize),
    /// An event, by its index.
    Event(usize),
    /// A read model, by its index.
    View(usize),
    /// A process, by its index.
    Process(usize),
}

/// All files rendered from templates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Plan {
    /// The context's name.
    pub context: String,
    /// The files, in the order of their paths.
    pub files: Vec<PlannedFile>,
}

use Owner::{Managed, Owned};

/// Files that each context has once: path, owner, purpose. The template has the same path.
const ONCE: &[(&str, Owner, &str)] = &[
    ("domain/Cargo.toml", Owned, "the domain crate; its dependencies"),
    ("domain/clippy.toml", Managed, "no clocks and no randomness in the domain"),
    ("domain/src/lib.rs", Managed, "the domain's modules"),
    ("domain/src/messages.rs", Managed, "the board as types"),
    ("domain/src/rejection.rs", Owned, "the rejections, one for each rule"),
    ("domain/src/values.rs", Owned, "value objects"),
    ("domain/src/events/mod.rs", Managed, "the list of events"),
    ("service/Cargo.toml", Owned, "the service crate; its dependencies"),
    ("service/src/main.rs", Managed, "configure, build, run"),
    ("service/src/wiring.rs", Managed, "connects the board to the service"),
    ("service/src/facts.rs", Owned, "looks up facts that decisions need"),
    ("service/src/custom.rs", Owned, "routes that the board does not describe"),
    ("service/tests/conformance.rs", Managed, "tests that every context has"),
    ("docs/context.md", Managed, "commands, events, glossary and a diagram"),
    ("docs/runbook.md", Owned, "for whoever is on call"),
    ("mutants.toml", Owned, "the accepted result of mutation testing"),
];

impl Plan {
    /// The files of a context.
    pub(crate) fn of(model: &Model) -> Self {
        let mut files: Vec<PlannedFile> = ONCE
            .iter()
            .map(|(path, owner, purpose)| file((*path).to_owned(), *owner, path, purpose, Part::Context))
            .collect();
        for (place, aggregate) in model.aggregates.iter().enumerate() {
            let folder = format!("domain/src/{}", aggregate.module);
            let own = [
                ("mod.rs", Managed, "domain/src/__aggregate__/mod.rs", "the list of an aggregate's commands"),
                ("state.rs", Owned, "domain/src/__aggregate__/state.rs", "the states of an aggregate"),
                ("view.rs", Owned, "domain/src/__aggregate__/view.rs", "the view of an aggregate"),
            ];
            for (name, owner, template, purpose) in own {
                files.push(file(
                    format!("{folder}/{name}"),
                    owner,
                    template,
                    purpose,
                    Part::Aggregate(place),
                ));
            }
            for (number, command) in aggregate.commands.iter().enumerate() {
                let path = format!("{folder}/{}.rs", command.module);
                let template = "domain/src/__aggregate__/__command__.rs";
                files.push(file(
                    path,
                    Owned,
                    template,
                    "a command: guard, decision, examples",
                    Part::Command(place, number),
                ));
            }
        }
        for (place, event) in model.events.iter().enumerate() {
            let path = format!("domain/src/events/{}.rs", event.module);
            files.push(file(
                path,
                Owned,
                "domain/src/events/__event__.rs",
                "an event and its state change",
                Part::Event(place),
            ));
        }
        if !model.read_models.is_empty() {
            let path = "domain/src/read_models/mod.rs";
            files.push(file(path.to_owned(), Managed, path, "the list of read models", Part::Context));
        }
        for (place, view) in model.read_models.iter().enumerate() {
            let path = format!("domain/src/read_models/{}.rs", view.module);
            let template = "domain/src/read_models/__read_model__.rs";
            files.push(file(path, Owned, template, "a read model's documents", Part::View(place)));
        }
        if !model.processes.is_empty() {
            let path = "domain/src/processes/mod.rs";
            files.push(file(path.to_owned(), Managed, path, "the list of processes", Part::Context));
        }
        for (place, process) in model.processes.iter().enumerate() {
            let path = format!("domain/src/processes/{}.rs", process.module);
            files.push(file(
                path,
                Owned,
                "domain/src/processes/__process__.rs",
                "a process",
                Part::Process(place),
            ));
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Self { context: model.name.clone(), files }
    }
}

fn file(
    path: String,
    owner: Owner,
    template: &'static str,
    purpose: &'static str,
    part: Part,
) -> PlannedFile {
    PlannedFile { path, owner, template, purpose, part }
}

//! Renders templates. They are part of the binary, so that an installed binary needs no other files.

use tera::{Context, Tera};

use super::ScaffoldError;
use super::model::Model;
use super::plan::{Part, Plan, PlannedFile};

macro_rules! templates {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../../templates/context/", $path)))),*]
    };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "docs/context.md",
    "docs/runbook.md",
    "domain/Cargo.toml",
    "domain/clippy.toml",
    "domain/src/__aggregate__/__command__.rs",
    "domain/src/__aggregate__/mod.rs",
    "domain/src/__aggregate__/state.rs",
    "domain/src/__aggregate__/view.rs",
    "domain/src/events/__event__.rs",
    "domain/src/events/mod.rs",
    "domain/src/lib.rs",
    "domain/src/messages.rs",
    "domain/src/processes/__process__.rs",
    "domain/src/processes/mod.rs",
    "domain/src/read_models/__read_model__.rs",
    "domain/src/read_models/mod.rs",
    "domain/src/rejection.rs",
    "domain/src/values.rs",
    "mutants.toml",
    "service/Cargo.toml",
    "service/src/custom.rs",
    "service/src/facts.rs",
    "service/src/main.rs",
    "service/src/wiring.rs",
    "service/tests/conformance.rs",
];

/// A rendered file: its path inside the context's folder, and its text before formatting.
pub(super) type Rendered = Vec<(String, String)>;

/// Renders every file of a plan.
pub(super) fn render(model: &Model, plan: &Plan) -> Result<Rendered, ScaffoldError> {
    let mut tera = Tera::new();
    let failed = |template: &str| {
        let template = template.to_owned();
        move |source| ScaffoldError::Render { template, source }
    };
    // The output is source code, so `<` must not be escaped.
    tera.autoescape_on(Vec::<&str>::new());
    tera.add_raw_templates(TEMPLATES.iter().copied()).map_err(failed("templates"))?;
    let context = Context::from_serialize(model).map_err(failed("model"))?;
    plan.files
        .iter()
        .map(|file| {
            let context = with_part(&context, model, file);
            let text = tera.render(file.template, &context).map_err(failed(file.template))?;
            Ok((file.path.clone(), tidy(&text)))
        })
        .collect()
}

fn with_part(context: &Context, model: &Model, file: &PlannedFile) -> Context {
    let mut context = context.clone();
    match file.part {
        Part::Context => {}
        Part::Aggregate(place) => context.insert("aggregate", &model.aggregates[place]),
        Part::Command(place, number) => {
            context.insert("aggregate", &model.aggregates[place]);
            context.insert("command", &model.aggregates[place].commands[number]);
        }
        Part::Event(place) => context.insert("event", &model.events[place]),
        Part::View(place) => context.insert("view", &model.read_models[place]),
        Part::Process(place) => context.insert("process", &model.processes[place]),
    }
    context
}

/// Removes spaces at the ends of lines, and ends the file with one line break.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}

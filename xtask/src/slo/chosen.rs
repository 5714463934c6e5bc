//! The SLOs that a command is about.

use std::path::Path;

use macadam_board::diagnostic::nearest;
use macadam_runner::exit::Exit;
use macadam_runner::slo::generate::{agreements, loaded};
use macadam_slo::generate::About;
use macadam_slo::model::Slo;
use macadam_slo::openslo::Sla;

use super::generate::plan_error;
use crate::report::boards;
use crate::terminal::message;

/// SLOs, each with what is said of its context, and agreements.
type Chosen = (Vec<(About, Slo)>, Vec<Sla>);

/// These SLOs, and all of these contexts; without a name, all. Each with what is said of its context.
pub(super) fn chosen(root: &Path, names: &[String]) -> Result<Vec<(About, Slo)>, Exit> {
    agreed(root, names).map(|(slos, _)| slos)
}

/// The same, and the agreements of the repository.
pub(super) fn agreed(root: &Path, names: &[String]) -> Result<Chosen, Exit> {
    let boards = boards(root, &[])?;
    let (contexts, catalog) = loaded(root, &boards).map_err(|error| plan_error(&error))?;
    let slas = agreements(root, &catalog).map_err(|error| plan_error(&error))?;
    let about = |slo: &Slo| contexts.iter().find(|about| about.context == slo.service).cloned();
    let all: Vec<(About, Slo)> =
        catalog.slos.into_iter().filter_map(|slo| about(&slo).map(|about| (about, slo))).collect();
    if names.is_empty() {
        if all.is_empty() {
            message(
                "error: there is no SLO of any context\nhelp: `cargo xtask slo generate` makes slo/<context>.yaml",
            );
            return Err(Exit::Usage);
        }
        return Ok((all, slas));
    }
    let mut wanted: Vec<(About, Slo)> = Vec::new();
    for name in names {
        let is_meant = |(_, slo): &&(About, Slo)| slo.name == *name || slo.service == *name;
        let found: Vec<_> = all.iter().filter(is_meant).cloned().collect();
        if found.is_empty() {
            let known = all.iter().flat_map(|(_, slo)| [slo.name.as_str(), slo.service.as_str()]);
            let near = nearest(name, known);
            let hint = near.map_or_else(
                || "`cargo xtask slo explain` without a name lists all".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            message(&format!("error: no SLO and no context `{name}`\nhelp: {hint}"));
            return Err(Exit::Usage);
        }
        let new = found.into_iter().filter(|(_, slo)| wanted.iter().all(|(_, known)| known.name != slo.name));
        wanted.extend(new.collect::<Vec<_>>());
    }
    Ok((wanted, slas))
}

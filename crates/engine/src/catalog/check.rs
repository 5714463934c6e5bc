//! Whether what a context declares fits together: board and code where the compiler cannot compare them.

use macadam_event_log::ClaimDef;
use macadam_kernel::SYSTEM;
use schemars::Schema;

use super::Catalog;
use crate::caller::Scope;
use crate::deprecation::Deprecation;
use crate::schema::{is_scalar, property};

impl Catalog {
    /// What does not fit: each line says where, and what to do.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for aggregate in &self.aggregates {
            let schema = aggregate.view_schema();
            check_scopes(
                &mut faults,
                &format!("{}'s view", aggregate.name()),
                &schema,
                aggregate.visible_to(),
            );
            let known = aggregate.rules();
            for command in aggregate.commands() {
                for rule in command.rejects.iter().filter(|rule| !known.iter().any(|known| known == *rule)) {
                    faults.push(format!(
                        "{} rejects by `{rule}`, which is no variant of `Rejection`",
                        command.name
                    ));
                }
            }
            for command in aggregate.commands() {
                check_deprecation(&mut faults, command.name, command.deprecated);
            }
        }
        for view in &self.views {
            let schema = view.schema();
            check_deprecation(&mut faults, view.name(), view.deprecated());
            check_scopes(&mut faults, view.name(), &schema, view.readers());
            for field in view.index().iter().flat_map(|fields| fields.iter()) {
                check_scalar(&mut faults, view.name(), &schema, field);
            }
        }
        for tally in &self.tallies {
            check_deprecation(&mut faults, tally.name, tally.deprecated);
            let Some(view) = self.views.iter().find(|view| view.name() == tally.of) else {
                faults.push(format!("{} counts `{}`, which is no read model", tally.name, tally.of));
                continue;
            };
            check_scopes(&mut faults, tally.name, &view.schema(), &tally.readers);
            for field in tally.group_by {
                check_scalar(&mut faults, view.name(), &view.schema(), field);
            }
            if let Some(field) = tally.sum
                && property(&view.schema(), field).is_none()
            {
                faults.push(format!("{} sums `{field}`, which {} does not have", tally.name, view.name()));
            }
        }
        let commands: Vec<_> = self.aggregates.iter().flat_map(|aggregate| aggregate.commands()).collect();
        for deadline in &self.deadlines {
            let sent = commands.iter().find(|info| info.name == deadline.command);
            if !sent.is_some_and(|info| info.actors.contains(&SYSTEM)) {
                let (name, command) = (deadline.name, deadline.command);
                faults.push(format!("{name} sends {command}, which `{SYSTEM}` must be an actor of"));
            }
        }
        for claim in &self.claims {
            check_claim(&mut faults, self, claim);
        }
        faults
    }
}

fn check_claim(faults: &mut Vec<String>, catalog: &Catalog, claim: &ClaimDef) {
    let (name, of) = (claim.name, claim.aggregate);
    let Some(aggregate) = catalog.aggregates.iter().find(|aggregate| aggregate.name() == of) else {
        faults.push(format!("{name} is a claim of `{of}`, which is no aggregate"));
        return;
    };
    if !aggregate.rules().iter().any(|rule| rule == claim.rule) {
        faults.push(format!("{name} rejects by `{}`, which is no variant of `Rejection`", claim.rule));
    }
    let schemas = aggregate.event_schemas();
    for event in claim.taken_by.iter().chain(claim.released_by) {
        match schemas.iter().find(|(known, _)| known == event) {
            None => faults.push(format!("{name} hears `{event}`, which is no event of {of}")),
            Some((_, schema)) if claim.taken_by.contains(event) => {
                check_scalar(faults, event, schema, claim.field);
            }
            Some(_) => {}
        }
    }
}

fn check_deprecation(faults: &mut Vec<String>, what: &str, deprecated: Option<Deprecation>) {
    if let Some(day) = deprecated.and_then(|deprecated| deprecated.fault()) {
        faults.push(format!("{what} is deprecated by `{day}`, which is no day: write it as `2027-05-01`"));
    }
}

fn check_scopes(faults: &mut Vec<String>, what: &str, schema: &Schema, scopes: &[(&'static str, Scope)]) {
    for (_, scope) in scopes {
        if let Scope::Own(field) = scope {
            check_scalar(faults, what, schema, field);
        }
    }
}

fn check_scalar(faults: &mut Vec<String>, what: &str, schema: &Schema, field: &str) {
    match property(schema, field) {
        None => faults.push(format!("{what} has no field `{field}`: add it, or correct the board")),
        Some(property) if !is_scalar(&property) => {
            faults.push(format!("`{field}` of {what} is not a scalar: text, number or truth value"));
        }
        Some(_) => {}
    }
}

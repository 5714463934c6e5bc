//! Lints on `visible_to`.

use super::decisions::acts;
use super::{ContainsName, is_valid};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::model::{Aggregate, Board, Scope};
use crate::names::{Kind, SYSTEM};

pub(super) fn check(board: &Board, report: &mut Report) {
    for aggregate in &board.aggregates {
        if aggregate.visible_to.is_empty() {
            report.push(
                Diagnostic::new(Code::VisibleToNobody, &aggregate.name.span, format!("nobody may see `{}`", aggregate.name))
                    .label("who may see it?")
                    .hint("add `visible_to = { Role = \"*\" }`, or the field that contains the actor's own id instead of `*`"),
            );
            continue;
        }
        check_roles(board, aggregate, report);
        check_actors(aggregate, report);
        check_scopes(aggregate, report);
    }
}

fn check_roles(board: &Board, aggregate: &Aggregate, report: &mut Report) {
    for role in aggregate.visible_to.iter().map(|visibility| &visibility.role) {
        let reads = board.read_models.iter().any(|model| model.readers.contains_name(role));
        if acts(board, role) || reads || !is_valid(Kind::Role, role) {
            continue;
        }
        let message = format!(
            "role `{role}` may see `{}`, but sends no command and reads no read model",
            aggregate.name
        );
        let actors = board.commands().flat_map(|(_, command)| &command.actors).map(|actor| actor.as_str());
        report.push(Diagnostic::new(Code::VisibleToIdleRole, &role.span, message).did_you_mean(
            role,
            actors,
            "add it to an `actor` or to the `readers` of a read model, or remove it",
        ));
    }
}

fn check_actors(aggregate: &Aggregate, report: &mut Report) {
    let sees = |role: &str| aggregate.visible_to.iter().any(|visibility| visibility.role.value == role);
    let mut reported: Vec<&str> = Vec::new();
    for command in &aggregate.commands {
        for actor in command.actors.iter().filter(|actor| actor.value != SYSTEM && !sees(actor)) {
            if reported.contains(&actor.as_str()) || !is_valid(Kind::Role, actor) {
                continue;
            }
            reported.push(actor);
            let message = format!(
                "`{actor}` sends `{}`, but may not see the `{}` that it changes",
                command.name, aggregate.name
            );
            let finding = Diagnostic::new(Code::ActorSeesNothing, &actor.span, message);
            let roles = aggregate.visible_to.iter().map(|visibility| visibility.role.as_str());
            let otherwise = format!("add `{actor}` to `visible_to` of `{}`", aggregate.name);
            report.push(finding.label("missing from `visible_to`").did_you_mean(actor, roles, otherwise));
        }
    }
}

fn check_scopes(aggregate: &Aggregate, report: &mut Report) {
    // A creating event without fields of its own takes those of its command, so these count as well.
    let creations = aggregate.commands.iter().filter(|command| command.creates);
    let of_events = aggregate.events.iter().filter_map(|event| event.fields.as_ref());
    let seeds = of_events.chain(creations.filter_map(|command| command.fields.as_ref()));
    let fields: Vec<_> = seeds.flatten().map(|field| field.name.as_str()).collect();
    if fields.is_empty() {
        return;
    }
    for visibility in &aggregate.visible_to {
        let Scope::Field(field) = &visibility.scope.value else { continue };
        if fields.contains(&field.as_str()) {
            continue;
        }
        let message = format!(
            "no event of `{}` carries `{field}`, which decides what `{}` may see",
            aggregate.name, visibility.role
        );
        report.push(
            Diagnostic::new(Code::ScopeUnknown, &visibility.scope.span, message)
                .label("unknown field")
                .did_you_mean(field, fields.iter().copied(), "name a field of its events, or `*`"),
        );
    }
}

//! Lints on unique claims.

use super::listeners::refuse_heard_twice;
use super::{ContainsName, is_valid, resolve_event};
use crate::FieldType;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::model::{Aggregate, Board, Claim, Event, Field, Name, Scope};
use crate::names::Kind;

pub(super) fn check(board: &Board, report: &mut Report) {
    for claim in &board.claims {
        let who = format!("claim `{}`", claim.name);
        let (mut first, mut takers) = (None, Vec::new());
        for (events, takes) in [(&claim.taken_by, true), (&claim.released_by, false)] {
            for name in events {
                let Some((owner, event)) = resolve_event(board, &who, name, report) else { continue };
                refuse_elsewhere(&who, first.get_or_insert(owner), owner, name, report);
                takers.extend(takes.then_some((owner, event)));
            }
        }
        refuse_heard_twice(&who, &[&claim.taken_by, &claim.released_by], report);
        check_field(&who, claim, &takers, report);
        check_rule(board, &who, claim, &takers, report);
    }
}

fn refuse_elsewhere(who: &str, first: &Aggregate, owner: &Aggregate, name: &Name, report: &mut Report) {
    if first.name.value == owner.name.value {
        return;
    }
    let message =
        format!("{who} belongs to `{}`, but listens to `{name}`, an event of `{}`", first.name, owner.name);
    report.push(
        Diagnostic::new(Code::ClaimOfTwo, &name.span, message)
            .label(format!("belongs to `{}`", owner.name))
            .hint(format!(
                "use events of `{}` only, or give `{}` a claim of its own",
                first.name, owner.name
            )),
    );
}

/// The field must be a single value in every event that takes the claim; checked only where the board has seed fields.
fn check_field(who: &str, claim: &Claim, takers: &[(&Aggregate, &Event)], report: &mut Report) {
    let field = &claim.field;
    if !is_valid(Kind::Field, field) {
        return;
    }
    for (owner, event) in takers {
        let Some(seeds) = seeds(owner, event) else { continue };
        let finding = match seeds.iter().find(|known| known.name.value == field.value) {
            None if is_owner_field(owner, event, field) => continue,
            None => {
                let message = format!("{who} is taken by `{}`, which does not carry `{field}`", event.name);
                let known = seeds.iter().map(|known| known.name.as_str());
                Diagnostic::new(Code::ClaimField, &field.span, message).label("unknown field").did_you_mean(
                    field,
                    known,
                    format!("add `{field}` to the `fields` of `{}`", event.name),
                )
            }
            Some(known) if is_one_value(&known.ty) => continue,
            Some(known) => {
                let message =
                    format!("{who} uses the field `{field}: {}`, which is not a single value", known.ty);
                Diagnostic::new(Code::ClaimField, &field.span, message)
                    .also(&known.ty.span, "declared here")
                    .hint("name a field that is text, a number, an id or a date")
            }
        };
        report.push(finding);
        return;
    }
}

/// The fields of the event: its own, or else those of the command that emits it.
fn seeds<'a>(owner: &'a Aggregate, event: &'a Event) -> Option<&'a Vec<Field>> {
    let of_command = || owner.emitters(&event.name).next().and_then(|command| command.fields.as_ref());
    event.fields.as_ref().or_else(of_command)
}

/// Whether the field is a scope of `visible_to`: creating events are given these fields without being asked.
fn is_owner_field(owner: &Aggregate, event: &Event, field: &str) -> bool {
    let is_scope = |scope: &Scope| matches!(scope, Scope::Field(own) if own == field);
    owner.visible_to.iter().any(|entry| is_scope(&entry.scope))
        && owner.emitters(&event.name).any(|command| command.creates)
}

fn is_one_value(ty: &FieldType) -> bool {
    match ty {
        FieldType::Money | FieldType::Vec(_) | FieldType::Value(_) => false,
        FieldType::Option(inner) => is_one_value(inner),
        _ => true,
    }
}

/// Every command that may take the value must list the claim's rule in its `rejects`.
fn check_rule(board: &Board, who: &str, claim: &Claim, takers: &[(&Aggregate, &Event)], report: &mut Report) {
    let rule = &claim.rejects;
    if !is_valid(Kind::Rule, rule) {
        return;
    }
    let Some((owner, _)) = takers.first() else { return };
    let is_known = board.commands().any(|(_, command)| command.rejects.contains_name(rule));
    let is_taking = |name: &Name| takers.iter().any(|(_, event)| event.name.value == name.value);
    let commands = owner.commands.iter().filter(|command| command.emits.iter().any(is_taking));
    for command in commands.filter(|command| !command.rejects.contains_name(rule)) {
        let message =
            format!("command `{}` may take {who}, but does not list the rule `{rule}`", command.name);
        // A rule that other commands list is not misspelled.
        let near = command.rejects.iter().filter(|_| !is_known).map(|known| known.as_str());
        report.push(
            Diagnostic::new(Code::ClaimUnrejected, &rule.span, message)
                .label("missing from its `rejects`")
                .also(&command.name.span, "declared here")
                .did_you_mean(rule, near, format!("add `{rule}` to the `rejects` of `{}`", command.name)),
        );
    }
}

//! Lints on upstreams and calls; some need the boards of other contexts.

use super::is_valid;
use crate::Neighbours;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::model::{Board, Translation, Upstream};
use crate::names::Kind;

/// The longest chain of synchronous calls that is accepted.
const CALLS_MAX: usize = 2;

pub(super) fn check(board: &Board, neighbours: Option<&Neighbours>, report: &mut Report) {
    for upstream in &board.upstreams {
        if upstream.name.value == board.context.name.value {
            let message = format!("context `{}` is its own upstream", upstream.name);
            let finding = Diagnostic::new(Code::UpstreamIsSelf, &upstream.name.span, message);
            report.push(finding.hint("remove the table: a context listens to its own events without one"));
            continue;
        }
        check_translation(upstream, report);
        if let Some(neighbours) = neighbours {
            check_known(board, upstream, neighbours, report);
            check_calls(board, upstream, neighbours, report);
        }
    }
}

fn check_translation(upstream: &Upstream, report: &mut Report) {
    let name = &upstream.name;
    match &upstream.translation {
        None if !upstream.consumes.is_empty() => {
            let message = format!("events of `{name}` are consumed without a `translation`");
            report.push(
                Diagnostic::new(Code::TranslationMissing, &name.span, message)
                    .label("`translation` is missing")
                    .hint("add `translation = \"anti-corruption-layer\"`, or `\"conformist\"` to use its terms as they are"),
            );
        }
        Some(translation) if upstream.consumes.is_empty() && upstream.calls.is_empty() => {
            let message =
                format!("upstream `{name}` has a `translation`, but neither `consumes` nor `calls`");
            report.push(
                Diagnostic::new(Code::TranslationIdle, &translation.span, message)
                    .hint("add `consumes` or `calls`, or remove it"),
            );
        }
        _ => {}
    }
}

fn check_known(board: &Board, upstream: &Upstream, neighbours: &Neighbours, report: &mut Report) {
    let name = &upstream.name;
    let Some(neighbour) = neighbours.get(name) else {
        if !upstream.planned && is_valid(Kind::Context, name) {
            let message = format!("upstream `{name}` does not exist and is not planned");
            report.push(
                Diagnostic::new(Code::UnknownUpstream, &name.span, message)
                    .label("unknown context")
                    .did_you_mean(
                        name,
                        neighbours.names().filter(|known| *known != board.context.name.as_str()),
                        "set `planned = true` until it exists",
                    ),
            );
        }
        return;
    };
    if upstream.planned {
        let message = format!("upstream `{name}` is marked as planned, but exists already");
        let finding = Diagnostic::new(Code::PlannedExists, &name.span, message);
        report.push(finding.hint("remove `planned`"));
    }
    if let Some(other) = &neighbour.board {
        check_mutual(board, upstream, other, report);
        check_published(upstream, other, report);
    }
}

fn check_mutual(board: &Board, upstream: &Upstream, other: &Board, report: &mut Report) {
    let Some(translation) = &upstream.translation else { return };
    if !matches!(translation.value, Translation::Partnership | Translation::SharedKernel) {
        return;
    }
    let back = other.upstreams.iter().find(|back| back.name.value == board.context.name.value);
    let said = back.and_then(|back| back.translation.as_ref()).map(|said| said.value);
    if said != Some(translation.value) {
        let word = translation.value.as_str();
        let message =
            format!("`{}` does not declare the {word} with `{}`", upstream.name, board.context.name);
        report.push(
            Diagnostic::new(Code::NotMutual, &translation.span, message)
                .label("declared on one board only")
                .hint(format!(
                    "add `[upstream.{}]` with `translation = \"{word}\"` to that board",
                    board.context.name
                )),
        );
    }
}

fn check_published(upstream: &Upstream, other: &Board, report: &mut Report) {
    let published: Vec<_> =
        other.events().filter(|(_, event)| event.published).map(|(_, event)| event.name.as_str()).collect();
    for event in &upstream.consumes {
        if published.contains(&event.as_str()) || !is_valid(Kind::Event, event) {
            continue;
        }
        let message = format!("`{}` does not publish the event `{event}`", upstream.name);
        let ask = format!("set `published = true` on it in the board of `{}`", upstream.name);
        report.push(
            Diagnostic::new(Code::NotPublished, &event.span, message)
                .label("not in its published language")
                .did_you_mean(event, published.iter().copied(), ask),
        );
    }
}

fn check_calls(board: &Board, upstream: &Upstream, neighbours: &Neighbours, report: &mut Report) {
    if upstream.calls.is_empty() {
        return;
    }
    let own = board.context.name.as_str();
    if let Some(path) = way_back(neighbours, own, &upstream.name) {
        report.push(
            Diagnostic::new(Code::CallCycle, &upstream.name.span, format!("calls lead back to `{own}`"))
                .label(path.join(" → "))
                .hint("replace one of the calls by events"),
        );
    } else if let Some(path) = long_chain(neighbours, &mut vec![own, &upstream.name]) {
        let message = format!("a chain of more than {CALLS_MAX} synchronous calls starts here");
        report.push(
            Diagnostic::new(Code::CallChain, &upstream.name.span, message)
                .label(path.join(" → "))
                .hint("replace a call by events"),
        );
    }
}

/// The contexts and services that a context calls; none if its board is not known.
fn called_by<'a>(neighbours: &'a Neighbours, context: &str) -> Vec<&'a str> {
    let Some(board) = neighbours.get(context).and_then(|neighbour| neighbour.board.as_ref()) else {
        return Vec::new();
    };
    let contexts =
        board.upstreams.iter().filter(|next| !next.calls.is_empty()).map(|next| next.name.as_str());
    let services =
        board.externals.iter().filter(|next| !next.calls.is_empty()).map(|next| next.name.as_str());
    contexts.chain(services).collect()
}

/// The shortest path of calls from `first` back to `own`, if there is one.
fn way_back<'a>(neighbours: &'a Neighbours, own: &'a str, first: &'a str) -> Option<Vec<&'a str>> {
    let mut paths = vec![vec![own, first]];
    let mut seen = vec![first];
    while !paths.is_empty() {
        let mut longer = Vec::new();
        for path in paths {
            for next in called_by(neighbours, path.last()?) {
                let mut path = path.clone();
                path.push(next);
                if next == own {
                    return Some(path);
                }
                if !seen.contains(&next) {
                    seen.push(next);
                    longer.push(path);
                }
            }
        }
        paths = longer;
    }
    None
}

/// The first chain that is longer than allowed. The search stops at that length, so it ends even if other contexts call
/// each other in a cycle.
fn long_chain<'a>(neighbours: &'a Neighbours, path: &mut Vec<&'a str>) -> Option<Vec<&'a str>> {
    if path.len() > CALLS_MAX + 1 {
        return Some(path.clone());
    }
    for next in called_by(neighbours, path.last()?) {
        path.push(next);
        if let Some(chain) = long_chain(neighbours, path) {
            return Some(chain);
        }
        path.pop();
    }
    None
}

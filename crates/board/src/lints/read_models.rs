//! Lints on read models.

use super::decisions::acts;
use super::{is_valid, resolve_event};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::model::{Aggregate, Board, Name, ReadModel, Source};
use crate::names::Kind;

pub(super) fn check(board: &Board, report: &mut Report) {
    for model in &board.read_models {
        let sources = match &model.source {
            Source::Events(from) => sources_of_view(board, model, from, report),
            Source::Tally { of, .. } => sources_of_tally(board, model, of, report),
        };
        for reader in &model.readers {
            check_reader(board, model, reader, &sources, report);
        }
    }
}

fn sources_of_view<'a>(
    board: &'a Board,
    model: &ReadModel,
    from: &[Name],
    report: &mut Report,
) -> Vec<&'a Aggregate> {
    let who = format!("read model `{}`", model.name);
    from.iter()
        .filter_map(|event| resolve_event(board, &who, event, report))
        .map(|(aggregate, _)| aggregate)
        .collect()
}

fn sources_of_tally<'a>(
    board: &'a Board,
    model: &ReadModel,
    of: &Name,
    report: &mut Report,
) -> Vec<&'a Aggregate> {
    if !is_valid(Kind::ReadModel, of) {
        return Vec::new();
    }
    match board.read_model(of).map(|counted| &counted.source) {
        Some(Source::Events(from)) => {
            from.iter().filter_map(|event| board.event(event)).map(|(a, _)| a).collect()
        }
        Some(Source::Tally { .. }) => {
            let message = format!("tally `{}` counts the tally `{of}`", model.name);
            let finding =
                Diagnostic::new(Code::TallyOfTally, &of.span, message).label("a tally has no items");
            report.push(
                finding.hint(format!("count the read model that `{of}` counts, grouped by fewer fields")),
            );
            Vec::new()
        }
        None => {
            let message = format!("tally `{}` counts `{of}`, which is not a read model", model.name);
            let finding =
                Diagnostic::new(Code::UnknownReadModel, &of.span, message).label("unknown read model");
            let known = board
                .read_models
                .iter()
                .map(|known| known.name.as_str())
                .filter(|name| *name != model.name.as_str());
            report.push(finding.did_you_mean(of, known, "name a read model of this board"));
            Vec::new()
        }
    }
}

fn check_reader(
    board: &Board,
    model: &ReadModel,
    reader: &Name,
    sources: &[&Aggregate],
    report: &mut Report,
) {
    if !is_valid(Kind::Role, reader) {
        return;
    }
    let sees =
        |aggregate: &Aggregate| aggregate.visible_to.iter().any(|seer| seer.role.value == reader.value);
    if !acts(board, reader) && !board.aggregates.iter().any(sees) {
        let message =
            format!("reader `{reader}` of `{}` appears in no command and no `visible_to`", model.name);
        let actors = board.commands().flat_map(|(_, command)| &command.actors);
        let visible = board.aggregates.iter().flat_map(|a| a.visible_to.iter().map(|seer| &seer.role));
        let known = actors.chain(visible).map(|role| role.as_str());
        report.push(
            Diagnostic::new(Code::UnknownRole, &reader.span, message).label("unknown role").did_you_mean(
                reader,
                known,
                "add it to `visible_to` of an aggregate",
            ),
        );
        return;
    }
    // An aggregate that nobody may see has been reported already.
    if sources.is_empty() || sources.iter().any(|source| source.visible_to.is_empty() || sees(source)) {
        return;
    }
    let names: Vec<_> = sources.iter().map(|source| format!("`{}`", source.name)).collect();
    let mut names = names;
    names.dedup();
    let message = format!("reader `{reader}` of `{}` may not see {}", model.name, names.join(" or "));
    report.push(
        Diagnostic::new(Code::ReaderSeesNothing, &reader.span, message)
            .label("missing from `visible_to`")
            .hint(format!("add `{reader}` to `visible_to` of {}, or remove the reader", names[0])),
    );
}

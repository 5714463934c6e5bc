//! Lints on what is not to be used any more.

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::model::{Board, Deprecated};

pub(super) fn check(board: &Board, report: &mut Report) {
    let commands = board.commands().map(|(_, command)| (&command.name, &command.deprecated));
    let models = board.read_models.iter().map(|model| (&model.name, &model.deprecated));
    for (name, deprecated) in commands.chain(models) {
        let Some(Deprecated { since, sunset: Some(sunset), .. }) = deprecated else { continue };
        if !since.is_empty() && sunset.value <= since.value {
            let message = format!("`{name}` may be gone on {sunset}, and is deprecated since {since}");
            report.push(
                Diagnostic::new(Code::SunsetTooEarly, &sunset.span, message)
                    .also(&since.span, "since then")
                    .hint("let `sunset` be a later day than `since`"),
            );
        }
    }
}

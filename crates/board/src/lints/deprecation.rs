//! Lints on `deprecated`.

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::model::{Board, Deprecated};

pub(super) fn check(board: &Board, report: &mut Report) {
    let commands = board.commands().map(|(_, command)| (&command.name, &command.deprecated));
    let models = board.read_models.iter().map(|model| (&model.name, &model.deprecated));
    for (name, deprecated) in commands.chain(models) {
        let Some(Deprecated { since, sunset: Some(sunset), .. }) = deprecated else { continue };
        if !since.is_empty() && sunset.value <= since.value {
            let message = format!(
                "`{name}` has the sunset {sunset}, which is not later than its deprecation on {since}"
            );
            report.push(
                Diagnostic::new(Code::SunsetTooEarly, &sunset.span, message)
                    .also(&since.span, "deprecated from here")
                    .hint("choose a `sunset` later than `since`"),
            );
        }
    }
}

//! `cargo xtask update`: renders the managed files of contexts again.

use clap::Args;
use macadam_runner::exit::Exit;
use macadam_scaffold::update;

use crate::report::{boards, root, scaffold_error, written};
use crate::terminal::{MORE, message};

/// Render the managed files of contexts again, after a change of their boards or of Macadam
#[derive(Args)]
#[command(before_help = "Example: cargo xtask update lc-application", after_help = MORE)]
pub(crate) struct Update {
    /// The contexts; without one, all.
    contexts: Vec<String>,
    /// Print what would change; write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Report as JSON (docs/schemas/plan.schema.json).
    #[arg(long)]
    json: bool,
}

impl Update {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        let boards = match boards(&root, &self.contexts) {
            Ok(boards) => boards,
            Err(exit) => return exit,
        };
        for (name, board) in boards {
            match update(&root, &board, self.dry_run) {
                Ok(files) => written(&name, &files, self.dry_run, self.json),
                Err(error) => return scaffold_error(&error),
            }
        }
        message("\nnext: cargo xtask test");
        Exit::Done
    }
}

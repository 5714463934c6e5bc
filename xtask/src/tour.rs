//! `cargo xtask tour`: shows an application and a new context from start to end.

use clap::Args;
use macadam_runner::exit::Exit;
use macadam_runner::tour;

use crate::report::{root, run_error};
use crate::terminal::{MORE, message, result};

/// Take the tour: an application from start to approval, then a new context from a board
#[derive(Args)]
#[command(before_help = "Example: cargo xtask tour", after_help = MORE)]
pub(crate) struct Tour {}

impl Tour {
    #[expect(clippy::unused_self, reason = "each subcommand is run the same way")]
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        match tour::run(&root, &mut |line| result(line)) {
            Ok(()) => {
                message(
                    "\nThe tour has ended. next:\n  cargo xtask new --from docs/examples/hotel-bookings.toml --dry-run   \
                     list the files that a larger board generates\n  cargo xtask up                                                       \
                     start every context, and try them\n  docs/book/first-context.md                                           \
                     make a context of your own",
                );
                Exit::Done
            }
            Err(error) => run_error(&error),
        }
    }
}

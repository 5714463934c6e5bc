//! `cargo xtask slo prove`: sees each alert fire, and not fire, before anyone relies on it.

use clap::Args;
use macadam_runner::exit::Exit;
use macadam_runner::slo::Depth;
use macadam_runner::slo::prove::prove;

use super::generate::plan_error;
use crate::report::{boards, root};
use crate::terminal::{MORE, message, result};

/// Run the generated rules through promtool: each alert must fire when an oracle that counts single events says so
#[derive(Args)]
#[command(before_help = "Example: cargo xtask slo prove lc-application", after_help = MORE)]
pub(crate) struct Prove {
    /// Only the rules of these contexts; without one, of all.
    contexts: Vec<String>,
    /// Simulate days in place of hours: windows longer than six hours are full before anything burns. Takes minutes.
    #[arg(long)]
    days: bool,
}

impl Prove {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        if let Err(exit) = boards(&root, &self.contexts) {
            return exit;
        }
        let boards = match boards(&root, &[]) {
            Ok(boards) => boards,
            Err(exit) => return exit,
        };
        let depth = if self.days { Depth::Days } else { Depth::Hours };
        match prove(&root, &boards, &self.contexts, depth) {
            Ok(verdict) if verdict.faults.is_empty() => {
                result("each alert fires when it should, and only then");
                message(
                    "next: cargo xtask test --full   also changes rules, and sees that a scenario notices",
                );
                Exit::Done
            }
            Ok(verdict) => {
                verdict.faults.iter().for_each(|fault| result(&format!("FAILED  {fault}")));
                Exit::Gate
            }
            Err(error) => plan_error(&error),
        }
    }
}

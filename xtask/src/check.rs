//! `cargo xtask check`: files of contexts that differ from what Macadam would write.

use clap::Args;
use macadam_runner::exit::Exit;
use macadam_scaffold::{Drifted, check};
use serde_json::json;

use crate::report::{boards, root, scaffold_error, word};
use crate::terminal::{MORE, message, result};

/// List files that differ from what Macadam would write: outdated, edited, missing or orphaned. Writes nothing
#[derive(Args)]
#[command(before_help = "Example: cargo xtask check lc-application", after_help = MORE)]
pub(crate) struct Check {
    /// The contexts; without one, all.
    contexts: Vec<String>,
    /// Report as JSON (docs/schemas/check.schema.json).
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        let boards = match boards(&root, &self.contexts) {
            Ok(boards) => boards,
            Err(exit) => return exit,
        };
        let mut checked: Vec<(String, Vec<Drifted>)> = Vec::new();
        for (name, board) in boards {
            match check(&root, &board) {
                Ok(drifted) => checked.push((name, drifted)),
                Err(error) => return scaffold_error(&error),
            }
        }
        if self.json {
            let contexts: Vec<_> = checked
                .iter()
                .map(|(context, drifted)| json!({ "context": context, "drifted": drifted }))
                .collect();
            result(&json!({ "format": 1, "contexts": contexts }).to_string());
        } else {
            for (context, drifted) in &checked {
                if drifted.is_empty() {
                    result(&format!("{context}: nothing has drifted"));
                }
                for Drifted { path, drift, remedy } in drifted {
                    result(&format!("{:13}  {path}  — {remedy}", word(drift)));
                }
            }
        }
        if checked.iter().any(|(_, drifted)| !drifted.is_empty()) {
            message(
                "next: correct each file as described; `cargo xtask update --dry-run` shows what would be written",
            );
            return Exit::Drift;
        }
        message("next: cargo xtask test   also checks contracts and behaviour");
        Exit::Done
    }
}

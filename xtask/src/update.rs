//! `cargo xtask update`: the managed files of contexts, rendered again from their boards.

use clap::Args;
use macadam_road::board::{Board, Neighbours};
use macadam_road::diagnostic::nearest;
use macadam_road::exit::Exit;
use macadam_road::scaffold::update;
use macadam_road::workspace::contexts;

use crate::report::{refused, root, scaffold_error, written};
use crate::terminal::{MORE, message};

/// Render the managed files of contexts again, after their boards or the road have changed
#[derive(Args)]
#[command(before_help = "Example: cargo xtask update lc-application", after_help = MORE)]
pub(crate) struct Update {
    /// The contexts; without one, all.
    contexts: Vec<String>,
    /// Show what would change, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Report as JSON (docs/schemas/plan.schema.json).
    #[arg(long)]
    json: bool,
}

impl Update {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        let known = contexts(&root);
        let chosen = if self.contexts.is_empty() { &known } else { &self.contexts };
        let mut boards = Vec::new();
        for name in chosen {
            if !known.contains(name) {
                let near = nearest(name, known.iter().map(String::as_str));
                let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                message(&format!("error: no context `{name}` in services/{hint}"));
                return Exit::Usage;
            }
            let file = format!("services/{name}/context.toml");
            let text = match std::fs::read_to_string(root.join(&file)) {
                Ok(text) => text,
                Err(error) => {
                    message(&format!("error: read `{file}`: {error}"));
                    return Exit::Refused;
                }
            };
            let neighbours = Neighbours::in_services(&root.join("services"));
            let (board, findings) = Board::parse_among(&file, &text, &neighbours);
            refused(&findings, &text);
            let Some(board) = board else { return Exit::Refused };
            boards.push((name, board));
        }
        for (name, board) in boards {
            match update(&root, &board, self.dry_run) {
                Ok(files) => written(name, &files, self.dry_run, self.json),
                Err(error) => return scaffold_error(&error),
            }
        }
        message("\nnext: cargo xtask test");
        Exit::Done
    }
}

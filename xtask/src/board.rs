//! `cargo xtask board`: checks boards, and writes nothing.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use macadam_board::diagnostic::{Diagnostic, render, to_json};
use macadam_board::{Board as Parsed, Neighbour, Neighbours};
use macadam_runner::exit::Exit;

use crate::report::{counted, plural};
use crate::terminal::{MORE, message, result};

/// Check boards: the `context.toml` of a context
#[derive(Subcommand)]
#[command(before_help = EXAMPLE, after_help = MORE)]
pub(crate) enum Board {
    Check(Check),
}

const EXAMPLE: &str = "Example: cargo xtask board check services/lc-application/context.toml";

/// Check boards, and print what is wrong and how to correct it
#[derive(Args)]
#[command(before_help = EXAMPLE, after_help = MORE)]
pub(crate) struct Check {
    /// The boards to check, together with the boards beside them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print the findings as JSON (docs/schemas/diagnostics.schema.json).
    #[arg(long)]
    json: bool,
}

/// A board's text, with the file name that the user gave.
struct Input<'a> {
    file: &'a Path,
    name: String,
    text: String,
}

impl Board {
    pub(crate) fn run(&self) -> Exit {
        match self {
            Self::Check(check) => check.run(),
        }
    }
}

impl Check {
    fn run(&self) -> Exit {
        let inputs: Vec<_> = self.files.iter().filter_map(|file| read(file)).collect();
        let mut refused = inputs.len() < self.files.len();
        let mut findings = Vec::new();
        let mut valid = Vec::new();
        for input in &inputs {
            let neighbours = neighbours(input, &inputs);
            let (board, found) = Parsed::parse_among(&input.name, &input.text, &neighbours);
            match board {
                Some(board) => valid.push((&input.name, board)),
                None => refused = true,
            }
            if !self.json && !found.is_empty() {
                message(render(&found, &input.text, true).trim_end_matches('\n'));
            }
            findings.extend(found);
        }
        if self.json {
            result(&to_json(&findings));
        } else {
            summarise(&valid, &findings);
        }
        if refused { Exit::Refused } else { Exit::Done }
    }
}

fn read(file: &Path) -> Option<Input<'_>> {
    let name = file.display().to_string();
    match std::fs::read_to_string(file) {
        Ok(text) => Some(Input { file, name, text }),
        Err(error) => {
            message(&format!(
                "error: failed to read the board `{name}`: {error}\nhelp: give the path of a readable context.toml"
            ));
            None
        }
    }
}

/// The boards next to the input, and those that are checked with it.
fn neighbours(input: &Input<'_>, inputs: &[Input<'_>]) -> Neighbours {
    let mut neighbours = Neighbours::around(input.file);
    for other in inputs.iter().filter(|other| other.file != input.file) {
        if let (Some(board), _) = Parsed::parse(&other.name, &other.text) {
            neighbours.add(Neighbour { name: board.context.name.value.clone(), board: Some(board) });
        }
    }
    neighbours
}

fn summarise(valid: &[(&String, Parsed)], findings: &[Diagnostic]) {
    for (name, board) in valid {
        let counts = [
            (board.aggregates.len(), "aggregate"),
            (board.commands().count(), "command"),
            (board.events().count(), "event"),
            (board.read_models.len(), "read model"),
        ];
        let mut line = format!("{name}: the board of `{}` is valid", board.context.name);
        for (at, (count, noun)) in counts.iter().enumerate() {
            let _ = write!(line, "{} {count} {noun}{}", if at == 0 { ":" } else { "," }, plural(*count));
        }
        result(&line);
    }
    let errors = counted(findings);
    if let (0, [(name, _), ..]) = (errors, valid) {
        message(&format!("next: `cargo xtask new --from {name}`"));
    }
}

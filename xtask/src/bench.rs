//! `cargo xtask bench`: benchmarks of the chassis, compared with its goals.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use macadam_runner::bench::{Wanted, bench, profile};
use macadam_runner::exit::Exit;

use crate::report::{root, run_error};
use crate::terminal::{MORE, message, result};

/// Measure the chassis against the simplest program that does the same, and against its goals
#[derive(Args)]
#[command(before_help = "Example: cargo xtask bench --only append", after_help = MORE)]
pub(crate) struct Bench {
    /// Rounds of each comparison; more rounds reduce the noise.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// Only one part.
    #[arg(long)]
    only: Option<Part>,
    /// Write the figures as JSON (docs/schemas/bench.schema.json).
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Profile one part instead of measuring it: a flame graph and a list of functions.
    #[arg(long, value_name = "PART", conflicts_with_all = ["only", "json"])]
    profile: Option<Part>,
}

/// A part that can be measured on its own.
#[derive(Clone, Copy, ValueEnum)]
enum Part {
    /// Durable appends against raw group commit.
    Append,
    /// Typed replay against raw reads.
    Replay,
    /// One view rebuilt against raw reads.
    View,
    /// The layers of telemetry against bare axum.
    Telemetry,
    /// Time until a context is ready, its memory and its size.
    Start,
    /// A whole context with ten thousand and a million events.
    Growth,
}

impl Part {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

impl Bench {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        if let Some(part) = self.profile {
            return match profile(&root, &part.name(), self.rounds) {
                Ok((svg, text)) => {
                    result(&format!("{}\n{}", svg.display(), text.display()));
                    Exit::Done
                }
                Err(error) => run_error(&error),
            };
        }
        let only = self.only.map(Part::name);
        let wanted = Wanted { rounds: self.rounds, only: only.as_deref(), json: self.json.as_deref() };
        match bench(&root, &wanted) {
            Ok(Exit::Gate) => {
                message(
                    "a ratio misses its goal by more than the noise; next: cargo xtask bench --profile <PART> shows where the time goes",
                );
                Exit::Gate
            }
            Ok(exit) => exit,
            Err(error) => run_error(&error),
        }
    }
}

//! The chassis held against the least that could do the same, in rounds that alternate: ratios, each with its noise.
//!
//! `cargo xtask bench` builds what this needs and calls it. `--json FILE` keeps the figures, `--rounds N` takes more of
//! them, `--context BINARY` names a release build of a context.

mod child;
mod context;
mod log;
mod raw;
mod report;
mod serve;
#[path = "../../tests/it/shop/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the shop is shared with tests, which use more of it")]
mod shop;
mod sink;
mod stats;
mod telemetry;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use report::Report;

#[derive(Parser)]
struct Arguments {
    /// Rounds of each comparison.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// One part alone.
    #[arg(long)]
    only: Option<Part>,
    /// Where the figures go, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// A release build of a context; without one, its start is not measured.
    #[arg(long)]
    context: Option<PathBuf>,
    /// Serves one of the servers that are measured.
    #[arg(long, hide = true)]
    serve: Option<String>,
    /// Cargo says so to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Durable appends against raw group commit.
    Append,
    /// Typed replay against raw reads.
    Replay,
    /// One view rebuilt against raw reads.
    View,
    /// The layers of telemetry against bare axum.
    Telemetry,
    /// How soon a context is ready, and what it takes while idle.
    Start,
    /// A whole context with ten thousand and a million events.
    Growth,
}

/// A ratio was missed: what `cargo xtask` calls a failed gate.
const MISSED: u8 = 3;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(server) = &arguments.serve {
        return serve::run(server);
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut report = Report::new();
    let rounds = usize::try_from(arguments.rounds).unwrap_or(usize::MAX);
    let wanted = |part| arguments.only.is_none_or(|only| only == part);
    if wanted(Part::Append) {
        log::append(&mut report, &runtime, rounds);
    }
    if wanted(Part::Replay) {
        log::replay(&mut report, &runtime, rounds);
    }
    if wanted(Part::View) {
        log::view(&mut report, &runtime, rounds);
    }
    if wanted(Part::Telemetry) {
        telemetry::layers(&mut report, rounds);
    }
    if wanted(Part::Start)
        && let Some(binary) = &arguments.context
    {
        context::start(&mut report, binary, rounds);
    }
    if wanted(Part::Growth) {
        context::growth(&mut report, &runtime);
    }
    println!("{}", report.table());
    if let Some(file) = &arguments.json {
        let text = serde_json::to_string_pretty(&report.json()).expect("figures are JSON");
        std::fs::write(file, text + "\n").unwrap_or_else(|error| panic!("write {}: {error}", file.display()));
    }
    if report.fails() { ExitCode::from(MISSED) } else { ExitCode::SUCCESS }
}

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
#[expect(dead_code, unreachable_pub, reason = "the shop is shared with tests, which use more of it")]
mod shop;
mod stats;
mod telemetry;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use report::Report;

#[derive(Parser)]
struct Arguments {
    /// Rounds of each comparison.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Only what has this in its name: append, replay, telemetry, start, growth.
    #[arg(long)]
    only: Option<String>,
    /// Where the figures go, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// A release build of a context.
    #[arg(long)]
    context: Option<PathBuf>,
    /// Serves one of the servers that are measured.
    #[arg(long, hide = true)]
    serve: Option<String>,
    /// Cargo says so to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(server) = &arguments.serve {
        return serve::run(server);
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut report = Report::new();
    let wanted = |part: &str| arguments.only.as_deref().is_none_or(|only| only == part);
    if wanted("append") {
        log::append(&mut report, &runtime, arguments.rounds);
    }
    if wanted("replay") {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("log.db");
        log::fill(&file, &runtime, 200_000);
        log::replay(&mut report, &file, arguments.rounds);
    }
    if wanted("telemetry") {
        telemetry::layers(&mut report, arguments.rounds);
    }
    if wanted("start")
        && let Some(binary) = &arguments.context
    {
        context::start(&mut report, binary, arguments.rounds);
    }
    if wanted("growth") {
        context::growth(&mut report, &runtime);
    }
    println!("{}", report.table());
    if let Some(file) = &arguments.json {
        let text = serde_json::to_string_pretty(&report.json()).expect("figures are JSON");
        std::fs::write(file, text + "\n").unwrap_or_else(|error| panic!("write {}: {error}", file.display()));
    }
    if report.fails() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

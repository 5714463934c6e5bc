//! `cargo xtask test`: all tests, and what waits for somebody.

use std::path::Path;
use std::time::Instant;

use clap::Args;
use macadam_runner::RunError;
use macadam_runner::cargo::Cargo;
use macadam_runner::contracts::{derive, missing};
use macadam_runner::crash::crashes;
use macadam_runner::exit::Exit;
use macadam_runner::fresh::{fresh_context, random_boards};
use macadam_runner::readme::readme;
use macadam_runner::schemathesis::schemathesis;
use macadam_runner::telemetry::telemetry;
use macadam_runner::up::build;
use macadam_runner::verify::{Tests, Verdict, prerequisites};
use macadam_runner::workspace::contexts;

use crate::report::{root, run_error};
use crate::terminal::{MORE, message, result};

/// Run all tests: the workspace, its documentation, and a context made just now
#[derive(Args)]
#[command(before_help = "Example: cargo xtask test", after_help = MORE)]
pub(crate) struct Test {
    /// Also what takes longer: 1,000 kills of each context under load, telemetry read by others' programs, contracts
    /// held to running services by schemathesis, 200 random boards, three of them built and run, and the README's
    /// commands in a new clone.
    #[arg(long)]
    full: bool,
    /// Only the steps with these words in their names, of all there are.
    #[arg(long, value_name = "WORDS")]
    only: Option<String>,
}

type Step = (&'static str, fn(&Path) -> Result<Verdict, RunError>);

const STEPS: &[Step] =
    &[("the workspace", workspace), ("documentation", doctests), ("a context made just now", fresh_context)];
const FULL: &[Step] = &[
    ("1,000 kills under load", crashes),
    ("telemetry end to end", telemetry),
    ("contracts held to running services", schemathesis),
    ("200 random boards", random_boards),
    ("the README in a new clone", readme),
];

impl Test {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        if let Err(error) = prerequisites(&root, self.full) {
            return run_error(&error);
        }
        let mut faults = Vec::new();
        let mut awaiting = Vec::new();
        let all = self.full || self.only.is_some();
        let mut steps: Vec<&Step> = STEPS.iter().chain(if all { FULL } else { &[] }).collect();
        if let Some(words) = &self.only {
            let names: Vec<_> = steps.iter().map(|(name, _)| *name).collect();
            steps.retain(|(name, _)| name.contains(words.as_str()));
            if steps.is_empty() {
                message(&format!("error: no step is called `{words}`; there are: {}", names.join(", ")));
                return Exit::Usage;
            }
        }
        for (place, (name, step)) in steps.iter().enumerate() {
            message(&format!("\n== {} of {}: {name}", place + 1, steps.len()));
            let started = Instant::now();
            match step(&root) {
                Ok(verdict) => {
                    let word = if verdict.faults.is_empty() { "ok" } else { "FAILED" };
                    message(&format!("== {name}: {word}, {} s", started.elapsed().as_secs()));
                    faults.extend(verdict.faults.into_iter().map(|fault| format!("{name}: {fault}")));
                    awaiting.extend(verdict.awaiting);
                }
                Err(error @ RunError::Missing { .. }) => return run_error(&error),
                Err(error) => faults.push(format!("{name}: {}", error.chain())),
            }
        }
        report(&faults, &awaiting)
    }
}

fn report(faults: &[String], awaiting: &[String]) -> Exit {
    if !awaiting.is_empty() {
        result(&format!("\n{} examples wait to be replaced, and fail until then:", awaiting.len()));
        for name in awaiting {
            result(&format!("  · {name}"));
        }
    }
    if faults.is_empty() {
        result("\nall tests passed");
        if !std::env::args().any(|argument| argument == "--full") {
            message("next: cargo xtask test --full   also runs what takes longer");
        }
        return Exit::Done;
    }
    result("");
    for fault in faults {
        result(&format!("FAILED  {fault}"));
    }
    Exit::Gate
}

/// A context made just now has no contracts yet: these are made here, and are never changed here.
fn first_contracts(root: &Path) -> Result<(), RunError> {
    let new: Vec<String> = contexts(root).into_iter().filter(|context| missing(root, context)).collect();
    if !new.is_empty() {
        derive(root, &build(root, &new)?, false)?;
        for context in &new {
            message(&format!("made contracts/{context}: commit them with the context"));
        }
    }
    Ok(())
}

fn workspace(root: &Path) -> Result<Verdict, RunError> {
    first_contracts(root)?;
    let cargo = Cargo::at(root);
    let tests = Tests::of(&cargo, &[]);
    message(&format!("with {}", tests.runner()));
    tests.run()
}

fn doctests(root: &Path) -> Result<Verdict, RunError> {
    let cargo = Cargo::at(root);
    Tests::of(&cargo, &[]).doctests()?;
    Ok(Verdict::default())
}

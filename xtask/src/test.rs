//! `cargo xtask test`: all tests, at three levels, and the examples that are still to be written.

use std::path::Path;
use std::time::Instant;

use clap::Args;
use macadam_board::Board;
use macadam_runner::RunError;
use macadam_runner::cargo::Cargo;
use macadam_runner::contracts::{derive, missing};
use macadam_runner::crash::{Kills, crashes};
use macadam_runner::examples::trial::survivors;
use macadam_runner::exit::Exit;
use macadam_runner::fresh::{fresh_context, random_boards};
use macadam_runner::modules::module_graphs;
use macadam_runner::mutants::{every_mutant, planted};
use macadam_runner::readme::readme;
use macadam_runner::schemathesis::schemathesis;
use macadam_runner::slo::generate::PlanError;
use macadam_runner::slo::mutation::{Shapes, mutation};
use macadam_runner::slo::prove::prove;
use macadam_runner::slo::{Depth, broken, panels};
use macadam_runner::telemetry::telemetry;
use macadam_runner::up::build;
use macadam_runner::verify::{Tests, Verdict, prerequisites};
use macadam_runner::walks::walks;
use macadam_runner::workspace::{contexts, is_committed};

use crate::report::{boards, root, run_error};
use crate::slo::generate::plan_error;
use crate::terminal::{MORE, message, result};

/// Run all tests: the workspace, its documentation, and a new context
#[derive(Args)]
#[command(before_help = "Example: cargo xtask test lc-application", after_help = MORE)]
pub(crate) struct Test {
    /// Only the tests of these contexts, which takes seconds.
    #[arg(conflicts_with_all = ["full", "soak", "only"])]
    contexts: Vec<String>,
    /// Also what takes minutes: the commands of the README (in place of the plain tests, where all is committed) and of
    /// the book's first context in a new clone, 1,000 kills under load shared among the contexts, telemetry read by
    /// other programs, dashboards asked of a real Prometheus, contracts checked against running services by
    /// schemathesis, 200 random boards of which three are built and run, planted gaps that the mutation gate must
    /// report, an example for each of 19 mutants that nothing else notices, and the modules of each crate.
    #[arg(long)]
    full: bool,
    /// Also what takes hours: 1,000 kills of each context, 2,000 random boards, every mutant.
    #[arg(long, conflicts_with = "full")]
    soak: bool,
    /// Only the steps whose names contain these words, of all levels.
    #[arg(long, value_name = "WORDS")]
    only: Option<String>,
}

/// How much is tested: what every change needs, what takes minutes, or what takes hours.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Plain,
    Full,
    Soak,
}

/// A step: its levels, its name, and its function.
type Step = (&'static [Level], &'static str, fn(&Path) -> Result<Verdict, RunError>);

const PLAIN: &[Level] = &[Level::Plain, Level::Full, Level::Soak];
const FULL: &[Level] = &[Level::Full, Level::Soak];

const STEPS: &[Step] = &[
    (PLAIN, "the workspace", workspace),
    (PLAIN, "documentation", doctests),
    (PLAIN, "a new context", fresh_context),
    (PLAIN, "alerts on what was broken from outside", broken),
    (PLAIN, "alerts, proven by an oracle", alerts),
    (FULL, "the README and the first context in a new clone", readme),
    (FULL, "modules without cycles", module_graphs),
    (FULL, "walks of CONTRIBUTING", walks),
    (FULL, "examples for mutants that survive", survivors),
    (&[Level::Full], "1,000 kills under load", |root| crashes(root, Kills::Shared(1_000))),
    (FULL, "telemetry end to end", telemetry),
    (FULL, "dashboards in Prometheus", panels),
    (FULL, "contracts of running services", schemathesis),
    (FULL, "planted gaps that mutants show", planted),
    (&[Level::Full], "changed rules of one shape", |root| changed_rules(root, Shapes::One)),
    (&[Level::Full], "200 random boards", |root| random_boards(root, 200)),
    (&[Level::Soak], "1,000 kills of each context", |root| crashes(root, Kills::Each(1_000))),
    (&[Level::Soak], "2,000 random boards", |root| random_boards(root, 2_000)),
    (&[Level::Soak], "every mutant", every_mutant),
    (&[Level::Soak], "alerts over days", |root| proven(root, Depth::Days)),
    (&[Level::Soak], "changed rules of all shapes", |root| changed_rules(root, Shapes::All)),
];

impl Test {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        let level = match (self.full, self.soak) {
            (_, true) => Level::Soak,
            (true, _) => Level::Full,
            _ => Level::Plain,
        };
        if let Err(error) = prerequisites(&root, level > Level::Plain) {
            return run_error(&error);
        }
        if !self.contexts.is_empty() {
            return self.of_contexts(&root);
        }
        match self.steps(&root, level) {
            Ok(steps) => run(&root, &steps, level),
            Err(exit) => exit,
        }
    }

    /// Runs only the tests of some contexts.
    fn of_contexts(&self, root: &Path) -> Exit {
        if let Err(exit) = boards(root, &self.contexts) {
            return exit;
        }
        let packages: Vec<String> = self
            .contexts
            .iter()
            .flat_map(|context| ["domain", "service"].map(|part| format!("{context}-{part}")))
            .collect();
        let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
        let tested = first_contracts(root).and_then(|()| Tests::of(&Cargo::at(root), &packages).run());
        match tested {
            Ok(verdict) => {
                let exit = report(&verdict.faults, &verdict.awaiting);
                message("next: cargo xtask test   also tests the rest of the repository");
                exit
            }
            Err(error) => run_error(&error),
        }
    }

    /// The steps of this level; with `--only`, those of all levels whose names contain the words.
    fn steps(&self, root: &Path, level: Level) -> Result<Vec<&'static Step>, Exit> {
        let Some(words) = &self.only else {
            let cloned = level > Level::Plain && is_committed(root);
            if cloned {
                message("all is committed: the README's commands in a new clone run the plain tests");
            }
            let chosen = |(levels, ..): &&Step| levels.contains(&level) && !(cloned && *levels == PLAIN);
            return Ok(STEPS.iter().filter(chosen).collect());
        };
        let steps: Vec<_> = STEPS.iter().filter(|(_, name, _)| name.contains(words.as_str())).collect();
        if steps.is_empty() {
            let names: Vec<_> = STEPS.iter().map(|(_, name, _)| *name).collect();
            message(&format!(
                "error: no step has `{words}` in its name; the steps are: {}",
                names.join(", ")
            ));
            return Err(Exit::Usage);
        }
        Ok(steps)
    }
}

/// Runs these steps. A step that could not be run fails, like one with failures.
fn run(root: &Path, steps: &[&Step], level: Level) -> Exit {
    let mut faults = Vec::new();
    let mut awaiting = Vec::new();
    for (place, (_, name, step)) in steps.iter().enumerate() {
        message(&format!("\n== {} of {}: {name}", place + 1, steps.len()));
        let started = Instant::now();
        let verdict = match step(root) {
            Ok(verdict) => verdict,
            Err(error @ RunError::Missing { .. }) => return run_error(&error),
            Err(error) => Verdict { faults: vec![error.chain()], ..Verdict::default() },
        };
        let word = if verdict.faults.is_empty() { "ok" } else { "FAILED" };
        message(&format!("== {name}: {word}, {} s", started.elapsed().as_secs()));
        faults.extend(verdict.faults.into_iter().map(|fault| format!("{name}: {fault}")));
        awaiting.extend(verdict.awaiting);
    }
    let exit = report(&faults, &awaiting);
    if exit == Exit::Done && level == Level::Plain {
        message("next: cargo xtask test --full   also runs the tests that take minutes");
    }
    exit
}

fn report(faults: &[String], awaiting: &[String]) -> Exit {
    if !awaiting.is_empty() {
        result(&format!("\n{} examples are still to be written, and fail until then:", awaiting.len()));
        for name in awaiting {
            result(&format!("  · {name}"));
        }
    }
    if faults.is_empty() {
        result("\nall tests passed");
        return Exit::Done;
    }
    result("");
    for fault in faults {
        result(&format!("FAILED  {fault}"));
    }
    Exit::Gate
}

/// Creates the contracts of new contexts; existing contracts are not changed here.
fn first_contracts(root: &Path) -> Result<(), RunError> {
    let new: Vec<String> = contexts(root).into_iter().filter(|context| missing(root, context)).collect();
    if !new.is_empty() {
        derive(root, &build(root, &new)?, false)?;
        for context in &new {
            message(&format!("created contracts/{context}: commit them with the context"));
        }
    }
    Ok(())
}

fn workspace(root: &Path) -> Result<Verdict, RunError> {
    first_contracts(root)?;
    let cargo = Cargo::at(root);
    let tests = Tests::of(&cargo, &[]);
    message(&format!("running {}", tests.runner()));
    tests.run()
}

fn doctests(root: &Path) -> Result<Verdict, RunError> {
    let cargo = Cargo::at(root);
    Tests::of(&cargo, &[]).doctests()?;
    Ok(Verdict::default())
}

fn alerts(root: &Path) -> Result<Verdict, RunError> {
    proven(root, Depth::Hours)
}

fn proven(root: &Path, depth: Depth) -> Result<Verdict, RunError> {
    with_boards(root, |boards| prove(root, boards, &[], depth))
}

fn changed_rules(root: &Path, shapes: Shapes) -> Result<Verdict, RunError> {
    with_boards(root, |boards| mutation(root, boards, shapes))
}

/// Calls `step` with all boards. What is wrong with boards or SLOs has been printed, and is a fault.
fn with_boards(
    root: &Path,
    step: impl FnOnce(&[(String, Board)]) -> Result<Verdict, PlanError>,
) -> Result<Verdict, RunError> {
    let fault = |what: &str| Ok(Verdict { faults: vec![what.to_owned()], ..Verdict::default() });
    let Ok(boards) = boards(root, &[]) else { return fault("a board has mistakes") };
    match step(&boards) {
        Ok(verdict) => Ok(verdict),
        Err(PlanError::Run(error)) => Err(error),
        Err(error) => {
            plan_error(&error);
            fault("the SLOs have mistakes")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use macadam_runner::RunError;
    use macadam_runner::exit::Exit;
    use macadam_runner::verify::Verdict;

    use super::{Level, PLAIN, Step, run};

    #[test]
    fn a_step_that_could_not_be_started_fails() {
        let steps: &[Step] = &[
            (PLAIN, "passes", |_| Ok(Verdict::default())),
            (PLAIN, "not started", |_| {
                let source = std::io::Error::from(std::io::ErrorKind::NotFound);
                Err(RunError::Start { program: "nothing".to_owned(), source })
            }),
        ];
        let of = |chosen: &[&Step]| run(Path::new("."), chosen, Level::Full);
        assert_eq!(of(&[&steps[0]]), Exit::Done);
        assert_eq!(of(&[&steps[0], &steps[1]]), Exit::Gate);
        assert_eq!(of(&[&steps[1], &steps[0]]), Exit::Gate);
    }
}

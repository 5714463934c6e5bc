//! Calls cargo-mutants: one call for each worker, each in a copy of its own, so that nothing is copied for a run and
//! what one worker builds stays warm for its next mutant.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use macadam_mutants::{AWAITS, Mutant, Outcome, outcomes};

use super::copy::Copy;
use super::{Progress, TOOL};
use crate::{RunError, io};

/// The profile of the workspace that mutants are built with.
const PROFILE: &str = "mutants";
/// What a test may take at least, in seconds. On a busy machine a quick test is slow; a mutant that ends never is rare.
const LEAST_TIMEOUT_S: u64 = 30;
/// So many times what the tests took without a mutant.
const TIMEOUT_FACTOR: u64 = 20;
/// A build that takes longer than this does not end.
const BUILD_TIMEOUT_S: u64 = 300;
const POLL: Duration = Duration::from_millis(200);

/// Which tests are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tests {
    /// Those beside the code.
    Beside,
    /// All, those below `tests` as well.
    Beyond,
}

impl Tests {
    fn argument(self) -> &'static str {
        match self {
            Self::Beside => "--lib",
            Self::Beyond => "--tests",
        }
    }
}

/// What every call of cargo-mutants for one package has in common.
pub(super) struct Baseline<'a> {
    pub(super) program: &'a Path,
    pub(super) copy: &'a Copy,
    pub(super) package: &'a str,
    pub(super) error: Option<&'a str>,
}

/// A call of cargo-mutants that mutates a package in this folder, by no other configuration than this.
pub(super) fn mutants(program: &Path, folder: &Path, package: &str, error: Option<&str>) -> Command {
    let mut command = calm(Command::new(program), folder);
    command.args([
        "mutants",
        "--no-config",
        "--colors",
        "never",
        "--annotations",
        "none",
        "--package",
        package,
    ]);
    if let Some(error) = error {
        command.args(["--error", error]);
    }
    command
}

/// In this folder, with none of the caller's settings for builds: they may share the output with others, or be slow.
fn calm(mut command: Command, folder: &Path) -> Command {
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .env("CARGO_INCREMENTAL", "1")
        .env_remove("CARGO_TARGET_DIR");
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST")
            || text.starts_with("CARGO_MUTANTS_")
        {
            command.env_remove(&name);
        }
    }
    command
}

impl Baseline<'_> {
    /// Builds and runs the tests without a mutant, and says how long they may take with one.
    pub(super) fn passes(&self, tests: Tests) -> Result<Duration, RunError> {
        self.test(tests, 0, &["--no-run"])?;
        self.copy.share_build()?;
        let started = Instant::now();
        self.test(tests, 0, &["--", "--skip", AWAITS])?;
        let took = started.elapsed().as_secs() + 1;
        Ok(Duration::from_secs((took * TIMEOUT_FACTOR).max(LEAST_TIMEOUT_S)))
    }

    fn test(&self, tests: Tests, worker: usize, more: &[&str]) -> Result<(), RunError> {
        let cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let mut command = calm(cargo, self.copy.folder(worker));
        command.args(["test", "--profile", PROFILE, "--package", self.package, tests.argument()]).args(more);
        let output =
            command.output().map_err(|source| RunError::Start { program: "cargo".to_owned(), source })?;
        if output.status.success() {
            return Ok(());
        }
        let text =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines[lines.len().saturating_sub(40)..].join("\n");
        Err(RunError::Baseline { package: self.package.to_owned(), tail })
    }

    /// Tries these mutants, shared among the workers.
    pub(super) fn run(
        &self,
        tests: Tests,
        chosen: &[&Mutant],
        timeout: Duration,
        until: Option<Instant>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<HashMap<String, Outcome>, RunError> {
        let workers = self.copy.workers().min(chosen.len()).max(1);
        let mut running = Vec::new();
        for (worker, part) in chosen.chunks(chosen.len().div_ceil(workers)).enumerate() {
            running.push(Worker::start(self, worker, part, tests, timeout)?);
        }
        let started = Instant::now();
        let mut stopping = false;
        while running.iter_mut().any(Worker::is_running) {
            let done = running.iter().map(Worker::done).sum::<usize>().min(chosen.len());
            progress(Progress { done, all: chosen.len(), elapsed: started.elapsed() });
            if !stopping && until.is_some_and(|until| Instant::now() >= until) {
                stopping = true;
                running.iter().for_each(Worker::stop);
            }
            std::thread::sleep(POLL);
        }
        let mut found = HashMap::new();
        for worker in running {
            found.extend(worker.outcomes()?);
        }
        found.retain(|name, _| chosen.iter().any(|mutant| mutant.name == *name));
        progress(Progress { done: found.len(), all: chosen.len(), elapsed: started.elapsed() });
        Ok(found)
    }
}

/// One call of cargo-mutants.
struct Worker {
    child: Child,
    output: PathBuf,
}

impl Worker {
    fn start(
        baseline: &Baseline<'_>,
        worker: usize,
        part: &[&Mutant],
        tests: Tests,
        timeout: Duration,
    ) -> Result<Self, RunError> {
        let folder = baseline.copy.folder(worker);
        let output = folder.with_extension("out");
        if output.is_dir() {
            std::fs::remove_dir_all(&output).map_err(io("remove", &output))?;
        }
        std::fs::create_dir_all(&output).map_err(io("make", &output))?;
        let log = output.join("log.txt");
        let log = std::fs::File::create(&log).map_err(io("make", &log))?;
        let same = log.try_clone().map_err(io("open", &output))?;
        let mut command = mutants(baseline.program, folder, baseline.package, baseline.error);
        command.args(["--in-place", "--baseline", "skip", "--profile", PROFILE, "--no-times"]);
        command.args([
            "--timeout",
            &timeout.as_secs().to_string(),
            "--build-timeout",
            &BUILD_TIMEOUT_S.to_string(),
        ]);
        command.arg("--cargo-arg").arg(tests.argument()).arg("--output").arg(&output);
        for mutant in part {
            command.arg("--re").arg(mutant.pattern());
        }
        // Fields left out of struct expressions pass by the pattern in 27.1.0; at least they are of these files then.
        for file in part.iter().map(|mutant| &mutant.file).collect::<BTreeSet<_>>() {
            command.arg("--file").arg(file);
        }
        command.args(["--", "--", "--skip", AWAITS]).stdout(log).stderr(same);
        let child = command.spawn().map_err(|source| RunError::Start { program: TOOL.to_owned(), source })?;
        Ok(Self { child, output })
    }

    fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to end; it ends its own children then, and has written down what it knows.
    fn stop(&self) {
        if let Some(id) = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(id, rustix::process::Signal::INT);
        }
    }

    /// How many mutants it is done with.
    fn done(&self) -> usize {
        let lists = ["caught", "missed", "unviable", "timeout"];
        let read = |name: &str| std::fs::read_to_string(self.output.join(format!("mutants.out/{name}.txt")));
        lists.iter().map(|name| read(name).map_or(0, |text| text.lines().count())).sum()
    }

    fn outcomes(self) -> Result<HashMap<String, Outcome>, RunError> {
        let file = self.output.join("mutants.out/outcomes.json");
        match std::fs::read_to_string(&file) {
            Ok(text) => Ok(outcomes(&text)?),
            Err(_) => Err(RunError::Unexpected {
                what: "expected that cargo-mutants writes outcomes.json".to_owned(),
                answer: std::fs::read_to_string(self.output.join("log.txt")).unwrap_or_default(),
            }),
        }
    }
}

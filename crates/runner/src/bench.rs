//! What the chassis costs: its benchmarks and a release build of a context, measured and profiled.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cargo::Cargo;
use crate::exit::Exit;
use crate::tools::tools;
use crate::{RunError, io};

/// The benchmarks' package and target.
const PACKAGE: &str = "macadam-chassis";
const TARGET: &str = "chassis";
/// The context that is started, and weighed.
const CONTEXT: &str = "lc-application-service";
/// The part that starts it.
const START: &str = "start";
/// Samples a second: enough to see a function that takes a hundredth of a second.
const FREQUENCY: &str = "499";

const PERF: &str = "install Debian's package linux-perf";
const INFERNO: &str = "run `cargo install --locked inferno`";

/// What is to be measured.
#[derive(Debug, Default)]
pub struct Wanted<'a> {
    /// Rounds of each comparison; the benchmarks know how many are enough.
    pub rounds: Option<u32>,
    /// One part alone.
    pub only: Option<&'a str>,
    /// Where the figures go, as JSON.
    pub json: Option<&'a Path>,
}

impl Wanted<'_> {
    fn arguments(&self, command: &mut Command) {
        if let Some(rounds) = self.rounds {
            command.args(["--rounds", &rounds.to_string()]);
        }
        if let Some(part) = self.only {
            command.args(["--only", part]);
        }
        if let Some(file) = self.json {
            command.arg("--json").arg(file);
        }
    }
}

/// Builds what is measured, and measures it; the table goes to stdout.
pub fn bench(root: &Path, wanted: &Wanted<'_>) -> Result<Exit, RunError> {
    let cargo = Cargo::at(root);
    let context = cargo.built(&["build", "--release", "--package", CONTEXT], &[CONTEXT])?.remove(0);
    let program =
        cargo.built(&["bench", "--package", PACKAGE, "--bench", TARGET, "--no-run"], &[TARGET])?.remove(0);
    let mut command = Command::new(&program);
    command.arg("--context").arg(&context);
    wanted.arguments(&mut command);
    exit(&program, command.status())
}

/// Runs one part under `perf`; the flame graph and the list of functions that it was made to.
pub fn profile(root: &Path, part: &str, rounds: Option<u32>) -> Result<(PathBuf, PathBuf), RunError> {
    let cargo = Cargo::at(root);
    let (collapse, draw) = (inferno("inferno-collapse-perf")?, inferno("inferno-flamegraph")?);
    let folder = cargo.target()?.join("bench");
    std::fs::create_dir_all(&folder).map_err(io("make", &folder))?;
    let named = |package, kind, target| {
        // The names of functions are kept in what is linked; what it is linked from is what was measured.
        let arguments = ["rustc", "--release", "--package", package, kind, target, "--", "-C", "strip=none"];
        Ok::<_, RunError>(cargo.built(&arguments, &[target])?.remove(0))
    };
    let program = named(PACKAGE, "--bench", TARGET)?;
    let at = |end: &str| folder.join(format!("{part}.{end}"));
    let (data, stacks, svg, text) = (at("perf"), at("stacks"), at("svg"), at("txt"));
    let mut record = Command::new("perf");
    // Stacks by unwinding: neither SQLite nor the standard library keeps frame pointers.
    record.args(["record", "--freq", FREQUENCY, "--call-graph", "dwarf,16384", "--output"]).arg(&data);
    record.arg("--").arg(&program).stdout(Stdio::null());
    if part == START {
        record.arg("--context").arg(named(CONTEXT, "--bin", CONTEXT)?);
    }
    Wanted { rounds, only: Some(part), json: None }.arguments(&mut record);
    match exit(Path::new("perf"), record.status()) {
        // What is missed is what a profile is made for.
        Ok(Exit::Done | Exit::Gate) => {}
        Ok(_) => return Err(unexpected("perf", &format!("no profile of {part}"))),
        Err(RunError::Start { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            return Err(RunError::Missing { program: "perf", remedy: PERF });
        }
        Err(error) => return Err(error),
    }
    let mut script = Command::new("perf");
    script.args(["script", "--no-inline", "--input"]).arg(&data);
    piped(script, Command::new(collapse), &stacks)?;
    let mut flames = Command::new(draw);
    flames.args(["--title", part]).arg(&stacks);
    written(flames, &svg)?;
    let mut list = Command::new("perf");
    list.args(["report", "--stdio", "--no-children", "--no-inline", "--call-graph", "none"]);
    list.args(["--percent-limit", "0.5", "--input"]).arg(&data);
    written(list, &text)?;
    Ok((svg, text))
}

/// Where one of inferno's programs is: with the road's other tools, or where programs are.
fn inferno(program: &'static str) -> Result<PathBuf, RunError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(tools().join("bin")).chain(std::env::split_paths(&path));
    let found = folders.map(|folder| folder.join(program)).find(|file| file.is_file());
    found.ok_or(RunError::Missing { program, remedy: INFERNO })
}

/// Runs a program whose output goes to a file.
fn written(mut command: Command, file: &Path) -> Result<(), RunError> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = std::fs::File::create(file).map_err(io("write", file))?;
    let status = command.stdin(Stdio::null()).stdout(output).stderr(Stdio::null()).status();
    let status = status.map_err(|source| RunError::Start { program: name.clone(), source })?;
    if status.success() { Ok(()) } else { Err(RunError::Failed { command: name, status }) }
}

/// Runs a program whose output another one reads, whose output goes to a file.
fn piped(mut first: Command, mut second: Command, file: &Path) -> Result<(), RunError> {
    let start = |command: &Command| {
        let program = command.get_program().to_string_lossy().into_owned();
        move |source| RunError::Start { program, source }
    };
    let mut source = first.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(start(&first))?;
    let output = std::fs::File::create(file).map_err(io("write", file))?;
    let read = source.stdout.take().map_or_else(Stdio::null, Stdio::from);
    let status = second.stdin(read).stdout(output).stderr(Stdio::null()).status();
    let ended = source.wait().map_err(start(&first))?;
    let status = status.map_err(start(&second))?;
    for (command, status) in [(&first, ended), (&second, status)] {
        if !status.success() {
            let command = command.get_program().to_string_lossy().into_owned();
            return Err(RunError::Failed { command, status });
        }
    }
    Ok(())
}

fn exit(program: &Path, status: std::io::Result<std::process::ExitStatus>) -> Result<Exit, RunError> {
    let name = program.display().to_string();
    let status = status.map_err(|source| RunError::Start { program: name.clone(), source })?;
    match status.code() {
        Some(0) => Ok(Exit::Done),
        Some(3) => Ok(Exit::Gate),
        Some(2) => Ok(Exit::Usage),
        _ => Err(RunError::Failed { command: name, status }),
    }
}

fn unexpected(what: &str, answer: &str) -> RunError {
    RunError::Unexpected { what: what.to_owned(), answer: answer.to_owned() }
}

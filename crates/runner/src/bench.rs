//! Runs and profiles the benchmarks of the chassis, with a release build of a context.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cargo::Cargo;
use crate::exit::Exit;
use crate::tools::tools;
use crate::{RunError, io};

/// The benchmarks' package and target.
const PACKAGE: &str = "macadam-chassis";
const TARGET: &str = "chassis";
/// The context whose start time and size are measured.
const CONTEXT: &str = "lc-application-service";
/// The part that starts the context.
const START: &str = "start";
/// Samples per second: enough to see a function that takes 10 ms.
const FREQUENCY: &str = "499";

const PERF: &str = "install Debian's package linux-perf";
const INFERNO: &str = "run `cargo install --locked inferno`";

/// What to measure.
#[derive(Debug, Default)]
pub struct Wanted<'a> {
    /// Rounds of each comparison; `None` for the default of the benchmarks.
    pub rounds: Option<u32>,
    /// Only this part.
    pub only: Option<&'a str>,
    /// A file for the figures as JSON.
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

/// Builds and runs the benchmarks; they print a table to stdout.
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

/// Runs one part under `perf`; returns the paths of the flame graph and of the list of functions.
pub fn profile(root: &Path, part: &str, rounds: Option<u32>) -> Result<(PathBuf, PathBuf), RunError> {
    let cargo = Cargo::at(root);
    let (collapse, draw) = (inferno("inferno-collapse-perf")?, inferno("inferno-flamegraph")?);
    let folder = cargo.target()?.join("bench");
    std::fs::create_dir_all(&folder).map_err(io("create", &folder))?;
    let named = |package, kind, target| {
        // Linked with the names of functions; apart from that it is the measured build.
        let arguments = ["rustc", "--release", "--package", package, kind, target, "--", "-C", "strip=none"];
        Ok::<_, RunError>(cargo.built(&arguments, &[target])?.remove(0))
    };
    let program = named(PACKAGE, "--bench", TARGET)?;
    let at = |end: &str| folder.join(format!("{part}.{end}"));
    let (data, stacks, svg, text) = (at("perf"), at("stacks"), at("svg"), at("txt"));
    let mut record = Command::new("perf");
    // Stacks by unwinding, because SQLite and the standard library have no frame pointers.
    record.args(["record", "--freq", FREQUENCY, "--call-graph", "dwarf,16384", "--output"]).arg(&data);
    record.arg("--").arg(&program).stdout(Stdio::null());
    if part == START {
        record.arg("--context").arg(named(CONTEXT, "--bin", CONTEXT)?);
    }
    Wanted { rounds, only: Some(part), json: None }.arguments(&mut record);
    match exit(Path::new("perf"), record.status()) {
        // A missed goal is no reason to stop: the profile shows its cause.
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

/// The path of a program of inferno: in the folder of tools, or in `PATH`.
fn inferno(program: &'static str) -> Result<PathBuf, RunError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(tools().join("bin")).chain(std::env::split_paths(&path));
    let found = folders.map(|folder| folder.join(program)).find(|file| file.is_file());
    found.ok_or(RunError::Missing { program, remedy: INFERNO })
}

/// Runs a program, and writes its output to a file.
fn written(mut command: Command, file: &Path) -> Result<(), RunError> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = std::fs::File::create(file).map_err(io("write", file))?;
    let status = command.stdin(Stdio::null()).stdout(output).stderr(Stdio::null()).status();
    let status = status.map_err(|source| RunError::Start { program: name.clone(), source })?;
    if status.success() { Ok(()) } else { Err(RunError::Failed { command: name, status }) }
}

/// Pipes one program into another, and writes the output of the second to a file.
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

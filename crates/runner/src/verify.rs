//! Runs tests; generated examples that are still to be written are expected to fail.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::cargo::Cargo;
use crate::{RunError, io};

/// The end of the name of a generated example, until an engineer replaces it.
const AWAITS: &str = "_awaits_its_example";

/// The result of a run of tests.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The generated examples that are still to be written; they failed, as expected.
    pub awaiting: Vec<String>,
    /// A message for each failure; empty if there is none.
    pub faults: Vec<String>,
}

/// Runs the tests of some packages, or of the whole workspace.
pub struct Tests<'a> {
    cargo: &'a Cargo,
    packages: Vec<String>,
    nextest: bool,
}

impl<'a> Tests<'a> {
    /// Uses nextest if it is installed, or else cargo's own runner; no package means the whole workspace.
    pub fn of(cargo: &'a Cargo, packages: &[&str]) -> Self {
        Self {
            nextest: cargo.has("nextest"),
            cargo,
            packages: packages.iter().map(ToString::to_string).collect(),
        }
    }

    /// The name of the runner.
    pub fn runner(&self) -> &'static str {
        if self.nextest { "cargo nextest" } else { "cargo test (nextest is not installed)" }
    }

    fn scope(&self) -> Vec<&str> {
        if self.packages.is_empty() {
            return vec!["--workspace"];
        }
        self.packages.iter().flat_map(|package| ["--package", package.as_str()]).collect()
    }

    /// Runs all tests: examples that are still to be written must fail, all other tests must pass.
    pub fn run(&self) -> Result<Verdict, RunError> {
        let mut verdict = Verdict { awaiting: self.awaiting()?, ..Verdict::default() };
        let mut arguments =
            if self.nextest { vec!["nextest", "run"] } else { vec!["test", "--lib", "--bins", "--tests"] };
        arguments.extend(self.scope());
        let filter = format!("not test(/{AWAITS}$/)");
        arguments.push("--no-fail-fast");
        if self.nextest {
            arguments.extend(["--no-tests", "pass", "-E", &filter]);
        } else {
            arguments.extend(["--", "--skip", AWAITS]);
        }
        match self.cargo.run(&arguments) {
            Ok(()) => {}
            Err(RunError::Failed { command, .. }) => verdict.faults.push(format!("tests fail: {command}")),
            // Tests that could not be started are not a result.
            Err(error) => return Err(error),
        }
        if !verdict.awaiting.is_empty() {
            let passing = self.passing()?;
            let fault = |name: &String| format!("{name} passes: rename it to state what it shows");
            verdict.faults.extend(passing.iter().map(fault));
        }
        Ok(verdict)
    }

    /// Runs the documentation tests.
    pub fn doctests(&self) -> Result<(), RunError> {
        let mut arguments = vec!["test", "--doc", "--quiet"];
        arguments.extend(self.scope());
        self.cargo.run(&arguments)
    }

    /// The generated examples that are still to be written, as `package test`.
    fn awaiting(&self) -> Result<Vec<String>, RunError> {
        let mut arguments = if self.nextest {
            vec!["nextest", "list", "--message-format", "oneline"]
        } else {
            vec!["test", "--lib"]
        };
        arguments.extend(self.scope());
        if !self.nextest {
            arguments.extend(["--", "--list"]);
        }
        let mut command = self.cargo.command(&arguments);
        let output = command
            .stderr(Stdio::inherit())
            .output()
            .map_err(|source| RunError::Start { program: "cargo".into(), source })?;
        if !output.status.success() {
            return Err(RunError::Failed {
                command: format!("cargo {}", arguments.join(" ")),
                status: output.status,
            });
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let names = text.lines().map(|line| line.trim_end_matches(": test").trim());
        Ok(names.filter(|name| name.ends_with(AWAITS)).map(ToOwned::to_owned).collect())
    }

    /// Those of these examples that pass, although they still have the generated name.
    fn passing(&self) -> Result<Vec<String>, RunError> {
        let mut arguments = if self.nextest {
            vec!["nextest", "run", "--no-fail-fast", "--status-level", "all", "--color", "never"]
        } else {
            vec!["test", "--lib", "--no-fail-fast"]
        };
        arguments.extend(self.scope());
        let filter = format!("test(/{AWAITS}$/)");
        if self.nextest {
            arguments.extend(["-E", &filter]);
        } else {
            arguments.extend(["--", AWAITS]);
        }
        let output = self.cargo.command(&arguments).output();
        let output = output.map_err(|source| RunError::Start { program: "cargo".into(), source })?;
        let text =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        let passed = |line: &&str| line.trim_start().starts_with("PASS ") || line.ends_with(" ... ok");
        let lines = text
            .lines()
            .filter(passed)
            .map(|line| line.trim().trim_end_matches(" ... ok").trim_start_matches("test "));
        let names = lines.map(|line| line.rsplit(") ").next().unwrap_or(line));
        Ok(names.filter(|name| name.ends_with(AWAITS)).map(ToOwned::to_owned).collect())
    }
}

/// An error for the first missing tool: a test that is skipped because of a missing tool would look like one that
/// passed.
pub fn prerequisites(root: &Path, full: bool) -> Result<(), RunError> {
    let cargo = Cargo::at(root);
    for (tool, remedy) in
        [("fmt", "run `rustup component add rustfmt`"), ("clippy", "run `rustup component add clippy`")]
    {
        if !cargo.has(tool) {
            return Err(RunError::Missing { program: tool, remedy });
        }
    }
    if !full {
        return Ok(());
    }
    for (program, remedy) in
        [("git", "install Debian's package git"), ("curl", "install Debian's package curl")]
    {
        let found = std::process::Command::new(program).arg("--version").stdout(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            return Err(RunError::Missing { program, remedy });
        }
    }
    crate::telemetry::prerequisites(root).map(|_| ())
}

/// A copy of the repository for tests; deleted when dropped.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
    /// Cargo in the copy, with the target folder of the repository.
    pub cargo: Cargo,
}

impl Scratch {
    /// Copies the repository without build output, data and git history.
    pub(crate) fn of(root: &Path) -> Result<Self, RunError> {
        let folder = tempfile::Builder::new()
            .prefix("macadam-scratch-")
            .tempdir()
            .map_err(io("create", Path::new("a folder")))?;
        let target = Cargo::at(root).target()?;
        copy(root, folder.path(), &target)?;
        let cargo = Cargo::at(folder.path()).sharing(target);
        Ok(Self { folder, cargo })
    }

    /// The root of the copy.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn copy(from: &Path, to: &Path, target: &Path) -> Result<(), RunError> {
    for entry in std::fs::read_dir(from).map_err(io("read", from))? {
        let entry = entry.map_err(io("read", from))?;
        let (source, name) = (entry.path(), entry.file_name());
        let kind = entry.file_type().map_err(io("read", &source))?;
        if source == target || [".git", ".macadam", "target"].iter().any(|skipped| name == *skipped) {
            continue;
        }
        let place: PathBuf = to.join(&name);
        if kind.is_dir() {
            std::fs::create_dir_all(&place).map_err(io("create", &place))?;
            copy(&source, &place, target)?;
        } else if kind.is_file() {
            std::fs::copy(&source, &place).map_err(io("copy", &source))?;
        }
    }
    Ok(())
}

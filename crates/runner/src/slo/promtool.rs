//! Calls promtool and amtool.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use macadam_slo::generate::RuleFile;
use macadam_slo::proof::scenario::{Scenario, TestsFile, rules_file};

use crate::{RunError, io, prometheus};

/// promtool, of the system or of Debian's package.
#[derive(Debug, Clone)]
pub(super) struct Promtool {
    program: PathBuf,
}

impl Promtool {
    /// Finds it, or downloads it.
    pub(super) fn installed() -> Result<Self, RunError> {
        Ok(Self { program: prometheus::installed()?.join("promtool") })
    }

    /// What all of promtool's lints say against files of rules; empty if nothing.
    pub(super) fn check(&self, files: &[PathBuf]) -> Result<Vec<String>, RunError> {
        let mut command = Command::new(&self.program);
        command.args(["check", "rules", "--lint=all", "--lint-fatal"]).args(files);
        said(&mut command)
    }

    /// What a file of tests finds wrong; empty if all of them pass. `folder` is where the files are written.
    pub(super) fn test(
        &self,
        folder: &Path,
        rules: &RuleFile,
        scenarios: &[Scenario],
    ) -> Result<Vec<String>, RunError> {
        self.test_every(1, folder, rules, scenarios)
    }

    /// The same, with rules evaluated every so many minutes.
    pub(super) fn test_every(
        &self,
        minutes: u64,
        folder: &Path,
        rules: &RuleFile,
        scenarios: &[Scenario],
    ) -> Result<Vec<String>, RunError> {
        let file = TestsFile { path: "rules.yaml", rules, every_minutes: minutes };
        self.run(folder, &rules_file(rules), &file.text(scenarios))
    }

    /// What promtool says against a file of tests, where the tests name the rules `rules.yaml`.
    pub(super) fn run(&self, folder: &Path, rules: &str, tests: &str) -> Result<Vec<String>, RunError> {
        for (name, text) in [("rules.yaml", rules), ("tests.yaml", tests)] {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(io("write", &path))?;
        }
        let mut command = Command::new(&self.program);
        // It allocates much and lives shortly: with less collecting it needs a fifth less time.
        command.args(["test", "rules", "tests.yaml"]).current_dir(folder).env("GOGC", "400");
        said(&mut command)
    }
}

/// What amtool says against a configuration of Alertmanager; empty if nothing.
pub(super) fn check_alertmanager(file: &Path) -> Result<Vec<String>, RunError> {
    let amtool = prometheus::alertmanager()?.amtool;
    said(Command::new(amtool).arg("check-config").arg(file))
}

/// The lines of a program that ended with a failure.
fn said(command: &mut Command) -> Result<Vec<String>, RunError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let Output { status, stdout, stderr } =
        command.output().map_err(|source| RunError::Start { program, source })?;
    if status.success() {
        return Ok(Vec::new());
    }
    let lines = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    let lines: Vec<String> =
        lines.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(Into::into).collect();
    // One that was killed has not said what is wrong.
    let ended = (!lines.iter().any(|line| line.contains("FAILED"))).then(|| format!("ended with {status}"));
    Ok(lines.into_iter().chain(ended).collect())
}

//! Tools from PyPI, each in a virtual environment of its own beside the other tools.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{RunError, io};

/// The folder of the programs of a virtual environment with exactly these requirements; made where it is not there.
pub(crate) fn venv(root: &Path, name: &str, requirements: &[&str]) -> Result<PathBuf, RunError> {
    let folder = tools(root).join(format!("python-{name}"));
    let (bin, mark) = (folder.join("bin"), folder.join("requirements.txt"));
    let wanted = requirements.join("\n");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(bin);
    }
    let missing = RunError::Missing {
        program: "python3",
        remedy: "install Debian's packages python3 and python3-venv",
    };
    let made =
        Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder).stdin(Stdio::null()).status();
    if !made.is_ok_and(|status| status.success()) {
        return Err(missing);
    }
    let program = bin.join("pip");
    let status = Command::new(&program)
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .args(requirements)
        .status()
        .map_err(|source| RunError::Start { program: program.display().to_string(), source })?;
    if !status.success() {
        return Err(RunError::Failed { command: format!("pip install {}", requirements.join(" ")), status });
    }
    // Last: an environment that was left half made is made again.
    std::fs::write(&mark, wanted).map_err(io("write", &mark))?;
    Ok(bin)
}

/// Where `.ci/run` keeps its tools as well.
fn tools(root: &Path) -> PathBuf {
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/macadam-tools"));
    std::env::var_os("XTASK_TOOLS")
        .map(PathBuf::from)
        .or_else(home)
        .unwrap_or_else(|| root.join(".macadam/tools"))
}

/// The version of a tool, as `.ci/tools.env` pins it.
pub(crate) fn pinned(root: &Path, name: &str) -> Result<String, RunError> {
    let file = root.join(".ci/tools.env");
    let text = std::fs::read_to_string(&file).map_err(io("read", &file))?;
    let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    found.map(|version| version.trim().to_owned()).ok_or_else(|| RunError::Unexpected {
        what: format!("expected {name}=<version> in .ci/tools.env"),
        answer: text.clone(),
    })
}

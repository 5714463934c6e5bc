//! Python packages in pinned versions, in a folder of their own outside the repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{RunError, io};

/// Where tools lie that the road fetches: `XTASK_TOOLS`, else the cache of whoever calls.
pub(crate) fn tools() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/macadam-tools");
    std::env::var_os("XTASK_TOOLS").map_or_else(home, PathBuf::from)
}

/// A package with the version that the repository at `root` names for it in `.ci/tools.env`.
fn pinned(root: &Path, package: &str) -> Result<String, RunError> {
    let variable = format!("{}_VERSION=", package.to_uppercase().replace('-', "_"));
    let file = root.join(".ci/tools.env");
    let text = std::fs::read_to_string(&file).map_err(io("read", &file))?;
    let version = text.lines().find_map(|line| line.strip_prefix(&variable));
    version.map(|version| format!("{package}=={version}")).ok_or_else(|| RunError::Unexpected {
        what: format!("expected `{variable}` in {}", file.display()),
        answer: text.clone(),
    })
}

/// A virtual environment with these packages in their pinned versions; its folder of programs. Made once for each list.
pub(crate) fn venv(root: &Path, name: &str, requirements: &[&str]) -> Result<PathBuf, RunError> {
    let pinned = requirements.iter().map(|package| pinned(root, package));
    let requirements: Vec<String> = pinned.collect::<Result<_, _>>()?;
    let folder = tools().join("python").join(name);
    let (bin, mark) = (folder.join("bin"), folder.join("requirements.txt"));
    let wanted = requirements.join("\n");
    if std::fs::read_to_string(&mark).is_ok_and(|found| found == wanted) {
        return Ok(bin);
    }
    let mut make = Command::new("python3");
    make.args(["-m", "venv", "--clear"]).arg(&folder);
    run(&mut make).map_err(|_| RunError::Missing {
        program: "python3 -m venv",
        remedy: "install Debian's packages python3 and python3-venv",
    })?;
    let mut install = Command::new(bin.join("pip"));
    run(install.args(["install", "--quiet", "--disable-pip-version-check"]).args(&requirements))?;
    std::fs::write(&mark, wanted).map_err(io("write", &mark))?;
    Ok(bin)
}

fn run(command: &mut Command) -> Result<(), RunError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|source| RunError::Start { program: program.clone(), source })?;
    if status.success() { Ok(()) } else { Err(RunError::Failed { command: program, status }) }
}

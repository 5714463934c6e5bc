//! Installs Python packages in pinned versions, in a folder outside the repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tools::{pinned, tools};
use crate::{RunError, io};

/// Creates a virtual environment with these packages in their pinned versions, unless it exists; returns its `bin`
/// folder.
pub(crate) fn venv(root: &Path, name: &str, requirements: &[&str]) -> Result<PathBuf, RunError> {
    let in_version = |package: &&str| Ok(format!("{package}=={}", pinned(root, package)?));
    let requirements: Vec<String> = requirements.iter().map(in_version).collect::<Result<_, RunError>>()?;
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

//! Finds Prometheus with promtool, and Alertmanager with amtool: those of the system, or else Debian's packages unpacked
//! in the folder of tools. This installs no service and does not need root.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::tools::tools;
use crate::{RunError, io};

/// The folder that contains `prometheus` and `promtool`.
pub(crate) fn installed() -> Result<PathBuf, RunError> {
    let found = programs("prometheus", &[&["prometheus"], &["promtool"]]);
    let missing =
        RunError::Missing { program: "prometheus", remedy: "run `apt-get install prometheus`, as root" };
    found.and_then(|found| Some(found.first()?.parent()?.to_owned())).ok_or(missing)
}

/// Alertmanager and its tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alertmanager {
    /// The server.
    pub(crate) alertmanager: PathBuf,
    /// What checks a configuration and asks the server.
    pub(crate) amtool: PathBuf,
}

/// The paths of Alertmanager's programs. Debian calls the server `prometheus-alertmanager`.
pub(crate) fn alertmanager() -> Result<Alertmanager, RunError> {
    let servers: &[&str] = &["prometheus-alertmanager", "alertmanager"];
    let found = programs("prometheus-alertmanager", &[servers, &["amtool"]]);
    let found = found.and_then(|found| <[PathBuf; 2]>::try_from(found).ok());
    found.map(|[alertmanager, amtool]| Alertmanager { alertmanager, amtool }).ok_or(RunError::Missing {
        program: "amtool",
        remedy: "run `apt-get install prometheus-alertmanager`, as root",
    })
}

/// The paths of programs, each of which may have several names, in one folder: one of the system, or that of the
/// package, which is downloaded where it is not there yet.
fn programs(package: &str, names: &[&[&str]]) -> Option<Vec<PathBuf>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(found) = std::env::split_paths(&path).find_map(|folder| within(&folder, names)) {
        return Some(found);
    }
    let kept = tools().join(package);
    let bin = kept.join("usr/bin");
    if let Some(found) = within(&bin, names) {
        return Some(found);
    }
    std::fs::create_dir_all(&kept).map_err(io("create", &kept)).ok()?;
    if !download(package, &kept) {
        // The package list may be missing or old; only root can update it.
        let _ = quiet(Command::new("apt-get").args(["update", "-qq"]));
        if !download(package, &kept) {
            return None;
        }
    }
    within(&bin, names)
}

/// Each of the programs in a folder, if all are there and start.
fn within(folder: &Path, names: &[&[&str]]) -> Option<Vec<PathBuf>> {
    let starts = |program: &PathBuf| program.is_file() && quiet(Command::new(program).arg("--version"));
    let program = |names: &&[&str]| names.iter().map(|name| folder.join(name)).find(starts);
    names.iter().map(program).collect()
}

fn download(package: &str, folder: &Path) -> bool {
    let mut apt = Command::new("apt-get");
    if !quiet(apt.args(["download", "-qq", package]).current_dir(folder)) {
        return false;
    }
    let package = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let package = package.into_iter().find(|path| path.extension().is_some_and(|end| end == "deb"));
    package.is_some_and(|package| quiet(Command::new("dpkg-deb").arg("-x").arg(package).arg(folder)))
}

fn quiet(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

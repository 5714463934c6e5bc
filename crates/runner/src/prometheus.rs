//! Finds Prometheus and promtool: those of the system, or else Debian's package unpacked in the folder of tools. This
//! installs no service and does not need root.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::tools::tools;
use crate::{RunError, io};

/// The folder that contains both programs.
pub(crate) fn installed() -> Result<PathBuf, RunError> {
    let runs = |folder: &PathBuf| {
        let mut both = ["prometheus", "promtool"].iter().map(|name| {
            let mut command = Command::new(folder.join(name));
            command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status()
        });
        both.all(|status| status.is_ok_and(|status| status.success()))
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(folder) =
        std::env::split_paths(&path).find(|folder| folder.join("promtool").exists() && runs(folder))
    {
        return Ok(folder);
    }
    let kept = tools().join("prometheus");
    let bin = kept.join("usr/bin");
    if !runs(&bin) {
        std::fs::create_dir_all(&kept).map_err(io("create", &kept))?;
        if !download(&kept) {
            // The package list may be missing or old; only root can update it.
            let _ = quiet(Command::new("apt-get").args(["update", "-qq"]));
            if !download(&kept) {
                return Err(missing());
            }
        }
    }
    if runs(&bin) { Ok(bin) } else { Err(missing()) }
}

fn download(folder: &PathBuf) -> bool {
    let mut apt = Command::new("apt-get");
    if !quiet(apt.args(["download", "-qq", "prometheus"]).current_dir(folder)) {
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

fn missing() -> RunError {
    RunError::Missing { program: "prometheus", remedy: "run `apt-get install prometheus`, as root" }
}

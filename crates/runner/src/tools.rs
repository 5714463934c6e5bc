//! Installs missing tools, in the versions of `.ci/tools.env`, in a folder outside the repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{RunError, io};

/// The folder of tools: `XTASK_TOOLS`, or else `~/.cache/macadam-tools`.
pub(crate) fn tools() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/macadam-tools");
    std::env::var_os("XTASK_TOOLS").map_or_else(home, PathBuf::from)
}

/// The version of a package in `.ci/tools.env` of the repository at `root`.
pub(crate) fn pinned(root: &Path, package: &str) -> Result<String, RunError> {
    let variable = format!("{}_VERSION=", package.to_uppercase().replace('-', "_"));
    let file = root.join(".ci/tools.env");
    let text = std::fs::read_to_string(&file).map_err(io("read", &file))?;
    let version = text.lines().find_map(|line| line.strip_prefix(&variable));
    version.map(ToOwned::to_owned).ok_or_else(|| RunError::Unexpected {
        what: format!("expected `{variable}` in {}", file.display()),
        answer: text.clone(),
    })
}

/// The program of a package from crates.io, in its pinned version; installed first if it is missing, which takes
/// minutes. `remedy` is part of the error if the installation fails.
pub(crate) fn from_cargo(
    root: &Path,
    package: &'static str,
    remedy: &'static str,
) -> Result<PathBuf, RunError> {
    let version = pinned(root, package)?;
    let folder = tools();
    let program = folder.join("bin").join(package);
    if program.is_file() && is_installed(&folder, package, &version) {
        return Ok(program);
    }
    eprintln!("installing {package} {version} into {} (takes minutes, once)", folder.display());
    let mut install = Command::new("cargo");
    install.args(["install", "--quiet", "--locked", package, "--version", &version, "--root"]).arg(&folder);
    // After a successful build, only the program is needed.
    let build = folder.join("build").join(package);
    install.env("CARGO_TARGET_DIR", &build);
    // Use the toolchain of the repository, whatever the current folder is.
    let status = install.current_dir(root).status();
    let status = status.map_err(|source| RunError::Start { program: "cargo".to_owned(), source })?;
    let _ = std::fs::remove_dir_all(&build);
    if status.success() { Ok(program) } else { Err(RunError::Missing { program: package, remedy }) }
}

/// Whether cargo's list of installed packages in that folder has this version of the package.
fn is_installed(folder: &Path, package: &str, version: &str) -> bool {
    let list = std::fs::read_to_string(folder.join(".crates.toml")).unwrap_or_default();
    list.contains(&format!("\"{package} {version} ("))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{is_installed, pinned};

    #[test]
    fn a_tool_in_another_version_is_not_installed() {
        let folder = tempfile::tempdir().expect("a folder");
        let list = "[v1]\n\"cargo-deny 0.20.2 (registry+https://example.org)\" = [\"cargo-deny\"]\n";
        std::fs::write(folder.path().join(".crates.toml"), list).expect("written");
        assert!(is_installed(folder.path(), "cargo-deny", "0.20.2"));
        assert!(!is_installed(folder.path(), "cargo-deny", "0.20"));
        assert!(!is_installed(folder.path(), "deny", "0.20.2"));
        assert!(!is_installed(Path::new("/nowhere"), "cargo-deny", "0.20.2"));
    }

    #[test]
    fn a_tool_without_a_pinned_version_is_an_error_that_names_the_file() {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(root.path().join(".ci")).expect("made");
        std::fs::write(root.path().join(".ci/tools.env"), "CARGO_DENY_VERSION=1.2.3\n").expect("written");
        assert_eq!(pinned(root.path(), "cargo-deny").expect("pinned"), "1.2.3");
        let error = pinned(root.path(), "cargo-moo").expect_err("not pinned").to_string();
        assert!(error.contains("CARGO_MOO_VERSION=") && error.contains("tools.env"), "{error}");
    }
}

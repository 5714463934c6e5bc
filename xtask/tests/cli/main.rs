//! Tests of the command line: exit codes, stdout, stderr and written files.

mod board;
mod budgets;
mod check;
mod new;
mod operate;
mod slo;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The tool, without the environment variables of a terminal or of CI.
pub(crate) fn tool() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    for variable in ["CLICOLOR", "CLICOLOR_FORCE", "NO_COLOR", "CI"] {
        command.env_remove(variable);
    }
    command
}

pub(crate) fn xtask(arguments: &[&str]) -> Output {
    tool().args(arguments).output().expect("the tool runs")
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().expect("the tool exits")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The smallest repository in which a context can be created.
pub(crate) fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir_all(folder.path().join("crates/kernel")).expect("writable");
    for file in ["Cargo.lock", "Cargo.toml", "rustfmt.toml", "crates/kernel/Cargo.toml"] {
        std::fs::copy(repository().join(file), folder.path().join(file)).expect("the file can be copied");
    }
    folder
}

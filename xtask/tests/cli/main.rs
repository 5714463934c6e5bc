//! The command line as its callers see it: exit codes, what goes where, and what is written.

mod board;
mod check;
mod new;
mod operate;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The tool, without what a terminal or a CI would tell it.
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

/// The repository that the tool is part of.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// As little of a repository as a context can be made in.
pub(crate) fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir_all(folder.path().join("crates/kernel")).expect("writable");
    for file in ["Cargo.lock", "Cargo.toml", "rustfmt.toml", "crates/kernel/Cargo.toml"] {
        std::fs::copy(repository().join(file), folder.path().join(file)).expect("the file can be copied");
    }
    folder
}

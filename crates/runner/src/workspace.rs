//! The repository in which a command runs.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the workspace: the nearest one at or above `start` that contains the kernel.
pub fn root_of(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|folder| folder.join("crates/kernel/Cargo.toml").is_file()).map(Path::to_owned)
}

/// The names of the contexts that have a board, sorted.
pub fn contexts(root: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(root.join("services")).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().join("context.toml").is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// Whether everything is committed, so that a new clone has all files.
pub fn is_committed(root: &Path) -> bool {
    let mut status = Command::new("git");
    let output = status.args(["status", "--porcelain"]).current_dir(root).output();
    output.is_ok_and(|output| output.status.success() && output.stdout.is_empty())
}

/// Who works here, as git knows it: `Name <address>`, or else the user of the system.
pub fn committer(root: &Path) -> String {
    let mut git = Command::new("git");
    let output = git.args(["var", "GIT_COMMITTER_IDENT"]).current_dir(root).output();
    let ident = output.ok().filter(|output| output.status.success());
    let ident = ident.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    // The time follows the address.
    let known = ident.and_then(|ident| ident.split_once('>').map(|(who, _)| format!("{who}>")));
    known.or_else(|| std::env::var("USER").ok()).unwrap_or_else(|| "unknown".to_owned())
}

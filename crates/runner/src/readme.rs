//! The README's commands, as somebody new runs them: in a new clone, with nothing at home.

use std::path::Path;
use std::process::Command;

use crate::verify::Verdict;
use crate::{RunError, io};

/// Runs each shell block of the README, and nothing else, in a new clone of what is committed.
pub fn readme(root: &Path) -> Result<Verdict, RunError> {
    let home = crate::fresh::empty_home()?;
    let clone = home.path().join("clone");
    let status = Command::new("git").args(["clone", "--quiet"]).arg(root).arg(&clone).status();
    let status = status.map_err(|source| RunError::Start { program: "git".to_owned(), source })?;
    if !status.success() {
        return Err(RunError::Failed { command: "git clone".to_owned(), status });
    }
    let file = clone.join("README.md");
    let text = std::fs::read_to_string(&file).map_err(io("read", &file))?;
    let blocks = blocks(&text);
    let mut verdict = Verdict::default();
    if blocks.is_empty() {
        verdict.faults.push("the README has no shell block".to_owned());
    }
    let rustup = std::env::var_os("RUSTUP_HOME").map_or_else(
        || std::env::var_os("HOME").map(|home| Path::new(&home).join(".rustup")),
        |home| Some(home.into()),
    );
    for block in blocks {
        let mut command = Command::new("bash");
        command.current_dir(&clone).args(["-euo", "pipefail", "-c", &block]);
        command
            .env("HOME", home.path())
            .env("CARGO_HOME", home.path().join("cargo"))
            .env_remove("CARGO_TARGET_DIR");
        if let Some(rustup) = &rustup {
            // The toolchain is what a reader must have; it is no part of their home.
            command.env("RUSTUP_HOME", rustup);
        }
        let status =
            command.status().map_err(|source| RunError::Start { program: "bash".to_owned(), source })?;
        if !status.success() {
            verdict.faults.push(format!("`{}` ended with {status}", block.trim()));
        }
    }
    Ok(verdict)
}

/// The contents of the `sh` blocks, in order.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "```sh" {
            blocks.push(
                lines
                    .by_ref()
                    .take_while(|line| line.trim() != "```")
                    .map(|line| format!("{line}\n"))
                    .collect(),
            );
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn only_shell_blocks_are_commands() {
        let text = "a\n```sh\none\ntwo\n```\n```toml\n[x]\n```\n```sh\nthree\n```\n";
        assert_eq!(blocks(text), ["one\ntwo\n", "three\n"]);
    }
}

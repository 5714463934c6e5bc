//! The commands of the README and of the book's first chapter, run as somebody new runs them: in a new clone, with an
//! empty home folder.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::verify::Verdict;
use crate::{RunError, io};

/// The documents whose commands are run, in this order and in one clone: the second finds what the first has built.
const DOCUMENTS: [&str; 2] = ["README.md", "docs/book/first-context.md"];

/// Stops background processes of a document, and prints the command that failed.
const PREAMBLE: &str = "\
set -euo pipefail
trap 'kill $(jobs -p) 2> /dev/null || true; wait' EXIT
trap 'echo \"failed: $BASH_COMMAND\" >&2' ERR
";

/// Ends the text of a file; no line of a document is this one.
const END: &str = "MACADAM_END_OF_FILE";

/// Runs the commands of each document in a new clone of what is committed.
pub fn readme(root: &Path) -> Result<Verdict, RunError> {
    let home = crate::fresh::empty_home()?;
    let clone = home.path().join("clone");
    let status = Command::new("git").args(["clone", "--quiet"]).arg(root).arg(&clone).status();
    let status = status.map_err(|source| RunError::Start { program: "git".to_owned(), source })?;
    if !status.success() {
        return Err(RunError::Failed { command: "git clone".to_owned(), status });
    }
    let mut verdict = Verdict::default();
    for document in DOCUMENTS {
        let file = clone.join(document);
        let text = std::fs::read_to_string(&file).map_err(io("read", &file))?;
        let Some(script) = script(&text) else {
            verdict.faults.push(format!("{document} has no shell block"));
            continue;
        };
        let status = bash(home.path(), &clone, &script)
            .status()
            .map_err(|source| RunError::Start { program: "bash".to_owned(), source })?;
        if !status.success() {
            verdict.faults.push(format!("the commands of {document} ended with {status}"));
        }
    }
    Ok(verdict)
}

fn bash(home: &Path, clone: &Path, script: &str) -> Command {
    let mut command = Command::new("bash");
    command.current_dir(clone).args(["-c", script]);
    command.env("HOME", home).env("CARGO_HOME", home.join("cargo")).env_remove("CARGO_TARGET_DIR");
    let rustup = std::env::var_os("RUSTUP_HOME").map_or_else(
        || std::env::var_os("HOME").map(|home| Path::new(&home).join(".rustup")),
        |home| Some(home.into()),
    );
    if let Some(rustup) = rustup {
        // The toolchain is a prerequisite; it is not part of the home folder.
        command.env("RUSTUP_HOME", rustup);
    }
    command
}

/// A script with the commands of a document: it runs the `sh` blocks, and writes blocks marked `file=<path>` to that
/// path. `None` if there is no `sh` block.
fn script(text: &str) -> Option<String> {
    let mut script = PREAMBLE.to_owned();
    let mut commands = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.trim().strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let block: String =
            lines.by_ref().take_while(|line| line.trim() != "```").map(|line| format!("{line}\n")).collect();
        if info == "sh" {
            script.push_str(&block);
            commands += 1;
        } else if let Some((_, path)) = info.split_once(",file=") {
            let _ = writeln!(script, "mkdir -p \"$(dirname '{path}')\"");
            let _ = writeln!(script, "cat > '{path}' << '{END}'\n{block}{END}");
        }
    }
    (commands > 0).then_some(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(document: &str) -> (std::process::Output, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let script = script(document).expect("it has commands");
        (bash(folder.path(), folder.path(), &script).output().expect("bash runs"), folder)
    }

    #[test]
    fn only_shell_blocks_are_run_and_they_share_their_variables() {
        let text =
            "a\n```sh\nword=one\n```\n```toml\n[x]\n```\n```console\n$ false\n```\n```sh\necho $word\n```\n";
        let (output, _folder) = run(text);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "one\n");
    }

    #[test]
    fn a_block_with_a_path_is_saved_before_the_next_command_runs() {
        let text =
            "```toml,file=boards/new/a.toml\nname = \"$HOME\"\n```\n```sh\ncat boards/new/a.toml\n```\n";
        let (output, _folder) = run(text);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "name = \"$HOME\"\n");
    }

    #[test]
    fn a_command_that_fails_ends_the_document_and_is_named() {
        let (output, folder) = run("```sh\ntest -e missing\n```\n```sh\ntouch later\n```\n");
        assert!(!output.status.success());
        assert_eq!(String::from_utf8_lossy(&output.stderr), "failed: test -e missing\n");
        assert!(!folder.path().join("later").exists());
    }

    #[test]
    fn what_was_left_in_the_background_is_stopped() {
        // The output ends only after all processes have closed it.
        let (output, _folder) = run("```sh\nsleep 600 &\n```\n");
        assert!(output.status.success(), "{output:?}");
    }

    #[test]
    fn a_document_without_commands_is_noticed() {
        assert_eq!(script("```console\n$ cargo xtask tour\n```\n"), None);
    }
}

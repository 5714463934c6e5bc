//! Formats all rendered files with one call of rustfmt, before they are moved into place.

use std::path::Path;
use std::process::Command;

use super::ScaffoldError;

/// The root files; rustfmt finds all others by their `mod` lines.
const ROOTS: &[&str] = &["domain/src/lib.rs", "service/src/main.rs", "service/tests/conformance.rs"];

/// Formats the context in `folder` with the configuration of the repository at `root`.
pub(super) fn format(root: &Path, folder: &Path) -> Result<(), ScaffoldError> {
    let mut command = Command::new("rustfmt");
    command.arg("--config-path").arg(root).args(["--edition", "2024"]);
    command.args(ROOTS.iter().map(|file| folder.join(file)));
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(ScaffoldError::Missing {
                tool: "rustfmt",
                remedy: "run `rustup component add rustfmt`",
            });
        }
        Err(source) => return Err(ScaffoldError::Io { step: "run", path: "rustfmt".to_owned(), source }),
    };
    if output.status.success() {
        return Ok(());
    }
    Err(ScaffoldError::Format { message: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
}

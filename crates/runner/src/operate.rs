//! Operations on a context's data, run by the context's own binary.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::RunError;
use crate::exit::Exit;
use crate::up::{build, issuer, state};

/// The folder in which `up` keeps the data of a context.
pub fn data(root: &Path, context: &str) -> PathBuf {
    state(root).join("run").join(context).join("data")
}

/// The folder of the golden folds of a context.
pub fn golden(root: &Path, context: &str) -> PathBuf {
    root.join("services").join(context).join("service/tests/golden")
}

/// Runs the context's binary with these arguments on the data in `folder`, or on that of `up`. The binary prints to the
/// terminal itself.
pub fn operate(
    root: &Path,
    context: &str,
    folder: Option<&Path>,
    arguments: &[OsString],
) -> Result<Exit, RunError> {
    let built = build(root, &[context.to_owned()])?;
    let (_, binary) = &built[0];
    let folder = folder.map_or_else(|| data(root, context), Path::to_owned);
    let status = Command::new(binary)
        .args(arguments)
        .env("MACADAM_DATA__DIR", folder)
        .env("MACADAM_AUTH__DEV_ISSUER_DIR", issuer(root))
        .status()
        .map_err(|source| RunError::Start { program: binary.display().to_string(), source })?;
    Ok(match status.code() {
        Some(0) => Exit::Done,
        Some(1) => Exit::Refused,
        Some(2) => Exit::Usage,
        _ => Exit::Bug,
    })
}

//! All that `slo/` and `dashboards/` should hold, the tests of rules among it.

use std::path::Path;

use macadam_board::Board;

use super::generate::{PlanError, Planned, compared, made};
use super::prove::tests_files;

/// All that is generated from SLOs, compared with what is there. Writes nothing.
pub fn plan(root: &Path, boards: &[(String, Board)]) -> Result<Vec<Planned>, PlanError> {
    let mut made = made(root, boards)?;
    made.files.extend(tests_files(&made));
    Ok(compared(root, made.files)?)
}

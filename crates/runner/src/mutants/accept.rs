//! Writes `mutants.toml` anew, after somebody has agreed to what was found.

use std::path::Path;

use macadam_mutants::{Finding, judge};
use macadam_scaffold::Action;
use similar::TextDiff;

use super::{Measured, Selection, Target, tool};
use crate::{RunError, io};

/// A `mutants.toml` as it was written, or would be.
#[derive(Debug)]
pub struct Accepted {
    /// Its path from the root.
    pub path: String,
    /// What became of it.
    pub action: Action,
    /// The change as a unified diff; empty where there is none.
    pub diff: String,
    /// What cannot be agreed to.
    pub findings: Vec<Finding>,
}

/// Records a measure of these mutants. With `dry_run`, nothing is written.
pub fn accept(
    root: &Path,
    target: &Target,
    selection: &Selection,
    measured: &Measured,
    dry_run: bool,
) -> Result<Accepted, RunError> {
    let mut ratchet = target.ratchet(root)?.after(&measured.measure, &tool(root)?);
    match selection {
        Selection::Whole => ratchet.sample = None,
        Selection::Sample(sample) => ratchet.sample = Some(*sample),
        Selection::Files(_) => {}
    }
    let text = ratchet.render(&target.subject.name);
    let path = root.join(&target.ratchet);
    let there = if path.is_file() {
        std::fs::read_to_string(&path).map_err(io("read", &path))?
    } else {
        String::new()
    };
    let action = match there.as_str() {
        same if same == text => Action::Unchanged,
        "" => Action::Create,
        _ => Action::Update,
    };
    if action != Action::Unchanged && !dry_run {
        // By a rename, so that nobody finds half of it.
        let staged = path.with_extension("toml.new");
        std::fs::write(&staged, &text).map_err(io("write", &staged))?;
        std::fs::rename(&staged, &path).map_err(io("write", &path))?;
    }
    let diff = TextDiff::from_lines(there.as_str(), text.as_str());
    let diff = diff.unified_diff().header(&target.ratchet, &target.ratchet).to_string();
    let findings = judge(&measured.measure, &ratchet, &target.ratchet).findings;
    Ok(Accepted { path: target.ratchet.clone(), action, diff, findings })
}

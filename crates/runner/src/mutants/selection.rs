//! Which mutants of a package a run tries.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use macadam_mutants::{Judged, Measure, Sample, hash_of};

use super::Target;
use crate::RunError;

/// Which mutants a run tries. Those of rules that wait are never tried: nothing is asked of their tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All.
    Whole,
    /// Those in these files of the package. A rule's examples stand in its own file: what is changed in a file, the rule
    /// or its examples, concerns the mutants of that file.
    Files(BTreeSet<String>),
    /// So many.
    Sample(Sample),
}

impl Selection {
    /// What is tried unless something else is asked for: all, or of a large package the sample that was agreed to.
    pub fn usual(root: &Path, target: &Target) -> Result<Self, RunError> {
        Ok(target.ratchet(root)?.sample.map_or(Self::Whole, Self::Sample))
    }

    /// What has changed since a commit. Whatever is shared by tests, or is beneath the package, concerns all of it.
    pub fn since(root: &Path, target: &Target, base: &str) -> Result<Self, RunError> {
        let mut changed = lines(root, &["diff", "--name-only", base, "--"])?;
        changed.extend(lines(root, &["ls-files", "--others", "--exclude-standard"])?);
        let sources = target.sources(root)?;
        let within = |folder: &String, path: &String| path.starts_with(&format!("{folder}/"));
        let own = &target.subject.folder;
        if changed.iter().any(|path| target.ground.iter().any(|folder| within(folder, path))) {
            return Ok(Self::Whole);
        }
        let mut files = BTreeSet::new();
        for path in changed.iter().filter(|path| within(own, path)) {
            let inside = path[own.len() + 1..].to_owned();
            if sources.is_shared_by_tests(&inside) {
                return Ok(Self::Whole);
            }
            files.insert(inside);
        }
        Ok(Self::Files(files))
    }

    /// The chosen ones of a measure.
    pub(super) fn of(&self, measure: &Measure) -> Vec<Judged> {
        let decided = measure.judged.iter().filter(|judged| !judged.waits).cloned();
        match self {
            Self::Whole => decided.collect(),
            Self::Files(files) => decided.filter(|judged| files.contains(&judged.key.file)).collect(),
            Self::Sample(Sample { count, seed }) => {
                let mut all: Vec<Judged> = decided.collect();
                let seed = seed.to_string();
                all.sort_by_cached_key(|judged| hash_of([(seed.as_str(), judged.mutant.name.as_str())]));
                all.truncate(*count);
                all
            }
        }
    }
}

fn lines(root: &Path, arguments: &[&str]) -> Result<Vec<String>, RunError> {
    let output = Command::new("git").args(arguments).current_dir(root).output();
    let output = output.map_err(|source| RunError::Start { program: "git".to_owned(), source })?;
    if !output.status.success() {
        return Err(RunError::Base {
            command: format!("git {}", arguments.join(" ")),
            answer: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(ToOwned::to_owned).collect())
}

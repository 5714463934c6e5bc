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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::process::Command;

    use super::Selection;
    use crate::RunError;
    use crate::mutants::targets;

    const FILES: &[(&str, &str)] = &[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"crates/kernel\", \"services/shop/domain\"]\n",
        ),
        ("crates/kernel/Cargo.toml", "[package]\nname = \"macadam-kernel\"\nedition = \"2024\"\n"),
        ("crates/kernel/src/lib.rs", "\n"),
        ("services/shop/context.toml", "\n"),
        (
            "services/shop/domain/Cargo.toml",
            "[package]\nname = \"shop-domain\"\nedition = \"2024\"\n[dependencies]\nmacadam-kernel = { path = \"../../../crates/kernel\" }\n",
        ),
        ("services/shop/domain/src/lib.rs", "mod pay;\n#[cfg(test)]\nmod samples;\n"),
        ("services/shop/domain/src/pay.rs", "\n"),
        ("services/shop/domain/src/samples.rs", "\n"),
        ("README.md", "\n"),
    ];

    fn git(root: &Path, arguments: &[&str]) {
        let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
        let status = Command::new("git").args(identity).args(arguments).current_dir(root).status();
        assert!(status.expect("git runs").success(), "{arguments:?}");
    }

    /// What is tried after these files have changed since the last commit.
    fn after(changed: &[&str]) -> Result<Selection, RunError> {
        let root = tempfile::tempdir().expect("a folder");
        for (path, text) in FILES {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        git(root.path(), &["init", "--quiet"]);
        git(root.path(), &["add", "."]);
        git(root.path(), &["commit", "--quiet", "--message", "first"]);
        for path in changed {
            std::fs::write(root.path().join(path), "// Changed.\n").expect("written");
        }
        let target = targets(root.path(), Some("shop")).expect("one").remove(0);
        Selection::since(root.path(), &target, "HEAD")
    }

    #[test]
    fn a_change_concerns_its_file_and_what_tests_share_concerns_all() {
        let domain = |file: &str| format!("services/shop/domain/{file}");
        let files =
            |names: &[&str]| Selection::Files(names.iter().map(ToString::to_string).collect::<BTreeSet<_>>());
        let check = |changed: &[&str], expected: Selection| {
            assert_eq!(after(changed).expect("selected"), expected, "{changed:?}");
        };
        check(&[], files(&[]));
        check(&["README.md"], files(&[]));
        check(&[&domain("src/pay.rs")], files(&["src/pay.rs"]));
        check(&[&domain("src/new.rs")], files(&["src/new.rs"]));
        check(&[&domain("src/pay.rs"), &domain("src/samples.rs")], Selection::Whole);
        check(&["crates/kernel/src/lib.rs"], Selection::Whole);
    }

    #[test]
    fn a_base_that_git_does_not_know_is_named() {
        let root = tempfile::tempdir().expect("a folder");
        git(root.path(), &["init", "--quiet"]);
        let error =
            super::lines(root.path(), &["diff", "--name-only", "nowhere", "--"]).expect_err("no such commit");
        assert!(error.to_string().contains("nowhere"), "{error}");
    }
}

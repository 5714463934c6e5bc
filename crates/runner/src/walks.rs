//! The walks of CONTRIBUTING.md: a small change of each kind, applied to a copy, with the number of files it needs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::verify::{Scratch, Verdict};
use crate::{RunError, io};

/// A change as somebody would make it who follows the walk.
struct Walk {
    /// What is added.
    name: &'static str,
    /// The change, as `git diff` prints it.
    patch: &'static str,
    /// The files that it may change; generated ones are written by a command and not counted.
    files_max: usize,
}

const WALKS: [Walk; 4] = [
    Walk {
        name: "a follower of the log",
        patch: include_str!("../assets/walks/follower.patch"),
        files_max: 4,
    },
    Walk { name: "a response header", patch: include_str!("../assets/walks/header.patch"), files_max: 3 },
    Walk {
        name: "a configuration key",
        patch: include_str!("../assets/walks/configuration-key.patch"),
        files_max: 3,
    },
    Walk { name: "a lint", patch: include_str!("../assets/walks/lint.patch"), files_max: 4 },
];

/// The tests that show whether the changes work: packages, each with the names of its tests, or none for all.
const TESTS: [(&str, &[&str]); 2] = [
    ("macadam-board", &[]),
    (
        "macadam-chassis",
        &[
            "head_is_get_without_a_body",
            "every_key_is_documented",
            "polls_have_places",
            "there_after_a_restart",
        ],
    ),
];

/// Applies each walk to a copy of the repository, counts its files, and runs the tests that concern it.
pub fn walks(root: &Path) -> Result<Verdict, RunError> {
    let mut verdict = Verdict::default();
    let guide = root.join("CONTRIBUTING.md");
    let guide = std::fs::read_to_string(&guide).map_err(io("read", &guide))?;
    let scratch = Scratch::of(root)?;
    // The build output is the repository's own, and cargo tells the two apart by the age of their files alone.
    let _touched =
        Touched(WALKS.iter().flat_map(|walk| files(walk.patch)).map(|file| root.join(file)).collect());
    for walk in &WALKS {
        let files = files(walk.patch);
        eprintln!("{}: {} files, of {} allowed", walk.name, files.len(), walk.files_max);
        if files.len() > walk.files_max {
            let (count, max) = (files.len(), walk.files_max);
            verdict.faults.push(format!("{} needs changes in {count} files, more than {max}", walk.name));
        }
        for file in files.iter().filter(|file| !guide.contains(&format!("`{file}`"))) {
            verdict.faults.push(format!("CONTRIBUTING.md does not name `{file}` for {}", walk.name));
        }
        if let Some(fault) = apply(walk, scratch.path())? {
            verdict.faults.push(fault);
            return Ok(verdict);
        }
    }
    for (package, tests) in TESTS {
        let arguments = [&["test", "--package", package, "--lib", "--tests", "--"], tests].concat();
        // Generated documents are part of a lint; they are written here as its author would have them written.
        let status = scratch.cargo.command(&arguments).env("BLESS_GOLDEN", "1").status();
        let status = status.map_err(|source| RunError::Start { program: "cargo".to_owned(), source })?;
        if !status.success() {
            verdict.faults.push(format!("with the walks applied, the tests of {package} fail"));
        }
    }
    Ok(verdict)
}

/// Changes the copy as the walk says; what is wrong, where the walk does not fit the code any more.
fn apply(walk: &Walk, copy: &Path) -> Result<Option<String>, RunError> {
    let file = copy.join("walk.patch");
    std::fs::write(&file, walk.patch).map_err(io("write", &file))?;
    let output = Command::new("git").args(["apply", "walk.patch"]).current_dir(copy).output();
    let output = output.map_err(|source| RunError::Start { program: "git".to_owned(), source })?;
    std::fs::remove_file(&file).map_err(io("remove", &file))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let fault = || format!("the walk for {} does not apply to the code any more: {said}", walk.name);
    Ok((!output.status.success()).then(fault))
}

/// The files that a patch changes or adds, from the repository's root.
fn files(patch: &str) -> Vec<&str> {
    patch.lines().filter_map(|line| line.strip_prefix("+++ b/")).collect()
}

/// Files that count as changed when this is dropped, so that what was built from others in their place is built anew.
struct Touched(Vec<PathBuf>);

impl Drop for Touched {
    fn drop(&mut self) {
        for path in self.0.iter().filter(|path| path.is_file()) {
            let touched = std::fs::File::options()
                .write(true)
                .open(path)
                .and_then(|file| file.set_modified(SystemTime::now()));
            if let Err(error) = touched {
                eprintln!("touch {} before the next build: {error}", path.display());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::files;

    #[test]
    fn a_patch_names_its_files_once_each_new_ones_too() {
        let patch = "diff --git a/x.rs b/x.rs\n--- a/x.rs\n+++ b/x.rs\n@@ -1 +1 @@\n-a\n+++ b\n\
                     diff --git a/y.rs b/y.rs\nnew file mode 100644\n--- /dev/null\n+++ b/y.rs\n@@ -0,0 +1 @@\n+y\n";
        assert_eq!(files(patch), ["x.rs", "y.rs"]);
    }
}

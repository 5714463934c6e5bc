//! The copies of a package in which mutants are made and tried: outside the repository, one for each worker, each with
//! build output of its own. A file is written only where it differs, so that cargo builds only that again.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use macadam_mutants::{hash_of, prepared};
use toml_edit::{Array, DocumentMut, value};

use super::Target;
use crate::tools::tools;
use crate::{RunError, io};

/// What no copy has.
const LEFT_OUT: &[&str] = &["target", ".git", ".macadam", "mutants.out"];

/// The copies of one package, held until dropped: two runs in one copy would judge each other's mutants.
pub(super) struct Copy {
    folders: Vec<PathBuf>,
    own: String,
    _lock: File,
}

impl Copy {
    /// Makes them what the repository is now.
    pub(super) fn of(root: &Path, target: &Target) -> Result<Self, RunError> {
        let home = &target.home;
        std::fs::create_dir_all(home).map_err(io("make", home))?;
        let held = home.join("lock");
        let lock = File::create(&held).map_err(io("make", &held))?;
        lock.lock().map_err(io("lock", &held))?;
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(2);
        let folders: Vec<PathBuf> = (0..workers).map(|number| home.join(number.to_string())).collect();
        for folder in &folders {
            synchronise(root, folder, target)?;
        }
        Ok(Self { folders, own: target.subject.folder.clone(), _lock: lock })
    }

    /// How many workers there are.
    pub(super) fn workers(&self) -> usize {
        self.folders.len()
    }

    /// The copy of one worker.
    pub(super) fn folder(&self, worker: usize) -> &Path {
        &self.folders[worker]
    }

    /// Whether the package has tests beyond those beside its code.
    pub(super) fn has_tests(&self) -> bool {
        self.folders[0].join(&self.own).join("tests").is_dir()
    }

    /// Hands what the first worker built to those that have built nothing yet: it is the same.
    pub(super) fn share_build(&self) -> Result<(), RunError> {
        let (first, others) = self.folders.split_first().expect("there is one worker at least");
        for other in others.iter().filter(|other| !other.join("target").is_dir()) {
            let mut copy = Command::new("cp");
            copy.arg("-a").arg(first.join("target")).arg(other.join("target")).stdin(Stdio::null());
            let status =
                copy.status().map_err(|source| RunError::Start { program: "cp".to_owned(), source })?;
            if !status.success() {
                return Err(RunError::Failed { command: format!("{copy:?}"), status });
            }
        }
        Ok(())
    }
}

/// Where the copies of the packages of one repository lie: among the tools, by the repository's own path.
pub(super) fn home(root: &Path) -> Result<PathBuf, RunError> {
    let place = root.canonicalize().map_err(io("find", root))?;
    Ok(tools().join("mutants").join(hash_of([("", place.to_string_lossy().as_ref())])))
}

/// Of a domain or the kernel, nothing is copied but the packages that it stands on: cargo starts sooner for it, twice for
/// each mutant. The tests of other packages read the whole repository.
fn synchronise(root: &Path, folder: &Path, target: &Target) -> Result<(), RunError> {
    let own = &target.subject.folder;
    let mut wanted = BTreeSet::new();
    if target.subject.floor_percent.is_some() {
        for package in target.ground.iter().chain([own]) {
            files(root, Path::new(package), &mut wanted)?;
        }
        for name in ["rust-toolchain.toml", "clippy.toml"] {
            wanted.extend(root.join(name).is_file().then(|| PathBuf::from(name)));
        }
        let manifest = root.join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).map_err(io("read", &manifest))?;
        put(&folder.join("Cargo.toml"), members(&text, target).as_bytes())?;
    } else {
        files(root, Path::new(""), &mut wanted)?;
        wanted.remove(Path::new("Cargo.lock"));
    }
    let mut there = BTreeSet::new();
    if folder.is_dir() {
        files(folder, Path::new(""), &mut there)?;
    }
    let kept = ["Cargo.toml", "Cargo.lock", LOCK_READ].map(PathBuf::from);
    for gone in there.iter().filter(|path| !wanted.contains(*path) && !kept.contains(path)) {
        std::fs::remove_file(folder.join(gone)).map_err(io("remove", &folder.join(gone)))?;
    }
    let sources = Path::new(own).join("src");
    for path in &wanted {
        let from = root.join(path);
        let bytes = std::fs::read(&from).map_err(io("read", &from))?;
        // What the aliases stand for is named by the kernel's path, which the kernel itself does not know.
        let is_prepared = target.ground.iter().any(|folder| folder == "crates/kernel");
        if is_prepared && path.starts_with(&sources) && path.extension().is_some_and(|end| end == "rs") {
            put(&folder.join(path), prepared(&String::from_utf8_lossy(&bytes)).as_bytes())?;
        } else {
            put(&folder.join(path), &bytes)?;
        }
    }
    lock_file(root, folder)
}

/// The `Cargo.lock` that the copy's was made from.
const LOCK_READ: &str = "Cargo.lock.read";

/// Cargo takes out of the copy's lock file what nothing there needs; it is written again only when the repository's changes.
fn lock_file(root: &Path, folder: &Path) -> Result<(), RunError> {
    let from = root.join("Cargo.lock");
    let bytes = std::fs::read(&from).map_err(io("read", &from))?;
    let (read, lock) = (folder.join(LOCK_READ), folder.join("Cargo.lock"));
    if !lock.is_file() || std::fs::read(&read).is_ok_and(|known| known != bytes) || !read.is_file() {
        put(&lock, &bytes)?;
        put(&read, &bytes)?;
    }
    Ok(())
}

/// The workspace's manifest with no members but those that are copied.
fn members(manifest: &str, target: &Target) -> String {
    let Ok(mut document) = manifest.parse::<DocumentMut>() else { return manifest.to_owned() };
    let folders: Array = target.ground.iter().chain([&target.subject.folder]).collect();
    document["workspace"]["members"] = value(folders);
    document.to_string()
}

/// All files below `at`, as paths from `root`.
fn files(root: &Path, at: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), RunError> {
    let folder = root.join(at);
    for entry in std::fs::read_dir(&folder).map_err(io("read", &folder))? {
        let entry = entry.map_err(io("read", &folder))?;
        let (path, kind) = (at.join(entry.file_name()), entry.file_type().map_err(io("read", &folder))?);
        if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if kind.is_dir() {
            files(root, &path, found)?;
        } else if kind.is_file() {
            found.insert(path);
        }
    }
    Ok(())
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), RunError> {
    if std::fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(io("make", folder))?;
    }
    std::fs::write(path, bytes).map_err(io("write", path))
}

#[cfg(test)]
mod tests {
    use super::put;

    #[test]
    fn a_file_that_is_the_same_is_not_written_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("src/lib.rs");
        put(&file, b"one").expect("written");
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        let changed = || std::fs::metadata(&file).and_then(|data| data.modified()).expect("a time");
        std::fs::File::options()
            .append(true)
            .open(&file)
            .and_then(|open| open.set_modified(long_ago))
            .expect("set");
        put(&file, b"one").expect("looked at");
        assert_eq!(changed(), long_ago);
        put(&file, b"two").expect("written");
        assert_ne!(changed(), long_ago);
    }
}

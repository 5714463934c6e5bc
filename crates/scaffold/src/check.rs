//! Finds files of a context that differ from what Macadam would write now. It builds nothing and writes nothing.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::ScaffoldError;
use super::lock::{LOCK, is_as_rendered};
use super::plan::{Action, Owner};
use super::region::{has_region, with_regions};
use super::write::{found, io, managed, stage};
use macadam_board::Board;

/// The start of the first line of each managed file, after the comment sign.
const MANAGED: &str = "Managed by Macadam";

/// How a file differs from what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drift {
    /// A managed file does not exist.
    Missing,
    /// The board or Macadam has changed since the file was rendered.
    Behind,
    /// A managed file was edited by hand.
    Edited,
    /// The generated region of an owned file was edited by hand.
    RegionEdited,
    /// The first line says that the file is managed, but Macadam would not write it.
    Orphan,
}

/// A file that differs from what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drifted {
    /// Path from the repository's root, with slashes.
    pub path: String,
    /// The difference.
    pub drift: Drift,
    /// How to correct it.
    pub remedy: String,
}

/// The drifted files of the context with this board, in the order of their paths.
pub fn check(root: &Path, board: &Board) -> Result<Vec<Drifted>, ScaffoldError> {
    let name = board.context.name.to_string();
    let target = root.join("services").join(&name);
    let staged = stage(root, board, true)?;
    let mut drifted = Vec::new();
    let mut report = |path: &str, drift: Drift, remedy: String| {
        drifted.push(Drifted { path: format!("services/{name}/{path}"), drift, remedy });
    };
    let files = managed(&target, &staged)?;
    let lock = found(&target.join(LOCK))?.unwrap_or_default();
    for file in &files {
        let drift = match (file.action, found(&target.join(&file.path))?) {
            (Action::Unchanged, _) => continue,
            (Action::Create, _) | (_, None) => Drift::Missing,
            // The lock contains no hash of itself.
            _ if file.path == LOCK => Drift::Behind,
            (Action::Update, Some(text)) if is_as_rendered(&lock, &file.path, &text) => Drift::Behind,
            (Action::Update, Some(_)) => Drift::Edited,
        };
        let loses = if drift == Drift::Edited { " again and removes the edit" } else { "" };
        report(&file.path, drift, format!("`cargo xtask update {name}` writes it{loses}"));
    }
    for (file, (path, text)) in staged.files() {
        if file.owner == Owner::Owned
            && has_region(text)
            && let Some(theirs) = found(&target.join(path))?
        {
            match with_regions(&theirs, text) {
                Ok(written) if written == theirs => {}
                Ok(_) => report(
                    path,
                    Drift::RegionEdited,
                    format!("`cargo xtask update {name}` writes the lines between the marks again"),
                ),
                Err(error) => report(path, Drift::RegionEdited, error.to_string()),
            }
        }
    }
    for path in marked_as_managed(&target, "")? {
        if !files.iter().any(|file| file.path == path) {
            report(
                &path,
                Drift::Orphan,
                "delete the file, or delete its first line to make it an owned file".to_owned(),
            );
        }
    }
    drifted.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(drifted)
}

/// The files below a folder whose first line says that they are managed; without `.road`.
fn marked_as_managed(target: &Path, folder: &str) -> Result<Vec<String>, ScaffoldError> {
    let place = target.join(folder);
    let mut paths = Vec::new();
    for entry in fs::read_dir(&place).map_err(io("read", &place))? {
        let entry = entry.map_err(io("read", &place))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let kind = entry.file_type().map_err(io("read", &entry.path()))?;
        if kind.is_dir() && path != ".road" {
            paths.extend(marked_as_managed(target, &path)?);
        } else if kind.is_file() {
            let bytes = fs::read(entry.path()).map_err(io("read", &entry.path()))?;
            let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let words = String::from_utf8_lossy(first);
            if words.trim_start_matches(['/', '#', '<', '!', '-', ' ']).starts_with(MANAGED) {
                paths.push(path);
            }
        }
    }
    Ok(paths)
}

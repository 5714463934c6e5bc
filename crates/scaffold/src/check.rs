//! What of a context is not as the road would write it now. Nothing is built for it, and nothing written.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::ScaffoldError;
use super::lock::{LOCK, is_as_rendered};
use super::plan::{Action, Owner};
use super::write::{found, io, managed, stage};
use macadam_board::Board;

/// How the first line of each managed file begins, behind the sign of a comment.
const MANAGED: &str = "Managed by Macadam";

/// In which way a file has drifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drift {
    /// A managed file is not there.
    Missing,
    /// It is as it was rendered, and the board or the road has changed since.
    Behind,
    /// Somebody edited it by hand.
    Edited,
    /// Somebody edited what is the road's in an owned file.
    RegionEdited,
    /// It says that it is managed, and the road would not write it.
    Orphan,
}

/// A file that has drifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drifted {
    /// From the repository's root, with slashes.
    pub path: String,
    /// How.
    pub drift: Drift,
    /// What mends it.
    pub remedy: String,
}

/// What has drifted of the context that this is the board of, in the order of the paths.
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
            // It holds no hash of its own.
            _ if file.path == LOCK => Drift::Behind,
            (Action::Update, Some(text)) if is_as_rendered(&lock, &file.path, &text) => Drift::Behind,
            (Action::Update, Some(_)) => Drift::Edited,
        };
        let loses = if drift == Drift::Edited { " again, without the edit" } else { "" };
        report(&file.path, drift, format!("`cargo xtask update {name}` writes it{loses}"));
    }
    for (file, (path, text)) in staged.files() {
        if file.owner == Owner::Owned
            && let Some(ours) = region(text)
            && let Some(theirs) = found(&target.join(path))?
            && region(&theirs) != Some(ours)
        {
            let remedy = format!("let these lines stand once, and no others within:\n{}", ours.trim_end());
            report(path, Drift::RegionEdited, remedy);
        }
    }
    for path in claimed(&target, "")? {
        if !files.iter().any(|file| file.path == path) {
            report(&path, Drift::Orphan, "remove it, or take its first line away to own it".to_owned());
        }
    }
    drifted.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(drifted)
}

/// What stands between the marks of a file that has them once and in order, with the marks.
fn region(text: &str) -> Option<&str> {
    const BEGIN: &str = "# <boilerplate>";
    const END: &str = "# </boilerplate>";
    let (begin, end) = (text.find(BEGIN)?, text.find(END)?);
    let once = text.matches(BEGIN).count() == 1 && text.matches(END).count() == 1;
    (once && begin < end).then(|| &text[begin..end + END.len()])
}

/// The files below a folder whose first line says that they are the road's; what the road keeps for itself aside.
fn claimed(target: &Path, folder: &str) -> Result<Vec<String>, ScaffoldError> {
    let place = target.join(folder);
    let mut paths = Vec::new();
    for entry in fs::read_dir(&place).map_err(io("read", &place))? {
        let entry = entry.map_err(io("read", &place))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let kind = entry.file_type().map_err(io("read", &entry.path()))?;
        if kind.is_dir() && path != ".road" {
            paths.extend(claimed(target, &path)?);
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

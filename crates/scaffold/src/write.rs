//! The only step that writes files. Everything is written to a staging folder and formatted there first.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::ScaffoldError;
use super::format::format;
use super::lock::{LOCK, lock};
use super::lockfile::with_context;
use super::model::Model;
use super::plan::{Action, Owner, Plan, PlannedFile};
use super::region::{has_region, with_regions};
use super::render::{Rendered, render};
use macadam_board::Board;

/// One file, and what was done with it or would be done in a dry run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Written {
    /// Path from the repository's root, with slashes.
    pub path: String,
    /// Who may change it.
    pub owner: Owner,
    /// What it is for.
    pub purpose: &'static str,
    /// What was done.
    pub action: Action,
    /// Its number of lines.
    pub lines: usize,
}

/// The staged files of a context; deleted when dropped.
pub(super) struct Staged {
    holder: tempfile::TempDir,
    rendered: Rendered,
    plan: Plan,
}

impl Staged {
    /// Each planned file with its path and its text.
    pub(super) fn files(&self) -> impl Iterator<Item = (&PlannedFile, &(String, String))> {
        self.plan.files.iter().zip(&self.rendered)
    }
}

/// Creates a new context in the repository at `root`; with `dry_run` it writes nothing and only returns the files.
pub fn create(
    root: &Path,
    board: &Board,
    board_text: &str,
    dry_run: bool,
) -> Result<Vec<Written>, ScaffoldError> {
    let name = board.context.name.to_string();
    let target = root.join("services").join(&name);
    if target.symlink_metadata().is_ok() {
        return Err(ScaffoldError::Exists { path: format!("services/{name}") });
    }
    let staged = stage(root, board, dry_run)?;
    let own = Board::without_seeds(board_text);
    let extras = [
        ("context.toml", own.as_str(), Owner::Owned, "the board, which describes the context"),
        (LOCK, &lock(&staged.plan, &staged.rendered), Owner::Managed, "the owner of each file"),
        (".road/seed.toml", board_text, Owner::Managed, "the board that the owned files were seeded from"),
    ];
    let mut written: Vec<Written> = extras
        .iter()
        .map(|(path, text, owner, purpose)| entry(&name, path, *owner, purpose, Action::Create, text))
        .collect();
    written.extend(
        staged
            .files()
            .map(|(file, (path, text))| entry(&name, path, file.owner, file.purpose, Action::Create, text)),
    );
    written.sort_by(|one, other| one.path.cmp(&other.path));
    if dry_run {
        return Ok(written);
    }
    let folder = staged.holder.path().join(&name);
    for (path, text, ..) in extras {
        put(&folder.join(path), text)?;
    }
    for (file, (path, text)) in staged.files() {
        if file.owner == Owner::Owned {
            put(&folder.join(BASE).join(path), text)?;
        }
    }
    let lock_file = root.join("Cargo.lock");
    let locked = fs::read_to_string(&lock_file).map_err(io("read", &lock_file))?;
    let locked = with_context(&locked, &name).ok_or(ScaffoldError::LockFile)?;
    let fresh = staged.holder.path().join("Cargo.lock");
    put(&fresh, &locked)?;
    let services = root.join("services");
    fs::create_dir_all(&services).map_err(io("create", &services))?;
    // One rename: the context exists as a whole or not at all. The lock file follows; without it cargo adds the crates
    // itself.
    fs::rename(&folder, &target).map_err(io("move into place", &target))?;
    if let Err(error) = fs::rename(&fresh, &lock_file) {
        fs::remove_dir_all(&target).map_err(io("remove again", &target))?;
        return Err(io("replace", &lock_file)(error));
    }
    Ok(written)
}

/// A managed file as it would be written now.
pub(super) struct Managed {
    pub path: String,
    pub text: String,
    purpose: &'static str,
    pub action: Action,
}

/// Renders the managed files of an existing context again, and the managed regions of owned files; nothing else of those
/// is changed.
pub fn update(root: &Path, board: &Board, dry_run: bool) -> Result<Vec<Written>, ScaffoldError> {
    let name = board.context.name.to_string();
    let target = root.join("services").join(&name);
    let staged = stage(root, board, dry_run)?;
    let mut written = Vec::new();
    for Region { path, text, base, purpose } in regions(&target, &staged)? {
        for (place, text) in [(target.join(&path), &text), (target.join(BASE).join(&path), &base)] {
            if let Some(text) = text
                && !dry_run
            {
                replace(&place, text)?;
            }
        }
        written.extend(text.map(|text| entry(&name, &path, Owner::Owned, purpose, Action::Update, &text)));
    }
    for Managed { path, text, purpose, action } in managed(&target, &staged)? {
        if !dry_run && action != Action::Unchanged {
            replace(&target.join(&path), &text)?;
        }
        written.push(entry(&name, &path, Owner::Managed, purpose, action, &text));
    }
    Ok(written)
}

/// Where the base of later merges lies: what was rendered, never what became of it.
const BASE: &str = ".road/base";

/// An owned file with regions.
struct Region {
    path: String,
    /// The file with these regions, where it has others.
    text: Option<String>,
    /// The same of the base of later merges.
    base: Option<String>,
    purpose: &'static str,
}

fn regions(target: &Path, staged: &Staged) -> Result<Vec<Region>, ScaffoldError> {
    let mut all = Vec::new();
    for (file, (path, rendered)) in staged.files() {
        if file.owner == Owner::Owned && has_region(rendered) {
            let renewed = |place: &Path| match found(place)? {
                None => Ok(None),
                Some(there) => {
                    let text = with_regions(&there, rendered).map_err(|source| ScaffoldError::Region {
                        path: place.display().to_string(),
                        source,
                    })?;
                    Ok((text != there).then_some(text))
                }
            };
            let (text, base) = (renewed(&target.join(path))?, renewed(&target.join(BASE).join(path))?);
            all.push(Region { path: path.clone(), text, base, purpose: file.purpose });
        }
    }
    Ok(all)
}

/// The managed files of the context at `target`, compared with the existing files.
pub(super) fn managed(target: &Path, staged: &Staged) -> Result<Vec<Managed>, ScaffoldError> {
    let mut managed: Vec<(&str, String, &'static str)> = Vec::new();
    let mut accepted: Rendered = Vec::new();
    for (file, (path, text)) in staged.files() {
        // The base has the original seed of an owned file; without the board's fields, the seed would differ now.
        let base = fs::read_to_string(target.join(BASE).join(path)).ok();
        let base = base.filter(|_| file.owner == Owner::Owned);
        // With today's regions, which an update puts there.
        let base = base.map(|base| with_regions(&base, text).unwrap_or(base));
        accepted.push((path.clone(), base.unwrap_or_else(|| text.clone())));
        if file.owner == Owner::Managed {
            managed.push((path, text.clone(), file.purpose));
        }
    }
    managed.push((LOCK, lock(&staged.plan, &accepted), "the owner of each file"));
    let compared = managed.into_iter().map(|(path, text, purpose)| {
        let action = match found(&target.join(path))? {
            Some(found) if found == text => Action::Unchanged,
            Some(_) => Action::Update,
            None => Action::Create,
        };
        Ok(Managed { path: path.to_owned(), text, purpose, action })
    });
    compared.collect()
}

/// Renders and formats everything in a staging folder in the repository, so that a rename completes the work.
pub(super) fn stage(root: &Path, board: &Board, in_temp: bool) -> Result<Staged, ScaffoldError> {
    let model = Model::of(board);
    let plan = Plan::of(&model);
    let mut rendered = render(&model, &plan)?;
    // A dry run writes nothing to the repository, not even temporarily.
    let staging = if in_temp { std::env::temp_dir() } else { root.join(".macadam") };
    fs::create_dir_all(&staging).map_err(io("create", &staging))?;
    let holder = tempfile::Builder::new()
        .prefix("staged-")
        .tempdir_in(&staging)
        .map_err(io("create a folder in", &staging))?;
    let folder = holder.path().join(&model.name);
    for (path, text) in &rendered {
        put(&folder.join(path), text)?;
    }
    format(root, &folder)?;
    for (path, text) in
        rendered.iter_mut().filter(|(path, _)| Path::new(path).extension().is_some_and(|end| end == "rs"))
    {
        let place = folder.join(&path);
        *text = fs::read_to_string(&place).map_err(io("read", &place))?;
    }
    Ok(Staged { holder, rendered, plan })
}

fn entry(name: &str, path: &str, owner: Owner, purpose: &'static str, action: Action, text: &str) -> Written {
    Written { path: format!("services/{name}/{path}"), owner, purpose, action, lines: text.lines().count() }
}

/// The content of a file; `None` if it does not exist.
pub(super) fn found(place: &Path) -> Result<Option<String>, ScaffoldError> {
    match fs::read_to_string(place) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io("read", place)(error)),
    }
}

/// Gives a file another content, by a rename, so that it is there as a whole.
fn replace(place: &Path, text: &str) -> Result<(), ScaffoldError> {
    let fresh = place.with_extension("road-new");
    put(&fresh, text)?;
    fs::rename(&fresh, place).map_err(io("replace", place))
}

fn put(path: &Path, text: &str) -> Result<(), ScaffoldError> {
    let parent: PathBuf = path.parent().map(Path::to_owned).unwrap_or_default();
    fs::create_dir_all(&parent).map_err(io("create", &parent))?;
    fs::write(path, text).map_err(io("write", path))
}

pub(super) fn io(step: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> ScaffoldError {
    let path = path.display().to_string();
    move |source| ScaffoldError::Io { step, path, source }
}

//! Tests of generated contexts, in temporary workspaces.

mod check;
mod create;

use std::path::{Path, PathBuf};

use macadam_board::Board;

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository exists")
}

/// The smallest repository in which a context can be created.
pub(crate) fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for file in ["Cargo.lock", "Cargo.toml", "rustfmt.toml"] {
        std::fs::copy(repository().join(file), folder.path().join(file)).expect("the file can be copied");
    }
    folder
}

/// A valid board with its text.
pub(crate) fn board(path: &Path) -> (Board, String) {
    let text = std::fs::read_to_string(path).expect("the board can be read");
    let (board, findings) = Board::parse("context.toml", &text);
    (board.unwrap_or_else(|| panic!("{findings:?}")), text)
}

/// Every file below a folder with its content, by path.
pub(crate) fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").display().to_string();
                files.push((name, std::fs::read(&path).expect("a file")));
            }
        }
    }
    files.sort();
    files
}

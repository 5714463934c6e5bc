//! The other contexts, for lints that compare boards.

use std::path::Path;

use super::Board;

/// The file name of a board in its context's folder.
const FILE: &str = "context.toml";

/// The known contexts, by name.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    known: Vec<Neighbour>,
}

/// Another context.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// Kebab-case name.
    pub name: String,
    /// Its board; `None` if it cannot be read or is invalid.
    pub board: Option<Board>,
}

impl Neighbours {
    /// The contexts with a board in a folder of `services`; folders that cannot be read are skipped.
    pub fn in_services(services: &Path) -> Self {
        let mut neighbours = Self::default();
        let Ok(entries) = std::fs::read_dir(services) else { return neighbours };
        let mut folders: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        folders.sort();
        for folder in folders {
            let file = folder.join(FILE);
            let Ok(text) = std::fs::read_to_string(&file) else { continue };
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let (board, _) = Board::parse(&file.display().to_string(), &text);
            neighbours.add(Neighbour { name, board });
        }
        neighbours
    }

    /// The contexts next to a board: those of its own `services` folder, or else those of `services` in the current
    /// folder.
    pub fn around(file: &Path) -> Self {
        let folder = std::path::absolute(file).ok().filter(|path| path.ends_with(FILE));
        let services = folder.as_deref().and_then(Path::parent).and_then(Path::parent);
        Self::in_services(services.unwrap_or_else(|| Path::new("services")))
    }

    /// Adds a context, and replaces one of the same name.
    pub fn add(&mut self, neighbour: Neighbour) {
        self.known.retain(|known| known.name != neighbour.name);
        self.known.push(neighbour);
    }

    /// The context of that name.
    pub fn get(&self, name: &str) -> Option<&Neighbour> {
        self.known.iter().find(|known| known.name == name)
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(|known| known.name.as_str())
    }
}

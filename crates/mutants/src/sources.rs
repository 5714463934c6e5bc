//! The files of the package that is mutated, with what in them is test and what is not.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};
use syn::spanned::Spanned;
use syn::{Attribute, Item};

/// The example of a seeded command that nobody has replaced yet ends so, and fails.
pub const AWAITS: &str = "_awaits_its_example";

/// All Rust files of a package below `src` and `tests`.
#[derive(Debug)]
pub struct Sources {
    pub(crate) files: BTreeMap<String, SourceFile>,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct SourceFile {
    pub(crate) text: String,
    pub(crate) syntax: syn::File,
    /// Whether nothing in it is compiled but for tests.
    pub(crate) test_only: bool,
    /// Whether it is still as `cargo xtask new` wrote it, or has an example that waits to be replaced.
    pub(crate) waits: bool,
}

/// Why the sources cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The disk.
    #[error("read `{path}`")]
    Read {
        /// What.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// It is no Rust.
    #[error("{path}:{line}:{column}: {message}; `cargo check` says more")]
    Syntax {
        /// The file, from the root of the package.
        path: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the parser expected.
        message: String,
    },
}

/// Hashes of what a measure depends on. Both leave the other's text out, so that they say which of the two changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashes {
    /// Of all that is compiled into the package.
    pub sources: String,
    /// Of what is compiled for its tests alone.
    pub tests: String,
}

impl Sources {
    /// Reads the package in the folder `package`. What is the same in `seeds`, the folder of what it began with, waits
    /// for somebody to decide it.
    pub fn read(package: &Path, seeds: Option<&Path>) -> Result<Self, SourceError> {
        let mut texts = BTreeMap::new();
        for folder in ["src", "tests"] {
            collect(&package.join(folder), folder, &mut texts)?;
        }
        let same = |path: &String, text: &String| {
            seeds.is_some_and(|seeds| {
                std::fs::read_to_string(seeds.join(path)).is_ok_and(|seed| seed == *text)
            })
        };
        let untouched: Vec<String> =
            texts.iter().filter(|(path, text)| same(path, text)).map(|(path, _)| path.clone()).collect();
        let mut sources = Self::parse(texts)?;
        for (path, file) in &mut sources.files {
            file.waits |= untouched.contains(path);
        }
        Ok(sources)
    }

    /// Parses texts by their paths from the root of the package, with slashes.
    pub fn parse(texts: BTreeMap<String, String>) -> Result<Self, SourceError> {
        let mut files = BTreeMap::new();
        for (path, text) in texts {
            let syntax = syn::parse_file(&text).map_err(|error| {
                let start = error.span().start();
                let (line, column) = (start.line, start.column + 1);
                SourceError::Syntax { path: path.clone(), line, column, message: error.to_string() }
            })?;
            let test_only = path.starts_with("tests/") || syntax.attrs.iter().any(is_test);
            let waits = text.contains(&format!("{AWAITS}()"));
            files.insert(path, SourceFile { text, syntax, test_only, waits });
        }
        let mut sources = Self { files };
        sources.mark_test_modules();
        Ok(sources)
    }

    /// The text of a file, by its path from the root of the package.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(|file| file.text.as_str())
    }

    /// Every file with its text, by its path from the root of the package.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file.text.as_str()))
    }

    /// Whether the file is written by `cargo xtask update`, and by nobody else.
    pub(crate) fn is_managed(&self, path: &str) -> bool {
        self.text(path).is_some_and(|text| text.starts_with("// Managed by Macadam"))
    }

    /// Whether a change to this file may change what the tests of every other file notice.
    pub fn is_shared_by_tests(&self, path: &str) -> bool {
        self.files.get(path).is_none_or(|file| file.test_only)
    }

    /// Hashes of the two parts.
    pub fn hashes(&self) -> Hashes {
        let (mut sources, mut tests) = (Sha256::new(), Sha256::new());
        for (path, file) in &self.files {
            let lines = file.test_lines();
            for (number, line) in file.text.lines().enumerate() {
                let part = if lines.iter().any(|lines| lines.contains(&(number + 1))) {
                    &mut tests
                } else {
                    &mut sources
                };
                part.update(path);
                part.update([0]);
                part.update(line.trim_end());
                part.update(b"\n");
            }
        }
        Hashes { sources: short(sources), tests: short(tests) }
    }

    /// Follows `#[cfg(test)] mod samples;` to the file, and to those below it.
    fn mark_test_modules(&mut self) {
        let mut roots = Vec::new();
        for (path, file) in &self.files {
            for item in &file.syntax.items {
                if let Item::Mod(module) = item
                    && module.content.is_none()
                    && module.attrs.iter().any(is_test)
                {
                    roots.push(format!("{}/{}", folder_of_modules(path), module.ident));
                }
            }
        }
        for (path, file) in &mut self.files {
            let below =
                |root: &String| *path == format!("{root}.rs") || path.starts_with(&format!("{root}/"));
            file.test_only |= roots.iter().any(below);
        }
    }
}

impl SourceFile {
    /// The ranges of lines that are compiled for tests alone.
    fn test_lines(&self) -> Vec<std::ops::RangeInclusive<usize>> {
        if self.test_only {
            return std::iter::once(1..=usize::MAX).collect();
        }
        let own = self.syntax.items.iter().filter(|item| attributes(item).iter().any(is_test));
        own.map(|item| item.span().start().line..=item.span().end().line).collect()
    }
}

/// Whether an attribute leaves an item to tests: `#[cfg(test)]`, `#[test]` and their like.
pub(crate) fn is_test(attribute: &Attribute) -> bool {
    let path = attribute.path();
    if path.is_ident("cfg") {
        return attribute.parse_args::<syn::Ident>().is_ok_and(|argument| argument == "test");
    }
    path.segments.last().is_some_and(|last| last.ident == "test")
}

/// The attributes of an item of any kind.
pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// A hash of some files by name and content, such as the crates that tests stand on.
pub fn hash_of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        for part in [path, text] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
    }
    short(hash)
}

/// 16 hexadecimal digits: what is compared is chosen by nobody, so that these are enough.
fn short(hash: Sha256) -> String {
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Where the modules lie that the file at `path` declares.
pub(crate) fn folder_of_modules(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        _ => format!("{folder}/{}", name.trim_end_matches(".rs")),
    }
}

fn collect(folder: &Path, name: &str, texts: &mut BTreeMap<String, String>) -> Result<(), SourceError> {
    let read = |path: &Path| {
        let path = path.display().to_string();
        move |source| SourceError::Read { path, source }
    };
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(read(folder))? {
        let path = entry.map_err(read(folder))?.path();
        let name = format!("{name}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            collect(&path, &name, texts)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            texts.insert(name, std::fs::read_to_string(&path).map_err(read(&path))?);
        }
    }
    Ok(())
}

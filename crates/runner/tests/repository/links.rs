//! Links between documents: each leads to a file and a heading that exist, in the repository and in the book.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::repository;

/// Folders with Markdown of others, or with templates.
const SKIPPED: [&str; 5] = [".git", ".macadam", ".road", "target", "templates"];
/// The list of the book's chapters.
const SUMMARY: &str = "docs/SUMMARY.md";

/// The links and anchors of one document.
struct Document {
    /// Each link as written, with its line.
    links: Vec<(usize, String)>,
    /// The anchors that a link may name after `#`.
    anchors: BTreeSet<String>,
}

impl Document {
    fn parse(text: &str) -> Self {
        let (mut links, mut anchors) = (Vec::new(), BTreeSet::new());
        let mut heading: Option<String> = None;
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let line = text[..range.start].matches('\n').count() + 1;
                    links.push((line, dest_url.into_string()));
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::Text(part) | Event::Code(part) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&part);
                    }
                }
                Event::End(TagEnd::Heading(_)) => {
                    let anchor = anchor(&heading.take().unwrap_or_default());
                    let mut repeated = (1..).map(|number| format!("{anchor}-{number}"));
                    if !anchors.insert(anchor.clone()) {
                        let free = repeated.find(|candidate| !anchors.contains(candidate));
                        anchors.extend(free);
                    }
                }
                _ => {}
            }
        }
        Self { links, anchors }
    }
}

/// The anchor that GitHub and mdBook give to a heading.
fn anchor(heading: &str) -> String {
    let kept = |c: char| match c {
        c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    };
    heading.trim().to_lowercase().chars().filter_map(kept).collect()
}

/// Every Markdown document below `root`, by its path from there.
fn documents(root: &Path) -> BTreeMap<PathBuf, Document> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() && !SKIPPED.contains(&name.as_str()) {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = std::fs::read_to_string(&path).expect("the document can be read");
                let place = path.strip_prefix(root).expect("it is below the root").to_owned();
                found.insert(place, Document::parse(&text));
            }
        }
    }
    found
}

/// Each fault as `file:line: message`; empty if all links are valid.
fn faults(root: &Path) -> Vec<String> {
    let documents = documents(root);
    let mut faults = Vec::new();
    let mut chapters = BTreeSet::new();
    for (place, document) in &documents {
        for (line, link) in &document.links {
            match target(root, &documents, place, link) {
                Ok(Some(target)) if place == Path::new(SUMMARY) => {
                    chapters.insert(target);
                }
                Ok(_) => {}
                Err(fault) => faults.push(format!("{}:{line}: {fault}", place.display())),
            }
        }
    }
    let left_out = documents.keys().filter(|place| {
        place.starts_with("docs") && *place != Path::new(SUMMARY) && !chapters.contains(*place)
    });
    faults.extend(
        left_out.map(|place| format!("{}: not in {SUMMARY}, so the book does not have it", place.display())),
    );
    faults
}

/// The file or folder that a link in `place` leads to; `None` for a link to another site.
fn target(
    root: &Path,
    documents: &BTreeMap<PathBuf, Document>,
    place: &Path,
    link: &str,
) -> Result<Option<PathBuf>, String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return Ok(None);
    }
    let (path, wanted) = link.split_once('#').map_or((link, None), |(path, wanted)| (path, Some(wanted)));
    let target = if path.is_empty() {
        place.to_owned()
    } else {
        let folder = place.parent().unwrap_or(Path::new(""));
        normal(&folder.join(path)).ok_or_else(|| format!("`{link}` leaves the repository"))?
    };
    if !root.join(&target).exists() {
        return Err(format!("`{link}` leads to {}, which does not exist", target.display()));
    }
    if place.starts_with("docs") && !target.starts_with("docs") {
        return Err(format!(
            "`{link}` leaves docs/, and the book has nothing else: name the path without a link"
        ));
    }
    match (wanted, documents.get(&target)) {
        (Some(wanted), Some(document)) if !document.anchors.contains(wanted) => {
            Err(format!("`{link}` names no heading of {}", target.display()))
        }
        _ => Ok(Some(target)),
    }
}

/// A relative path without `.` and `..`; `None` if it leads above its start.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => parts.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !parts.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts)
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let faults = faults(&repository());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_broken_link_is_found() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it has a parent")).expect("a folder");
        std::fs::write(path, text).expect("a document");
    };
    write("docs/SUMMARY.md", "- [One](book/one.md)\n");
    write("docs/book/one.md", "# One\n\n## `[http]`: the API\n\n## Twice\n\n## Twice\n");
    let valid = "[a](docs/book/one.md#http-the-api) [b](docs/book) [c](#top) [d](https://example.org/x#y)\n\
                 [e](docs/book/one.md#twice-1)\n\n# Top\n";
    write("README.md", valid);
    assert_eq!(faults(folder.path()), Vec::<String>::new());
    let cases = [
        (
            "README.md",
            "\n[a](docs/two.md)\n",
            "README.md:2: `docs/two.md` leads to docs/two.md, which does not exist",
        ),
        (
            "README.md",
            "[a](docs/book/one.md#two)\n",
            "README.md:1: `docs/book/one.md#two` names no heading of docs/book/one.md",
        ),
        ("README.md", "[a](#two)\n", "README.md:1: `#two` names no heading of README.md"),
        ("README.md", "[a][1]\n\n[1]: ../other.md\n", "README.md:1: `../other.md` leaves the repository"),
        (
            "README.md",
            "![a](picture.svg)\n",
            "README.md:1: `picture.svg` leads to picture.svg, which does not exist",
        ),
        (
            "docs/book/one.md",
            "# One\n\n## `[http]`: the API\n## Twice\n## Twice\n[a](../../README.md)\n",
            "docs/book/one.md:6: `../../README.md` leaves docs/, and the book has nothing else: name the path without a link",
        ),
        (
            "docs/adr/0001-new.md",
            "# New\n",
            "docs/adr/0001-new.md: not in docs/SUMMARY.md, so the book does not have it",
        ),
    ];
    for (path, text, fault) in cases {
        let before = std::fs::read_to_string(folder.path().join(path)).ok();
        write(path, text);
        assert_eq!(faults(folder.path()), [fault]);
        match before {
            Some(before) => write(path, &before),
            None => std::fs::remove_file(folder.path().join(path)).expect("it can be removed"),
        }
    }
}

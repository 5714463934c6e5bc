//! The modules of a domain crate, and by which path each name is reached: what a name means in a module, and how a
//! module below the crate's root may spell an item.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::{fs, io};

use quote::ToTokens;
use syn::{Attribute, Item, UseTree, Visibility};

use super::tables;

/// How deep a chain of imports is followed.
const IMPORTS_MAX: usize = 12;

/// One module with what it declares.
pub(super) struct Module {
    /// From the crate's root: `crate::values`.
    pub(super) path: String,
    /// The file that it stands in, from the crate's folder.
    pub(super) file: PathBuf,
    /// Whether only tests see it.
    pub(super) test: bool,
    /// As parsed.
    pub(super) items: Vec<Item>,
    names: BTreeMap<String, Name>,
    globs: Vec<(Vec<String>, bool)>,
}

/// What a name stands for, and whether the crate's root may use it.
struct Name {
    means: Means,
    open: bool,
}

enum Means {
    Item,
    Module,
    Import(Vec<String>),
}

/// All modules of one crate.
pub(super) struct Scopes {
    pub(super) modules: BTreeMap<String, Module>,
    access: BTreeMap<String, String>,
    places: BTreeMap<String, String>,
}

impl Scopes {
    /// Reads the crate in this folder, from `src/lib.rs` on.
    pub(super) fn read(domain: &Path) -> io::Result<Self> {
        let mut modules = BTreeMap::new();
        let root = PathBuf::from("src/lib.rs");
        let items = parse(domain, &root)?;
        load(domain, "crate".to_owned(), &root, &PathBuf::from("src"), false, items, &mut modules)?;
        let mut scopes = Self { modules, access: BTreeMap::new(), places: BTreeMap::new() };
        scopes.access = scopes.reachable();
        scopes.places = scopes.access.iter().map(|(place, path)| (path.clone(), place.clone())).collect();
        Ok(scopes)
    }

    /// The place where what a path means in a module is declared: `crate::values::terms::Tenor`, or a path into
    /// another crate.
    pub(super) fn resolve(&self, module: &str, path: &[String]) -> Option<String> {
        self.resolve_at(module, path, 0)
    }

    /// How the crate's root spells what is declared at this place.
    pub(super) fn access(&self, place: &str) -> Option<&str> {
        self.access.get(place).map(String::as_str)
    }

    /// Whether the crate's root spells some item so.
    pub(super) fn is_access(&self, path: &str) -> bool {
        self.place(path).is_some()
    }

    /// The place of what the crate's root spells so.
    pub(super) fn place(&self, path: &str) -> Option<&str> {
        self.places.get(path).map(String::as_str)
    }

    /// What a name alone means in a module.
    pub(super) fn lookup(&self, module: &str, name: &str) -> Option<String> {
        self.lookup_at(module, name, 0, module)
    }

    fn resolve_at(&self, module: &str, path: &[String], depth: usize) -> Option<String> {
        let (first, rest) = path.split_first()?;
        let mut place = match first.as_str() {
            "crate" => "crate".to_owned(),
            "self" => module.to_owned(),
            "super" => parent(module)?.to_owned(),
            name => match self.lookup_at(module, name, depth + 1, module) {
                Some(place) => place,
                None if rest.is_empty() => return None,
                None => name.to_owned(),
            },
        };
        for name in rest {
            place = match self.modules.get(&place) {
                Some(inner) if name == "super" => parent(&inner.path)?.to_owned(),
                Some(_) => self.lookup_at(&place, name, depth + 1, module)?,
                None => format!("{place}::{name}"),
            };
        }
        Some(place)
    }

    /// Private imports of a module are known to what is within it, and to nobody else.
    fn lookup_at(&self, module: &str, name: &str, depth: usize, viewer: &str) -> Option<String> {
        if depth > IMPORTS_MAX {
            return None;
        }
        let inside = self.modules.get(module)?;
        let within = is_within(viewer, module);
        match inside.names.get(name).filter(|name| within || name.open).map(|name| &name.means) {
            Some(Means::Item | Means::Module) => Some(format!("{module}::{name}")),
            Some(Means::Import(path)) if path.len() == 1 && path[0] == name => Some(name.to_owned()),
            Some(Means::Import(path)) => self.resolve_at(module, path, depth + 1),
            None => inside.globs.iter().filter(|(_, open)| within || *open).find_map(|(path, _)| {
                let from = self.resolve_at(module, path, depth + 1)?;
                self.lookup_at(&from, name, depth + 1, module)
            }),
        }
    }

    /// The shortest path from the root to each item, over names that the root may use.
    fn reachable(&self) -> BTreeMap<String, String> {
        let mut access = BTreeMap::new();
        let mut queue = VecDeque::from([("crate".to_owned(), "crate".to_owned())]);
        let mut seen = BTreeSet::new();
        while let Some((place, spelled)) = queue.pop_front() {
            if !seen.insert(place.clone()) {
                continue;
            }
            for name in self.open_names(&place, 0) {
                let Some(target) = self.lookup(&place, &name) else { continue };
                let path = format!("{spelled}::{name}");
                if self.modules.contains_key(&target) {
                    queue.push_back((target, path));
                } else {
                    access.entry(target).or_insert(path);
                }
            }
        }
        access
    }

    fn open_names(&self, module: &str, depth: usize) -> BTreeSet<String> {
        let Some(inside) = self.modules.get(module).filter(|_| depth < IMPORTS_MAX) else {
            return BTreeSet::new();
        };
        let mut names: BTreeSet<String> =
            inside.names.iter().filter(|(_, name)| name.open).map(|(name, _)| name.clone()).collect();
        for (path, _) in inside.globs.iter().filter(|(_, open)| *open) {
            if let Some(from) = self.resolve(module, path).filter(|from| from != module) {
                names.extend(self.open_names(&from, depth + 1));
            }
        }
        names
    }
}

/// The module around a module.
pub(super) fn parent(module: &str) -> Option<&str> {
    module.rsplit_once("::").map(|(parent, _)| parent)
}

fn is_within(module: &str, outer: &str) -> bool {
    module.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Whether an item is for tests alone.
pub(super) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.to_token_stream().to_string().replace(' ', "").contains("cfg(test")
    })
}

fn parse(domain: &Path, file: &Path) -> io::Result<Vec<Item>> {
    let text = fs::read_to_string(domain.join(file))?;
    let parsed = syn::parse_file(&text).map_err(|fault| {
        io::Error::other(format!("{} line {}: {fault}", file.display(), fault.span().start().line))
    })?;
    Ok(parsed.items)
}

fn load(
    domain: &Path,
    path: String,
    file: &Path,
    folder: &Path,
    test: bool,
    items: Vec<Item>,
    modules: &mut BTreeMap<String, Module>,
) -> io::Result<()> {
    let mut module = Module {
        path: path.clone(),
        file: file.to_owned(),
        test,
        items: Vec::new(),
        names: BTreeMap::new(),
        globs: Vec::new(),
    };
    for item in &items {
        declare(item, &mut module);
        let Item::Mod(inner) = item else { continue };
        let name = inner.ident.to_string();
        let (inner_path, inner_folder) = (format!("{path}::{name}"), folder.join(&name));
        let test = test || is_for_tests(&inner.attrs);
        if let Some((_, items)) = &inner.content {
            load(domain, inner_path, file, &inner_folder, test, items.clone(), modules)?;
        } else {
            let beside = folder.join(format!("{name}.rs"));
            let within = inner_folder.join("mod.rs");
            let file = if domain.join(&beside).is_file() { beside } else { within };
            let items = parse(domain, &file)?;
            load(domain, inner_path, &file, &inner_folder, test, items, modules)?;
        }
    }
    module.items = items;
    modules.insert(path, module);
    Ok(())
}

fn declare(item: &Item, module: &mut Module) {
    let (name, vis, means) = match item {
        Item::Mod(item) => (&item.ident, &item.vis, Means::Module),
        Item::Struct(item) => (&item.ident, &item.vis, Means::Item),
        Item::Enum(item) => (&item.ident, &item.vis, Means::Item),
        Item::Type(item) => (&item.ident, &item.vis, Means::Item),
        Item::Trait(item) => (&item.ident, &item.vis, Means::Item),
        Item::Const(item) => (&item.ident, &item.vis, Means::Item),
        Item::Static(item) => (&item.ident, &item.vis, Means::Item),
        Item::Fn(item) => (&item.sig.ident, &item.vis, Means::Item),
        Item::Use(item) => {
            let open = is_open(&item.vis, &module.path);
            return import(&item.tree, &mut Vec::new(), open, module);
        }
        Item::Macro(item) => {
            for name in tables::declared(&item.mac) {
                module.names.insert(name, Name { means: Means::Item, open: true });
            }
            return;
        }
        _ => return,
    };
    let open = is_open(vis, &module.path);
    module.names.insert(name.to_string(), Name { means, open });
}

/// Whether the crate's root, and so every module, may use what is declared so in this module.
fn is_open(vis: &Visibility, module: &str) -> bool {
    match vis {
        Visibility::Public(_) => true,
        Visibility::Restricted(within) => {
            within.path.is_ident("crate")
                || (within.path.is_ident("super") && parent(module) == Some("crate"))
        }
        Visibility::Inherited => module == "crate",
    }
}

fn import(tree: &UseTree, path: &mut Vec<String>, open: bool, module: &mut Module) {
    match tree {
        UseTree::Path(part) => {
            path.push(part.ident.to_string());
            import(&part.tree, path, open, module);
            path.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| import(tree, path, open, module)),
        UseTree::Glob(_) => module.globs.push((path.clone(), open)),
        UseTree::Name(part) => {
            let name = part.ident.to_string();
            let mut whole = path.clone();
            if name == "self" {
                let Some(last) = whole.last().cloned() else { return };
                module.names.insert(last, Name { means: Means::Import(whole), open });
            } else {
                whole.push(name.clone());
                module.names.insert(name, Name { means: Means::Import(whole), open });
            }
        }
        UseTree::Rename(part) => {
            let mut whole = path.clone();
            whole.push(part.ident.to_string());
            module.names.insert(part.rename.to_string(), Name { means: Means::Import(whole), open });
        }
    }
}

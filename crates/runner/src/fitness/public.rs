//! Finds public items that no other crate uses.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};

use crate::{RunError, io};

/// Crates that teams program against: their public items are for contexts that do not exist yet.
const FOR_TEAMS: &[&str] = &["kernel", "chassis", "testkit"];

/// The public items that are not used: no other crate of the workspace, no template and no signature of another public
/// item names them. Crates that teams program against are skipped. Only names are compared, so an item with the same
/// name as a used one counts as used.
pub fn unused_public(root: &Path) -> Result<Vec<String>, RunError> {
    let crates = folders(&root.join("crates"))?;
    let mut sources = Vec::new();
    for folder in crates.iter().cloned().chain([root.join("xtask")]).chain(folders(&root.join("services"))?) {
        let files = rust_files(&folder)?;
        sources.push((folder, files));
    }
    let mut templates = BTreeSet::new();
    for file in files_below(&root.join("templates"))? {
        let text = std::fs::read_to_string(&file).map_err(io("read", &file))?;
        templates.extend(text.split(|c: char| !c.is_alphanumeric() && c != '_').map(ToOwned::to_owned));
    }
    let mut found = Vec::new();
    let is_ours = |folder: &&PathBuf| !FOR_TEAMS.iter().any(|name| folder.ends_with(name));
    for folder in crates.iter().filter(is_ours) {
        let library = folder.join("src");
        let mut used = templates.clone();
        let mut public = Public::default();
        for (path, tokens) in sources.iter().flat_map(|(_, files)| files) {
            if path.starts_with(&library) {
                let file = parsed(path, tokens.clone())?;
                path.strip_prefix(root).unwrap_or(path).clone_into(&mut public.file);
                public.visit_file(&file);
            } else {
                collect(tokens.clone(), &mut used);
            }
        }
        found.extend(public.unused(&used));
    }
    Ok(found)
}

/// The public items of one crate.
#[derive(Default)]
struct Public {
    /// The current file.
    file: PathBuf,
    items: Vec<Item>,
    /// The names in macro definitions, which expand in other crates.
    expanded: BTreeSet<String>,
}

struct Item {
    file: PathBuf,
    name: String,
    line: usize,
    /// The names in its signature.
    signature: BTreeSet<String>,
}

impl Public {
    fn add(&mut self, visibility: &syn::Visibility, name: &syn::Ident, signature: impl ToTokens) {
        if matches!(visibility, syn::Visibility::Public(_)) {
            let mut names = BTreeSet::new();
            collect(signature.to_token_stream(), &mut names);
            let (file, line) = (self.file.clone(), name.span().start().line);
            self.items.push(Item { file, name: name.to_string(), line, signature: names });
        }
    }

    /// The items that neither other crates nor signatures of other items name.
    fn unused(&self, outside: &BTreeSet<String>) -> Vec<String> {
        let is_used = |item: &&Item| {
            let shown = |other: &Item| other.name != item.name && other.signature.contains(&item.name);
            outside.contains(&item.name) || self.expanded.contains(&item.name) || self.items.iter().any(shown)
        };
        let unused = self.items.iter().filter(|item| !is_used(item));
        unused
            .map(|item| {
                format!(
                    "{}:{}: `{}` is public, but no other crate uses it",
                    item.file.display(),
                    item.line,
                    item.name
                )
            })
            .collect()
    }
}

impl<'ast> Visit<'ast> for Public {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.add(&item.vis, &item.sig.ident, &item.sig);
    }
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let mut seen = item.generics.to_token_stream();
        for field in item.fields.iter().filter(|field| matches!(field.vis, syn::Visibility::Public(_))) {
            field.ty.to_tokens(&mut seen);
        }
        self.add(&item.vis, &item.ident, seen);
    }
    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.add(&item.vis, &item.ident, &item.variants);
    }
    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.add(&item.vis, &item.ident, item);
    }
    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.add(&item.vis, &item.ident, &item.ty);
    }
    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.add(&item.vis, &item.ident, &item.ty);
    }
    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.add(&item.vis, &item.ident, &item.ty);
    }
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if item.trait_.is_none() {
            visit::visit_item_impl(self, item);
        }
    }
    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.add(&item.vis, &item.sig.ident, &item.sig);
    }
    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.add(&item.vis, &item.ident, &item.ty);
    }
    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        collect(item.mac.tokens.clone(), &mut self.expanded);
    }
}

/// Whether what has these attributes is compiled for tests alone.
pub(super) fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.to_token_stream().to_string().contains("test")
    })
}

/// Every Rust file below `folder`, parsed.
pub(super) fn rust_sources(folder: &Path) -> Result<Vec<(PathBuf, syn::File)>, RunError> {
    let parse = |(path, tokens): (PathBuf, TokenStream)| Ok((path.clone(), parsed(&path, tokens)?));
    rust_files(folder)?.into_iter().map(parse).collect()
}

fn parsed(path: &Path, tokens: TokenStream) -> Result<syn::File, RunError> {
    syn::parse2(tokens).map_err(|error| RunError::Unexpected {
        what: format!("expected Rust in {}", path.display()),
        answer: error.to_string(),
    })
}

/// Collects all identifiers; comments and literals have none.
fn collect(tokens: TokenStream, names: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                names.insert(name.to_string());
            }
            TokenTree::Group(group) => collect(group.stream(), names),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Every Rust file below `folder`, parsed into tokens.
fn rust_files(folder: &Path) -> Result<Vec<(PathBuf, TokenStream)>, RunError> {
    let mut read = Vec::new();
    for path in files_below(folder)? {
        // Files that must not compile may not parse, and do not count as uses.
        if path.extension().is_some_and(|end| end == "rs") && !path.iter().any(|part| part == "compile_fail")
        {
            let text = std::fs::read_to_string(&path).map_err(io("read", &path))?;
            let tokens = text.parse().map_err(|error: proc_macro2::LexError| RunError::Unexpected {
                what: format!("expected Rust in {}", path.display()),
                answer: error.to_string(),
            })?;
            read.push((path, tokens));
        }
    }
    Ok(read)
}

fn folders(of: &Path) -> Result<Vec<PathBuf>, RunError> {
    let entries = std::fs::read_dir(of).map_err(io("read", of))?.flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, RunError> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io("read", folder))?.flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(files_below(&path)?) } else { files.push(path) }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::unused_public;

    fn write(root: &Path, file: &str, text: &str) {
        let path = root.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }

    #[test]
    fn an_unused_public_item_is_reported_with_file_and_line() {
        let root = tempfile::tempdir().expect("a folder");
        let library = "pub fn used() -> Shown { helper() }\npub struct Shown;\npub(crate) fn helper() -> Shown { Shown }\n\
                       impl Shown {\n    pub fn spare(&self) {}\n}\npub struct Spare;\n#[cfg(test)]\nmod tests { pub fn t() {} }\n";
        write(root.path(), "crates/a/src/lib.rs", library);
        write(
            root.path(),
            "crates/b/src/lib.rs",
            "/// spare, Spare\nfn main() { let _ = (\"spare\", a::used()); }\n",
        );
        write(root.path(), "xtask/src/main.rs", "fn main() {}\n");
        write(root.path(), "services/c/domain/src/lib.rs", "");
        write(root.path(), "templates/context/x.rs", "{{ name }}");
        let found = unused_public(root.path()).expect("read");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("crates/a/src/lib.rs:5: `spare` is public"), "{found:?}");
        assert!(found[1].starts_with("crates/a/src/lib.rs:7: `Spare` is public"), "{found:?}");
        // A name in a template counts as a use.
        write(root.path(), "templates/context/x.rs", "{{ name }}::Spare.spare()");
        assert_eq!(unused_public(root.path()).expect("read"), Vec::<String>::new());
    }
}

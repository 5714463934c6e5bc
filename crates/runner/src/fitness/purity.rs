//! Finds modules of the standard library that pure crates must not use.

use std::path::{Path, PathBuf};

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{ItemUse, UseTree};

use super::public::{is_test, rust_sources};
use crate::RunError;

/// Modules of `std` that access anything outside the process, or depend on when and where it runs. Clippy checks
/// clocks, because it can distinguish `Duration` from `Instant`.
const IMPURE: &[&str] = &["env", "fs", "net", "os", "process", "thread"];

/// Each use of these modules in the kernel and in the domain crates below `root`, by file and line. Tests may use them.
pub fn impurities(root: &Path) -> Result<Vec<String>, RunError> {
    let mut pure = vec![root.join("crates/kernel/src")];
    for context in crate::workspace::contexts(root) {
        pure.push(root.join("services").join(context).join("domain/src"));
    }
    let mut found = Vec::new();
    for folder in pure {
        let files = rust_sources(&folder)?;
        let tests: Vec<PathBuf> = files.iter().flat_map(|(path, file)| test_modules(path, file)).collect();
        for (path, file) in &files {
            if tests.iter().any(|test| path.with_extension("").starts_with(test)) {
                continue;
            }
            let mut uses = Uses::default();
            uses.visit_file(file);
            let place = path.strip_prefix(root).unwrap_or(path).display().to_string();
            found.extend(uses.0.into_iter().map(|(line, module)| {
                format!(
                    "{place}:{line}: uses std::{module}: a pure crate must receive such data as a parameter"
                )
            }));
        }
    }
    Ok(found)
}

/// The modules with a file of their own that `file` declares for tests only, as paths without an extension.
fn test_modules(path: &Path, file: &syn::File) -> Vec<PathBuf> {
    let own = path.with_extension("");
    let is_root = ["lib", "main", "mod"].iter().any(|name| own.ends_with(name));
    let below = if is_root { path.parent().unwrap_or(path) } else { &own };
    let declared = file.items.iter().filter_map(|item| match item {
        syn::Item::Mod(module) if module.content.is_none() && is_test(&module.attrs) => Some(&module.ident),
        _ => None,
    });
    declared.map(|name| below.join(name.to_string())).collect()
}

/// Line numbers with the module that is used there.
#[derive(Default)]
struct Uses(Vec<(usize, String)>);

impl Uses {
    /// A path such as `std::fs::read`, from its first names.
    fn path<'a>(&mut self, line: usize, mut names: impl Iterator<Item = &'a syn::Ident>) {
        if names.next().is_some_and(|first| first == "std")
            && let Some(module) = names.next()
            && IMPURE.iter().any(|impure| module == impure)
        {
            self.0.push((line, module.to_string()));
        }
    }

    /// The part after `std::` in a `use`.
    fn below_std(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.module(&path.ident),
            UseTree::Name(name) => self.module(&name.ident),
            UseTree::Rename(rename) => self.module(&rename.ident),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.below_std(tree)),
            // A glob import of `std`: the modules that are used cannot be determined.
            UseTree::Glob(glob) => self.0.push((glob.span().start().line, "*".to_owned())),
        }
    }

    fn module(&mut self, name: &syn::Ident) {
        if IMPURE.iter().any(|impure| name == impure) {
            self.0.push((name.span().start().line, name.to_string()));
        }
    }

    fn tree(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) if path.ident == "std" => self.below_std(&path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree)),
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.tree(&item.tree);
    }
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(path.span().start().line, path.segments.iter().map(|segment| &segment.ident));
        visit::visit_path(self, path);
    }
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::impurities;

    #[test]
    fn each_impure_module_is_found_except_in_tests() {
        let root = tempfile::tempdir().expect("a folder");
        let domain = root.path().join("services/a/domain/src");
        std::fs::create_dir_all(&domain).expect("made");
        std::fs::create_dir_all(root.path().join("crates/kernel/src")).expect("made");
        std::fs::write(root.path().join("services/a/context.toml"), "").expect("written");
        let text = "use std::{collections::BTreeMap, env};\n\
                    use std::net::TcpStream as Stream;\n\
                    fn f() -> Vec<u8> { std::fs::read(\"x\").unwrap_or_default() }\n\
                    fn g() { ::std::process::exit(1) }\n\
                    fn h(d: std::time::Duration) -> std::fmt::Result { Ok(()) }\n\
                    use std::thread;\n\
                    #[cfg(test)]\nmod tests { use std::fs; }\n\
                    #[cfg(test)]\nmod golden;\n";
        std::fs::write(domain.join("rule.rs"), text).expect("written");
        std::fs::create_dir_all(domain.join("rule")).expect("made");
        std::fs::write(domain.join("rule/golden.rs"), "use std::fs;").expect("written");
        let found = impurities(root.path()).expect("read");
        let expected = [(1, "env"), (2, "net"), (3, "fs"), (4, "process"), (6, "thread")]
            .map(|(line, module)| format!("services/a/domain/src/rule.rs:{line}: uses std::{module}"));
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(&expected) {
            assert!(found.starts_with(expected), "{found} is not {expected}");
        }
    }
}

//! What of a package is kept from being mutated by `mutants::skip`, in any of its forms.

use serde::Serialize;
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItemFn, ItemFn, ItemImpl, ItemMod, ItemTrait, Meta, TraitItemFn};

use crate::attribution::last_name;
use crate::sources::Sources;

/// Something that cargo-mutants is told to pass over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Skip {
    /// The file, from the root of the package.
    pub file: String,
    /// The item around the attribute: `Submit::decide`; empty for a whole file.
    pub item: String,
}

/// All of them, in order. There is no other way to pass something over: cargo-mutants is run without a configuration.
pub(crate) fn skips(sources: &Sources) -> Vec<Skip> {
    let mut found = Vec::new();
    for (path, file) in sources.files.iter().filter(|(_, file)| !file.test_only) {
        let mut finder = Finder { file: path, around: Vec::new(), found: &mut found };
        finder.visit_file(&file.syntax);
    }
    found.sort();
    found
}

struct Finder<'a> {
    file: &'a str,
    around: Vec<String>,
    found: &'a mut Vec<Skip>,
}

impl Finder<'_> {
    fn within(&mut self, name: String, inner: impl FnOnce(&mut Self)) {
        self.around.push(name);
        inner(self);
        self.around.pop();
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if is_skip(&attribute.meta) {
            self.found.push(Skip { file: self.file.to_owned(), item: self.around.join("::") });
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.within(item.sig.ident.to_string(), |finder| visit::visit_item_fn(finder, item));
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.within(item.ident.to_string(), |finder| visit::visit_item_mod(finder, item));
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        self.within(item.ident.to_string(), |finder| visit::visit_item_trait(finder, item));
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let name = last_name(&item.self_ty).unwrap_or_default();
        self.within(name, |finder| visit::visit_item_impl(finder, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.within(item.sig.ident.to_string(), |finder| visit::visit_impl_item_fn(finder, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        self.within(item.sig.ident.to_string(), |finder| visit::visit_trait_item_fn(finder, item));
    }
}

fn is_skip(meta: &Meta) -> bool {
    let named = |path: &syn::Path| {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        names == ["mutants", "skip"]
    };
    match meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => {
            let conditions = syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated;
            list.parse_args_with(conditions).is_ok_and(|inner| inner.iter().any(is_skip))
        }
        _ => named(meta.path()),
    }
}

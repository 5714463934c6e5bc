//! What a domain crate declares: types with their fields, functions with their parameters, and what is implemented
//! for what. All of it is spelled from the crate's root.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use syn::{FnArg, ImplItem, Item, ItemImpl, Pat, Signature, Visibility};

use super::scope::{Scopes, is_for_tests};
use super::tables;
use super::types::Ty;
use super::wording::Wording;

/// A domain crate, as read.
pub(super) struct Index {
    pub(super) scopes: Scopes,
    /// By the path from the root.
    pub(super) types: BTreeMap<String, Declared>,
    pub(super) functions: Vec<Function>,
    pub(super) impls: Vec<Impl>,
    /// Constants of type `&str`, by the path from the root.
    pub(super) texts: Vec<String>,
    pub(super) commands: Vec<Command>,
}

/// A struct or an enum.
pub(super) struct Declared {
    pub(super) shape: Shape,
    /// The names of what it derives.
    pub(super) derives: Vec<String>,
    /// What it says of its texts.
    pub(super) wording: Wording,
    /// The file that it stands in, from the crate's folder; none for what a table declares.
    pub(super) file: Option<PathBuf>,
}

pub(super) enum Shape {
    Struct(Fields),
    Enum(Vec<(String, Fields)>),
}

pub(super) enum Fields {
    Unit,
    Named(Vec<Field>),
    Tuple(Vec<Field>),
}

pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: Ty,
    pub(super) open: bool,
}

/// A function that an example can call.
pub(super) struct Function {
    /// `crate::values::samples::draft`, `crate::values::Tenor::is_offered`
    pub(super) path: String,
    /// With the receiver, where there is one.
    pub(super) parameters: Vec<Ty>,
    pub(super) returns: Ty,
    pub(super) method: bool,
    pub(super) test: bool,
    pub(super) file: PathBuf,
}

/// `impl Trait<arguments> for subject`
pub(super) struct Impl {
    pub(super) name: String,
    pub(super) arguments: Vec<Ty>,
    pub(super) subject: Ty,
    pub(super) types: BTreeMap<String, Ty>,
    pub(super) file: PathBuf,
}

/// A command, as the board's table has it.
pub(super) struct Command {
    pub(super) path: String,
    pub(super) aggregate: String,
    pub(super) actors: Vec<String>,
}

impl Index {
    /// Reads the crate in this folder.
    pub(super) fn read(domain: &Path) -> io::Result<Self> {
        let scopes = Scopes::read(domain)?;
        let mut reader = Reader::default();
        for (path, module) in &scopes.modules {
            for item in &module.items {
                reader.item(item, &scopes, path, (&module.file, module.test));
            }
        }
        let Reader { types, functions, impls, texts, commands } = reader;
        Ok(Self { scopes, types, functions, impls, texts, commands })
    }

    /// Every impl of a trait, by the trait's last name.
    pub(super) fn impls_of(&self, name: &'static str) -> impl Iterator<Item = &Impl> {
        self.impls.iter().filter(move |one| one.name == name)
    }

    /// What an impl of a trait for this type says of an associated type.
    pub(super) fn associated(&self, name: &'static str, subject: &Ty, of: &str) -> Option<&Ty> {
        self.impls_of(name).find(|one| one.subject == *subject)?.types.get(of)
    }

    /// The enum of all events of an aggregate.
    pub(super) fn events_of(&self, aggregate: &str) -> Option<&Ty> {
        self.associated("Aggregate", &Ty::named(aggregate), "Event")
    }

    /// The type of a field of a struct, where tests may read it.
    pub(super) fn field(&self, of: &Ty, name: &str) -> Option<Ty> {
        let Ty::Named(path, _) = of else { return None };
        match &self.types.get(path)?.shape {
            Shape::Struct(Fields::Named(fields)) => {
                fields.iter().find(|field| field.name == name && field.open).map(|field| field.ty.clone())
            }
            _ => None,
        }
    }

    /// Each variant of a table's enum with its payload.
    pub(super) fn variants(&self, table: &Ty) -> Vec<(&str, &Ty)> {
        let Ty::Named(name, _) = table else { return Vec::new() };
        match self.types.get(name).map(|declared| &declared.shape) {
            Some(Shape::Enum(variants)) => variants
                .iter()
                .filter_map(|(name, fields)| match fields {
                    Fields::Tuple(fields) if fields.len() == 1 => Some((name.as_str(), &fields[0].ty)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

#[derive(Default)]
struct Reader {
    types: BTreeMap<String, Declared>,
    functions: Vec<Function>,
    impls: Vec<Impl>,
    texts: Vec<String>,
    commands: Vec<Command>,
}

impl Reader {
    fn item(&mut self, item: &Item, scopes: &Scopes, module: &str, (file, test): (&Path, bool)) {
        let access = |name: &syn::Ident| scopes.access(&format!("{module}::{name}")).map(ToOwned::to_owned);
        match item {
            Item::Struct(item) if item.generics.params.is_empty() => {
                let shape = Shape::Struct(fields(&item.fields, scopes, module, false));
                self.declare(access(&item.ident), shape, &item.attrs, file);
            }
            Item::Enum(item) if item.generics.params.is_empty() => {
                let variants = item.variants.iter();
                let read =
                    variants.map(|one| (one.ident.to_string(), fields(&one.fields, scopes, module, true)));
                let shape = Shape::Enum(read.collect());
                self.declare(access(&item.ident), shape, &item.attrs, file);
            }
            Item::Fn(item) if !is_test(&item.attrs) => {
                if let Some(path) = access(&item.sig.ident) {
                    let found = function(&item.sig, path, scopes, module, None);
                    self.functions.extend(found.map(|one| Function { test, file: file.to_owned(), ..one }));
                }
            }
            Item::Const(item) => {
                let is_text =
                    matches!(Ty::of(&item.ty, scopes, module, None), Ty::Ref(inner) if inner.is("str"));
                self.texts.extend(access(&item.ident).filter(|_| is_text));
            }
            Item::Impl(item) if item.generics.params.is_empty() => {
                self.block(item, scopes, module, (file, test));
            }
            Item::Macro(item) => self.table(&item.mac, scopes, module),
            _ => {}
        }
    }

    fn declare(&mut self, path: Option<String>, shape: Shape, attributes: &[syn::Attribute], file: &Path) {
        let Some(path) = path else { return };
        let mut derives = Vec::new();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
            // What cannot be read here does not compile either.
            let _ = attribute.parse_nested_meta(|meta| {
                derives.extend(meta.path.segments.last().map(|last| last.ident.to_string()));
                Ok(())
            });
        }
        self.types.insert(
            path,
            Declared { shape, derives, wording: Wording::of(attributes), file: Some(file.to_owned()) },
        );
    }

    fn block(&mut self, item: &ItemImpl, scopes: &Scopes, module: &str, (file, test): (&Path, bool)) {
        let subject = Ty::of(&item.self_ty, scopes, module, None);
        let Some((_, path, _)) = &item.trait_ else {
            let Ty::Named(owner, _) = &subject else { return };
            for inner in &item.items {
                let ImplItem::Fn(inner) = inner else { continue };
                if !matches!(inner.vis, Visibility::Public(_) | Visibility::Restricted(_)) {
                    continue;
                }
                let path = format!("{owner}::{}", inner.sig.ident);
                let found = function(&inner.sig, path, scopes, module, Some(&subject));
                self.functions.extend(found.map(|one| Function { test, file: file.to_owned(), ..one }));
            }
            return;
        };
        let Some(last) = path.segments.last() else { return };
        let arguments = match &last.arguments {
            syn::PathArguments::AngleBracketed(given) => given.args.iter().filter_map(|one| match one {
                syn::GenericArgument::Type(ty) => Some(Ty::of(ty, scopes, module, Some(&subject))),
                _ => None,
            }),
            _ => {
                return self.implement(
                    item,
                    last.ident.to_string(),
                    Vec::new(),
                    subject,
                    (scopes, module, file),
                );
            }
        };
        let arguments = arguments.collect();
        self.implement(item, last.ident.to_string(), arguments, subject, (scopes, module, file));
    }

    fn implement(
        &mut self,
        item: &ItemImpl,
        name: String,
        arguments: Vec<Ty>,
        subject: Ty,
        (scopes, module, file): (&Scopes, &str, &Path),
    ) {
        let types = item.items.iter().filter_map(|inner| match inner {
            ImplItem::Type(ty) => {
                Some((ty.ident.to_string(), Ty::of(&ty.ty, scopes, module, Some(&subject))))
            }
            _ => None,
        });
        let types = types.collect();
        self.impls.push(Impl { name, arguments, subject, types, file: file.to_owned() });
    }

    fn table(&mut self, mac: &syn::Macro, scopes: &Scopes, module: &str) {
        let spelled = |name: &str| {
            let place = scopes.lookup(module, name)?;
            scopes.access(&place).map(ToOwned::to_owned)
        };
        if let Some(table) = tables::table(mac)
            && let Some(path) = spelled(&table.name)
        {
            let variants = table.variants.iter().filter_map(|name| {
                let field = Field { name: "0".to_owned(), ty: Ty::named(&spelled(name)?), open: true };
                Some((name.clone(), Fields::Tuple(vec![field])))
            });
            let shape = Shape::Enum(variants.collect());
            self.types.insert(
                path,
                Declared { shape, derives: Vec::new(), wording: Wording::default(), file: None },
            );
        }
        self.commands.extend(tables::lines(mac).into_iter().filter_map(|line| {
            let (path, aggregate) = (spelled(&line.command)?, spelled(&line.aggregate)?);
            Some(Command { path, aggregate, actors: line.actors })
        }));
    }
}

fn fields(written: &syn::Fields, scopes: &Scopes, module: &str, open: bool) -> Fields {
    let field = |(index, field): (usize, &syn::Field)| Field {
        name: field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string),
        ty: Ty::of(&field.ty, scopes, module, None),
        open: open || !matches!(field.vis, Visibility::Inherited),
    };
    let all = written.iter().enumerate().map(field).collect();
    match written {
        syn::Fields::Unit => Fields::Unit,
        syn::Fields::Named(_) => Fields::Named(all),
        syn::Fields::Unnamed(_) => Fields::Tuple(all),
    }
}

fn function(
    signature: &Signature,
    path: String,
    scopes: &Scopes,
    module: &str,
    own: Option<&Ty>,
) -> Option<Function> {
    let generic = signature.generics.params.iter().any(|one| !matches!(one, syn::GenericParam::Lifetime(_)));
    if generic || signature.asyncness.is_some() {
        return None;
    }
    let mut method = false;
    let mut parameters = Vec::new();
    for input in &signature.inputs {
        parameters.push(match input {
            FnArg::Receiver(receiver) => {
                method = true;
                match (&receiver.reference, receiver.mutability) {
                    (Some(_), Some(_)) => return None,
                    (Some(_), None) => Ty::Ref(Box::new(own?.clone())),
                    (None, _) => own?.clone(),
                }
            }
            FnArg::Typed(typed) if matches!(&*typed.pat, Pat::Wild(_)) || !is_mutable(&typed.ty) => {
                Ty::of(&typed.ty, scopes, module, own)
            }
            FnArg::Typed(_) => return None,
        });
    }
    let returns = Ty::returned(&signature.output, scopes, module, own);
    let known = parameters.iter().all(Ty::is_known);
    known.then(|| Function { path, parameters, returns, method, test: false, file: PathBuf::new() })
}

fn is_mutable(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Reference(reference) if reference.mutability.is_some())
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    is_for_tests(attributes) || attributes.iter().any(|attribute| attribute.path().is_ident("test"))
}

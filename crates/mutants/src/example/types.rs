//! Types as far as an example can write values of them.

use std::fmt;

use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeParamBound};

use super::scope::Scopes;

/// Types of the kernel that examples know how to write, by their last name.
const KERNEL: [&str; 12] = [
    "Actor",
    "Country",
    "Currency",
    "Date",
    "Due",
    "Id",
    "Money",
    "Recorded",
    "Sensitive",
    "SignedDuration",
    "Timestamp",
    "Uuid",
];

/// A type, spelled from the crate's root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Ty {
    /// `crate::values::Tenor`, `macadam_kernel::Money`, `Vec<T>`, `String`, `u32`.
    Named(String, Vec<Ty>),
    /// `&T`
    Ref(Box<Ty>),
    /// `[T]`
    Slice(Box<Ty>),
    /// `(T, U)`; `()` without any.
    Tuple(Vec<Ty>),
    /// `impl Iterator<Item = T>`
    Iterator(Box<Ty>),
    /// Anything else: no values are written of it.
    Other,
}

impl Ty {
    pub(super) fn named(name: &str) -> Self {
        Self::Named(name.to_owned(), Vec::new())
    }

    /// A type with one argument, such as `Vec<T>`, by the name.
    pub(super) fn inner(&self, outer: &str) -> Option<&Self> {
        match self {
            Self::Named(name, arguments) if name == outer => arguments.first(),
            _ => None,
        }
    }

    pub(super) fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Named(name, arguments) if name == wanted && arguments.is_empty())
    }

    /// Whether a value of it can be written at all.
    pub(super) fn is_known(&self) -> bool {
        match self {
            Self::Named(_, arguments) | Self::Tuple(arguments) => arguments.iter().all(Self::is_known),
            Self::Ref(inner) | Self::Slice(inner) => inner.is_known(),
            Self::Iterator(_) | Self::Other => false,
        }
    }

    /// What this type means where it stands, in a module and perhaps in an impl.
    pub(super) fn of(written: &Type, scopes: &Scopes, module: &str, own: Option<&Self>) -> Self {
        let of = |inner: &Type| Self::of(inner, scopes, module, own);
        match written {
            Type::Reference(reference) => Self::Ref(Box::new(of(&reference.elem))),
            Type::Slice(slice) => Self::Slice(Box::new(of(&slice.elem))),
            Type::Tuple(tuple) => Self::Tuple(tuple.elems.iter().map(of).collect()),
            Type::Paren(inner) => of(&inner.elem),
            Type::ImplTrait(bounds) => {
                let item = bounds.bounds.iter().find_map(item_of);
                item.map_or(Self::Other, |item| Self::Iterator(Box::new(of(item))))
            }
            Type::Path(path) if path.qself.is_none() => {
                let names: Vec<_> = path.path.segments.iter().map(|part| part.ident.to_string()).collect();
                let arguments = path.path.segments.last().map(|last| arguments(&last.arguments, of));
                if names == ["Self"] {
                    return own.cloned().unwrap_or(Self::Other);
                }
                match arguments.flatten().and_then(|all| Some((spelled(&names, scopes, module)?, all))) {
                    Some((name, arguments)) => Self::Named(name, arguments),
                    None => Self::Other,
                }
            }
            _ => Self::Other,
        }
    }

    /// What a function returns.
    pub(super) fn returned(output: &ReturnType, scopes: &Scopes, module: &str, own: Option<&Self>) -> Self {
        match output {
            ReturnType::Default => Self::Tuple(Vec::new()),
            ReturnType::Type(_, ty) => Self::of(ty, scopes, module, own),
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |all: &[Self]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Self::Named(name, arguments) if arguments.is_empty() => f.write_str(name),
            Self::Named(name, arguments) => write!(f, "{name}<{}>", list(arguments)),
            Self::Ref(inner) => write!(f, "&{inner}"),
            Self::Slice(inner) => write!(f, "[{inner}]"),
            Self::Tuple(parts) if parts.len() == 1 => write!(f, "({},)", parts[0]),
            Self::Tuple(parts) => write!(f, "({})", list(parts)),
            Self::Iterator(_) | Self::Other => f.write_str("_"),
        }
    }
}

/// The `T` of `Iterator<Item = T>`.
fn item_of(bound: &TypeParamBound) -> Option<&Type> {
    let TypeParamBound::Trait(bound) = bound else { return None };
    let last = bound.path.segments.last().filter(|last| last.ident.to_string().ends_with("Iterator"))?;
    let PathArguments::AngleBracketed(given) = &last.arguments else { return None };
    given.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(item) if item.ident == "Item" => Some(&item.ty),
        _ => None,
    })
}

fn arguments(written: &PathArguments, of: impl Fn(&Type) -> Ty) -> Option<Vec<Ty>> {
    match written {
        PathArguments::None => Some(Vec::new()),
        PathArguments::AngleBracketed(list) => list
            .args
            .iter()
            .filter(|argument| !matches!(argument, GenericArgument::Lifetime(_)))
            .map(|argument| match argument {
                GenericArgument::Type(ty) => Some(of(ty)),
                _ => None,
            })
            .collect(),
        PathArguments::Parenthesized(_) => None,
    }
}

/// How the root spells a type: by its path in this crate, or as one of the kernel's or of the prelude's.
fn spelled(names: &[String], scopes: &Scopes, module: &str) -> Option<String> {
    let Some(place) = scopes.resolve(module, names) else {
        return (names.len() == 1).then(|| names[0].clone());
    };
    if place.starts_with("crate::") {
        return scopes.access(&place).map(ToOwned::to_owned);
    }
    let last = place.rsplit("::").next().unwrap_or(&place);
    if KERNEL.contains(&last) {
        return Some(format!("macadam_kernel::{last}"));
    }
    Some(place.strip_prefix("std::string::").unwrap_or(&place).to_owned())
}

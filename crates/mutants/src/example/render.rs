//! How a case ended, as source: by an expression that the crate has for it, else by what the type's definition says.

use std::collections::BTreeMap;

use super::debug::Shown;
use super::index::{Fields, Index, Shape};
use super::probe::Probe;
use super::types::Ty;
use super::values::{is_integer, quoted};

/// The id of the aggregate that an example is about, as it is shown.
pub(super) const AMID: &str = "00000000-0000-7000-8000-0000000000a1";

/// Spells values.
pub(super) struct Render<'a> {
    index: &'a Index,
    /// The shortest expression for what a value of a type reads as.
    known: BTreeMap<(Ty, String), String>,
}

impl<'a> Render<'a> {
    /// With the values that a probe printed: `@value 17 Started { … }`.
    pub(super) fn new(index: &'a Index, probe: &Probe, printed: &str) -> Self {
        let mut known: BTreeMap<(Ty, String), String> = BTreeMap::new();
        for line in printed.lines().filter_map(|line| line.strip_prefix("@value ")) {
            let Some((id, shown)) = line.split_once(' ') else { continue };
            let Some((text, ty)) = id.parse().ok().and_then(|id| probe.value(id)) else { continue };
            let best = known.entry((ty.clone(), shown.to_owned())).or_insert_with(|| text.to_owned());
            if text.len() < best.len() {
                text.clone_into(best);
            }
        }
        Self { index, known }
    }

    /// An expression of this type that is shown so.
    pub(super) fn value(&self, ty: &Ty, shown: &Shown) -> Option<String> {
        if let Some(known) = self.known.get(&(ty.clone(), shown.line())) {
            return Some(known.clone());
        }
        match (ty, shown) {
            (Ty::Tuple(types), Shown::Tuple(name, parts))
                if name.is_empty() && types.len() == parts.len() =>
            {
                let parts: Vec<_> =
                    types.iter().zip(parts).map(|(ty, part)| self.value(ty, part)).collect::<Option<_>>()?;
                Some(format!("({})", parts.join(", ")))
            }
            (Ty::Ref(inner), Shown::Text(text)) if inner.is("str") => Some(quoted(text)),
            (Ty::Ref(inner), shown) => Some(format!("&{}", self.value(inner, shown)?)),
            (Ty::Slice(inner), Shown::List(items)) => Some(format!("[{}]", self.list(inner, items)?)),
            (Ty::Named(name, arguments), shown) => self.named(ty, name, arguments, shown),
            _ => None,
        }
    }

    /// An event, spelled as its own struct: what `events![…]` takes.
    pub(super) fn event(&self, table: &Ty, shown: &Shown) -> Option<String> {
        if let Some(known) = self.known.get(&(table.clone(), shown.line())) {
            return Some(known.clone());
        }
        let Shown::Tuple(variant, payload) = shown else { return None };
        let variants = self.index.variants(table);
        let (_, ty) = variants.iter().find(|(name, _)| name == variant)?;
        self.value(ty, payload.first()?)
    }

    /// A command that a process sends.
    pub(super) fn sent(&self, sends: &Ty, shown: &Shown) -> Option<String> {
        let Shown::Tuple(variant, parts) = shown else { return None };
        let is_it = |path: &str| path.rsplit("::").next() == Some(variant);
        let command = self.index.commands.iter().find(|command| is_it(&command.path))?;
        let ty = Ty::named(&command.path);
        match &parts[..] {
            [payload] => Some(format!("{sends}::{variant}({})", self.value(&ty, payload)?)),
            [Shown::Word(id), payload] => {
                Some(format!("{sends}::{variant}({}, {})", uuid("Id", id), self.value(&ty, payload)?))
            }
            _ => None,
        }
    }

    fn list(&self, inner: &Ty, items: &[Shown]) -> Option<String> {
        Some(items.iter().map(|item| self.value(inner, item)).collect::<Option<Vec<_>>>()?.join(", "))
    }

    fn named(&self, ty: &Ty, name: &str, arguments: &[Ty], shown: &Shown) -> Option<String> {
        match (name, arguments, shown) {
            ("String", [], Shown::Text(text)) => Some(format!("{}.to_owned()", quoted(text))),
            ("bool", [], Shown::Word(word)) => Some(word.clone()),
            (number, [], Shown::Word(word)) if is_integer(number) => Some(word.clone()),
            ("Option", [_], Shown::Word(word)) => (word == "None").then(|| "None".to_owned()),
            ("Option", [inner], Shown::Tuple(some, parts)) if some == "Some" => {
                Some(format!("Some({})", self.value(inner, parts.first()?)?))
            }
            ("Result", [good, bad], Shown::Tuple(end, parts)) => {
                let ty = if end == "Ok" { good } else { bad };
                Some(format!("{end}({})", self.value(ty, parts.first()?)?))
            }
            ("Vec", [inner], Shown::List(items)) => Some(format!("vec![{}]", self.list(inner, items)?)),
            ("Box", [inner], shown) => Some(format!("Box::new({})", self.value(inner, shown)?)),
            ("macadam_kernel::Id", _, Shown::Word(word)) => Some(uuid("Id", word)),
            ("macadam_kernel::Uuid", [], Shown::Word(word)) => Some(uuid("Uuid", word)),
            ("macadam_kernel::Date", [], Shown::Word(word)) => {
                word.parse().ok().map(super::values::kernel::date)
            }
            (kernel, [], Shown::Word(word)) if kernel.starts_with("macadam_kernel::") => {
                Some(format!("{}.parse::<{kernel}>().unwrap()", quoted(word)))
            }
            _ => self.declared(ty, name, shown),
        }
    }

    fn declared(&self, ty: &Ty, name: &str, shown: &Shown) -> Option<String> {
        match (&self.index.types.get(name)?.shape, shown) {
            (Shape::Struct(fields), shown) => {
                self.literal(name, fields, shown).or_else(|| self.constructed(ty, name, shown))
            }
            (Shape::Enum(variants), Shown::Word(own) | Shown::Tuple(own, _) | Shown::Struct(own, _)) => {
                let (_, fields) = variants.iter().find(|(variant, _)| variant == own)?;
                self.literal(&format!("{name}::{own}"), fields, shown)
            }
            _ => None,
        }
    }

    fn literal(&self, path: &str, fields: &Fields, shown: &Shown) -> Option<String> {
        match (fields, shown) {
            (Fields::Unit, Shown::Word(_)) => Some(path.to_owned()),
            (Fields::Named(fields), Shown::Word(_)) if fields.is_empty() => Some(format!("{path} {{}}")),
            (Fields::Named(fields), Shown::Struct(_, values)) => {
                let field = |(field, (_, value)): (&super::index::Field, &(String, Shown))| {
                    let value = self.value(&field.ty, value).filter(|_| field.open)?;
                    Some(format!("{}: {value}", field.name))
                };
                let all: Vec<_> = fields.iter().zip(values).map(field).collect::<Option<_>>()?;
                (fields.len() == values.len()).then(|| format!("{path} {{ {} }}", all.join(", ")))
            }
            (Fields::Tuple(fields), Shown::Tuple(_, values)) if fields.iter().all(|field| field.open) => {
                let all = fields.iter().zip(values).map(|(field, value)| self.value(&field.ty, value));
                Some(format!("{path}({})", all.collect::<Option<Vec<_>>>()?.join(", ")))
            }
            _ => None,
        }
    }

    /// A type that hides its text, by what it is made from.
    fn constructed(&self, ty: &Ty, name: &str, shown: &Shown) -> Option<String> {
        let Shown::Tuple(_, parts) = shown else { return None };
        let [Shown::Text(text)] = &parts[..] else { return None };
        let text = quoted(text);
        self.index.impls.iter().filter(|one| one.subject == *ty).find_map(|one| {
            let owned = match one.arguments.first() {
                Some(Ty::Ref(_)) | None => text.clone(),
                Some(from) if from.is("String") => format!("{text}.to_owned()"),
                Some(_) => return None,
            };
            match one.name.as_str() {
                "From" => Some(format!("{name}::from({owned})")),
                "TryFrom" => Some(format!("{name}::try_from({owned}).unwrap()")),
                "FromStr" => Some(format!("{text}.parse::<{name}>().unwrap()")),
                _ => None,
            }
        })
    }
}

fn uuid(ty: &str, word: &str) -> String {
    match (ty, word == AMID) {
        ("Id", true) => "macadam_kernel::Id::from_uuid(macadam_kernel::testing::AMID)".to_owned(),
        ("Id", false) => format!("{}.parse().unwrap()", quoted(word)),
        (_, true) => "macadam_kernel::testing::AMID".to_owned(),
        (ty, false) => format!("{}.parse::<macadam_kernel::{ty}>().unwrap()", quoted(word)),
    }
}

//! Source expressions for values of a type: the samples that the crate's tests share, then literals in its own words,
//! then what the type's definition allows; the most typical first, those at a bound after it.

pub(super) mod kernel;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::harvest::{Harvest, Word};
use super::index::{Declared, Field, Fields, Function, Index, Shape};
use super::types::Ty;

/// How many expressions are written for one type.
pub(super) const VALUES_MAX: usize = 18;
/// How many of them vary one field.
const VARIED_MAX: usize = 12;

/// Writes expressions for values.
pub(super) struct Values<'a> {
    pub(super) index: &'a Index,
    pub(super) harvest: &'a Harvest,
    written: RefCell<BTreeMap<Ty, Rc<Vec<String>>>>,
}

impl<'a> Values<'a> {
    pub(super) fn new(index: &'a Index, harvest: &'a Harvest) -> Self {
        Self { index, harvest, written: RefCell::default() }
    }

    /// Expressions of this type; none where the type is not one that can be written.
    pub(super) fn of(&self, ty: &Ty) -> Rc<Vec<String>> {
        if let Some(known) = self.written.borrow().get(ty) {
            return Rc::clone(known);
        }
        // A type within itself has no values there.
        self.written.borrow_mut().insert(ty.clone(), Rc::default());
        let mut written = self.write(ty);
        let mut seen = std::collections::BTreeSet::new();
        written.retain(|text| seen.insert(text.clone()));
        written.truncate(VALUES_MAX);
        let written = Rc::new(written);
        self.written.borrow_mut().insert(ty.clone(), Rc::clone(&written));
        written
    }

    fn write(&self, ty: &Ty) -> Vec<String> {
        match ty {
            Ty::Tuple(parts) if parts.is_empty() => vec!["()".to_owned()],
            Ty::Tuple(parts) => {
                let choices: Vec<_> = parts.iter().map(|part| self.of(part).to_vec()).collect();
                vary(&choices, VALUES_MAX).iter().map(|parts| format!("({})", parts.join(", "))).collect()
            }
            Ty::Ref(inner) if inner.is("str") => self.texts().iter().map(|text| quoted(text)).collect(),
            Ty::Ref(inner) => self.of(inner).iter().map(|text| format!("&{text}")).collect(),
            Ty::Slice(inner) => self.lists(inner).iter().map(|list| list.replacen("vec!", "", 1)).collect(),
            // What a value within another one would borrow from is gone by then.
            Ty::Named(_, arguments) if arguments.iter().any(|inner| matches!(inner, Ty::Ref(_))) => {
                Vec::new()
            }
            Ty::Named(name, arguments) => self.named(ty, name, arguments),
            Ty::Iterator(_) | Ty::Other => Vec::new(),
        }
    }

    fn named(&self, ty: &Ty, name: &str, arguments: &[Ty]) -> Vec<String> {
        let mut all = self.samples(ty);
        match (name, arguments) {
            ("bool", []) => all.extend(["true", "false"].map(ToOwned::to_owned)),
            ("String", []) => {
                all.extend(self.texts().iter().map(|text| format!("{}.to_owned()", quoted(text))));
            }
            ("Option", [inner]) => {
                let mut some = self.of(inner).iter().map(|text| format!("Some({text})")).collect::<Vec<_>>();
                some.insert(some.len().min(1), "None".to_owned());
                all.extend(some);
            }
            ("Vec", [inner]) => all.extend(self.lists(inner)),
            ("Box", [inner]) => all.extend(self.of(inner).iter().map(|text| format!("Box::new({text})"))),
            (name, []) if is_integer(name) => all.extend(self.numbers(name, &[])),
            (name, arguments) if name.starts_with("macadam_kernel::") => {
                all.extend(kernel::values(name, arguments, self));
            }
            _ => all.extend(self.declared(ty, name)),
        }
        all
    }

    /// What functions of the tests return, called with what the tests call them with.
    pub(super) fn samples(&self, ty: &Ty) -> Vec<String> {
        let mut makers: Vec<_> =
            self.index.functions.iter().filter(|one| one.test && !one.method && one.returns == *ty).collect();
        makers.sort_by_key(|one| one.parameters.len());
        makers.iter().flat_map(|maker| self.calls(maker, VARIED_MAX)).collect()
    }

    /// Calls of a function, varied in one argument at a time.
    pub(super) fn calls(&self, function: &Function, calls_max: usize) -> Vec<String> {
        let mut parts = function.path.rsplit("::");
        let name = parts.next().unwrap_or_default();
        let owner = parts.next().filter(|owner| owner.starts_with(char::is_uppercase));
        let key = owner.map_or_else(|| name.to_owned(), |owner| format!("{owner}::{name}"));
        let choices = function.parameters.iter().enumerate().map(|(index, ty)| {
            let words = self.harvest.arguments.get(&(key.clone(), index));
            self.worded(ty, words.map_or(&[][..], Vec::as_slice))
        });
        let choices: Vec<_> = choices.collect();
        vary(&choices, calls_max).iter().map(|one| format!("{}({})", function.path, one.join(", "))).collect()
    }

    /// Values of a type, those first that the crate itself gives in this place.
    fn worded(&self, ty: &Ty, words: &[Word]) -> Vec<String> {
        let said = words.iter().filter_map(|word| match (word, ty) {
            (Word::Text(text), Ty::Ref(inner)) if inner.is("str") => Some(quoted(text)),
            (Word::Text(text), ty) if ty.is("String") => Some(format!("{}.to_owned()", quoted(text))),
            (Word::Text(text), ty) if ty.inner("Option").is_some_and(|inner| inner.is("String")) => {
                Some(format!("Some({}.to_owned())", quoted(text)))
            }
            (Word::Constant(name), Ty::Ref(inner)) if inner.is("str") => {
                self.index.texts.iter().find(|path| path.rsplit("::").next() == Some(name)).cloned()
            }
            _ => None,
        });
        let mut all: Vec<_> = said.collect();
        if let Ty::Named(name, _) = ty
            && is_integer(name)
        {
            let said: Vec<_> = words
                .iter()
                .filter_map(|word| if let Word::Number(number) = word { Some(*number) } else { None })
                .collect();
            return self.numbers(name, &said);
        }
        all.truncate(VALUES_MAX);
        all.extend(self.of(ty).iter().cloned());
        all
    }

    /// By the definition: a literal of the struct, each variant, or what a constructor returns.
    fn declared(&self, ty: &Ty, name: &str) -> Vec<String> {
        let Some(declared) = self.index.types.get(name) else { return Vec::new() };
        let mut all = match &declared.shape {
            Shape::Struct(fields) => self.literals(name, fields),
            Shape::Enum(variants) => self.enumerated(name, variants, declared),
        };
        if all.is_empty() {
            all = self.constructed(ty, name);
        }
        all
    }

    fn enumerated(&self, name: &str, variants: &[(String, Fields)], declared: &Declared) -> Vec<String> {
        let each: Vec<_> = variants
            .iter()
            .map(|(variant, fields)| match fields {
                Fields::Tuple(fields) if declared.file.is_none() && fields.len() == 1 => {
                    self.of(&fields[0].ty).iter().map(|event| format!("{name}::from({event})")).collect()
                }
                fields => self.literals(&format!("{name}::{variant}"), fields),
            })
            .collect();
        // One of each variant, before a second one of any.
        let longest = each.iter().map(Vec::len).max().unwrap_or_default();
        (0..longest).flat_map(|nth| each.iter().filter_map(move |one| one.get(nth)).cloned()).collect()
    }

    /// Literals of a struct or variant, varied in one field at a time.
    fn literals(&self, path: &str, fields: &Fields) -> Vec<String> {
        let choices = |fields: &[Field]| -> Option<Vec<Vec<String>>> {
            let open = fields.iter().all(|field| field.open);
            open.then(|| {
                let words = |(place, field): (usize, &Field)| {
                    let own = format!("{}.{}", path.rsplit("::").next().unwrap_or(path), field.name);
                    let keys = [&own, &field.name];
                    let words = keys.into_iter().filter_map(|key| self.harvest.fields.get(key)).flatten();
                    let words: Vec<_> = words.cloned().collect();
                    let mut values = self.worded(&field.ty, &words);
                    // Two fields of one type begin with different values, so that it shows where they are exchanged.
                    let before = fields[..place].iter().filter(|other| other.ty == field.ty).count();
                    if words.is_empty() && before < values.len() && !field.ty.is("bool") {
                        values.rotate_left(before);
                    }
                    values
                };
                fields.iter().enumerate().map(words).collect()
            })
        };
        match fields {
            Fields::Unit => vec![path.to_owned()],
            Fields::Named(fields) if fields.is_empty() => vec![format!("{path} {{}}")],
            Fields::Named(fields) => {
                let Some(choices) = choices(fields) else { return Vec::new() };
                let literal = |values: &Vec<String>| {
                    let pairs =
                        fields.iter().zip(values).map(|(field, value)| format!("{}: {value}", field.name));
                    format!("{path} {{ {} }}", pairs.collect::<Vec<_>>().join(", "))
                };
                vary(&choices, VALUES_MAX).iter().map(literal).collect()
            }
            Fields::Tuple(fields) => {
                let Some(choices) = choices(fields) else { return Vec::new() };
                vary(&choices, VALUES_MAX).iter().map(|one| format!("{path}({})", one.join(", "))).collect()
            }
        }
    }

    /// What a type that hides its fields can be made by.
    fn constructed(&self, ty: &Ty, name: &str) -> Vec<String> {
        let mut all = Vec::new();
        let last = name.rsplit("::").next().unwrap_or(name);
        let (own, usual) = (self.own_texts(name), self.texts());
        for one in self.index.impls.iter().filter(|one| one.subject == *ty) {
            let from = |call: &str, end: &str, ty: &Ty| {
                let said = self.harvest.arguments.get(&(format!("{last}::{call}"), 0));
                let mut words = said.cloned().unwrap_or_default();
                words.extend(own.iter().cloned().map(Word::Text));
                let values = self.worded(ty, &words);
                values.iter().map(|value| format!("{name}::{call}({value}){end}")).collect::<Vec<_>>()
            };
            match (one.name.as_str(), &one.arguments[..]) {
                ("From", [from_ty]) => all.extend(from("from", "", from_ty)),
                ("TryFrom", [from_ty]) => all.extend(from("try_from", ".unwrap()", from_ty)),
                ("FromIterator", [item]) => {
                    let lists = self.lists(item);
                    all.extend(lists.iter().map(|list| format!("{list}.into_iter().collect::<{name}>()")));
                }
                ("FromStr", []) => {
                    let texts = own.iter().chain(&usual);
                    all.extend(texts.map(|text| format!("{}.parse::<{name}>().unwrap()", quoted(text))));
                }
                _ => {}
            }
        }
        if self
            .index
            .types
            .get(name)
            .is_some_and(|declared| declared.derives.iter().any(|one| one == "Default"))
        {
            all.push(format!("{name}::default()"));
        }
        let makers = self.index.functions.iter().filter(|one| !one.method && !one.test);
        for maker in makers.filter(|one| one.path.starts_with(&format!("{name}::"))) {
            let outer = ["Result", "Option"].iter().any(|outer| maker.returns.inner(outer) == Some(ty));
            if maker.returns == *ty || outer {
                let end = if outer { ".unwrap()" } else { "" };
                all.extend(self.calls(maker, VARIED_MAX).iter().map(|call| format!("{call}{end}")));
            }
        }
        all
    }

    /// Texts at the bounds of a type's schema, and those of the tests beside it.
    fn own_texts(&self, name: &str) -> Vec<String> {
        let Some(declared) = self.index.types.get(name) else { return Vec::new() };
        let mut texts = declared.wording.texts();
        let beside = declared.file.as_ref().and_then(|file| self.harvest.texts_of.get(file));
        texts.extend(beside.into_iter().flatten().take(VARIED_MAX).cloned());
        texts
    }

    /// No element, one, two, the same one twice, and each element that is at a bound alone.
    fn lists(&self, inner: &Ty) -> Vec<String> {
        let values = self.of(inner);
        let mut lists = Vec::new();
        if let [first, second, ..] = &values[..] {
            lists.push(format!("vec![{first}, {second}]"));
        }
        if let Some(first) = values.first() {
            lists.extend([format!("vec![{first}]"), "vec![]".to_owned(), format!("vec![{first}, {first}]")]);
        }
        lists.extend(values.iter().skip(1).map(|one| format!("vec![{one}]")));
        lists
    }

    /// Texts that tests use, an empty one, a blank one and a long one.
    pub(super) fn texts(&self) -> Vec<String> {
        let usual =
            self.harvest.texts.iter().filter(|text| !text.trim().is_empty() && text.len() < 40).take(5);
        let mut all: Vec<_> = usual.cloned().collect();
        if all.is_empty() {
            all.push("something".to_owned());
        }
        all.extend(["", " ", "something else"].map(ToOwned::to_owned));
        all
    }

    /// Numbers that the crate gives here, the bounds that its code compares with, and what is next to each.
    fn numbers(&self, name: &str, said: &[i128]) -> Vec<String> {
        let signed = name.starts_with('i');
        let near = |number: &i128| [*number, number - 1, number + 1];
        let mut all: Vec<i128> = said.iter().take(1).copied().collect();
        all.extend(said.iter().take(3).flat_map(near));
        all.extend([1, 0, 2]);
        all.extend(self.harvest.bounds.iter().rev().take(4).flat_map(near));
        if signed {
            all.push(-1);
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut texts: Vec<_> = all
            .into_iter()
            .filter(|number| (signed || *number >= 0) && seen.insert(*number))
            .map(|number| number.to_string())
            .collect();
        texts.truncate(VARIED_MAX);
        texts.push(format!("{name}::MAX"));
        texts
    }
}

/// Each choice's first; then every other one beside the first of the rest, the choices taking turns; then what two
/// others give together.
pub(super) fn vary(choices: &[Vec<String>], all_max: usize) -> Vec<Vec<String>> {
    let Some(base) = choices.iter().map(|all| all.first().cloned()).collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    let longest = choices.iter().map(Vec::len).max().unwrap_or_default();
    let mut all = vec![base.clone()];
    for nth in 1..longest {
        for (place, values) in choices.iter().enumerate() {
            if let Some(value) = values.get(nth) {
                let mut one = base.clone();
                one[place].clone_from(value);
                all.push(one);
            }
        }
    }
    all.truncate(all_max);
    all
}

/// A string literal.
pub(super) fn quoted(text: &str) -> String {
    format!("{text:?}")
}

pub(super) fn is_integer(name: &str) -> bool {
    matches!(
        name,
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" | "u128" | "i128"
    )
}

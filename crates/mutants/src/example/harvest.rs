//! The literals that a crate's tests and code already use, by the field or the parameter that they are given for:
//! what an example says is then in words that the team knows, and near the bounds that the code compares with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprStruct, ItemMod, Lit, Macro, Member, Token};

use super::scope::Scopes;

/// A number beyond this is a mask or a hash, and no bound of a domain.
const BOUND_MAX: i128 = 10_000_000;

/// All literals of a crate.
#[derive(Default)]
pub(super) struct Harvest {
    /// By the field's name, and by the struct's and the field's: `Party.name`.
    pub(super) fields: BTreeMap<String, Vec<Word>>,
    /// By the called function's name, with its type's where it has one, and the argument's place.
    pub(super) arguments: BTreeMap<(String, usize), Vec<Word>>,
    /// Texts in tests, the more frequent first.
    pub(super) texts: Vec<String>,
    /// Texts in tests, by the file.
    pub(super) texts_of: BTreeMap<PathBuf, Vec<String>>,
    /// Numbers that code other than tests compares with.
    pub(super) bounds: BTreeSet<i128>,
    /// `date(2026, 6, 30)`
    pub(super) dates: Vec<(i16, i8, i8)>,
    counts: BTreeMap<String, usize>,
    file: PathBuf,
    test: bool,
}

/// What stands for a value: a literal, or the name of a constant.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    Text(String),
    Number(i128),
    Constant(String),
}

impl Harvest {
    pub(super) fn of(scopes: &Scopes) -> Self {
        let mut all = Self::default();
        // Samples first: what they say is what the team takes for usual.
        for samples in [true, false] {
            for module in scopes.modules.values().filter(|module| module.path.ends_with("samples") == samples)
            {
                all.test = module.test;
                all.file.clone_from(&module.file);
                module.items.iter().for_each(|item| all.visit_item(item));
            }
        }
        let mut texts: Vec<_> = std::mem::take(&mut all.counts).into_iter().collect();
        texts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        all.texts = texts.into_iter().map(|(text, _)| text).collect();
        all
    }

    fn keep(list: &mut Vec<Word>, word: Option<Word>) {
        if let Some(word) = word.filter(|word| !list.contains(word)) {
            list.push(word);
        }
    }
}

impl<'ast> Visit<'ast> for Harvest {
    /// An inline module is visited as a module of its own.
    fn visit_item_mod(&mut self, _: &'ast ItemMod) {}

    fn visit_expr_struct(&mut self, item: &'ast ExprStruct) {
        for field in &item.fields {
            if let Member::Named(name) = &field.member {
                let of = item.path.segments.last().map(|last| format!("{}.{name}", last.ident));
                for key in of.into_iter().chain([name.to_string()]) {
                    Self::keep(self.fields.entry(key).or_default(), word(&field.expr));
                }
            }
        }
        visit::visit_expr_struct(self, item);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(path) = &*call.func {
            let names: Vec<_> = path.path.segments.iter().map(|part| part.ident.to_string()).collect();
            let typed = names.len().saturating_sub(2);
            let has_type = names.get(typed).is_some_and(|name| name.starts_with(char::is_uppercase));
            let key =
                if has_type { names[typed..].join("::") } else { names.last().cloned().unwrap_or_default() };
            let words: Vec<_> = call.args.iter().map(word).collect();
            if let (true, [Some(Word::Number(y)), Some(Word::Number(m)), Some(Word::Number(d))]) =
                (key == "date", &words[..])
                && let (Ok(y), Ok(m), Ok(d)) = ((*y).try_into(), (*m).try_into(), (*d).try_into())
                && !self.dates.contains(&(y, m, d))
            {
                self.dates.push((y, m, d));
            }
            for (index, word) in words.into_iter().enumerate() {
                Self::keep(self.arguments.entry((key.clone(), index)).or_default(), word);
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_lit(&mut self, literal: &'ast Lit) {
        match literal {
            Lit::Str(text) if self.test => {
                let text = text.value();
                let own = self.texts_of.entry(self.file.clone()).or_default();
                if !own.contains(&text) {
                    own.push(text.clone());
                }
                *self.counts.entry(text).or_default() += 1;
            }
            Lit::Int(number) if !self.test => {
                self.bounds.extend(number.base10_parse::<i128>().ok().filter(|number| *number <= BOUND_MAX));
            }
            _ => {}
        }
    }

    /// `events![…]`, `vec![…]`, `assert_eq!(…)`: expressions, as far as they are.
    fn visit_macro(&mut self, mac: &'ast Macro) {
        // What a failure says is not a value.
        if mac.path.is_ident("panic") {
            return;
        }
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(parts) = parser.parse2(mac.tokens.clone()) {
            parts.iter().for_each(|part| self.visit_expr(part));
        }
    }
}

/// What an expression says, where it says it by one literal: `"Hamburg".into()`, `-1`, `STEEL`, `Some(3)`.
fn word(expression: &Expr) -> Option<Word> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(Word::Text(text.value())),
            Lit::Int(number) => number.base10_parse().ok().map(Word::Number),
            _ => None,
        },
        Expr::MethodCall(call) if call.args.is_empty() => word(&call.receiver),
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => match word(&unary.expr) {
            Some(Word::Number(number)) => Some(Word::Number(-number)),
            _ => None,
        },
        Expr::Call(call) if call.args.len() == 1 => match &*call.func {
            Expr::Path(path) if path.path.is_ident("Some") => word(&call.args[0]),
            _ => None,
        },
        Expr::Reference(inner) => word(&inner.expr),
        Expr::Path(path) => {
            let name = path.path.get_ident()?.to_string();
            let is_constant = name.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit());
            is_constant.then_some(Word::Constant(name))
        }
        _ => None,
    }
}

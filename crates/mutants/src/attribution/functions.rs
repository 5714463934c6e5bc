//! Finds the functions of a file, and whom each calls.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Block, ImplItem, Item, Signature, TraitItem, Visibility};

use super::{Found, Names, module};
use crate::mutant::Position;
use crate::rule::{Rule, RuleKind};
use crate::sources::{attributes, is_test};

/// Walks one file.
pub(crate) struct FunctionsOf<'a> {
    path: &'a str,
    names: &'a Names,
    found: &'a mut Vec<Found>,
}

impl<'a> FunctionsOf<'a> {
    pub(crate) fn new(path: &'a str, names: &'a Names, found: &'a mut Vec<Found>) -> Self {
        Self { path, names, found }
    }

    /// All functions of these items, tests aside.
    pub(crate) fn items(&mut self, items: &[Item]) {
        for item in items.iter().filter(|item| !attributes(item).iter().any(is_test)) {
            match item {
                Item::Fn(function) => {
                    let helper = matches!(function.vis, Visibility::Inherited);
                    self.function(&function.sig, &function.block, module(self.path), helper);
                }
                Item::Impl(item) => {
                    for inner in &item.items {
                        if let ImplItem::Fn(function) = inner {
                            let name = function.sig.ident.to_string();
                            let (rule, inherent) = self.names.of_impl(self.path, item, &name);
                            let helper = inherent && matches!(function.vis, Visibility::Inherited);
                            self.function(&function.sig, &function.block, rule, helper);
                        }
                    }
                }
                Item::Trait(item) => {
                    let rule = Rule::new(RuleKind::Value, item.ident.to_string());
                    for inner in &item.items {
                        if let TraitItem::Fn(function) = inner
                            && let Some(block) = &function.default
                        {
                            self.function(&function.sig, block, rule.clone(), false);
                        }
                    }
                }
                Item::Mod(inner) => self.items(inner.content.as_ref().map_or(&[], |(_, items)| items)),
                _ => {}
            }
        }
    }

    fn function(&mut self, signature: &Signature, block: &Block, rule: Rule, helper: bool) {
        let mut calls = Calls::default();
        calls.visit_block(block);
        self.found.push(Found {
            file: self.path.to_owned(),
            name: signature.ident.to_string(),
            start: position(signature.fn_token.span.start()),
            end: position(block.brace_token.span.close().end()),
            rule,
            helper,
            calls: calls.0,
        });
    }
}

fn position(at: proc_macro2::LineColumn) -> Position {
    Position { line: at.line, column: at.column + 1 }
}

/// The names that a block calls, or hands on as a value.
#[derive(Default)]
struct Calls(HashSet<String>);

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.0.extend(path.path.segments.last().map(|last| last.ident.to_string()));
        visit::visit_expr_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.0.insert(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
    }
}

impl Calls {
    /// What a macro is given is no syntax yet; each name in it may be a call.
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    self.0.insert(name.to_string());
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
        }
    }
}

//! The tables that managed code is made of (`aggregate_events!`, `hears!`, `emits!`, `messages!`, `sends!`), read
//! from their tokens: a macro's own declarations are in no syntax tree.

use proc_macro2::{TokenStream, TokenTree};
use syn::Macro;

/// An enum that a table declares: one variant for each event or command, of the same name.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) variants: Vec<String>,
}

/// One line of `messages!`.
pub(super) struct Line {
    pub(super) command: String,
    pub(super) aggregate: String,
    pub(super) actors: Vec<String>,
}

/// The names that a macro declares.
pub(super) fn declared(mac: &Macro) -> Vec<String> {
    let sends = (kind(mac) == "sends").then(|| name_of(mac.tokens.clone())).flatten();
    table(mac).map(|table| table.name).or(sends).into_iter().collect()
}

/// The enum that a macro declares, where its variants are of events.
pub(super) fn table(mac: &Macro) -> Option<Table> {
    let kind = kind(mac);
    if !matches!(kind.as_str(), "aggregate_events" | "hears" | "emits") {
        return None;
    }
    let name = name_of(mac.tokens.clone())?;
    let body = mac.tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => Some(group.stream()),
        _ => None,
    });
    let variants = body.last()?.into_iter().filter_map(ident).collect();
    Some(Table { name, variants })
}

/// The lines of `messages!`: which command is of which aggregate, and who may send it.
pub(super) fn lines(mac: &Macro) -> Vec<Line> {
    if kind(mac) != "messages" {
        return Vec::new();
    }
    let tokens: Vec<_> = mac.tokens.clone().into_iter().collect();
    tokens
        .split(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ';'))
        .filter_map(|line| {
            let names: Vec<_> = line.iter().cloned().filter_map(ident).collect();
            let actors = line.iter().find_map(|token| match token {
                TokenTree::Group(group) => Some(group.stream()),
                _ => None,
            });
            Some(Line {
                command: names.first()?.clone(),
                aggregate: names.get(2)?.clone(),
                actors: actors?
                    .into_iter()
                    .filter_map(|token| match token {
                        TokenTree::Literal(role) => Some(role.to_string().trim_matches('"').to_owned()),
                        _ => None,
                    })
                    .collect(),
            })
        })
        .collect()
}

fn kind(mac: &Macro) -> String {
    mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

fn name_of(tokens: TokenStream) -> Option<String> {
    tokens.into_iter().find_map(ident)
}

fn ident(token: TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(name) => Some(name.to_string()),
        _ => None,
    }
}

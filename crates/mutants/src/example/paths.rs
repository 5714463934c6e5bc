//! Paths in an example, shortened to the names that the module knows in which it is to stand.

use std::collections::BTreeMap;

use super::scope::Scopes;

/// Shortens the paths in a text, and says which `use` the names then need that the module does not have.
pub(super) fn shorten(text: &str, scopes: &Scopes, module: &str) -> (String, Vec<String>) {
    let mut short = String::new();
    let mut needed: BTreeMap<String, String> = BTreeMap::new();
    let mut rest = text;
    let mut before = ' ';
    let mut quoted = false;
    while let Some(c) = rest.chars().next() {
        let starts = rest.starts_with("crate::") || rest.starts_with("macadam_kernel::");
        if !quoted && starts && !before.is_alphanumeric() && before != '_' && before != ':' {
            let path = path_at(rest);
            let item = item_of(path, scopes);
            short.push_str(&name_of(item, scopes, module, &mut needed));
            rest = &rest[item.len()..];
            before = 'x';
            continue;
        }
        if c == '"' && before != '\\' {
            quoted = !quoted;
        }
        // An escaped backslash escapes nothing.
        before = if c == '\\' && before == '\\' { ' ' } else { c };
        short.push(c);
        rest = &rest[c.len_utf8()..];
    }
    (short, needed.into_values().collect())
}

/// The path that a text begins with.
fn path_at(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(text.len());
    text[..end].trim_end_matches(':')
}

/// What of a path is an item; the rest is an associated function or a variant.
fn item_of<'a>(path: &'a str, scopes: &Scopes) -> &'a str {
    let ends = path.match_indices("::").map(|(at, _)| at).chain([path.len()]);
    if path.starts_with("crate::") {
        return ends.map(|end| &path[..end]).filter(|part| scopes.is_access(part)).last().unwrap_or(path);
    }
    let type_ends =
        |part: &&str| part.rsplit("::").next().is_some_and(|last| last.starts_with(char::is_uppercase));
    ends.map(|end| &path[..end]).find(type_ends).unwrap_or(path)
}

/// The item's last name, where that means the item in this module, or may be imported to.
fn name_of(item: &str, scopes: &Scopes, module: &str, needed: &mut BTreeMap<String, String>) -> String {
    let name = item.rsplit("::").next().unwrap_or(item);
    let place = scopes.place(item).unwrap_or(item);
    let is_free = || needed.get(name).is_none_or(|other| other == item);
    match scopes.lookup(module, name) {
        Some(known) if known == place => name.to_owned(),
        None if is_free() => {
            needed.insert(name.to_owned(), item.to_owned());
            name.to_owned()
        }
        _ => item.to_owned(),
    }
}

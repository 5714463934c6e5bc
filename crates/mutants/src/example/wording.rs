//! Texts at the bounds that a type's own JSON Schema names: `extend("minLength" = 4, "pattern" = "^[A-Z]{6}$")`.

use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};

/// A length beyond this makes no example that somebody reads.
const LENGTH_MAX: usize = 200;
/// How much longer than necessary a repetition without an end becomes.
const LONGER: u32 = 2;

/// What a type's attributes say of its texts.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Wording {
    pattern: Option<String>,
    lengths: Vec<usize>,
}

impl Wording {
    /// Reads the attributes of a type.
    pub(super) fn of(attributes: &[syn::Attribute]) -> Self {
        let mut wording = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("schemars")) {
            // What cannot be read here does not compile either.
            let _ = attribute.parse_nested_meta(|meta| {
                if !meta.path.is_ident("extend") {
                    let is_alone = !meta.input.peek(syn::Token![=]) && !meta.input.peek(syn::token::Paren);
                    return if is_alone { Ok(()) } else { skip(&meta) };
                }
                let inner;
                syn::parenthesized!(inner in meta.input);
                while !inner.is_empty() {
                    let key: syn::LitStr = inner.parse()?;
                    inner.parse::<syn::Token![=]>()?;
                    wording.take(&key.value(), &inner.parse::<syn::Expr>()?);
                    if inner.parse::<syn::Token![,]>().is_err() {
                        break;
                    }
                }
                Ok(())
            });
        }
        wording
    }

    fn take(&mut self, key: &str, value: &syn::Expr) {
        let syn::Expr::Lit(literal) = value else { return };
        match (key, &literal.lit) {
            ("pattern", syn::Lit::Str(pattern)) => self.pattern = Some(pattern.value()),
            ("minLength" | "maxLength", syn::Lit::Int(length)) => {
                self.lengths.extend(length.base10_parse::<usize>());
            }
            _ => {}
        }
    }

    /// The shortest and the longest text that the pattern allows, each with a character more and less; texts around
    /// each length.
    pub(super) fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        if let Some(hir) = self.pattern.as_ref().and_then(|pattern| regex_syntax::parse(pattern).ok()) {
            for text in [expand(&hir, false), expand(&hir, true)] {
                let mut shorter = text.clone();
                let last = shorter.pop();
                let longer = format!("{text}{}", last.unwrap_or('x'));
                texts.extend([text, shorter, longer]);
            }
        }
        let near = self.lengths.iter().filter(|length| **length <= LENGTH_MAX);
        texts.extend(
            near.flat_map(|length| [*length, length.saturating_sub(1), length + 1])
                .map(|length| "x".repeat(length)),
        );
        texts
    }
}

/// Passes over `name = value` and `name(…)`.
fn skip(meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(syn::Token![=]) {
        return meta.value()?.parse::<syn::Expr>().map(|_| ());
    }
    let inner;
    syn::parenthesized!(inner in meta.input);
    inner.parse::<proc_macro2::TokenStream>().map(|_| ())
}

/// A text that matches: of each choice the least or the most.
fn expand(hir: &Hir, most: bool) -> String {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => String::new(),
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).into_owned(),
        HirKind::Class(Class::Unicode(class)) => {
            // Of a class of nearly everything, a letter.
            let ranges = class.ranges();
            let letter = ranges.iter().any(|range| (range.start()..=range.end()).contains(&'a'));
            let least = ranges.first().map_or('a', ClassUnicodeRange::start);
            if letter { 'a'.to_string() } else { least.to_string() }
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().first().map(|range| char::from(range.start()).to_string()).unwrap_or_default()
        }
        HirKind::Repetition(repeated) => {
            let more = repeated.max.unwrap_or(repeated.min + LONGER);
            let times = if most { more } else { repeated.min };
            let times = usize::try_from(times).unwrap_or(LENGTH_MAX).min(LENGTH_MAX);
            expand(&repeated.sub, most).repeat(times)
        }
        HirKind::Capture(capture) => expand(&capture.sub, most),
        HirKind::Concat(parts) => parts.iter().map(|part| expand(part, most)).collect(),
        HirKind::Alternation(parts) => {
            let part = if most { parts.last() } else { parts.first() };
            part.map(|part| expand(part, most)).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_at_the_bounds_of_what_the_schema_allows() {
        let item: syn::ItemStruct = syn::parse_str(
            r#"#[schemars(inline, rename = "Bic", extend("minLength" = 3, "pattern" = "^[A-Z]{2}([0-9]{1})?$"))] struct Bic(String);"#,
        )
        .unwrap();
        let texts = Wording::of(&item.attrs).texts();
        assert_eq!(texts, ["AA", "A", "AAA", "AA0", "AA", "AA00", "xxx", "xx", "xxxx"]);
    }
}

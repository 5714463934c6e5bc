//! The reference of the board for people: generated from the same keys that the parser uses.

use std::fmt::Write as _;

use super::field_type::PLAIN;
use super::keys::{Key, ROOT, Section, Shape};
use crate::names::{Kind, LENGTH_MAX};

const HEAD: &str = "\
# The board

Written from `crates/board/src/keys` by a test under `BLESS_GOLDEN=1`; edits belong there.

The board of a context is `services/<context>/context.toml`. Each heading below is a table of that file; a word in angle
brackets is a name that you choose. A key that is not listed here is an error. [The lints of the board](lints.md) say what
else a board must fulfil, [A first context](first-context.md) shows one, and `docs/schemas/board.schema.json` is the same
grammar for editors.
";

const TAIL: &str = "\
an `Id<Aggregate>` of this board, a `[value.X]` of this board, or an `Option<…>` or `Vec<…>` of one of these. `cargo
xtask new` writes the structs with these fields once, and the board without them; from then on the fields are defined in
the code.
";

/// The reference of `context.toml`, kept in `docs/book/board-reference.md`.
pub fn reference() -> String {
    let mut page = Page { text: HEAD.to_owned(), written: Vec::new() };
    page.children("", &ROOT);
    let plain: Vec<_> = PLAIN.iter().map(|(name, _)| format!("`{name}`")).collect();
    let _ = write!(
        page.text,
        "\n## Types of fields\n\n`fields` takes names, each with one of these types: {},\n{TAIL}\n## Names\n\nA name has \
         at most {LENGTH_MAX} characters, all of them ASCII, and is no keyword of Rust. Two names of one kind must \
         differ in more than case.\n",
        plain.join(", ")
    );
    page.text
}

struct Page {
    text: String,
    /// Sections that have a heading already, each with its anchor.
    written: Vec<(*const Section, String)>,
}

impl Page {
    /// A heading for each table in a section, and then for those in it.
    fn children(&mut self, path: &str, section: &'static Section) {
        for key in section.keys {
            let Some((heading, inner_path, inner)) = table(path, key) else { continue };
            if self.anchor(inner).is_some() {
                continue;
            }
            self.written.push((inner, anchor(&heading)));
            let _ = write!(self.text, "\n## `{heading}`\n\n{}\n\n", inner.about);
            self.keys(&inner_path, inner);
            self.children(&inner_path, inner);
        }
        if path.is_empty() {
            let words = section.keys.iter().filter(|key| matches!(key.shape, Shape::Words));
            for key in words {
                let _ = write!(
                    self.text,
                    "\n## `[{}]`\n\n{} Each key is a word, its value the meaning.\n",
                    key.name, key.about
                );
            }
        }
    }

    fn keys(&mut self, path: &str, section: &'static Section) {
        self.text.push_str("| key | value | required | meaning |\n| --- | --- | --- | --- |\n");
        for key in section.keys {
            let value = match table(path, key) {
                Some((heading, _, inner)) => {
                    let place = self.anchor(inner).unwrap_or_else(|| anchor(&heading));
                    format!("table [`{heading}`](#{place})")
                }
                None => value(key.shape),
            };
            let required = if key.required { "yes" } else { "" };
            let about = key.about.replace('|', "\\|");
            let _ = writeln!(self.text, "| `{}` | {value} | {required} | {about} |", key.name);
        }
    }

    fn anchor(&self, section: &'static Section) -> Option<String> {
        let known = self.written.iter().find(|(written, _)| std::ptr::eq(*written, section));
        known.map(|(_, anchor)| anchor.clone())
    }
}

/// The heading of the table behind a key, the path of what is in it, and its section.
fn table(path: &str, key: &Key) -> Option<(String, String, &'static Section)> {
    let full = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
    match key.shape {
        Shape::Table(inner) => Some((format!("[{full}]"), full, inner)),
        Shape::Tables(inner) => Some((format!("[[{full}]]"), full, inner)),
        Shape::Named(kind, inner) => {
            let full = format!("{full}.<{}>", kind.noun());
            Some((format!("[{full}]"), full, inner))
        }
        _ => None,
    }
}

/// The anchor that GitHub and mdBook give to a heading.
fn anchor(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

fn value(shape: Shape) -> String {
    let name = |kind: Kind| format!("{} in {}", kind.noun(), kind.spelling());
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::Flag => "`true` or `false`".to_owned(),
        Shape::Version => "whole number from 1".to_owned(),
        Shape::Name(kind) => name(kind),
        Shape::Names(kind) => format!("list: {}", name(kind)),
        Shape::OneOrMore(kind) => format!("one or a list: {}", name(kind)),
        Shape::NameLists(kind) => format!("list of lists: {}", name(kind)),
        Shape::Word(words) => {
            let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            words.join(", ")
        }
        Shape::Period => "length of time, as `10d`: a number with ms, s, m, h, d or w".to_owned(),
        Shape::Periods => "list of lengths of time, as `[\"10d\", \"20d\"]`".to_owned(),
        Shape::Day => "day, as `2027-05-01`".to_owned(),
        Shape::Address => "address that begins with http:// or https://".to_owned(),
        Shape::Objective => "percentage between 0% and 100%, as `99.9%`".to_owned(),
        Shape::Hours => "days, times and a time zone, as `Mon-Fri 08:00-18:00 Europe/Vienna`".to_owned(),
        Shape::Calls => "list of methods with paths, as `GET /path`".to_owned(),
        Shape::Fields => "names of fields, each with its [type](#types-of-fields)".to_owned(),
        Shape::Visibility => "roles, each with a field or `\"*\"`".to_owned(),
        Shape::Words => "words, each with its meaning".to_owned(),
        Shape::Table(_) | Shape::Tables(_) | Shape::Named(..) => "table".to_owned(),
    }
}

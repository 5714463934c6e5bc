//! The grammar as one table of keys: the parser uses it, and the JSON Schema for editors is generated from it.

mod relations;
mod root;

pub(super) use root::ROOT;

use crate::names::Kind;

/// What a table may contain.
#[derive(Debug)]
pub(super) struct Section {
    /// Description for people; appears in the schema.
    pub(super) about: &'static str,
    /// Its keys, in the order in which they are documented.
    pub(super) keys: &'static [Key],
}

/// One key of a table.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
    /// Description for people; appears in the schema and in hints.
    pub(super) about: &'static str,
}

/// The value that a key takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Text for people.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number from 1.
    Version,
    /// A name.
    Name(Kind),
    /// A list of names.
    Names(Kind),
    /// One name, or a list of them.
    OneOrMore(Kind),
    /// A list of lists of names.
    NameLists(Kind),
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A duration.
    Period,
    /// A list of durations.
    Periods,
    /// A date such as `2027-05-01`.
    Day,
    /// A URL.
    Address,
    /// A percentage.
    Objective,
    /// Working hours.
    Hours,
    /// A list of calls such as `GET /path`.
    Calls,
    /// Names of fields, each with its type.
    Fields,
    /// Roles, each with a field or `*`.
    Visibility,
    /// Words, each with its meaning.
    Words,
    /// A table.
    Table(&'static Section),
    /// A list of tables.
    Tables(&'static Section),
    /// Tables by name.
    Named(Kind, &'static Section),
}

impl Section {
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

const fn must(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, required: true, about }
}

const fn may(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, required: false, about }
}

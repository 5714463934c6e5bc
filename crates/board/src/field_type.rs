//! The types that a seed field may have: those of the kernel, and the values of the board.

use std::fmt;

/// The type of a seed field, as the board spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// `String`
    String,
    /// `bool`
    Bool,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// An amount with its currency.
    Money,
    /// An ISO 3166-1 country.
    Country,
    /// An ISO 4217 currency.
    Currency,
    /// A point in time.
    Timestamp,
    /// A calendar date.
    Date,
    /// `Id<Aggregate>`: the id of an aggregate of this board.
    Id(String),
    /// `Option<T>`
    Option(Box<FieldType>),
    /// `Vec<T>`
    Vec(Box<FieldType>),
    /// `Sensitive<String>`: never shown in logs.
    Sensitive,
    /// A `[value.X]` of this board.
    Value(String),
}

/// The types without an argument that need no declaration.
pub(super) const PLAIN: [(&str, FieldType); 12] = [
    ("String", FieldType::String),
    ("bool", FieldType::Bool),
    ("u32", FieldType::U32),
    ("u64", FieldType::U64),
    ("i32", FieldType::I32),
    ("i64", FieldType::I64),
    ("Money", FieldType::Money),
    ("Country", FieldType::Country),
    ("Currency", FieldType::Currency),
    ("Timestamp", FieldType::Timestamp),
    ("Date", FieldType::Date),
    ("Sensitive<String>", FieldType::Sensitive),
];

/// Deeper nesting is rejected, so that it cannot exhaust the stack.
const DEPTH_MAX: usize = 8;

impl FieldType {
    /// Parses a type; the error is the unknown part of it.
    pub(super) fn parse(text: &str, values: &[&str], aggregates: &[&str]) -> Result<Self, String> {
        Self::parse_within(text, values, aggregates, DEPTH_MAX)
    }

    /// The value type that a field of this type contains directly, without a heap allocation.
    pub(super) fn held_directly(&self) -> Option<&str> {
        match self {
            Self::Value(name) => Some(name),
            Self::Option(inner) => inner.held_directly(),
            _ => None,
        }
    }

    fn parse_within(text: &str, values: &[&str], aggregates: &[&str], depth: usize) -> Result<Self, String> {
        let text = text.trim();
        if let Some((_, known)) = PLAIN.iter().find(|(spelling, _)| *spelling == text) {
            return Ok(known.clone());
        }
        if values.contains(&text) {
            return Ok(Self::Value(text.to_owned()));
        }
        let Some((outer, inner)) = text.strip_suffix('>').and_then(|rest| rest.split_once('<')) else {
            return Err(text.to_owned());
        };
        if depth == 0 {
            return Err(text.to_owned());
        }
        let boxed = || Self::parse_within(inner, values, aggregates, depth - 1).map(Box::new);
        match outer.trim() {
            "Id" if aggregates.contains(&inner.trim()) => Ok(Self::Id(inner.trim().to_owned())),
            "Id" => Err(inner.trim().to_owned()),
            "Option" => boxed().map(Self::Option),
            // The kernel has no JSON form for a list of sensitive texts.
            "Vec" if inner.contains("Sensitive") => Err(text.to_owned()),
            "Vec" => boxed().map(Self::Vec),
            _ => Err(text.to_owned()),
        }
    }
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(name) => write!(f, "Id<{name}>"),
            Self::Option(inner) => write!(f, "Option<{inner}>"),
            Self::Vec(inner) => write!(f, "Vec<{inner}>"),
            Self::Value(name) => f.write_str(name),
            plain => {
                let spelling = PLAIN.iter().find(|(_, known)| known == plain).map_or("", |(text, _)| text);
                f.write_str(spelling)
            }
        }
    }
}

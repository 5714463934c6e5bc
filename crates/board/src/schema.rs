//! The JSON Schema of the board, for editors: generated from the same keys that the parser uses.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::keys::{ROOT, Section, Shape};
use crate::names::{CONSUMER, Kind, LENGTH_MAX, SYSTEM};

const PERIOD: &str = "^[0-9]+(ms|s|m|h|d|w)$";
const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const ADDRESS: &str = "^https?://[!#-;=?-~]+$";
const OBJECTIVE: &str = "^[0-9]{1,2}(\\.[0-9]+)?%$";
const HOURS: &str = "^[A-Z][a-z]{2}(-[A-Z][a-z]{2})? [0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2} [A-Za-z0-9/_+-]+$";
const CALL: &str = "^(GET|HEAD|POST|PUT|PATCH|DELETE) /\\S*$";

/// The schema of `context.toml`, kept in `docs/schemas/board.schema.json`.
pub fn json_schema() -> String {
    let Node::Map(body) = section(&ROOT) else { unreachable!("a section is a map") };
    let mut root = vec![
        ("$schema", text("https://json-schema.org/draft/2020-12/schema")),
        ("$id", text("board.schema.json")),
        ("title", text("Macadam board")),
    ];
    root.extend(body);
    let mut json = serde_json::to_string_pretty(&Node::Map(root)).expect("text and numbers are always JSON");
    json.push('\n');
    json
}

/// JSON that keeps the order of its keys, whatever features other crates enable.
enum Node {
    Text(String),
    Flag(bool),
    Number(usize),
    List(Vec<Node>),
    Map(Vec<(&'static str, Node)>),
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => number.serialize(serializer),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

fn section(section: &Section) -> Node {
    let properties = section.keys.iter().map(|key| (key.name, described(shape(key.shape), key.about)));
    let required = section.keys.iter().filter(|key| key.required).map(|key| text(key.name)).collect();
    Node::Map(vec![
        ("description", text(section.about)),
        ("type", text("object")),
        ("properties", Node::Map(properties.collect())),
        ("required", Node::List(required)),
        ("additionalProperties", Node::Flag(false)),
    ])
}

fn shape(shape: Shape) -> Node {
    match shape {
        Shape::Text => Node::Map(vec![("type", text("string")), ("pattern", text("\\S"))]),
        Shape::Flag => Node::Map(vec![("type", text("boolean"))]),
        Shape::Version => Node::Map(vec![("type", text("integer")), ("minimum", Node::Number(1))]),
        Shape::Name(kind) => name(kind),
        Shape::Names(kind) => list(name(kind)),
        Shape::OneOrMore(kind) => Node::Map(vec![("anyOf", Node::List(vec![name(kind), list(name(kind))]))]),
        Shape::NameLists(kind) => list(list(name(kind))),
        Shape::Word(words) => {
            Node::Map(vec![("enum", Node::List(words.iter().map(|word| text(word)).collect()))])
        }
        Shape::Period => pattern(PERIOD),
        Shape::Periods => list(pattern(PERIOD)),
        Shape::Day => pattern(DAY),
        Shape::Address => pattern(ADDRESS),
        Shape::Objective => pattern(OBJECTIVE),
        Shape::Hours => pattern(HOURS),
        Shape::Calls => list(pattern(CALL)),
        Shape::Fields => by_name(Some(Kind::Field), Node::Map(vec![("type", text("string"))])),
        Shape::Visibility => by_name(Some(Kind::Role), pattern("^(\\*|[a-z][a-z0-9_]*)$")),
        Shape::Words => by_name(None, Node::Map(vec![("type", text("string"))])),
        Shape::Table(inner) => section(inner),
        Shape::Tables(inner) => Node::Map(vec![("type", text("array")), ("items", section(inner))]),
        Shape::Named(kind, inner) => by_name(Some(kind), section(inner)),
    }
}

/// Puts the description of the key in the place of the description of its value.
fn described(node: Node, about: &str) -> Node {
    let Node::Map(entries) = node else { return node };
    let rest = entries.into_iter().filter(|(key, _)| *key != "description");
    Node::Map(std::iter::once(("description", text(about))).chain(rest).collect())
}

fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

fn pattern(pattern: &str) -> Node {
    Node::Map(vec![("type", text("string")), ("pattern", text(pattern))])
}

fn list(item: Node) -> Node {
    Node::Map(vec![("type", text("array")), ("items", item), ("uniqueItems", Node::Flag(true))])
}

fn name(kind: Kind) -> Node {
    let plain = kind.spelling().pattern();
    let pattern = match kind {
        Kind::Role => format!("^({SYSTEM}|{CONSUMER}|{})$", plain.trim_matches(['^', '$'])),
        _ => plain.to_owned(),
    };
    Node::Map(vec![
        ("type", text("string")),
        ("pattern", text(&pattern)),
        ("maxLength", Node::Number(LENGTH_MAX)),
    ])
}

fn by_name(kind: Option<Kind>, item: Node) -> Node {
    let mut entries = vec![("type", text("object"))];
    entries.extend(kind.map(|kind| ("propertyNames", name(kind))));
    entries.push(("additionalProperties", item));
    Node::Map(entries)
}

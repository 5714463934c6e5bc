//! JSON Schemas as components of an OpenAPI document: each definition once, under a name that does not change.

use std::collections::{BTreeMap, BTreeSet};

use schemars::Schema;
use serde_json::{Value, json};

/// Where components lie in the document.
const PLACE: &str = "#/components/schemas/";

/// Who reads a schema, hence how strictly it is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What clients send: nothing but what is known is taken.
    Request,
    /// What they are answered: more may come one day.
    Response,
}

/// The components so far.
#[derive(Debug, Default)]
pub(super) struct Components(BTreeMap<String, Value>);

impl Components {
    /// Adds one of the chassis' own, and gives a reference to it; under a name that is taken, it has another.
    pub(super) fn own(&mut self, name: &str, schema: Value) -> Value {
        let mut name = name.to_owned();
        while self.0.get(&name).is_some_and(|known| *known != schema) {
            name.push('_');
        }
        let reference = reference(&name);
        self.0.insert(name, schema);
        reference
    }

    /// Adds a schema with all that it refers to, and gives a reference to it.
    ///
    /// Two types of one name that differ are told apart by what they belong to.
    pub(super) fn add(&mut self, name: &str, schema: &Schema, side: Side) -> Value {
        let mut root = schema.clone().to_value();
        let mut parts: BTreeMap<String, Value> = BTreeMap::new();
        if let Some(members) = root.as_object_mut() {
            members.remove("$schema");
            if let Some(Value::Object(definitions)) = members.remove("$defs") {
                parts.extend(definitions);
            }
        }
        // Nothing can be called like the document itself.
        parts.insert("#".to_owned(), root);
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for part in parts.keys() {
            names.insert(part.clone(), if part == "#" { name.to_owned() } else { part.clone() });
        }
        if side == Side::Request {
            for part in exact(&mut parts) {
                names.insert(part.clone(), format!("{part}Input"));
            }
        }
        loop {
            let renamed: Vec<(String, Value)> =
                parts.iter().map(|(part, schema)| (part.clone(), with_names(schema, &names))).collect();
            let taken = renamed
                .iter()
                .filter(|(part, schema)| self.0.get(&names[part]).is_some_and(|known| known != schema));
            let taken: Vec<String> = taken.map(|(part, _)| part.clone()).collect();
            if taken.is_empty() {
                self.0.extend(renamed.into_iter().map(|(part, schema)| (names[&part].clone(), schema)));
                return reference(&names["#"]);
            }
            for part in taken {
                let called = names.get_mut(&part).expect("each part has a name");
                *called = if part == "#" { format!("{called}_") } else { format!("{name}.{called}") };
            }
        }
    }

    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0.into_iter().collect())
    }
}

/// A reference to a component.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("{PLACE}{name}") })
}

/// Says of each object that it takes no other members, and of each integer what it can hold, as the code does. Names
/// the definitions that are not what they were.
fn exact(parts: &mut BTreeMap<String, Value>) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    for (part, schema) in parts.iter_mut() {
        let before = schema.clone();
        close(schema, false);
        if *schema != before && part != "#" {
            changed.insert(part.clone());
        }
    }
    // What refers to one that changed is another one, too.
    loop {
        let more = parts.iter().filter(|(part, schema)| {
            *part != "#" && !changed.contains(*part) && refers(schema, &|to| changed.contains(to))
        });
        let more: Vec<String> = more.map(|(part, _)| part.clone()).collect();
        if more.is_empty() {
            return changed;
        }
        changed.extend(more);
    }
}

/// `part`: the members of an object that this is only a part of are closed by the whole.
fn close(schema: &mut Value, part: bool) {
    let Some(members) = schema.as_object_mut() else { return };
    let combined = ["allOf", "anyOf", "oneOf"].iter().any(|keyword| members.contains_key(*keyword));
    let is_object = members.contains_key("properties") || members.get("type") == Some(&json!("object"));
    let closed =
        members.contains_key("additionalProperties") || members.contains_key("unevaluatedProperties");
    if is_object && !closed && !part {
        let keyword = if combined { "unevaluatedProperties" } else { "additionalProperties" };
        members.insert(keyword.to_owned(), false.into());
    }
    if let Some((low, high)) = members.get("format").and_then(Value::as_str).and_then(bounds) {
        members.entry("minimum").or_insert(low);
        members.entry("maximum").or_insert(high);
    }
    for (keyword, inner) in members.iter_mut() {
        match (keyword.as_str(), inner) {
            ("allOf" | "anyOf" | "oneOf", Value::Array(parts)) => {
                for inner in parts {
                    close(inner, is_object || part);
                }
            }
            ("prefixItems", Value::Array(parts)) => {
                for inner in parts {
                    close(inner, false);
                }
            }
            ("properties" | "patternProperties", Value::Object(fields)) => {
                for inner in fields.values_mut() {
                    close(inner, false);
                }
            }
            ("items" | "additionalProperties", inner) => close(inner, false),
            _ => {}
        }
    }
}

/// What an integer of this format can hold.
fn bounds(format: &str) -> Option<(Value, Value)> {
    Some(match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" | "int" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0.into(), u8::MAX.into()),
        "uint16" => (0.into(), u16::MAX.into()),
        "uint32" => (0.into(), u32::MAX.into()),
        "uint64" | "uint" => (0.into(), u64::MAX.into()),
        _ => return None,
    })
}

fn refers(schema: &Value, to: &dyn Fn(&str) -> bool) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(keyword, inner)| match inner {
            Value::String(text) if keyword == "$ref" => to(definition(text)),
            inner => refers(inner, to),
        }),
        Value::Array(items) => items.iter().any(|inner| refers(inner, to)),
        _ => false,
    }
}

fn with_names(schema: &Value, names: &BTreeMap<String, String>) -> Value {
    match schema {
        Value::Object(members) => {
            let renamed = members.iter().map(|(keyword, inner)| match inner {
                Value::String(text) if keyword == "$ref" => {
                    let name = names.get(definition(text));
                    (
                        keyword.clone(),
                        name.map_or_else(|| inner.clone(), |name| format!("{PLACE}{name}").into()),
                    )
                }
                inner => (keyword.clone(), with_names(inner, names)),
            });
            Value::Object(renamed.collect())
        }
        Value::Array(items) => items.iter().map(|inner| with_names(inner, names)).collect(),
        other => other.clone(),
    }
}

/// The name in `#/$defs/Name`; the whole document is `#`.
fn definition(reference: &str) -> &str {
    reference.strip_prefix("#/$defs/").unwrap_or(reference)
}

#[cfg(test)]
mod tests {
    use schemars::{JsonSchema, schema_for};
    use serde_json::{Value, json};

    use super::{Components, Side};

    mod one {
        #[derive(schemars::JsonSchema)]
        #[expect(dead_code, reason = "only its schema is looked at")]
        pub(super) struct Part {
            pub number: u8,
        }
    }

    mod other {
        #[derive(schemars::JsonSchema)]
        #[expect(dead_code, reason = "only its schema is looked at")]
        pub(super) struct Part {
            pub name: String,
        }
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Tree {
        part: one::Part,
        below: Vec<Tree>,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Leaf {
        part: other::Part,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Flat {
        own: u8,
        #[serde(flatten)]
        choice: Choice,
    }

    #[derive(JsonSchema)]
    #[serde(tag = "kind")]
    #[expect(dead_code, reason = "only its schema is looked at")]
    enum Choice {
        Small { size: u8 },
        Large,
    }

    fn document(add: impl FnOnce(&mut Components)) -> Value {
        let mut components = Components::default();
        add(&mut components);
        json!({ "components": { "schemas": components.into_value() } })
    }

    #[test]
    fn a_type_that_holds_itself_refers_to_its_component() {
        let document = document(|components| {
            assert_eq!(
                components.add("Tree", &schema_for!(Tree), Side::Response)["$ref"],
                "#/components/schemas/Tree"
            );
        });
        let items = document.pointer("/components/schemas/Tree/properties/below/items/$ref");
        assert_eq!(items, Some(&json!("#/components/schemas/Tree")));
    }

    #[test]
    fn two_types_of_one_name_are_two_components_and_one_type_is_one() {
        let document = document(|components| {
            components.add("Tree", &schema_for!(Tree), Side::Response);
            components.add("Leaf", &schema_for!(Leaf), Side::Response);
            components.add("Tree", &schema_for!(Tree), Side::Response);
        });
        let names: Vec<_> = document["components"]["schemas"].as_object().expect("schemas").keys().collect();
        assert_eq!(names, ["Leaf", "Leaf.Part", "Part", "Tree"]);
    }

    #[test]
    fn what_is_sent_has_no_other_members_and_fits_its_integers() {
        let document = document(|components| {
            components.add("Grow", &schema_for!(Tree), Side::Request);
            components.add("Tree", &schema_for!(Tree), Side::Response);
        });
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["PartInput"]["additionalProperties"], false);
        assert_eq!(schemas["PartInput"]["properties"]["number"]["maximum"], 255);
        assert_eq!(schemas["Part"].get("additionalProperties"), None);
        assert_eq!(schemas["Grow"]["properties"]["part"]["$ref"], "#/components/schemas/PartInput");
    }

    #[test]
    fn parts_of_one_object_are_closed_together() {
        let mut document = document(|components| {
            components.add("Flat", &schema_for!(Flat), Side::Request);
        });
        document["$ref"] = json!("#/components/schemas/Flat");
        for (value, fits) in [
            (json!({ "own": 1, "kind": "Small", "size": 2 }), true),
            (json!({ "own": 1, "kind": "Large" }), true),
            (json!({ "own": 1, "kind": "Large", "more": 2 }), false),
        ] {
            assert_eq!(jsonschema::is_valid(&document, &value), fits, "{value}");
        }
    }
}

//! From JSON to a command, strictly: what does not fit, and what nobody knows, is named with its place.

use schemars::Schema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One thing wrong in a request's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldFault {
    /// JSON Pointer to the offending place.
    pub pointer: String,
    /// What is wrong there.
    pub detail: String,
}

/// Reads a command; an empty body stands for one without fields.
pub(super) fn parse<M: DeserializeOwned>(body: &[u8], schema: &Schema) -> Result<M, Vec<FieldFault>> {
    let body = if body.iter().all(u8::is_ascii_whitespace) { b"{}" } else { body };
    if body.contains(&b'[') {
        let faults = lists_for_objects(body, schema);
        if !faults.is_empty() {
            return Err(faults);
        }
    }
    let mut unknown = Vec::new();
    let mut json = serde_json::Deserializer::from_slice(body);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let parsed = serde_ignored::deserialize(tracked, |path| {
        unknown.push(FieldFault { pointer: pointer(&path.to_string()), detail: "unknown field".to_owned() });
    });
    let command: M = parsed.map_err(|error| {
        vec![FieldFault { pointer: pointer(&track.path().to_string()), detail: without_place(&error) }]
    })?;
    json.end().map_err(|error| vec![FieldFault { pointer: String::new(), detail: error.to_string() }])?;
    if unknown.is_empty() { Ok(command) } else { Err(unknown) }
}

/// Lists that stand where the schema knows objects alone: serde would read them as structs, field by field.
fn lists_for_objects(body: &[u8], schema: &Schema) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if let Ok(document) = serde_json::from_slice::<Value>(body) {
        compare(schema.as_value(), &[schema.as_value()], &document, "", &mut faults);
    }
    faults
}

/// Holds a value against the schemas that it may be of; what else is wrong with it is for serde to say.
fn compare(root: &Value, schemas: &[&Value], value: &Value, place: &str, faults: &mut Vec<FieldFault>) {
    let mut options = Vec::new();
    for schema in schemas {
        resolve(root, schema, &mut options);
    }
    match value {
        Value::Array(items) => {
            if !options.iter().any(|option| admits(option, "array")) {
                faults.push(FieldFault {
                    pointer: place.to_owned(),
                    detail: "a list stands where an object belongs".to_owned(),
                });
                return;
            }
            let of_items: Vec<&Value> = options.iter().filter_map(|option| option.get("items")).collect();
            for (number, item) in items.iter().enumerate().filter(|_| !of_items.is_empty()) {
                compare(root, &of_items, item, &format!("{place}/{number}"), faults);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let of_member: Vec<&Value> =
                    options.iter().filter_map(|option| option.get("properties")?.get(name)).collect();
                if !of_member.is_empty() {
                    compare(root, &of_member, member, &format!("{place}/{name}"), faults);
                }
            }
        }
        _ => {}
    }
}

/// The schemas that a reference or a choice stands for.
fn resolve<'a>(root: &'a Value, schema: &'a Value, options: &mut Vec<&'a Value>) {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        if let Some(target) = root.pointer(target.trim_start_matches('#')) {
            resolve(root, target, options);
        }
        return;
    }
    let choices: Vec<&Value> =
        ["anyOf", "oneOf"].iter().filter_map(|choice| schema.get(choice)?.as_array()).flatten().collect();
    if choices.is_empty() {
        options.push(schema);
    }
    for choice in choices {
        resolve(root, choice, options);
    }
}

/// Whether a schema lets a value of this type be; one that says no type lets everything be.
fn admits(schema: &Value, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == kind,
        Some(Value::Array(kinds)) => kinds.iter().any(|known| known == kind),
        _ => true,
    }
}

/// `items.0.quantity` as `/items/0/quantity`; the whole document is the empty pointer.
fn pointer(path: &str) -> String {
    let path = path.replace("?.", "").replace('[', ".").replace(']', "");
    let path = path.trim_start_matches('.');
    if path.is_empty() || path == "?" { String::new() } else { format!("/{}", path.replace('.', "/")) }
}

/// `serde_json`'s message without its line and column, where the pointer already says the place.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) if error.is_data() => text[..end].to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, PartialEq, schemars::JsonSchema)]
    struct Item {
        quantity: u32,
    }

    #[derive(Debug, serde::Deserialize, PartialEq, schemars::JsonSchema)]
    struct Change {
        items: Vec<Item>,
    }

    fn check(body: &str) -> Vec<(String, String)> {
        let faults =
            parse::<Change>(body.as_bytes(), &schemars::schema_for!(Change)).expect_err("must be refused");
        faults.into_iter().map(|fault| (fault.pointer, fault.detail)).collect()
    }

    #[test]
    fn a_wrong_type_is_named_with_its_place() {
        let faults = check(r#"{"items": [{"quantity": 1}, {"quantity": "two"}]}"#);
        assert_eq!(faults[0].0, "/items/1/quantity");
        assert!(faults[0].1.starts_with("invalid type: string \"two\""), "{faults:?}");
    }

    #[test]
    fn a_list_is_no_object_however_deep_it_stands() {
        assert_eq!(check("[[]]"), [(String::new(), "a list stands where an object belongs".to_owned())]);
        let places: Vec<_> =
            check(r#"{"items": [{"quantity": 1}, [1]]}"#).into_iter().map(|fault| fault.0).collect();
        assert_eq!(places, ["/items/1"]);
        let sound = br#"{"items": [{"quantity": 1}]}"#;
        assert!(parse::<Change>(sound, &schemars::schema_for!(Change)).is_ok());
    }

    #[test]
    fn every_unknown_field_is_refused() {
        let faults = check(r#"{"items": [{"quantity": 1, "colour": "red"}], "more": true}"#);
        let places: Vec<_> = faults.iter().map(|fault| fault.0.as_str()).collect();
        assert_eq!(places, ["/items/0/colour", "/more"]);
    }

    #[test]
    fn text_that_is_not_json_is_refused_with_line_and_column() {
        let faults = check("{\"items\": [");
        assert!(faults[0].1.contains("line 1"), "{faults:?}");
    }

    #[test]
    fn anything_after_the_document_is_refused() {
        assert_eq!(check(r#"{"items": []} {}"#).len(), 1);
    }
}

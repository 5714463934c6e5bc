//! Reading JSON Schemas: what kind of value a field is, and which of its parts are secret.

use schemars::Schema;
use serde_json::Value;

/// How a secret is shown.
const MASK: &str = "***";

/// What a schema says of one field.
pub(crate) fn property(schema: &Schema, field: &str) -> Option<Value> {
    let property = schema.pointer(&format!("/properties/{field}"))?;
    Some(resolve(schema, property).clone())
}

fn resolve<'a>(schema: &'a Schema, mut property: &'a Value) -> &'a Value {
    while let Some(target) = property.get("$ref").and_then(Value::as_str) {
        let Some(found) = schema.pointer(target.trim_start_matches('#')) else { break };
        property = found;
    }
    if let Some(options) = property.get("anyOf").and_then(Value::as_array) {
        let some = options.iter().find(|option| option.get("type").and_then(Value::as_str) != Some("null"));
        return some.map_or(property, |some| resolve(schema, some));
    }
    property
}

/// Whether it is text, a number or a truth value.
pub(crate) fn is_scalar(property: &Value) -> bool {
    let kinds = ["string", "integer", "number", "boolean", "null"];
    let is = |kind: &Value| kind.as_str().is_some_and(|kind| kinds.contains(&kind));
    let by_type = match property.get("type") {
        Some(Value::Array(types)) => types.iter().all(is),
        Some(kind) => is(kind),
        None => false,
    };
    // A unit enum is a `oneOf` of strings where its variants carry docs.
    let by_variants = property
        .get("oneOf")
        .and_then(Value::as_array)
        .is_some_and(|variants| variants.iter().all(is_scalar));
    by_type || by_variants || property.get("const").is_some() || property.get("enum").is_some()
}

/// Whether a field's value is of this type, wherever its schema says so.
pub(crate) fn is_type(schema: &Schema, field: &str, name: &str) -> bool {
    match property(schema, field).as_ref().and_then(|property| property.get("type")) {
        Some(Value::String(kind)) => kind == name,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == name),
        _ => false,
    }
}

/// A value without the parts that its schema marks as sensitive; without a schema, nothing of it.
pub(crate) fn masked(schema: Option<&Schema>, mut value: Value) -> Value {
    match schema {
        Some(schema) => mask(schema, schema.as_value(), &mut value),
        None => value = MASK.into(),
    }
    value
}

fn mask(root: &Schema, schema: &Value, value: &mut Value) {
    if value.is_null() {
        return;
    }
    if schema.get("x-sensitive").is_some_and(|mark| mark == true) {
        *value = MASK.into();
        return;
    }
    let target = schema.get("$ref").and_then(Value::as_str);
    if let Some(target) = target.and_then(|target| root.pointer(target.trim_start_matches('#'))) {
        mask(root, target, value);
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        // Each variant may be the one: what is secret in any of them stays so.
        for variant in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
            mask(root, variant, value);
        }
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let property = schema.get("properties").and_then(|known| known.get(name));
                if let Some(schema) = property.or(schema.get("additionalProperties")) {
                    mask(root, schema, member);
                }
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter_mut().enumerate() {
                let prefix = schema.get("prefixItems").and_then(|prefix| prefix.get(place));
                if let Some(schema) = prefix.or(schema.get("items")) {
                    mask(root, schema, item);
                }
            }
        }
        _ => {}
    }
}

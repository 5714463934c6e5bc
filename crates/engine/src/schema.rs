//! Reading JSON Schemas: what kind of value a field is, and which of its parts are secret.

use schemars::Schema;
use serde_json::{Value, json};

/// How a secret is shown.
const MASK: &str = "***";

/// What a schema says of one field.
pub fn property(schema: &Schema, field: &str) -> Option<Value> {
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
pub fn is_type(schema: &Schema, field: &str, name: &str) -> bool {
    property(schema, field).is_some_and(|property| is_kind(&property, name))
}

fn is_kind(property: &Value, name: &str) -> bool {
    match property.get("type") {
        Some(Value::String(kind)) => kind == name,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == name),
        _ => false,
    }
}

/// How a field stands in a query string: its type, and its values where they are few; what else its schema asks of text
/// is not asked of a filter.
pub fn query(property: &Value) -> Value {
    if let Some(kind) = ["boolean", "integer", "number"].into_iter().find(|kind| is_kind(property, kind)) {
        return json!({ "type": kind });
    }
    let variants = property.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let constants = variants.clone().filter_map(|variant| variant.get("const"));
    let listed = variants.chain([property]).filter_map(|schema| schema.get("enum")?.as_array()).flatten();
    let values: Vec<&Value> = constants.chain(listed).filter(|value| value.is_string()).collect();
    if values.is_empty() { json!({ "type": "string" }) } else { json!({ "type": "string", "enum": values }) }
}

/// Whether text from a query string is a value of this field.
pub fn admits(property: &Value, text: &str) -> bool {
    let schema = query(property);
    match schema["type"].as_str() {
        Some("boolean") => text.parse::<bool>().is_ok(),
        Some("integer") => text.parse::<i64>().is_ok(),
        Some("number") => text.parse::<f64>().is_ok(),
        _ => schema
            .get("enum")
            .and_then(Value::as_array)
            .is_none_or(|values| values.iter().any(|known| known == text)),
    }
}

/// A value without the parts that its schema marks as sensitive; without a schema, nothing of it.
pub fn masked(schema: Option<&Schema>, mut value: Value) -> Value {
    match schema {
        Some(schema) => mask(schema, schema.as_value(), &mut value, true),
        None => value = MASK.into(),
    }
    value
}

/// `whole`: the schema is all there is to say of the value. A member that it does not know was written by other code,
/// which may have known it for a secret.
fn mask(root: &Schema, schema: &Value, value: &mut Value, whole: bool) {
    if value.is_null() {
        return;
    }
    if schema.get("x-sensitive").is_some_and(|mark| mark == true) {
        *value = MASK.into();
        return;
    }
    let target = schema.get("$ref").and_then(Value::as_str);
    if let Some(target) = target.and_then(|target| root.pointer(target.trim_start_matches('#'))) {
        mask(root, target, value, whole);
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        // Each variant may be the one: what is secret in any of them stays so.
        let variants = schema.get(keyword).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let something = |variant: &&Value| variant.get("type").and_then(Value::as_str) != Some("null");
        let only = variants.iter().filter(something).count() == 1;
        for variant in variants.iter().filter(something) {
            mask(root, variant, value, whole && only);
        }
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let property = schema.get("properties").and_then(|known| known.get(name));
                if let Some(schema) =
                    property.or(schema.get("additionalProperties").filter(|more| more.is_object()))
                {
                    mask(root, schema, member, true);
                } else if whole && schema.get("properties").is_some() {
                    *member = MASK.into();
                }
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter_mut().enumerate() {
                let prefix = schema.get("prefixItems").and_then(|prefix| prefix.get(place));
                if let Some(schema) = prefix.or(schema.get("items")) {
                    mask(root, schema, item, true);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use macadam_kernel::Sensitive;
    use macadam_kernel::values::sensitive::revealed;
    use schemars::{JsonSchema, schema_for};
    use serde_json::json;

    use super::masked;

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Person {
        name: String,
        #[serde(with = "revealed::<String>")]
        tax_id: Sensitive<String>,
        partner: Option<Box<Person>>,
        paid: Paid,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    enum Paid {
        Cash,
        Card { last_digits: String },
    }

    #[test]
    fn secrets_and_what_nobody_knows_are_masked_and_all_else_is_shown() {
        let stored = json!({
            "name": "Ada", "tax_id": "123", "old_tax_id": "456", "paid": {"Card": {"last_digits": "11"}},
            "partner": {"name": "Bob", "tax_id": "789", "old_tax_id": "0", "partner": null, "paid": "Cash"},
        });
        let shown = json!({
            "name": "Ada", "tax_id": "***", "old_tax_id": "***", "paid": {"Card": {"last_digits": "11"}},
            "partner": {"name": "Bob", "tax_id": "***", "old_tax_id": "***", "partner": null, "paid": "Cash"},
        });
        assert_eq!(masked(Some(&schema_for!(Person)), stored), shown);
    }
}

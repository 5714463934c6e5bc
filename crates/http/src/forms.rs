//! HAL-FORMS: what a client may do next, as links and templates made from the same guards that will judge it.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use macadam_engine::{CommandInfo, ErasedAggregate};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::names::kebab;

/// The media type.
pub(crate) const HAL_FORMS: HeaderValue = HeaderValue::from_static("application/prs.hal-forms+json");

/// Constraints of a JSON Schema that a form can say, and how it says them.
const CONSTRAINTS: &[(&str, &str)] = &[
    ("pattern", "regex"),
    ("minLength", "minLength"),
    ("maxLength", "maxLength"),
    ("minimum", "min"),
    ("maximum", "max"),
];

/// An answer in HAL-FORMS.
pub(crate) fn respond(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HAL_FORMS);
    response
}

/// Links as a header (RFC 8288), for those who do not read bodies.
pub(crate) fn link(headers: &mut HeaderMap, links: &[(&str, String)]) {
    for (relation, href) in links {
        if let Ok(value) = HeaderValue::from_str(&format!("<{href}>; rel=\"{relation}\"")) {
            headers.append(header::LINK, value);
        }
    }
}

/// Where an aggregate is.
pub(crate) fn href(aggregate: &dyn ErasedAggregate, stream: Uuid) -> String {
    format!("/{}/{stream}", aggregate.plural())
}

/// Puts links and templates into an aggregate's view.
pub(crate) fn with_forms(
    aggregate: &dyn ErasedAggregate,
    stream: Uuid,
    view: Value,
    offered: &[&'static str],
) -> Value {
    let href = href(aggregate, stream);
    let commands = aggregate.commands();
    let templates: Map<_, _> = commands
        .into_iter()
        .filter(|info| offered.contains(&info.name))
        .map(|info| (kebab(info.name), template(info, &format!("{href}/{}", kebab(info.name)))))
        .collect();
    let mut body = match view {
        Value::Object(members) => members,
        other => Map::from_iter([("value".to_owned(), other)]),
    };
    let links = json!({ "self": {"href": href}, "history": {"href": format!("{href}/history")}, "home": {"href": "/"} });
    body.insert("_links".to_owned(), links);
    body.insert("_templates".to_owned(), Value::Object(templates));
    Value::Object(body)
}

/// The form of one command.
pub(crate) fn template(info: &CommandInfo, target: &str) -> Value {
    let schema = info.schema.as_value();
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let fields = schema["properties"].as_object().into_iter().flatten();
    let properties: Vec<Value> = fields
        .map(|(name, property)| field(info, name, property, required.contains(&name.as_str())))
        .collect();
    json!({
        "title": title(info.name), "method": "POST", "target": target,
        "contentType": "application/json", "properties": properties,
    })
}

fn field(info: &CommandInfo, name: &str, property: &Value, required: bool) -> Value {
    let mut form = json!({ "name": name, "required": required, "prompt": title(name) });
    let resolved = property
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|target| info.schema.pointer(target.trim_start_matches('#')))
        .unwrap_or(property);
    for (keyword, attribute) in CONSTRAINTS {
        if let Some(value) = resolved.get(keyword) {
            form[attribute] = value.clone();
        }
    }
    if let Some(options) = resolved.get("enum") {
        form["options"] = json!({ "inline": options });
    }
    match input_type(resolved) {
        Some(kind) => form["type"] = kind.into(),
        // A form has no nested fields: their shape stands in the schema.
        None => form["schema"] = format!("/schemas/{}", info.name).into(),
    }
    form
}

/// The HTML input type of a scalar; none for objects and lists.
fn input_type(schema: &Value) -> Option<&'static str> {
    let kind = match &schema["type"] {
        Value::String(kind) => kind.as_str(),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null")?,
        _ => return None,
    };
    match (kind, schema["format"].as_str()) {
        ("string", Some("date")) => Some("date"),
        ("string", Some("date-time")) => Some("datetime-local"),
        ("string", _) => Some("text"),
        ("integer" | "number", _) => Some("number"),
        ("boolean", _) => Some("checkbox"),
        _ => None,
    }
}

/// `ChangeAmount` and `client_reference` as people write them.
fn title(name: &str) -> String {
    let words = kebab(name).replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

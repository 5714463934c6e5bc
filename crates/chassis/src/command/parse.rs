//! From JSON to a command, strictly: what does not fit, and what nobody knows, is named with its place.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// One thing wrong in a request's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    /// JSON Pointer to the offending place.
    pub pointer: String,
    /// What is wrong there.
    pub detail: String,
}

/// Reads a command; an empty body stands for one without fields.
pub(crate) fn parse<M: DeserializeOwned>(body: &[u8]) -> Result<M, Vec<Fault>> {
    let body = if body.iter().all(u8::is_ascii_whitespace) { b"{}" } else { body };
    let mut unknown = Vec::new();
    let mut json = serde_json::Deserializer::from_slice(body);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let parsed = serde_ignored::deserialize(tracked, |path| {
        unknown.push(Fault { pointer: pointer(&path.to_string()), detail: "unknown field".to_owned() });
    });
    let command: M = parsed.map_err(|error| {
        vec![Fault { pointer: pointer(&track.path().to_string()), detail: without_place(&error) }]
    })?;
    json.end().map_err(|error| vec![Fault { pointer: String::new(), detail: error.to_string() }])?;
    if unknown.is_empty() { Ok(command) } else { Err(unknown) }
}

/// `items.0.quantity` as `/items/0/quantity`; the whole document is the empty pointer.
fn pointer(path: &str) -> String {
    let path = path.replace("?.", "").replace('[', ".").replace(']', "");
    let path = path.trim_start_matches('.');
    if path.is_empty() || path == "?" { String::new() } else { format!("/{}", path.replace('.', "/")) }
}

/// serde_json's message without its line and column, where the pointer already says the place.
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

    #[derive(Debug, serde::Deserialize, PartialEq)]
    struct Item {
        quantity: u32,
    }

    #[derive(Debug, serde::Deserialize, PartialEq)]
    struct Change {
        items: Vec<Item>,
    }

    fn check(body: &str) -> Vec<(String, String)> {
        let faults = parse::<Change>(body.as_bytes()).expect_err("must be refused");
        faults.into_iter().map(|fault| (fault.pointer, fault.detail)).collect()
    }

    #[test]
    fn a_wrong_type_is_named_with_its_place() {
        let faults = check(r#"{"items": [{"quantity": 1}, {"quantity": "two"}]}"#);
        assert_eq!(faults[0].0, "/items/1/quantity");
        assert!(faults[0].1.starts_with("invalid type: string \"two\""), "{faults:?}");
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

//! The JSON Schemas agree with the parser and with the JSON output.

use macadam_board::diagnostic::to_json;
use macadam_board::json_schema;
use serde_json::Value;

use super::{VALID_BOARD, findings};

fn parse_toml(text: &str) -> Value {
    let document: toml_edit::DocumentMut = text.parse().expect("TOML");
    item_to_json(document.as_item())
}

fn item_to_json(item: &toml_edit::Item) -> Value {
    match item.clone().into_value().expect("a value") {
        toml_edit::Value::String(text) => Value::from(text.value().as_str()),
        toml_edit::Value::Integer(number) => Value::from(*number.value()),
        toml_edit::Value::Boolean(flag) => Value::from(*flag.value()),
        toml_edit::Value::Array(items) => {
            items.iter().map(|item| item_to_json(&item.clone().into())).collect()
        }
        toml_edit::Value::InlineTable(table) => {
            table.iter().map(|(key, item)| (key.to_owned(), item_to_json(&item.clone().into()))).collect()
        }
        other => panic!("boards have no {}", other.type_name()),
    }
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&json_schema()).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

#[test]
fn editors_accept_what_the_parser_accepts() {
    let validator = validator();
    for text in [
        VALID_BOARD,
        include_str!("../golden/lc-application.toml"),
        include_str!("../../../../docs/examples/hotel-bookings.toml"),
        include_str!("../../../../docs/examples/library-loans.toml"),
    ] {
        let board = parse_toml(text);
        let errors: Vec<_> = validator.iter_errors(&board).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn editors_refuse_what_the_grammar_refuses() {
    let validator = validator();
    for (from, to) in [
        ("owner =", "ownr ="),
        ("\"library\"", "\"Library\""),
        ("summary = \"Lends books.\"", ""),
        ("\"duration\"", "\"time\""),
        ("\"30d\"", "\"30 days\""),
        ("\"95%\"", "\"100%\""),
        ("creates = true", "creates = \"yes\""),
    ] {
        let text = VALID_BOARD.replace(from, to);
        assert!(!validator.is_valid(&parse_toml(&text)), "{to}");
        assert!(!findings(&text).is_empty(), "{to}");
    }
}

#[test]
fn findings_in_json_follow_their_schema() {
    let schema = include_str!("../../../../docs/schemas/diagnostics.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let found = findings(include_str!("../golden/ten_mistakes.toml"));
    for text in [to_json(&found), to_json(&[])] {
        let json = serde_json::from_str(&text).expect("JSON");
        let errors: Vec<_> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

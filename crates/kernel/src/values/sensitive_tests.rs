//! Secrets: what logs, errors and schemas show of them, and how they cross the wire.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::Currency;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Beneficiary {
    #[serde(with = "revealed::<String>")]
    tax_id: Sensitive<String>,
    #[serde(default, with = "revealed_option::<Date>")]
    born: Option<Sensitive<Date>>,
    #[serde(with = "revealed::<Money>")]
    wealth: Sensitive<Money>,
}

struct Account(&'static str);

impl Masked for Account {
    fn mask(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "***{}", &self.0[self.0.len() - 4..])
    }
}

fn beneficiary() -> Beneficiary {
    Beneficiary {
        tax_id: Sensitive::new("123-45-6789".to_owned()),
        born: Some(Sensitive::new(Date::constant(1970, 1, 31))),
        wealth: Sensitive::new(Money::from_minor(10_000, Currency::USD)),
    }
}

fn wire() -> Value {
    json!({
        "tax_id": "123-45-6789",
        "born": "1970-01-31",
        "wealth": {"amount": "100.00", "currency": "USD"}
    })
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", beneficiary()), "Beneficiary { tax_id: ***, born: Some(***), wealth: *** }");
}

#[test]
fn debug_shows_what_the_type_chooses() {
    assert_eq!(format!("{:?}", Sensitive::new(Account("DE89370400440532013000"))), "***3000");
}

#[test]
fn a_log_line_shows_what_debug_shows() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    let secret = Sensitive::new("123-45-6789".to_owned());
    tracing::subscriber::with_default(subscriber, || tracing::info!(tax_id = ?secret, "registered"));
    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(written.ends_with("registered tax_id=***\n"), "{written}");
}

#[test]
fn the_value_comes_out_when_asked_for() {
    let secret = Sensitive::new("123-45-6789".to_owned());
    assert_eq!(secret.reveal(), "123-45-6789");
    assert_eq!(secret.into_inner(), "123-45-6789");
}

#[test]
fn a_revealed_field_is_in_the_clear_on_the_wire() {
    assert_eq!(serde_json::to_value(beneficiary()).unwrap(), wire());
    assert_eq!(serde_json::from_value::<Beneficiary>(wire()).unwrap(), beneficiary());
}

#[test]
fn an_absent_secret_is_null_or_missing() {
    let without = Beneficiary { born: None, ..beneficiary() };
    let mut wire = wire();
    wire["born"] = Value::Null;
    assert_eq!(serde_json::to_value(&without).unwrap(), wire);
    assert_eq!(serde_json::from_value::<Beneficiary>(wire.clone()).unwrap(), without);
    wire.as_object_mut().unwrap().remove("born");
    assert_eq!(serde_json::from_value::<Beneficiary>(wire).unwrap(), without);
}

#[test]
fn a_refusal_does_not_repeat_the_secret() {
    for (field, value) in
        [("tax_id", json!(123_456_789)), ("born", json!("31.1.1970")), ("wealth", json!("1 $"))]
    {
        let mut wire = wire();
        wire[field] = value;
        let error = serde_json::from_value::<Beneficiary>(wire).unwrap_err();
        assert_eq!(error.to_string(), "a sensitive value is not of its type; it is not repeated here");
    }
}

#[test]
fn the_schema_is_the_values_own_and_marked() {
    let schema = schemars::schema_for!(Beneficiary).to_value();
    assert_eq!(schema["properties"]["tax_id"], json!({"type": "string", "x-sensitive": true}));
    assert_eq!(
        schema["properties"]["born"],
        json!({"type": ["string", "null"], "format": "date", "x-sensitive": true, "default": null})
    );
    assert_eq!(schema["properties"]["wealth"], json!({"$ref": "#/$defs/Money", "x-sensitive": true}));
    assert_eq!(schema["required"], json!(["tax_id", "wealth"]));
    assert!(schema["$defs"]["Money"].get("x-sensitive").is_none());
}

#[test]
fn the_schema_is_the_same_without_a_wire_form() {
    /// Has no wire form, and a schema all the same.
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Bare {
        tax_id: Sensitive<String>,
        born: Option<Sensitive<Date>>,
    }
    let schema = schemars::schema_for!(Bare).to_value();
    assert_eq!(schema["properties"]["tax_id"], json!({"type": "string", "x-sensitive": true}));
    assert_eq!(
        schema["properties"]["born"],
        json!({"type": ["string", "null"], "format": "date", "x-sensitive": true})
    );
}

#[test]
fn a_secret_is_named_apart_from_what_it_hides() {
    assert_eq!(Sensitive::<Money>::schema_name(), "Sensitive_Money");
    assert_eq!(Sensitive::<String>::schema_id(), "Sensitive<string>");
    assert_eq!(revealed::<Money>::schema_name(), Sensitive::<Money>::schema_name());
    assert_eq!(revealed::<String>::schema_id(), Sensitive::<String>::schema_id());
    assert_eq!(revealed_option::<Money>::schema_name(), Option::<Sensitive<Money>>::schema_name());
    assert_eq!(revealed_option::<String>::schema_id(), Option::<Sensitive<String>>::schema_id());
}

/// What a subscriber wrote.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

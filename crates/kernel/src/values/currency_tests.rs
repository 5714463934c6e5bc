//! Tests of codes that are currencies and codes that are not.

use serde_json::json;

use super::*;

#[test]
fn the_constants_agree_with_the_standard() {
    for constant in [Currency::USD, Currency::EUR, Currency::GBP, Currency::CHF, Currency::JPY] {
        assert_eq!(Currency::new(constant.code()), Ok(constant));
    }
    assert_eq!(Currency::USD.to_string(), "USD");
    assert_eq!(format!("{:?} {:>4}", Currency::EUR, Currency::GBP), "EUR  GBP");
}

#[test]
fn minor_units_are_the_standards() {
    let units = |code| Currency::new(code).map(Currency::minor_units);
    assert_eq!(units("USD"), Ok(2));
    assert_eq!(units("JPY"), Ok(0));
    assert_eq!(units("KWD"), Ok(3));
    assert_eq!(units("CLF"), Ok(4));
}

#[test]
fn an_unknown_code_is_refused() {
    for code in ["USDD", "usd", "US", "", "U$D", " USD", "ÄÄÄ"] {
        assert_eq!(code.parse::<Currency>(), Err(CurrencyError::Unknown { given: code.into() }));
        assert_eq!(Currency::try_from(code), code.parse());
    }
    let error = Currency::new("USDD").unwrap_err();
    assert_eq!(error.to_string(), "unknown currency `USDD`: expected an ISO 4217 code such as USD");
}

#[test]
fn a_withdrawn_currency_is_refused() {
    for (code, successor) in [("HRK", "EUR"), ("BGN", "EUR"), ("SLL", "SLE"), ("ZWL", "ZWG"), ("CUC", "CUP")]
    {
        assert_eq!(Currency::new(code), Err(CurrencyError::Withdrawn { code, successor }));
    }
    let error = Currency::new("HRK").unwrap_err();
    assert_eq!(error.to_string(), "currency `HRK` is withdrawn: its successor is EUR");
}

#[test]
fn both_bolivars_are_active() {
    assert_eq!(Currency::new("VES").map(Currency::minor_units), Ok(2));
    assert_eq!(Currency::new("VED").map(Currency::minor_units), Ok(2));
}

#[test]
fn a_currency_without_minor_units_is_refused() {
    // The standard's number for "no currency".
    let none = iso_currency::Currency::from_numeric(999).expect("the standard has it").code();
    assert_eq!(none, "X".repeat(3));
    for code in ["XAU", "XAG", "XDR", none, "XTS"] {
        assert_eq!(Currency::new(code), Err(CurrencyError::NoMinorUnits { code }));
    }
    let error = Currency::new("XAU").unwrap_err();
    assert_eq!(
        error.to_string(),
        "currency `XAU` has no minor units: it cannot be the currency of an amount"
    );
}

#[test]
fn all_lists_each_currency_once_in_order() {
    let all = Currency::all();
    assert!(all.is_sorted() && all.windows(2).all(|pair| pair[0] != pair[1]));
    assert_eq!((all[0].code(), all[all.len() - 1].code()), ("AED", "ZWG"));
    assert!((150..200).contains(&all.len()), "{}", all.len());
    for currency in all {
        assert_eq!(Currency::new(currency.code()), Ok(*currency));
        assert!(currency.minor_units() <= 4);
    }
}

#[test]
fn the_wire_form_is_the_code() {
    assert_eq!(serde_json::to_value(Currency::USD).unwrap(), json!("USD"));
    assert_eq!(serde_json::from_value::<Currency>(json!("USD")).unwrap(), Currency::USD);
}

#[test]
fn anything_else_on_the_wire_is_refused_with_its_reason() {
    let refusal = |value| serde_json::from_value::<Currency>(value).unwrap_err().to_string();
    assert_eq!(refusal(json!("USDD")), "unknown currency `USDD`: expected an ISO 4217 code such as USD");
    assert_eq!(refusal(json!(840)), "invalid type: integer `840`, expected an ISO 4217 code such as \"USD\"");
}

#[test]
fn the_schema_is_a_pattern() {
    let schema = schemars::schema_for!(Currency).to_value();
    assert_eq!(schema["type"], "string");
    assert_eq!(schema["pattern"], "^[A-Z]{3}$");
    assert_eq!(schema["title"], "Currency");
}

#[test]
fn the_schema_stands_where_it_is_used() {
    let schema = schemars::schema_for!(Vec<Currency>).to_value();
    assert_eq!(schema["items"]["pattern"], "^[A-Z]{3}$");
    assert_eq!(schema["title"], "Array_of_Currency");
}

//! Money as a domain crate uses it: its wire form, its refusals, its arithmetic.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn usd(amount: &str) -> Money {
    Money::parse(amount, Currency::USD).unwrap()
}

fn refusal(wire: Value) -> String {
    serde_json::from_value::<Money>(wire).unwrap_err().to_string()
}

#[test]
fn the_wire_form_is_a_decimal_string_with_its_currency() {
    let wire = json!({"amount": "100.00", "currency": "USD"});
    assert_eq!(serde_json::to_value(Money::from_minor(10_000, Currency::USD)).unwrap(), wire);
    assert_eq!(serde_json::from_value::<Money>(wire).unwrap(), usd("100.00"));
}

#[test]
fn money_counts_the_minor_units_of_its_currency() {
    let counted = |money: Money| (money.minor(), money.currency());
    assert_eq!(counted(usd("100.5")), (10_050, Currency::USD));
    assert_eq!(counted(usd("-0.05")), (-5, Currency::USD));
}

#[test]
fn the_currency_may_come_before_the_amount() {
    let money: Money = serde_json::from_str(r#"{"currency": "JPY", "amount": "100"}"#).unwrap();
    assert_eq!(money, Money::from_minor(100, Currency::JPY));
}

#[test]
fn fewer_decimals_are_read_and_all_are_written() {
    let money: Money = serde_json::from_value(json!({"amount": "100.5", "currency": "USD"})).unwrap();
    assert_eq!(serde_json::to_value(money).unwrap()["amount"], "100.50");
}

#[test]
fn a_number_on_the_wire_is_refused() {
    assert_eq!(
        refusal(json!({"amount": 100, "currency": "USD"})),
        "invalid type: integer `100`, expected an amount as a decimal string such as \"100.00\""
    );
    assert_eq!(
        refusal(json!({"amount": 99.5, "currency": "USD"})),
        "invalid type: floating point `99.5`, expected an amount as a decimal string such as \"100.00\""
    );
    let expected = r#"expected money such as {"amount": "100.00", "currency": "USD"}"#;
    assert_eq!(refusal(json!(100)), format!("invalid type: integer `100`, {expected}"));
}

#[test]
fn an_array_or_a_text_on_the_wire_is_refused() {
    let expected = r#"expected money such as {"amount": "100.00", "currency": "USD"}"#;
    assert_eq!(refusal(json!(["100.00", "USD"])), format!("invalid type: sequence, {expected}"));
    assert_eq!(refusal(json!("100.00 USD")), format!("invalid type: string \"100.00 USD\", {expected}"));
}

#[test]
fn unknown_missing_and_repeated_fields_are_refused() {
    assert_eq!(
        refusal(json!({"amount": "1", "currency": "USD", "rate": "2"})),
        "unknown field `rate`, expected `amount` or `currency`"
    );
    assert_eq!(refusal(json!({"currency": "USD"})), "missing field `amount`");
    assert_eq!(refusal(json!({"amount": "1"})), "missing field `currency`");
    let twice = serde_json::from_str::<Money>(r#"{"amount": "1", "amount": "2", "currency": "USD"}"#);
    assert!(twice.unwrap_err().to_string().starts_with("duplicate field `amount`"));
}

#[test]
fn a_wrong_amount_or_currency_is_refused_with_its_reason() {
    assert_eq!(
        refusal(json!({"amount": "100.001", "currency": "USD"})),
        "`100.001` is too precise for USD, which has 2 decimals"
    );
    assert_eq!(
        refusal(json!({"amount": "1", "currency": "USDD"})),
        "unknown currency `USDD`: expected an ISO 4217 code such as USD"
    );
}

#[test]
fn the_text_form_is_the_amount_and_the_currency() {
    assert_eq!("100.00 USD".parse(), Ok(usd("100")));
    assert_eq!(format!("{} {:?}", usd("100"), usd("-0.5")), "100.00 USD -0.50 USD");
    assert_eq!(format!("{:>12}|", usd("1")), "    1.00 USD|");
}

#[test]
fn a_wrong_text_is_refused_with_its_reason() {
    let reason = |text: &str| text.parse::<Money>().unwrap_err().to_string();
    for text in ["", "100.00", "100.00USD", "1 2 USD", "1  USD", "1 USD "] {
        assert_eq!(
            reason(text),
            format!("`{text}` is not money: expected an amount and a currency such as 100.00 USD")
        );
    }
    assert!(reason("USD 100.00").starts_with("unknown currency `100.00`"));
    assert!(reason("1.5 JPY").starts_with("`1.5` is too precise for JPY"));
    assert!(reason("1 XAU").starts_with("currency `XAU` has no minor units"));
}

#[test]
fn sums_differences_and_multiples_are_exact() {
    assert_eq!(usd("0.10").checked_add(usd("0.20")), Ok(usd("0.30")));
    assert_eq!(usd("0.10").checked_sub(usd("0.30")), Ok(usd("-0.20")));
    assert_eq!(usd("-0.10").checked_mul(3), Ok(usd("-0.30")));
    assert_eq!(usd("0.10").checked_mul(0), Ok(usd("0")));
}

#[test]
fn a_result_out_of_range_is_an_error() {
    let [most, least] = [i64::MAX, i64::MIN].map(|minor| Money::from_minor(minor, Currency::USD));
    assert_eq!(most.checked_add(usd("0.01")), Err(ArithmeticError::Overflow));
    assert_eq!(least.checked_sub(usd("0.01")), Err(ArithmeticError::Overflow));
    assert_eq!(least.checked_mul(u64::MAX), Err(ArithmeticError::Overflow));
    assert_eq!(ArithmeticError::Overflow.to_string(), "the amount is out of range");
}

#[test]
fn amounts_of_different_currencies_neither_add_nor_compare() {
    let euro = Money::from_minor(1, Currency::EUR);
    let mismatch = CurrencyMismatch { left: Currency::USD, right: Currency::EUR };
    assert_eq!(usd("1").checked_add(euro), Err(mismatch.into()));
    assert_eq!(usd("1").checked_sub(euro), Err(mismatch.into()));
    assert_eq!(usd("1").compare(&euro), Err(mismatch));
    assert_ne!(usd("0.01"), euro);
    assert_eq!(ArithmeticError::from(mismatch).to_string(), "USD and EUR are different currencies");
}

#[test]
fn amounts_of_one_currency_compare() {
    assert_eq!(usd("9.99").compare(&usd("10")), Ok(Ordering::Less));
    assert_eq!(usd("10.00").compare(&usd("10")), Ok(Ordering::Equal));
    assert_eq!(usd("-1").compare(&usd("-2")), Ok(Ordering::Greater));
}

#[test]
fn nothing_is_neither_positive_nor_owed() {
    let signs = |amount| (usd(amount).is_positive(), usd(amount).is_zero());
    assert_eq!(signs("0.01"), (true, false));
    assert_eq!(signs("0"), (false, true));
    assert_eq!(signs("-0.01"), (false, false));
}

#[test]
fn a_money_is_shown_as_it_is_written() {
    assert_eq!(format!("{0} {0:?} {0:>9}", usd("1.5")), "1.50 USD 1.50 USD  1.50 USD");
}

#[test]
fn the_schema_is_that_of_the_wire_form() {
    let schema = schemars::schema_for!(Money).to_value();
    assert_eq!(schema["title"], "Money");
    assert_eq!(schema["type"], "object");
    assert_eq!(schema["required"], json!(["amount", "currency"]));
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["properties"]["amount"]["type"], "string");
    assert_eq!(schema["properties"]["amount"]["pattern"], r"^-?[0-9]+(\.[0-9]{1,4})?$");
    assert_eq!(schema["properties"]["currency"]["pattern"], "^[A-Z]{3}$");
}

fn currencies() -> impl Strategy<Value = Currency> {
    prop::sample::select(Currency::all())
}

fn amounts() -> impl Strategy<Value = Money> {
    (any::<i64>(), currencies()).prop_map(|(minor, currency)| Money::from_minor(minor, currency))
}

/// Texts that come close to being amounts.
fn near_amounts() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[-+]?[0-9]{0,25}[.,e ]?[0-9]{0,6}", "[-0-9.]{0,30} [A-Z]{0,4}"]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(money in amounts()) {
        prop_assert_eq!(money.to_string().parse(), Ok(money));
        prop_assert_eq!(Money::parse(&money.amount(), money.currency()), Ok(money));
        let wire = serde_json::to_string(&money).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&wire).unwrap(), money);
    }

    #[test]
    fn no_text_makes_it_panic(text in near_amounts(), currency in currencies()) {
        let _ = text.parse::<Money>();
        if let Ok(money) = Money::parse(&text, currency) {
            prop_assert_eq!(Money::parse(&money.amount(), currency), Ok(money));
        }
    }

    #[test]
    fn addition_is_commutative(left in any::<i64>(), right in amounts()) {
        let left = Money::from_minor(left, right.currency());
        prop_assert_eq!(left.checked_add(right), right.checked_add(left));
    }

    #[test]
    fn addition_is_associative_within_the_range(minors in any::<[i64; 3]>(), currency in currencies()) {
        let [a, b, c] = minors.map(|minor| Money::from_minor(minor, currency));
        let left = a.checked_add(b).and_then(|sum| sum.checked_add(c));
        let right = b.checked_add(c).and_then(|sum| a.checked_add(sum));
        if let (Ok(left), Ok(right)) = (left, right) {
            prop_assert_eq!(left, right);
        }
    }

    #[test]
    fn a_difference_undoes_a_sum(left in any::<i64>(), right in amounts()) {
        let left = Money::from_minor(left, right.currency());
        if let Ok(sum) = left.checked_add(right) {
            prop_assert_eq!(sum.checked_sub(right), Ok(left));
        }
    }

    #[test]
    fn a_multiple_is_a_repeated_sum(minor in any::<i64>(), times in 0_u64..20, currency in currencies()) {
        let money = Money::from_minor(minor, currency);
        let nothing = Money::from_minor(0, currency);
        let sum = (0..times).try_fold(nothing, |sum, _| sum.checked_add(money));
        prop_assert_eq!(money.checked_mul(times), sum);
    }
}

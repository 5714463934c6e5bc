//! Amounts of money: whole minor units in memory, a decimal string in JSON.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use super::amount::AmountError;
use super::{Currency, CurrencyError, amount};

/// An amount of money in one currency, which may be negative.
///
/// In memory, whole minor units (cents, for USD) as 64 bits; nothing is ever rounded. In JSON,
/// `{"amount": "100.00", "currency": "USD"}`, read with at most the currency's decimals and written with exactly
/// them; as text, `100.00 USD`. Amounts of different currencies have no order, so there is no `PartialOrd`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Two amounts cannot be added or compared, because their currencies differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{left} and {right} are different currencies")]
pub struct CurrencyMismatch {
    /// The currency of the first amount.
    pub left: Currency,
    /// The currency of the second.
    pub right: Currency,
}

/// Why a calculation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    /// The amounts have different currencies.
    #[error(transparent)]
    CurrencyMismatch(#[from] CurrencyMismatch),
    /// The result has more minor units than fit into 64 bits.
    #[error("the amount is out of range")]
    Overflow,
}

/// Why a text is not an amount of money such as `100.00 USD`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseMoneyError {
    /// Not two words with one space between them.
    #[error("`{given}` is not money: expected an amount and a currency such as 100.00 USD")]
    Malformed {
        /// The beginning of the given text.
        given: String,
    },
    /// The first word is not an amount of that currency.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// The second word is not a currency.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
}

impl Money {
    /// An amount of this many minor units: `from_minor(10_000, USD)` is `100.00 USD`.
    pub const fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The amount as a decimal: digits, a point if decimals follow, a leading minus; with at most the currency's
    /// decimals.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, AmountError> {
        amount::parse(amount, currency).map(|minor| Self { minor, currency })
    }

    /// The number of minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The amount as a decimal with exactly the currency's decimals, as in JSON: `100.00`.
    pub fn amount(self) -> String {
        amount::format(self.minor, self.currency)
    }

    /// The currency of the amount.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether the amount is greater than zero.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Whether the amount is zero.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The sum; an error if the currencies differ or the result does not fit into 64 bits.
    pub fn checked_add(self, other: Self) -> Result<Self, ArithmeticError> {
        self.same_currency(other)?;
        self.with_minor(self.minor.checked_add(other.minor))
    }

    /// The difference; an error if the currencies differ or the result does not fit into 64 bits.
    pub fn checked_sub(self, other: Self) -> Result<Self, ArithmeticError> {
        self.same_currency(other)?;
        self.with_minor(self.minor.checked_sub(other.minor))
    }

    /// The amount multiplied by `times`; an error if the result does not fit into 64 bits.
    pub fn checked_mul(self, times: u64) -> Result<Self, ArithmeticError> {
        // A product of 64 bits and 63 bits and a sign fits in 128.
        self.with_minor(i64::try_from(i128::from(self.minor) * i128::from(times)).ok())
    }

    /// Compares the amounts; an error if the currencies differ.
    pub fn compare(&self, other: &Self) -> Result<Ordering, CurrencyMismatch> {
        self.same_currency(*other).map(|()| self.minor.cmp(&other.minor))
    }

    fn same_currency(self, other: Self) -> Result<(), CurrencyMismatch> {
        let (left, right) = (self.currency, other.currency);
        if left == right { Ok(()) } else { Err(CurrencyMismatch { left, right }) }
    }

    fn with_minor(self, minor: Option<i64>) -> Result<Self, ArithmeticError> {
        minor.map(|minor| Self { minor, ..self }).ok_or(ArithmeticError::Overflow)
    }
}

impl FromStr for Money {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, ParseMoneyError> {
        let words = text.split_once(' ').filter(|(_, currency)| !currency.contains(' '));
        let (amount, currency) =
            words.ok_or_else(|| ParseMoneyError::Malformed { given: super::excerpt(text) })?;
        Ok(Self::parse(amount, Currency::new(currency)?)?)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.amount(), self.currency))
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut money = serializer.serialize_struct("Money", 2)?;
        money.serialize_field("amount", &self.amount())?;
        money.serialize_field("currency", &self.currency)?;
        money.end()
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Only as a map: a derived struct would accept an array as well.
        deserializer.deserialize_map(Object)
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Money;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"money such as {"amount": "100.00", "currency": "USD"}"#)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Money, A::Error> {
        let wire = Wire::deserialize(MapAccessDeserializer::new(map))?;
        Money::parse(&wire.amount.0, wire.currency).map_err(A::Error::custom)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    amount: Decimal,
    currency: Currency,
}

/// A text that is parsed as an amount once the currency is known.
struct Decimal(String);

impl FromStr for Decimal {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::deserialize_text(deserializer, "an amount as a decimal string such as \"100.00\"")
    }
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "Money",
            "description": "An amount of money in one currency.",
            "type": "object",
            "properties": {
                "amount": {
                    "description": "A decimal with at most as many decimals as the currency has.",
                    "type": "string",
                    "pattern": r"^-?[0-9]+(\.[0-9]{1,4})?$",
                    "examples": ["100.00"]
                },
                "currency": generator.subschema_for::<Currency>()
            },
            "required": ["amount", "currency"],
            "additionalProperties": false
        })
    }
}

#[cfg(test)]
#[path = "money_tests.rs"]
mod tests;

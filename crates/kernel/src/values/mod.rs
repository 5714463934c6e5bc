//! Values for every context: money, currencies, countries, typed ids, secrets and dates.
//!
//! A value is parsed once, at the edge, and is valid from then on. Each has one JSON form for reading and writing, and
//! a JSON Schema of that form.

mod amount;
pub mod country;
pub mod currency;
pub mod id;
pub mod money;
pub mod sensitive;

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserializer, Error, Visitor};

pub use country::{Country, UnknownCountry};
pub use currency::{Currency, CurrencyError};
pub use id::{Id, InvalidId};
pub use jiff::{SignedDuration, Timestamp, civil::Date};
pub use money::{AmountError, ArithmeticError, CurrencyMismatch, Money, ParseMoneyError};
pub use sensitive::{Masked, Sensitive};

/// The number of characters of a rejected text that an error repeats.
const EXCERPT_CHARS: usize = 40;

/// The part of a rejected text that an error may repeat: short, and without characters that would break a log line.
fn excerpt(given: &str) -> String {
    let printable = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    let mut characters = given.chars();
    let mut shown: String = characters.by_ref().take(EXCERPT_CHARS).map(printable).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Reads a value whose JSON form is a string. `expected` ends the sentence "invalid type: integer `7`, expected …".
fn deserialize_text<'de, D, T>(deserializer: D, expected: &'static str) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    deserializer.deserialize_str(Text { expected, value: PhantomData })
}

struct Text<T> {
    expected: &'static str,
    value: PhantomData<T>,
}

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn a_short_text_is_repeated_in_full() {
        assert_eq!(excerpt("USDD"), "USDD");
        assert_eq!(excerpt(&"x".repeat(40)), "x".repeat(40));
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(excerpt(&"é".repeat(41)), format!("{}…", "é".repeat(40)));
    }

    #[test]
    fn a_line_break_cannot_forge_a_log_line() {
        assert_eq!(excerpt("U\nS\u{1b}D"), "U\u{fffd}S\u{fffd}D");
    }
}

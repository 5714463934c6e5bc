//! Currencies for amounts: the active ones of ISO 4217 that have minor units.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use iso_currency::Currency as Iso;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An active currency of ISO 4217, such as `USD`. In JSON: its three capital letters, as a string.
///
/// A withdrawn currency (`HRK`) or one without minor units (`XAU`) is rejected, so every value of this type can be the
/// currency of an amount. Currencies are ordered by their code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency {
    iso: Iso,
    minor_units: u8,
}

/// Why a text is not a currency for amounts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CurrencyError {
    /// ISO 4217 has no such code. Codes are written in capital letters.
    #[error("unknown currency `{given}`: expected an ISO 4217 code such as USD")]
    Unknown {
        /// The beginning of the given text.
        given: String,
    },
    /// The currency was replaced by another.
    #[error("currency `{code}` is withdrawn: its successor is {successor}")]
    Withdrawn {
        /// The code of the currency.
        code: &'static str,
        /// The code of the currency that replaced it.
        successor: &'static str,
    },
    /// ISO 4217 also has codes for metals, units of account and tests, which are not currencies for amounts.
    #[error("currency `{code}` has no minor units: it cannot be the currency of an amount")]
    NoMinorUnits {
        /// The code of the currency.
        code: &'static str,
    },
}

impl Currency {
    /// United States dollar.
    pub const USD: Self = Self { iso: Iso::USD, minor_units: 2 };
    /// Euro.
    pub const EUR: Self = Self { iso: Iso::EUR, minor_units: 2 };
    /// Pound sterling.
    pub const GBP: Self = Self { iso: Iso::GBP, minor_units: 2 };
    /// Swiss franc.
    pub const CHF: Self = Self { iso: Iso::CHF, minor_units: 2 };
    /// Japanese yen, which has no decimals.
    pub const JPY: Self = Self { iso: Iso::JPY, minor_units: 0 };

    /// The currency with this code, which is case-sensitive.
    pub fn new(code: &str) -> Result<Self, CurrencyError> {
        let iso =
            Iso::from_code(code).ok_or_else(|| CurrencyError::Unknown { given: super::excerpt(code) })?;
        Self::active(iso)
    }

    /// Every currency, in the order of the codes.
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Currency>> = LazyLock::new(|| {
            // The numeric codes of ISO 4217 have three digits.
            let coded = (0..1000).filter_map(Iso::from_numeric);
            let mut all: Vec<_> = coded.filter_map(|iso| Currency::active(iso).ok()).collect();
            all.sort_unstable();
            all
        });
        &ALL
    }

    /// The ISO 4217 code: three capital letters.
    pub fn code(self) -> &'static str {
        self.iso.code()
    }

    /// How many decimals an amount has: 2 for `USD`, 0 for `JPY`, at most 4.
    pub const fn minor_units(self) -> u8 {
        self.minor_units
    }

    fn active(iso: Iso) -> Result<Self, CurrencyError> {
        let code = iso.code();
        if let Some(successor) = successor(iso) {
            return Err(CurrencyError::Withdrawn { code, successor: successor.code() });
        }
        let minor_units = iso.exponent().and_then(|exponent| u8::try_from(exponent).ok());
        minor_units.map(|minor_units| Self { iso, minor_units }).ok_or(CurrencyError::NoMinorUnits { code })
    }
}

/// The library has VED as the successor of VES. ISO 4217 lists both, for two scales of the same bolívar, and VES is in
/// circulation.
fn successor(iso: Iso) -> Option<Iso> {
    if iso == Iso::VES { None } else { iso.is_superseded() }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(code: &str) -> Result<Self, CurrencyError> {
        Self::new(code)
    }
}

impl TryFrom<&str> for Currency {
    type Error = CurrencyError;

    fn try_from(code: &str) -> Result<Self, CurrencyError> {
        Self::new(code)
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code().cmp(other.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::deserialize_text(deserializer, "an ISO 4217 code such as \"USD\"")
    }
}

/// A pattern instead of the list of codes, so that a change of the standard does not change contracts.
impl JsonSchema for Currency {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "Currency",
            "description": "An active currency of ISO 4217.",
            "type": "string",
            "pattern": "^[A-Z]{3}$",
            "examples": ["USD"]
        })
    }
}

#[cfg(test)]
#[path = "currency_tests.rs"]
mod tests;

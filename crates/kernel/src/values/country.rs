//! Countries by their ISO 3166-1 codes.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use rust_iso3166::{ALPHA2_MAP, CountryCode};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A country of ISO 3166-1, such as `DE`. In JSON: its two capital letters, as a string.
///
/// Only officially assigned codes are countries; codes that are only reserved or in informal use, such as `EU` and
/// `XK`, are not. Countries are ordered by their code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country(&'static CountryCode);

/// No country has this code. Codes are written in capital letters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown country `{given}`: expected an ISO 3166-1 alpha-2 code such as DE")]
pub struct UnknownCountry {
    /// The beginning of the given text.
    pub given: String,
}

impl Country {
    /// The country with this code, which is case-sensitive.
    pub fn new(code: &str) -> Result<Self, UnknownCountry> {
        ALPHA2_MAP.get(code).map(Self).ok_or_else(|| UnknownCountry { given: super::excerpt(code) })
    }

    /// The ISO 3166-1 alpha-2 code: two capital letters.
    pub fn code(self) -> &'static str {
        self.0.alpha2
    }

    /// The English short name in ISO 3166-1, such as `Netherlands (Kingdom of the)`.
    pub fn name(self) -> &'static str {
        self.0.name
    }
}

impl FromStr for Country {
    type Err = UnknownCountry;

    fn from_str(code: &str) -> Result<Self, UnknownCountry> {
        Self::new(code)
    }
}

impl TryFrom<&str> for Country {
    type Error = UnknownCountry;

    fn try_from(code: &str) -> Result<Self, UnknownCountry> {
        Self::new(code)
    }
}

impl Ord for Country {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code().cmp(other.code())
    }
}

impl PartialOrd for Country {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::deserialize_text(deserializer, "an ISO 3166-1 alpha-2 code such as \"DE\"")
    }
}

/// A pattern instead of the list of codes, so that a change of the standard does not change contracts.
impl JsonSchema for Country {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Country".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "Country",
            "description": "A country by its ISO 3166-1 alpha-2 code.",
            "type": "string",
            "pattern": "^[A-Z]{2}$",
            "examples": ["DE"]
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_country_has_a_code_and_a_name() {
        let country = Country::new("DE").unwrap();
        assert_eq!((country.code(), country.name()), ("DE", "Germany"));
        assert_eq!(format!("{country} {country:?} {country:>3}"), "DE DE  DE");
        assert_eq!("DE".parse(), Ok(country));
        assert_eq!(Country::try_from("DE"), Ok(country));
    }

    #[test]
    fn countries_are_ordered_by_code() {
        let [ax, af] = ["AX", "AF"].map(|code| Country::new(code).unwrap());
        assert!(af < ax && ax != af);
    }

    #[test]
    fn the_whole_standard_is_known() {
        let letters = || ('A'..='Z').chain('a'..='z');
        let codes = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
        assert_eq!(codes.filter(|code| Country::new(code).is_ok()).count(), 249);
    }

    #[test]
    fn an_unknown_code_is_refused() {
        for code in ["de", "D", "", "DEU", "XK", "EU", "UK", "ZZ", "Germany"] {
            assert_eq!(Country::new(code), Err(UnknownCountry { given: code.into() }));
        }
    }

    #[test]
    fn the_wire_form_is_the_code() {
        let country = Country::new("DE").unwrap();
        assert_eq!(serde_json::to_value(country).unwrap(), json!("DE"));
        assert_eq!(serde_json::from_value::<Country>(json!("DE")).unwrap(), country);
    }

    #[test]
    fn anything_else_on_the_wire_is_refused_with_its_reason() {
        let refusal = |value| serde_json::from_value::<Country>(value).unwrap_err().to_string();
        assert_eq!(
            refusal(json!("de")),
            "unknown country `de`: expected an ISO 3166-1 alpha-2 code such as DE"
        );
        assert_eq!(
            refusal(json!(276)),
            "invalid type: integer `276`, expected an ISO 3166-1 alpha-2 code such as \"DE\""
        );
    }

    #[test]
    fn the_schema_is_a_pattern() {
        let schema = schemars::schema_for!(Country).to_value();
        assert_eq!(schema["type"], "string");
        assert_eq!(schema["pattern"], "^[A-Z]{2}$");
        assert_eq!(schema["title"], "Country");
    }

    #[test]
    fn the_schema_stands_where_it_is_used() {
        let schema = schemars::schema_for!(Vec<Country>).to_value();
        assert_eq!(schema["items"]["pattern"], "^[A-Z]{2}$");
        assert_eq!(schema["title"], "Array_of_Country");
    }
}

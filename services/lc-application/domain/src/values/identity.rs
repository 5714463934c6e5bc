//! Ids of applicants, applications and products.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An id that is empty or blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is blank")]
pub struct BlankId;

/// The applicant: the subject of their token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, extend("minLength" = 1, "pattern" = r"\S"))]
pub struct ApplicantId(String);

/// The applicant's own reference for an application.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("minLength" = 4))]
pub struct ClientReference(String);

/// A product of the catalogue, which another context keeps.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, extend("minLength" = 1, "pattern" = r"\S"))]
pub struct ProductId(String);

impl ClientReference {
    /// The minimum number of characters of a reference.
    pub const CHARS_MIN: usize = 4;

    /// Whether it has enough characters; blanks around it do not count.
    pub fn is_long_enough(&self) -> bool {
        self.0.trim().chars().count() >= Self::CHARS_MIN
    }
}

impl From<&str> for ClientReference {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl TryFrom<String> for ApplicantId {
    type Error = BlankId;

    fn try_from(text: String) -> Result<Self, BlankId> {
        not_blank(text).map(Self)
    }
}

impl TryFrom<String> for ProductId {
    type Error = BlankId;

    fn try_from(text: String) -> Result<Self, BlankId> {
        not_blank(text).map(Self)
    }
}

impl fmt::Display for ProductId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

fn not_blank(text: String) -> Result<String, BlankId> {
    if text.trim().is_empty() { Err(BlankId) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn a_blank_id_cannot_be_read() {
        for blank in ["", " ", "\t\n"] {
            assert_eq!(from_value::<ApplicantId>(json!(blank)).unwrap_err().to_string(), "an id is blank");
            assert_eq!(from_value::<ProductId>(json!(blank)).unwrap_err().to_string(), "an id is blank");
        }
    }

    #[test]
    fn a_product_is_shown_as_it_was_written() {
        let product = ProductId("steel-coil".to_owned());
        assert_eq!(format!("{product} [{product:>12}]"), "steel-coil [  steel-coil]");
    }

    #[test]
    fn blanks_around_a_reference_do_not_make_it_longer() {
        assert!(ClientReference::from("PO-7").is_long_enough());
        assert!(ClientReference::from("Ärö1").is_long_enough());
        assert!(!ClientReference::from(" PO7 ").is_long_enough());
        assert!(!ClientReference::from("      ").is_long_enough());
    }

    #[test]
    fn the_schemas_name_the_bounds() {
        assert_eq!(schemars::schema_for!(ClientReference).to_value()["minLength"], 4);
        assert_eq!(schemars::schema_for!(ProductId).to_value()["pattern"], r"\S");
    }
}

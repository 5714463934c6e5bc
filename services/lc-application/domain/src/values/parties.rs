//! The parties of a letter of credit besides the applicant.

use macadam_kernel::Country;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A person or company, such as the beneficiary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// Its address, as free text.
    pub address: String,
    /// The country in which it is established.
    pub country: Country,
}

/// The bank that informs the beneficiary of the letter of credit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AdvisingBank {
    /// Its business identifier code.
    pub bic: Bic,
    /// Its name.
    pub name: String,
    /// The country in which it is established.
    pub country: Country,
}

/// A business identifier code of ISO 9362, well formed or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("pattern" = r"^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$"))]
pub struct Bic(String);

impl Bic {
    /// Whether it has four letters for the bank, two for the country, two characters for the place, and optionally
    /// three for the branch.
    pub fn is_well_formed(&self) -> bool {
        let Some((letters, rest)) = self.0.as_bytes().split_at_checked(6) else {
            return false;
        };
        let place_or_branch = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        letters.iter().all(u8::is_ascii_uppercase)
            && matches!(rest.len(), 2 | 5)
            && rest.iter().all(place_or_branch)
    }
}

impl From<&str> for Bic {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bic_has_eight_or_eleven_characters() {
        // The branch code of a head office is `XXX`.
        let head_office = format!("BSCHESMM{}", "X".repeat(3));
        for well_formed in ["DEUTDEFF", "DEUTDEFF500", &head_office, "NEDSZAJ1"] {
            assert!(Bic::from(well_formed).is_well_formed(), "{well_formed}");
        }
    }

    #[test]
    fn anything_else_is_no_bic() {
        for malformed in [
            "",
            "DEUT",
            "deutdeff",
            "DEUTDEFF5",
            "DEUTDEFF50",
            "DEUTDEFF5000",
            "DEU1DEFF",
            "DEUTD1FF",
            "DEUTDEF-",
            "DEUTDÉF",
        ] {
            assert!(!Bic::from(malformed).is_well_formed(), "{malformed}");
        }
    }
}

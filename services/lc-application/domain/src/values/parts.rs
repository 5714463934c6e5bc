//! The parts that an application is filled in by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What must be filled in before an application is submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// What the letter of credit is to be worth.
    Amount,
    /// Who is paid.
    Beneficiary,
    /// Through which bank the beneficiary is told.
    AdvisingBank,
    /// What is bought.
    Merchandise,
    /// When the beneficiary is paid.
    Tenor,
    /// Until when documents may be presented.
    Expiry,
    /// How the merchandise travels.
    Shipment,
    /// What must be presented.
    Documents,
}

impl Part {
    /// All of them, in the order in which an applicant meets them.
    pub const ALL: [Self; 8] = [
        Self::Amount,
        Self::Beneficiary,
        Self::AdvisingBank,
        Self::Merchandise,
        Self::Tenor,
        Self::Expiry,
        Self::Shipment,
        Self::Documents,
    ];
}

//! The parts of an application.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part that must be filled in before the submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The amount of the letter of credit.
    Amount,
    /// The beneficiary, who is paid.
    Beneficiary,
    /// The bank that informs the beneficiary.
    AdvisingBank,
    /// The goods that are bought.
    Merchandise,
    /// When the beneficiary is paid.
    Tenor,
    /// The last day and the place for presenting documents.
    Expiry,
    /// How the goods are shipped.
    Shipment,
    /// The documents that must be presented.
    Documents,
}

impl Part {
    /// All parts, in the order in which an applicant fills them in.
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

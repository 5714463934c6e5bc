//! The checks of other contexts, and the status of an application.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ProductId;

/// The outcome of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// Whether it passed.
    pub approved: bool,
    /// The remarks of the analyst or of the policy.
    pub remarks: Option<String>,
}

/// The checks of one product; a missing one is not decided yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProductCheck {
    /// The product.
    pub product_id: ProductId,
    /// Whether its value is in order.
    pub value: Option<Decision>,
    /// Whether it may be traded.
    pub legality: Option<Decision>,
}

/// The status of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline, extend("type" = "string"))]
pub enum Status {
    /// The applicant fills it in.
    Draft,
    /// It is checked, then decided.
    Submitted,
    /// The bank issues the letter of credit.
    Approved,
    /// The bank does not issue it.
    Declined,
    /// The applicant has withdrawn it.
    Cancelled,
}

impl Decision {
    /// Whether both have passed or both have failed; remarks may differ.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.approved == other.approved
    }
}

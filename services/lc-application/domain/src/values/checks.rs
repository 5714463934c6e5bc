//! What other contexts decide about an application, and how far it has come.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ProductId;

/// The outcome of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// Whether it passed.
    pub approved: bool,
    /// What the analyst or the policy had to say.
    pub remarks: Option<String>,
}

/// How the checks of one product stand; one that is missing is not in yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProductCheck {
    /// Which product.
    pub product_id: ProductId,
    /// Whether its value is in order.
    pub value: Option<Decision>,
    /// Whether it may be traded.
    pub legality: Option<Decision>,
}

/// How far an application has come.
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
    /// The bank does not.
    Declined,
    /// The applicant does not want it any more.
    Cancelled,
}

impl Decision {
    /// Whether both say yes, or both no; remarks may be worded otherwise.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.approved == other.approved
    }
}

//! The rules by which lc-application says no. Each variant is a rule of the board; its name in kebab case is its code.

use schemars::JsonSchema;
use serde::Serialize;

/// The domain's no.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Rejection {
    /// Reference too short.
    #[error("reference too short")]
    ReferenceTooShort,
    /// Not a draft.
    #[error("not a draft")]
    NotADraft,
    /// Amount not positive.
    #[error("amount not positive")]
    AmountNotPositive,
    /// Country sanctioned.
    #[error("country sanctioned")]
    CountrySanctioned,
    /// Bic malformed.
    #[error("bic malformed")]
    BicMalformed,
    /// No items.
    #[error("no items")]
    NoItems,
    /// Quantity zero.
    #[error("quantity zero")]
    QuantityZero,
    /// Tenor out of range.
    #[error("tenor out of range")]
    TenorOutOfRange,
    /// Expiry not ahead.
    #[error("expiry not ahead")]
    ExpiryNotAhead,
    /// Shipment after expiry.
    #[error("shipment after expiry")]
    ShipmentAfterExpiry,
    /// No documents.
    #[error("no documents")]
    NoDocuments,
    /// Already submitted.
    #[error("already submitted")]
    AlreadySubmitted,
    /// Incomplete.
    #[error("incomplete")]
    Incomplete,
    /// Unknown product.
    #[error("unknown product")]
    UnknownProduct,
    /// Decided otherwise.
    #[error("decided otherwise")]
    DecidedOtherwise,
    /// Already decided.
    #[error("already decided")]
    AlreadyDecided,
    /// Not submitted.
    #[error("not submitted")]
    NotSubmitted,
    /// Checks pending.
    #[error("checks pending")]
    ChecksPending,
    /// Remarks missing.
    #[error("remarks missing")]
    RemarksMissing,
    /// Reason blank.
    #[error("reason blank")]
    ReasonBlank,
    /// Undecided.
    #[error("undecided")]
    Undecided,
}

//! Every rule by which this context says no.

use macadam_kernel::Country;
use schemars::JsonSchema;
use serde::Serialize;

use crate::lc_application::submit::Fault;
use crate::values::ProductId;

/// The domain's no, with the rule that was broken.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Rejection {
    /// Too few characters to tell applications apart.
    #[error("the client reference has fewer than 4 characters")]
    ReferenceTooShort,
    /// What is submitted, decided or cancelled stays as it is.
    #[error("the application is not a draft any more")]
    NotADraft,
    /// Nothing, or less.
    #[error("the amount is not greater than zero")]
    AmountNotPositive,
    /// The bank may not pay there.
    #[error("{} is under sanctions", country.name())]
    CountrySanctioned {
        /// The beneficiary's country.
        country: Country,
    },
    /// No business identifier code of ISO 9362.
    #[error("the bank's BIC is not 8 or 11 letters and digits in their order")]
    BicMalformed,
    /// Merchandise without an item is none.
    #[error("the merchandise has no items")]
    NoItems,
    /// None of a product.
    #[error("the quantity of product {product_id} is zero")]
    QuantityZero {
        /// Which product.
        product_id: ProductId,
    },
    /// A price below zero would make room for others under the amount.
    #[error("the unit price of product {product_id} is negative")]
    UnitPriceNegative {
        /// Which product.
        product_id: ProductId,
    },
    /// Checks are decided for each product, so each has one line.
    #[error("product {product_id} is listed twice")]
    ProductListedTwice {
        /// Which product.
        product_id: ProductId,
    },
    /// Neither at sight nor deferred by a time that the bank offers.
    #[error("payment is not at sight, nor deferred by 1 to 360 days")]
    TenorNotOffered,
    /// Today, or before.
    #[error("the expiry is not in the future")]
    ExpiryNotAhead,
    /// Nobody could present the documents in time.
    #[error("the latest shipment is after the expiry")]
    ShipmentAfterExpiry,
    /// A documentary credit without documents is none.
    #[error("there are no documents")]
    NoDocuments,
    /// Once is enough.
    #[error("the application is already submitted")]
    AlreadySubmitted,
    /// Every fault that keeps it from being submitted.
    #[error("the application is not ready to be submitted")]
    Incomplete {
        /// What is to be mended.
        faults: Vec<Fault>,
    },
    /// Still a draft.
    #[error("the application is not submitted yet")]
    NotSubmitted,
    /// No such product among the merchandise.
    #[error("product {product_id} does not belong to the application")]
    ProductNotInApplication {
        /// Which product.
        product_id: ProductId,
    },
    /// A check is not decided twice.
    #[error("the check is already decided otherwise")]
    CheckAlreadyDecided,
    /// Approved or declined.
    #[error("the application is already decided")]
    AlreadyDecided,
    /// Withdrawn by its applicant.
    #[error("the application is already cancelled")]
    AlreadyCancelled,
    /// The bank decides when it knows everything.
    #[error("not all checks are in")]
    ChecksPending,
    /// Only a person approves against a failed check.
    #[error("a check has failed, so a manager must decide")]
    CheckFailed,
    /// Who approves against a failed check says why.
    #[error("a check has failed, so an approval needs remarks")]
    RemarksBlank,
    /// Who declines says why.
    #[error("the reason is blank")]
    ReasonBlank,
}

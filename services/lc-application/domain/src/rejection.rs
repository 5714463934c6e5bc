//! The rejections of this context, one for each rule.

use macadam_kernel::Country;
use schemars::JsonSchema;
use serde::Serialize;

use crate::lc_application::submit::Fault;
use crate::values::ProductId;

/// A rejection by the domain, with the broken rule.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Rejection {
    /// A client reference that is too short to identify an application.
    #[error("the client reference has fewer than 4 characters")]
    ReferenceTooShort,
    /// Only a draft can be changed.
    #[error("the application is not a draft any more")]
    NotADraft,
    /// An amount of zero or less.
    #[error("the amount is not greater than zero")]
    AmountNotPositive,
    /// The bank must not pay to this country.
    #[error("{} is under sanctions", country.name())]
    CountrySanctioned {
        /// The beneficiary's country.
        country: Country,
    },
    /// Not a business identifier code of ISO 9362.
    #[error("the bank's BIC is not 8 or 11 letters and digits in their order")]
    BicMalformed,
    /// Merchandise must have an item.
    #[error("the merchandise has no items")]
    NoItems,
    /// A quantity of zero.
    #[error("the quantity of product {product_id} is zero")]
    QuantityZero {
        /// The product.
        product_id: ProductId,
    },
    /// A negative price would hide the cost of other items.
    #[error("the unit price of product {product_id} is negative")]
    UnitPriceNegative {
        /// The product.
        product_id: ProductId,
    },
    /// Checks are decided for each product, so each has one line.
    #[error("product {product_id} is listed twice")]
    ProductListedTwice {
        /// The product.
        product_id: ProductId,
    },
    /// Neither at sight nor deferred by a number of days that the bank offers.
    #[error("payment is not at sight, nor deferred by 1 to 360 days")]
    TenorNotOffered,
    /// An expiry today or earlier.
    #[error("the expiry is not in the future")]
    ExpiryNotAhead,
    /// After the expiry, documents for the shipment could not be presented.
    #[error("the latest shipment is after the expiry")]
    ShipmentAfterExpiry,
    /// A letter of credit needs documents.
    #[error("there are no documents")]
    NoDocuments,
    /// It can be submitted only once.
    #[error("the application is already submitted")]
    AlreadySubmitted,
    /// The draft has faults that prevent the submission.
    #[error("the application is not ready to be submitted")]
    Incomplete {
        /// All faults.
        faults: Vec<Fault>,
    },
    /// It is still a draft.
    #[error("the application is not submitted yet")]
    NotSubmitted,
    /// The merchandise does not contain the product.
    #[error("product {product_id} does not belong to the application")]
    ProductNotInApplication {
        /// The product.
        product_id: ProductId,
    },
    /// A check can be decided only once.
    #[error("the check is already decided otherwise")]
    CheckAlreadyDecided,
    /// It is approved or declined.
    #[error("the application is already decided")]
    AlreadyDecided,
    /// Withdrawn by its applicant.
    #[error("the application is already cancelled")]
    AlreadyCancelled,
    /// The bank decides after all checks are recorded.
    #[error("not all checks are in")]
    ChecksPending,
    /// Only a manager can approve despite a failed check.
    #[error("a check has failed, so a manager must decide")]
    CheckFailed,
    /// An approval despite a failed check needs remarks.
    #[error("a check has failed, so an approval needs remarks")]
    RemarksBlank,
    /// Declining needs a reason.
    #[error("the reason is blank")]
    ReasonBlank,
}

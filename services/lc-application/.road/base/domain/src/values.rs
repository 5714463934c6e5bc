//! The values of lc-application: what is compared by what it says, and parsed where it comes in.

use macadam_kernel::values::sensitive::revealed_option;
use macadam_kernel::{Country, Date, Money, Sensitive};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Address {
    /// Lines.
    pub lines: Vec<String>,
    /// City.
    pub city: String,
    /// Region.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country.
    pub country: Country,
}

/// Party.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Party {
    /// Name.
    pub name: String,
    /// Address.
    pub address: Address,
    /// Country.
    pub country: Country,
    /// Tax id.
    #[serde(default, with = "revealed_option::<String>")]
    pub tax_id: Option<Sensitive<String>>,
}

/// Advising bank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AdvisingBank {
    /// Bic.
    pub bic: String,
    /// Name.
    pub name: String,
    /// Country.
    pub country: Country,
}

/// Item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Product id.
    pub product_id: String,
    /// Description.
    pub description: String,
    /// Quantity.
    pub quantity: u32,
    /// Unit price.
    pub unit_price: Option<Money>,
}

/// Merchandise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Merchandise {
    /// Items.
    pub items: Vec<Item>,
    /// Packaging.
    pub packaging: Option<String>,
    /// Hazardous.
    pub hazardous: bool,
}

/// Tenor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tenor {
    /// Deferred by days.
    pub deferred_by_days: Option<u32>,
}

/// Expiry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Expiry {
    /// Date.
    pub date: Date,
    /// Place.
    pub place: String,
}

/// Shipment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shipment {
    /// Latest.
    pub latest: Date,
    /// From.
    pub from: String,
    /// To.
    pub to: String,
    /// Partial.
    pub partial: bool,
    /// Transhipment.
    pub transhipment: bool,
}

/// Decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// Approved.
    pub approved: bool,
    /// Remarks.
    pub remarks: Option<String>,
}

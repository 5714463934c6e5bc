//! The goods that are bought.

use macadam_kernel::values::ArithmeticError;
use macadam_kernel::{Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ProductId;

/// All goods of one application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Merchandise {
    /// Its lines, one for each product.
    #[schemars(length(min = 1))]
    pub items: Vec<Item>,
    /// How it is packed.
    pub packaging: String,
    /// Whether it is dangerous to carry.
    pub hazardous: bool,
}

/// One line of the merchandise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// The product, in the catalogue.
    pub product_id: ProductId,
    /// A description of the product.
    pub description: String,
    /// The number of pieces.
    #[schemars(range(min = 1))]
    pub quantity: u32,
    /// The price of one piece, if there is a price per piece.
    pub unit_price: Option<Money>,
}

impl Merchandise {
    /// The products, in the order of the items.
    pub fn products(&self) -> impl Iterator<Item = &ProductId> {
        self.items.iter().map(|item| &item.product_id)
    }

    /// The prices of those items that have one.
    pub fn prices(&self) -> impl Iterator<Item = Money> {
        self.items.iter().filter_map(|item| item.unit_price)
    }

    /// The total price of the items that have one; zero if none has a price.
    pub fn total(&self, currency: Currency) -> Result<Money, ArithmeticError> {
        let mut priced = self.items.iter().filter_map(|item| Some((item.unit_price?, item.quantity)));
        priced.try_fold(Money::from_minor(0, currency), |total, (price, quantity)| {
            total.checked_add(price.checked_mul(quantity.into())?)
        })
    }
}

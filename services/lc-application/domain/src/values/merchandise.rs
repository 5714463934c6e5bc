//! What is bought.

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
    /// Which product, by the catalogue.
    pub product_id: ProductId,
    /// What it is, in words.
    pub description: String,
    /// How many.
    #[schemars(range(min = 1))]
    pub quantity: u32,
    /// The price of one, where it is agreed by the piece.
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

    /// What the priced items cost together; none of them costs nothing.
    pub fn total(&self, currency: Currency) -> Result<Money, ArithmeticError> {
        let mut priced = self.items.iter().filter_map(|item| Some((item.unit_price?, item.quantity)));
        priced.try_fold(Money::from_minor(0, currency), |total, (price, quantity)| {
            total.checked_add(price.checked_mul(quantity.into())?)
        })
    }
}

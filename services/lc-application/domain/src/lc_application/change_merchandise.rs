//! Fills the merchandise in.

use macadam_kernel::{Actor, Decided, Decision};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::Draft;
use crate::Rejection;
use crate::events::MerchandiseChanged;
use crate::values::{Item, Merchandise};

/// Fill the merchandise in, or change all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeMerchandise {
    /// The goods that are bought.
    pub merchandise: Merchandise,
}

impl Decision for ChangeMerchandise {
    type Permit<'a> = &'a Draft;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<&'a Draft, Rejection> {
        state.draft()
    }

    fn decide(self, draft: &Draft, (): &()) -> Decided<Self> {
        let Self { merchandise } = self;
        if merchandise.items.is_empty() {
            return Err(Rejection::NoItems);
        }
        for (at, item) in merchandise.items.iter().enumerate() {
            judge(item, &merchandise.items[..at])?;
        }
        if draft.merchandise.as_ref() == Some(&merchandise) {
            return Ok(Vec::new());
        }
        Ok(vec![MerchandiseChanged { merchandise }])
    }
}

/// Checks one line against the lines before it.
fn judge(item: &Item, before: &[Item]) -> Result<(), Rejection> {
    let product_id = || item.product_id.clone();
    if item.quantity == 0 {
        return Err(Rejection::QuantityZero { product_id: product_id() });
    }
    if item.unit_price.is_some_and(|price| price.minor() < 0) {
        return Err(Rejection::UnitPriceNegative { product_id: product_id() });
    }
    if before.iter().any(|other| other.product_id == item.product_id) {
        return Err(Rejection::ProductListedTwice { product_id: product_id() });
    }
    Ok(())
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::values::samples::{
        COPPER, STEEL, approved, cancelled, declined, draft, item, merchandise, merchandise_of, product,
        started, submitted, usd,
    };

    #[track_caller]
    fn check_rejected(items: Vec<Item>, rejection: Rejection) {
        given(draft())
            .when(ChangeMerchandise { merchandise: merchandise_of(items) })
            .then_rejected(rejection);
    }

    #[test]
    fn the_merchandise_is_filled_in() {
        given(events![started()])
            .when(ChangeMerchandise { merchandise: merchandise() })
            .then(events![MerchandiseChanged { merchandise: merchandise() }]);
    }

    #[test]
    fn an_item_may_be_free_or_without_a_price() {
        let merchandise = merchandise_of(vec![item(STEEL, 1, Some(usd("0"))), item(COPPER, 1, None)]);
        given(draft())
            .when(ChangeMerchandise { merchandise: merchandise.clone() })
            .then(events![MerchandiseChanged { merchandise }]);
    }

    #[test]
    fn the_same_merchandise_again_changes_nothing() {
        given(draft()).when(ChangeMerchandise { merchandise: merchandise() }).then_nothing();
    }

    #[test]
    fn merchandise_has_items() {
        check_rejected(vec![], Rejection::NoItems);
    }

    #[test]
    fn there_is_one_of_each_item_at_least() {
        let items = vec![item(STEEL, 1, None), item(COPPER, 0, None)];
        check_rejected(items, Rejection::QuantityZero { product_id: product(COPPER) });
    }

    #[test]
    fn no_item_has_a_negative_price() {
        let items = vec![item(STEEL, 1, Some(usd("-0.01")))];
        check_rejected(items, Rejection::UnitPriceNegative { product_id: product(STEEL) });
    }

    #[test]
    fn a_product_has_one_line() {
        let items = vec![item(STEEL, 1, None), item(COPPER, 1, None), item(STEEL, 2, None)];
        check_rejected(items, Rejection::ProductListedTwice { product_id: product(STEEL) });
    }

    #[test]
    fn the_merchandise_of_anything_but_a_draft_stays_as_it_is() {
        for history in [submitted(), approved(), declined(), cancelled()] {
            given(history)
                .when(ChangeMerchandise { merchandise: merchandise() })
                .then_rejected(Rejection::NotADraft);
        }
    }
}

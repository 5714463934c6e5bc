//! Records what another context decided: whether a product may be traded.

use macadam_kernel::{Actor, Decided, Decision};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::{Checking, Checks};
use crate::Rejection;
use crate::events::ProductLegalityRecorded;
use crate::values::{self, ProductId};

/// Record whether a product may be traded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordProductLegality {
    /// The product.
    pub product_id: ProductId,
    /// The outcome.
    pub decision: values::Decision,
}

impl Decision for RecordProductLegality {
    type Permit<'a> = Checking<'a>;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<Checking<'a>, Rejection> {
        state.checking()
    }

    fn decide(self, checking: Checking<'_>, (): &()) -> Decided<Self> {
        let Self { product_id, decision } = self;
        let Checking::Open(submitted) = checking else {
            return Ok(Vec::new());
        };
        let recorded = submitted.checks.product(&product_id)?.legality.as_ref();
        if !Checks::is_news(recorded, &decision)? {
            return Ok(Vec::new());
        }
        Ok(vec![ProductLegalityRecorded { product_id, decision }])
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::values::samples::{
        STEEL, approved, cancelled, declined, draft, legality_recorded, no, product, submitted, then, yes,
    };

    fn record(product_id: &str, decision: values::Decision) -> RecordProductLegality {
        RecordProductLegality { product_id: product(product_id), decision }
    }

    #[test]
    fn a_decision_is_recorded() {
        given(submitted()).when(record(STEEL, no())).then(events![legality_recorded(STEEL, no())]);
    }

    #[test]
    fn the_same_decision_again_changes_nothing() {
        let reworded = values::Decision { remarks: Some("once more".into()), ..yes() };
        let history = then(submitted(), legality_recorded(STEEL, yes()));
        given(history.clone()).when(record(STEEL, yes())).then_nothing();
        given(history).when(record(STEEL, reworded)).then_nothing();
    }

    #[test]
    fn another_decision_about_the_same_product_is_rejected() {
        given(then(submitted(), legality_recorded(STEEL, yes())))
            .when(record(STEEL, no()))
            .then_rejected(Rejection::CheckAlreadyDecided);
    }

    #[test]
    fn a_product_that_is_not_bought_is_not_checked() {
        given(submitted())
            .when(record("gold-bar", yes()))
            .then_rejected(Rejection::ProductNotInApplication { product_id: product("gold-bar") });
    }

    #[test]
    fn what_is_decided_too_late_changes_nothing() {
        for history in [approved(), declined(), cancelled()] {
            given(history).when(record(STEEL, no())).then_nothing();
        }
    }

    #[test]
    fn a_draft_is_not_checked() {
        given(draft()).when(record(STEEL, yes())).then_rejected(Rejection::NotSubmitted);
    }
}

//! Applications with a product that is not checked yet.

use macadam_kernel::{Money, Projection, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::PendingProductChecksHeard;
use crate::values::{ApplicantId, ClientReference, ProductId};

/// One application, with the products whose checks are missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PendingProductChecks {
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
    /// The amount of the letter of credit.
    pub amount: Money,
    /// The products whose value check is missing.
    pub value_pending: Vec<ProductId>,
    /// The products whose legality check is missing.
    pub legality_pending: Vec<ProductId>,
    /// Since when the checks are missing.
    pub submitted_at: Timestamp,
}

impl Projection for PendingProductChecks {
    fn project(view: Option<Self>, heard: &Recorded<PendingProductChecksHeard>) -> Option<Self> {
        match &heard.event {
            PendingProductChecksHeard::Submitted(event) => {
                let products: Vec<_> = event.merchandise.products().cloned().collect();
                Some(Self {
                    applicant_id: event.applicant_id.clone(),
                    client_reference: event.client_reference.clone(),
                    amount: event.amount,
                    value_pending: products.clone(),
                    legality_pending: products,
                    submitted_at: heard.recorded_at,
                })
            }
            PendingProductChecksHeard::ProductValueRecorded(event) => {
                let mut pending = view?;
                pending.value_pending.retain(|product| *product != event.product_id);
                pending.unless_all_are_in()
            }
            PendingProductChecksHeard::ProductLegalityRecorded(event) => {
                let mut pending = view?;
                pending.legality_pending.retain(|product| *product != event.product_id);
                pending.unless_all_are_in()
            }
            PendingProductChecksHeard::Cancelled(_) => None,
        }
    }
}

impl PendingProductChecks {
    fn unless_all_are_in(self) -> Option<Self> {
        (!self.value_pending.is_empty() || !self.legality_pending.is_empty()).then_some(self)
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::testing::{start, view};

    use super::*;
    use crate::events::Cancelled;
    use crate::values::samples::*;

    fn pending(value: &[&str], legality: &[&str]) -> PendingProductChecks {
        let products = |ids: &[&str]| ids.iter().map(|id| product(id)).collect();
        PendingProductChecks {
            applicant_id: applicant("alice"),
            client_reference: reference(),
            amount: usd("9000"),
            value_pending: products(value),
            legality_pending: products(legality),
            submitted_at: start(),
        }
    }

    #[test]
    fn each_product_waits_for_both_checks() {
        let both = [STEEL, COPPER];
        let waiting = view::<PendingProductChecks>().when(submission());
        waiting.then(Some(&pending(&both, &both)));
        let waiting = waiting.when(value_recorded(STEEL, yes()));
        waiting.then(Some(&pending(&[COPPER], &both)));
        let waiting = waiting.when(legality_recorded(COPPER, no()));
        waiting.then(Some(&pending(&[COPPER], &[STEEL])));
        let one_left = waiting.when(value_recorded(COPPER, yes()));
        one_left.then(Some(&pending(&[], &[STEEL])));
    }

    #[test]
    fn the_last_check_ends_the_wait_whatever_its_outcome() {
        let three = || {
            view::<PendingProductChecks>()
                .when(submission())
                .when(value_recorded(STEEL, yes()))
                .when(legality_recorded(STEEL, yes()))
        };
        three().when(value_recorded(COPPER, yes())).when(legality_recorded(COPPER, no())).then(None);
        three().when(legality_recorded(COPPER, yes())).when(value_recorded(COPPER, no())).then(None);
    }

    #[test]
    fn a_cancelled_application_waits_for_nothing() {
        view::<PendingProductChecks>()
            .when(submission())
            .when(Cancelled { reason: String::new() })
            .when(value_recorded(STEEL, yes()))
            .then(None);
    }
}

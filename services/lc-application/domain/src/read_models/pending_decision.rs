//! Applications that wait for a decision, including those that are still being checked.

use macadam_kernel::{Money, Projection, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::PendingDecisionHeard;
use crate::values::{ApplicantId, ClientReference, Decision, ProductId};

/// One application that is not decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PendingDecision {
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
    /// Whether the credit check is missing.
    pub credit_pending: bool,
    /// Whether a check has failed, so that an approval needs remarks.
    pub check_failed: bool,
    /// Whether all checks are recorded, so that a manager can decide.
    pub ready: bool,
    /// When it was submitted.
    pub submitted_at: Timestamp,
}

impl Projection for PendingDecision {
    fn project(view: Option<Self>, heard: &Recorded<PendingDecisionHeard>) -> Option<Self> {
        match &heard.event {
            PendingDecisionHeard::Submitted(event) => {
                let products: Vec<_> = event.merchandise.products().cloned().collect();
                Some(Self {
                    applicant_id: event.applicant_id.clone(),
                    client_reference: event.client_reference.clone(),
                    amount: event.amount,
                    value_pending: products.clone(),
                    legality_pending: products,
                    credit_pending: true,
                    check_failed: false,
                    ready: false,
                    submitted_at: heard.recorded_at,
                })
            }
            PendingDecisionHeard::ProductValueRecorded(event) => {
                let mut pending = view?;
                pending.value_pending.retain(|product| *product != event.product_id);
                Some(pending.after(&event.decision))
            }
            PendingDecisionHeard::ProductLegalityRecorded(event) => {
                let mut pending = view?;
                pending.legality_pending.retain(|product| *product != event.product_id);
                Some(pending.after(&event.decision))
            }
            PendingDecisionHeard::ApplicantCreditRecorded(event) => {
                let pending = Self { credit_pending: false, ..view? };
                Some(pending.after(&event.decision))
            }
            PendingDecisionHeard::Approved(_)
            | PendingDecisionHeard::Declined(_)
            | PendingDecisionHeard::Cancelled(_) => None,
        }
    }
}

impl PendingDecision {
    fn after(self, check: &Decision) -> Self {
        let products_pending = !self.value_pending.is_empty() || !self.legality_pending.is_empty();
        Self {
            check_failed: self.check_failed || !check.approved,
            ready: !products_pending && !self.credit_pending,
            ..self
        }
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::testing::{ViewStory, start, view};

    use super::*;
    use crate::events::{Approved, Cancelled, Declined};
    use crate::values::samples::*;

    fn pending() -> PendingDecision {
        PendingDecision {
            applicant_id: applicant("alice"),
            client_reference: reference(),
            amount: usd("9000"),
            value_pending: vec![product(STEEL), product(COPPER)],
            legality_pending: vec![product(STEEL), product(COPPER)],
            credit_pending: true,
            check_failed: false,
            ready: false,
            submitted_at: start(),
        }
    }

    fn ready() -> PendingDecision {
        PendingDecision {
            value_pending: vec![],
            legality_pending: vec![],
            credit_pending: false,
            ready: true,
            ..pending()
        }
    }

    /// Submitted, with the value checks passed.
    fn values_checked() -> ViewStory<PendingDecision> {
        view::<PendingDecision>()
            .when(submission())
            .when(value_recorded(STEEL, yes()))
            .when(value_recorded(COPPER, yes()))
    }

    #[test]
    fn what_is_submitted_is_not_ready() {
        view::<PendingDecision>().when(submission()).then(Some(&pending()));
        values_checked().then(Some(&PendingDecision { value_pending: vec![], ..pending() }));
    }

    #[test]
    fn it_is_ready_when_all_checks_are_in_in_whatever_order() {
        values_checked()
            .when(legality_recorded(COPPER, yes()))
            .when(legality_recorded(STEEL, yes()))
            .when(credit_recorded(yes()))
            .then(Some(&ready()));
        view::<PendingDecision>()
            .when(submission())
            .when(credit_recorded(yes()))
            .when(legality_recorded(STEEL, yes()))
            .when(legality_recorded(COPPER, yes()))
            .when(value_recorded(COPPER, yes()))
            .when(value_recorded(STEEL, yes()))
            .then(Some(&ready()));
    }

    #[test]
    fn it_is_not_ready_while_one_check_is_out() {
        let copper_left = values_checked().when(legality_recorded(STEEL, yes())).when(credit_recorded(yes()));
        let legality_pending = vec![product(COPPER)];
        copper_left.then(Some(&PendingDecision { legality_pending, ready: false, ..ready() }));
        let credit_left =
            values_checked().when(legality_recorded(STEEL, yes())).when(legality_recorded(COPPER, yes()));
        credit_left.then(Some(&PendingDecision { credit_pending: true, ready: false, ..ready() }));
    }

    #[test]
    fn each_check_that_fails_is_told() {
        let failed = PendingDecision { check_failed: true, ..pending() };
        let (steel, copper) = (vec![product(STEEL)], vec![product(COPPER)]);
        let submitted = || view::<PendingDecision>().when(submission());
        let valued = PendingDecision { value_pending: copper, ..failed.clone() };
        submitted().when(value_recorded(STEEL, no())).then(Some(&valued));
        let judged = PendingDecision { legality_pending: steel, ..failed.clone() };
        submitted().when(legality_recorded(COPPER, no())).then(Some(&judged));
        let rated = PendingDecision { credit_pending: false, ..failed };
        submitted().when(credit_recorded(no())).then(Some(&rated));
    }

    #[test]
    fn a_failure_is_not_forgotten() {
        values_checked()
            .when(legality_recorded(COPPER, no()))
            .when(legality_recorded(STEEL, yes()))
            .when(credit_recorded(yes()))
            .then(Some(&PendingDecision { check_failed: true, ..ready() }));
    }

    #[test]
    fn what_is_decided_or_cancelled_waits_no_more() {
        values_checked().when(Approved { remarks: None }).then(None);
        values_checked().when(Declined { reason: "no".into() }).then(None);
        values_checked().when(Cancelled { reason: "no".into() }).then(None);
    }
}

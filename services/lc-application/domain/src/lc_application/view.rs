//! The form of an application for clients.

use macadam_kernel::Money;
use schemars::JsonSchema;
use serde::Serialize;

use super::LcApplication;
use super::state::{Draft, Submitted, Withdrawn};
use crate::values::{
    AdvisingBank, ApplicantId, ClientReference, Decision, Document, Expiry, Merchandise, Part, Party,
    ProductCheck, Shipment, Status, Tenor,
};

/// The current state of an application.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LcApplicationView {
    /// The status of the application.
    pub state: Status,
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
    /// The amount of the letter of credit.
    pub amount: Option<Money>,
    /// The beneficiary, who is paid.
    pub beneficiary: Option<Party>,
    /// The bank that informs the beneficiary.
    pub advising_bank: Option<AdvisingBank>,
    /// The goods that are bought.
    pub merchandise: Option<Merchandise>,
    /// When the beneficiary is paid.
    pub tenor: Option<Tenor>,
    /// The last day and the place for presenting documents.
    pub expiry: Option<Expiry>,
    /// How the goods are shipped.
    pub shipment: Option<Shipment>,
    /// The documents that must be presented.
    pub documents: Option<Vec<Document>>,
    /// The parts that are yet to be filled in.
    pub missing: Vec<Part>,
    /// The state of the checks of each product, once the application is submitted.
    pub product_checks: Vec<ProductCheck>,
    /// Whether the applicant's credit is good, once that is decided.
    pub applicant_credit: Option<Decision>,
    /// The remarks of the bank at the approval.
    pub remarks: Option<String>,
    /// The reason for declining or cancelling it.
    pub reason: Option<String>,
}

impl From<&LcApplication> for LcApplicationView {
    fn from(application: &LcApplication) -> Self {
        match application {
            LcApplication::Draft(draft) => Self::of_draft(Status::Draft, draft),
            LcApplication::Submitted(submitted) => Self::of_submitted(Status::Submitted, submitted),
            LcApplication::Approved(approved) => Self {
                remarks: approved.remarks.clone(),
                ..Self::of_submitted(Status::Approved, &approved.submitted)
            },
            LcApplication::Declined(declined) => Self {
                reason: Some(declined.reason.clone()),
                ..Self::of_submitted(Status::Declined, &declined.submitted)
            },
            LcApplication::Cancelled(cancelled) => Self {
                reason: Some(cancelled.reason.clone()),
                ..match &cancelled.withdrawn {
                    Withdrawn::Draft(draft) => Self::of_draft(Status::Cancelled, draft),
                    Withdrawn::Submitted(submitted) => Self::of_submitted(Status::Cancelled, submitted),
                }
            },
        }
    }
}

impl LcApplicationView {
    fn of_draft(state: Status, draft: &Draft) -> Self {
        let missing = draft.missing();
        let Draft {
            applicant_id,
            client_reference,
            amount,
            beneficiary,
            advising_bank,
            merchandise,
            tenor,
            expiry,
            shipment,
            documents,
        } = draft.clone();
        Self {
            state,
            applicant_id,
            client_reference,
            amount,
            beneficiary,
            advising_bank,
            merchandise,
            tenor,
            expiry,
            shipment,
            documents,
            missing,
            product_checks: Vec::new(),
            applicant_credit: None,
            remarks: None,
            reason: None,
        }
    }

    fn of_submitted(state: Status, submitted: &Submitted) -> Self {
        let Submitted { applicant_id, client_reference, terms, checks, reminders: _ } = submitted.clone();
        Self {
            state,
            applicant_id,
            client_reference,
            amount: Some(terms.amount),
            beneficiary: Some(terms.beneficiary),
            advising_bank: Some(terms.advising_bank),
            merchandise: Some(terms.merchandise),
            tenor: Some(terms.tenor),
            expiry: Some(terms.expiry),
            shipment: Some(terms.shipment),
            documents: Some(terms.documents),
            missing: Vec::new(),
            product_checks: checks.products,
            applicant_credit: checks.applicant_credit,
            remarks: None,
            reason: None,
        }
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::{events, fold};

    use super::*;
    use crate::LcApplicationEvent;
    use crate::events::Cancelled;
    use crate::values::samples::*;

    fn view_of(history: &[LcApplicationEvent]) -> LcApplicationView {
        LcApplicationView::from(&fold::<LcApplication>(history).unwrap())
    }

    #[test]
    fn a_draft_shows_what_is_missing() {
        let LcApplicationView { state, amount, missing, .. } = view_of(&events![started()]);
        assert_eq!((state, amount, missing), (Status::Draft, None, Part::ALL.to_vec()));
        assert_eq!(view_of(&draft()).missing, []);
    }

    #[test]
    fn what_is_submitted_shows_the_same_parts_and_its_checks() {
        let check = |id| ProductCheck { product_id: product(id), value: None, legality: None };
        let expected = LcApplicationView {
            state: Status::Submitted,
            product_checks: vec![check(STEEL), check(COPPER)],
            ..view_of(&draft())
        };
        assert_eq!(view_of(&submitted()), expected);
        assert_eq!(view_of(&failed()).applicant_credit, Some(no()));
    }

    #[test]
    fn what_is_decided_shows_how_and_why() {
        let with_remarks =
            then(failed(), crate::events::Approved { remarks: Some("secured by cash".into()) });
        let approved = LcApplicationView {
            state: Status::Approved,
            remarks: Some("secured by cash".into()),
            ..view_of(&failed())
        };
        assert_eq!(view_of(&with_remarks), approved);
        let reason = Some("no credit".into());
        assert_eq!(
            view_of(&declined()),
            LcApplicationView { state: Status::Declined, reason, ..view_of(&failed()) }
        );
    }

    #[test]
    fn what_is_cancelled_shows_what_it_was() {
        let reason = Some("found another seller".to_owned());
        for history in [draft(), submitted()] {
            let expected =
                LcApplicationView { state: Status::Cancelled, reason: reason.clone(), ..view_of(&history) };
            assert_eq!(
                view_of(&then(history, Cancelled { reason: "found another seller".into() })),
                expected
            );
        }
    }
}

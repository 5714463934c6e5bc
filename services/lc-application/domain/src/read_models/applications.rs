//! All applications, in any state.

use macadam_kernel::{Money, Projection, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ApplicationsHeard;
use crate::values::{ApplicantId, ClientReference, Status};

/// One application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Applications {
    /// The status of the application.
    pub state: Status,
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
    /// The amount of the letter of credit.
    pub amount: Option<Money>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it was submitted.
    pub submitted_at: Option<Timestamp>,
    /// When it was approved or declined.
    pub decided_at: Option<Timestamp>,
}

impl Projection for Applications {
    fn project(view: Option<Self>, heard: &Recorded<ApplicationsHeard>) -> Option<Self> {
        let at = Some(heard.recorded_at);
        match &heard.event {
            ApplicationsHeard::Started(event) => Some(Self {
                state: Status::Draft,
                applicant_id: event.applicant_id.clone(),
                client_reference: event.client_reference.clone(),
                amount: None,
                started_at: heard.recorded_at,
                submitted_at: None,
                decided_at: None,
            }),
            ApplicationsHeard::AmountChanged(event) => Some(Self { amount: Some(event.amount), ..view? }),
            ApplicationsHeard::Submitted(_) => {
                Some(Self { state: Status::Submitted, submitted_at: at, ..view? })
            }
            ApplicationsHeard::Approved(_) => Some(Self { state: Status::Approved, decided_at: at, ..view? }),
            ApplicationsHeard::Declined(_) => Some(Self { state: Status::Declined, decided_at: at, ..view? }),
            ApplicationsHeard::Cancelled(_) => Some(Self { state: Status::Cancelled, ..view? }),
        }
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::SignedDuration;
    use macadam_kernel::testing::{ViewStory, later, start, view};

    use super::*;
    use crate::events::{AmountChanged, Approved, Cancelled, Declined};
    use crate::values::samples::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn begun() -> Applications {
        Applications {
            state: Status::Draft,
            applicant_id: applicant("alice"),
            client_reference: reference(),
            amount: None,
            started_at: start(),
            submitted_at: None,
            decided_at: None,
        }
    }

    /// Submitted one hour after the start.
    fn story() -> ViewStory<Applications> {
        view::<Applications>()
            .when(started())
            .when(AmountChanged { amount: usd("9000") })
            .after(HOUR)
            .when(submission())
            .after(HOUR)
    }

    fn handed_in() -> Applications {
        Applications {
            state: Status::Submitted,
            amount: Some(usd("9000")),
            submitted_at: Some(later(start(), HOUR)),
            ..begun()
        }
    }

    #[test]
    fn an_application_is_listed_from_its_start() {
        view::<Applications>().when(started()).then(Some(&begun()));
        story().then(Some(&handed_in()));
    }

    #[test]
    fn a_decision_is_told_with_its_time() {
        let decided_at = Some(later(start(), HOUR * 2));
        let decided = |state| Applications { state, decided_at, ..handed_in() };
        story().when(Approved { remarks: None }).then(Some(&decided(Status::Approved)));
        story().when(Declined { reason: "no".into() }).then(Some(&decided(Status::Declined)));
    }

    #[test]
    fn a_cancelled_application_stays_listed() {
        story()
            .when(Cancelled { reason: "no".into() })
            .then(Some(&Applications { state: Status::Cancelled, ..handed_in() }));
    }
}

//! The applicant submitted the application.

use macadam_kernel::{Evolve, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::{LcApplication, state};
use crate::values::{AdvisingBank, ApplicantId, ClientReference, Merchandise, Party};

/// An application was submitted. The event carries the data that other contexts need for their checks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Submitted {
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
    /// The amount of the letter of credit.
    pub amount: Money,
    /// The beneficiary, who is paid.
    pub beneficiary: Party,
    /// The bank that informs the beneficiary.
    pub advising_bank: AdvisingBank,
    /// The goods, with the products of the catalogue.
    pub merchandise: Merchandise,
}

impl Evolve<Submitted> for LcApplication {
    fn evolve(&mut self, _: &Submitted) {
        // The data of the event is for other contexts; the draft contains all of it.
        if let Self::Draft(draft) = self
            && let Some(terms) = draft.terms()
        {
            *self = Self::Submitted(state::Submitted::new(draft, terms));
        }
    }
}

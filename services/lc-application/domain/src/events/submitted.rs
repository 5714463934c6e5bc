//! The applicant handed the application in.

use macadam_kernel::{Evolve, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::{LcApplication, state};
use crate::values::{AdvisingBank, ApplicantId, ClientReference, Merchandise, Party};

/// An application was handed in. It carries what other contexts need to begin their checks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Submitted {
    /// Who applies.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
    /// What the letter of credit is to be worth.
    pub amount: Money,
    /// Who is paid.
    pub beneficiary: Party,
    /// Through which bank the beneficiary is told.
    pub advising_bank: AdvisingBank,
    /// What is bought, with the products of the catalogue.
    pub merchandise: Merchandise,
}

impl Evolve<Submitted> for LcApplication {
    fn evolve(&mut self, _: &Submitted) {
        // What the event repeats of the draft is for other contexts; the draft has it all, and more.
        if let Self::Draft(draft) = self
            && let Some(terms) = draft.terms()
        {
            *self = Self::Submitted(state::Submitted::new(draft, terms));
        }
    }
}

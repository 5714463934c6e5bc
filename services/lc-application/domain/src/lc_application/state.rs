//! What is possible for an application, one variant for each.

mod checks;
mod parts;

use crate::Rejection;

pub use checks::Checks;
pub use parts::{Draft, Terms};

use crate::values::{ApplicantId, ClientReference};

/// An importer's application for a letter of credit.
#[derive(Debug, Clone, PartialEq)]
pub enum LcApplication {
    /// Being filled in.
    Draft(Draft),
    /// Being checked, then decided.
    Submitted(Submitted),
    /// Answered with yes.
    Approved(Approved),
    /// Answered with no.
    Declined(Declined),
    /// Withdrawn by its applicant.
    Cancelled(Cancelled),
}

/// Handed in: every part is there, and stays as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    /// Who applies.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
    /// What is applied for.
    pub terms: Terms,
    /// What other contexts have decided about it so far.
    pub checks: Checks,
    /// The last reminder that it waits for its decision; 0 before the first.
    pub reminders: u32,
}

/// Answered with yes.
#[derive(Debug, Clone, PartialEq)]
pub struct Approved {
    /// What was decided upon.
    pub submitted: Submitted,
    /// What the bank has to say.
    pub remarks: Option<String>,
}

/// Answered with no.
#[derive(Debug, Clone, PartialEq)]
pub struct Declined {
    /// What was decided upon.
    pub submitted: Submitted,
    /// Why.
    pub reason: String,
}

/// Withdrawn by its applicant.
#[derive(Debug, Clone, PartialEq)]
pub struct Cancelled {
    /// What it was until then.
    pub withdrawn: Withdrawn,
    /// Why.
    pub reason: String,
}

/// What may be withdrawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Withdrawn {
    /// While it was filled in.
    Draft(Draft),
    /// While it was checked.
    Submitted(Submitted),
}

/// Proof that the outcome of a check may arrive: sooner or later, it is for a submitted application.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Checking<'a> {
    /// It still counts.
    Open(&'a Submitted),
    /// The application was decided or cancelled meanwhile.
    Over,
}

impl Submitted {
    /// What a draft becomes, with no check in.
    pub fn new(draft: &Draft, terms: Terms) -> Self {
        Self {
            applicant_id: draft.applicant_id.clone(),
            client_reference: draft.client_reference.clone(),
            checks: Checks::of(&terms.merchandise),
            terms,
            reminders: 0,
        }
    }
}

impl LcApplication {
    /// The draft, where it is one: nothing else may be changed.
    pub fn draft(&self) -> Result<&Draft, Rejection> {
        match self {
            Self::Draft(draft) => Ok(draft),
            _ => Err(Rejection::NotADraft),
        }
    }

    /// What waits for its decision.
    pub fn submitted(&self) -> Result<&Submitted, Rejection> {
        match self {
            Self::Draft(_) => Err(Rejection::NotSubmitted),
            Self::Submitted(submitted) => Ok(submitted),
            Self::Approved(_) | Self::Declined(_) => Err(Rejection::AlreadyDecided),
            Self::Cancelled(_) => Err(Rejection::AlreadyCancelled),
        }
    }

    /// What waits for nothing but its decision.
    pub fn checked(&self) -> Result<&Submitted, Rejection> {
        let submitted = self.submitted()?;
        if submitted.checks.are_in() { Ok(submitted) } else { Err(Rejection::ChecksPending) }
    }

    /// What the outcome of a check is for.
    pub fn checking(&self) -> Result<Checking<'_>, Rejection> {
        match self {
            Self::Draft(_) => Err(Rejection::NotSubmitted),
            Self::Submitted(submitted) => Ok(Checking::Open(submitted)),
            Self::Approved(_) | Self::Declined(_) | Self::Cancelled(_) => Ok(Checking::Over),
        }
    }
}

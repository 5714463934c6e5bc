//! The states of an application.

mod checks;
mod parts;

use crate::Rejection;

pub use checks::Checks;
pub use parts::{Draft, Terms};

use crate::values::{ApplicantId, ClientReference};

/// An importer's application for a letter of credit.
#[derive(Debug, Clone, PartialEq)]
pub enum LcApplication {
    /// The applicant fills it in.
    Draft(Draft),
    /// It is checked, then decided.
    Submitted(Submitted),
    /// Approved by the bank.
    Approved(Approved),
    /// Declined by the bank.
    Declined(Declined),
    /// Withdrawn by its applicant.
    Cancelled(Cancelled),
}

/// Submitted: all parts are complete, and cannot be changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
    /// The requested letter of credit.
    pub terms: Terms,
    /// The checks that other contexts have decided so far.
    pub checks: Checks,
    /// The number of the last reminder; 0 before the first.
    pub reminders: u32,
}

/// Approved by the bank.
#[derive(Debug, Clone, PartialEq)]
pub struct Approved {
    /// The submitted application.
    pub submitted: Submitted,
    /// The remarks of the bank.
    pub remarks: Option<String>,
}

/// Declined by the bank.
#[derive(Debug, Clone, PartialEq)]
pub struct Declined {
    /// The submitted application.
    pub submitted: Submitted,
    /// The reason.
    pub reason: String,
}

/// Withdrawn by its applicant.
#[derive(Debug, Clone, PartialEq)]
pub struct Cancelled {
    /// Its state before the cancellation.
    pub withdrawn: Withdrawn,
    /// The reason.
    pub reason: String,
}

/// The states that can be cancelled.
#[derive(Debug, Clone, PartialEq)]
pub enum Withdrawn {
    /// A draft.
    Draft(Draft),
    /// A submitted application.
    Submitted(Submitted),
}

/// Proof that a check may be recorded, because the application has been submitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Checking<'a> {
    /// The application is not decided yet, so the check counts.
    Open(&'a Submitted),
    /// The application was decided or cancelled before the check arrived.
    Over,
}

impl Submitted {
    /// A submitted draft, without any check recorded.
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
    /// The draft; a rejection for any other state, which cannot be changed.
    pub fn draft(&self) -> Result<&Draft, Rejection> {
        match self {
            Self::Draft(draft) => Ok(draft),
            _ => Err(Rejection::NotADraft),
        }
    }

    /// The application, if it waits for a decision.
    pub fn submitted(&self) -> Result<&Submitted, Rejection> {
        match self {
            Self::Draft(_) => Err(Rejection::NotSubmitted),
            Self::Submitted(submitted) => Ok(submitted),
            Self::Approved(_) | Self::Declined(_) => Err(Rejection::AlreadyDecided),
            Self::Cancelled(_) => Err(Rejection::AlreadyCancelled),
        }
    }

    /// The application, if all its checks are recorded and it waits for a decision.
    pub fn checked(&self) -> Result<&Submitted, Rejection> {
        let submitted = self.submitted()?;
        if submitted.checks.are_in() { Ok(submitted) } else { Err(Rejection::ChecksPending) }
    }

    /// The application that a check belongs to.
    pub fn checking(&self) -> Result<Checking<'_>, Rejection> {
        match self {
            Self::Draft(_) => Err(Rejection::NotSubmitted),
            Self::Submitted(submitted) => Ok(Checking::Open(submitted)),
            Self::Approved(_) | Self::Declined(_) | Self::Cancelled(_) => Ok(Checking::Over),
        }
    }
}

//! The states that a `LcApplication` can be in.

/// A `LcApplication`. Give each state of the workshop a variant that holds what is known then, and no more:
/// the compiler names every guard, event and view that has to say what it makes of the new one.
#[derive(Debug, Clone, PartialEq)]
pub enum LcApplication {
    /// It exists.
    Active(Active),
}

/// What is known from the beginning.
#[derive(Debug, Clone, PartialEq)]
pub struct Active {
    /// Applicant id.
    pub applicant_id: String,
    /// Client reference.
    pub client_reference: String,
}

//! The values of an application, each in the words of the domain.
//!
//! What cannot be read at all is refused as a value is parsed. What can be read and breaks a rule is for the decisions
//! to judge, so that a client is told which rule; the schemas name these bounds as well.

mod checks;
mod identity;
mod merchandise;
mod parties;
mod parts;
#[cfg(test)]
pub(crate) mod samples;
mod terms;

pub use checks::{Decision, ProductCheck, Status};
pub use identity::{ApplicantId, BlankId, ClientReference, ProductId};
pub use merchandise::{Item, Merchandise};
pub use parties::{AdvisingBank, Bic, Party};
pub use parts::Part;
pub use terms::{Document, Expiry, Shipment, Tenor};

//! The value types of an application.
//!
//! A value that cannot be parsed is malformed. A value that can be parsed but breaks a rule is rejected by the
//! decision, so that the client learns which rule; the schemas contain these limits as well.

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

//! Commands: from what was asked to what is stored, the same way for people, processes and deadlines.

mod aggregate;
mod answer;
mod attempt;
mod envelope;
mod failure;
mod handler;
mod key;
mod look_up;
mod parse;
mod store;

pub use aggregate::{AggregateDef, CommandInfo, ErasedAggregate, Instance};
pub use answer::Accepted;
pub(crate) use attempt::Attempt;
pub use envelope::{Envelope, Input, Target};
pub use failure::{Failure, Judge};
pub use key::Key;
pub(crate) use key::KeysInFlight;
pub use look_up::{LookUp, LookUpError};
pub use parse::FieldFault;
pub(crate) use store::CommandStore;

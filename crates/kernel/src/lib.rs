//! The base of domain crates: commands with guards and decisions, events, read models, processes, deadlines, values,
//! and given/when/then for examples. Everything here is pure: it uses no clock, no random numbers, no files and no
//! sockets.

mod actor;
mod event;
mod listen;
mod macros;
mod message;
pub mod testing;
pub mod values;

pub use actor::{Actor, SYSTEM};
pub use event::{DecodeError, Event, Hear, Kind, Recorded};
pub use jiff::{self, SignedDuration, Timestamp, civil::Date};
pub use listen::{Deadline, Due, Outbox, Outgoing, Process, ProcessManager, Projection, ReadModel, react};
pub use message::{
    Aggregate, Decided, Decision, EventOf, Evolve, Message, Open, Opened, Opening, Refused, Rejection,
    RejectionOf, decide, fold, rule_of, rules,
};
pub use uuid::Uuid;
pub use values::{Country, Currency, Id, Money, Sensitive};

#[doc(hidden)]
pub mod __private {
    pub use schemars::{Schema, schema_for};
    pub use serde_json::Result as JsonResult;

    pub fn encode<T: serde::Serialize>(event: &T) -> JsonResult<String> {
        serde_json::to_string(event)
    }

    pub fn decode<T: serde::de::DeserializeOwned>(
        kind: &str,
        version: u32,
        known: u32,
        payload: &str,
    ) -> Result<T, crate::DecodeError> {
        if version > known {
            return Err(crate::DecodeError::Newer { kind: kind.to_owned(), version, known });
        }
        serde_json::from_str(payload).map_err(|source| crate::DecodeError::Payload {
            kind: kind.to_owned(),
            version,
            fault: source.classify(),
            column: source.column(),
        })
    }
}

#[cfg(test)]
mod tests;

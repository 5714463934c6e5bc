//! Unique claims: a value that one aggregate at a time may have, such as the number of a letter of credit.

use serde_json::{Value, json};

/// What events do to a claim of their aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimChange {
    /// It has this value from now on, and no other.
    Take {
        /// The claim's name.
        claim: &'static str,
        /// What is taken.
        value: String,
    },
    /// It has none any more.
    Release {
        /// The claim's name.
        claim: &'static str,
    },
}

/// A claim of the board. Events take a value by one of their fields; an event of another value gives the former up.
#[derive(Debug, Clone)]
pub struct ClaimDef {
    /// Its name on the board.
    pub name: &'static str,
    /// The aggregate that has it.
    pub aggregate: &'static str,
    /// The field of events that holds the value.
    pub field: &'static str,
    /// Events that take the value.
    pub taken_by: &'static [&'static str],
    /// Events after which anybody may have it.
    pub released_by: &'static [&'static str],
    /// The rejection of a command that would take another's.
    pub rule: &'static str,
}

impl ClaimDef {
    /// The field `field` of these events of `aggregate` is its own; a command that would take another's is rejected by
    /// `rule` (422).
    pub fn new(
        name: &'static str,
        aggregate: &'static str,
        field: &'static str,
        taken_by: &'static [&'static str],
        rule: &'static str,
    ) -> Self {
        Self { name, aggregate, field, taken_by, released_by: &[], rule }
    }

    /// After these events anybody may have the value.
    #[must_use]
    pub fn released_by(mut self, events: &'static [&'static str]) -> Self {
        self.released_by = events;
        self
    }

    /// What it is of, as text: where that changes, claims are filled anew.
    pub(crate) fn definition(&self) -> String {
        json!([self.aggregate, self.field, self.taken_by, self.released_by]).to_string()
    }

    /// What an event of this kind with this payload does to the claim.
    pub fn change(&self, kind: &str, payload: &str) -> Option<ClaimChange> {
        if self.released_by.contains(&kind) {
            return Some(ClaimChange::Release { claim: self.name });
        }
        if !self.taken_by.contains(&kind) {
            return None;
        }
        let payload: Value = serde_json::from_str(payload).unwrap_or_default();
        Some(match payload.get(self.field) {
            // What an event does not say has not changed.
            None | Some(Value::Null) => return None,
            Some(Value::String(text)) => ClaimChange::Take { claim: self.name, value: text.clone() },
            Some(other) => ClaimChange::Take { claim: self.name, value: other.to_string() },
        })
    }
}

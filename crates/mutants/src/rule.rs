//! The parts of a board that a mutant may sit in.

use std::fmt;

use serde::Serialize;

/// One rule of a domain: what a mutant is laid to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Rule {
    /// Which part of the board it is.
    pub kind: RuleKind,
    /// Its name on the board, or the type's or module's name for a value.
    pub name: String,
}

/// The parts of a board that have logic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// What of a command is judged by state and actor alone.
    Guard,
    /// What a command yields.
    Decision,
    /// How an event changes the state.
    Event,
    /// The state of an aggregate: what its guards and decisions share.
    Aggregate,
    /// How documents follow from events; tallies too.
    ReadModel,
    /// What a process sends.
    Process,
    /// What a deadline sends.
    Deadline,
    /// Everything else: value objects, and functions that several rules share.
    Value,
}

impl Rule {
    /// A rule of this kind and name.
    pub fn new(kind: RuleKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            RuleKind::Guard => "guard of",
            RuleKind::Decision => "decision of",
            RuleKind::Event => "event",
            RuleKind::Aggregate => "aggregate",
            RuleKind::ReadModel => "read model",
            RuleKind::Process => "process",
            RuleKind::Deadline => "deadline",
            RuleKind::Value => "value",
        };
        write!(f, "{kind} {}", self.name)
    }
}

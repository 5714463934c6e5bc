//! Mutation testing of domain crates: which rule a mutant sits in, the score of each rule, and a ratchet on both.
//!
//! Data in, verdict and reports out. Running cargo-mutants is the runner's.

mod attribution;
pub mod example;
mod measure;
mod mutant;
mod prepare;
mod ratchet;
pub mod report;
mod rule;
mod skips;
mod sources;
mod verdict;

pub use attribution::Attribution;
pub use measure::{Example, Judged, Measure, Subject, Tally};
pub use mutant::{Function, Genre, Key, Mutant, Outcome, OutputError, Position, Span, listed, outcomes};
pub use prepare::{error_value, prepared};
pub use ratchet::{Measured, Ratchet, RatchetError, Sample, Survivor};
pub use rule::{Rule, RuleKind};
pub use skips::Skip;
pub use sources::{AWAITS, Hashes, SourceError, Sources, hash_of};
pub use verdict::{Finding, FindingKind, Verdict, judge};

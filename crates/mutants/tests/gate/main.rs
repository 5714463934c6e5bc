//! From what cargo-mutants says to the verdict: rules, ratchet and reports, over a small domain as text.

mod domain;
mod places;
mod ratchet;
mod reports;

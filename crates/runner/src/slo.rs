//! SLOs of the repository: what is generated from them, and what is run to prove it.

pub mod generate;

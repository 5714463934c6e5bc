//! Proof of generated rules: inputs and scenarios for `promtool test rules`, the shapes that rules have, and the changes
//! to rules that some test must notice. What should be seen is not decided here: the caller asks an oracle that counts
//! single events.

pub mod mutate;
mod pattern;
pub mod scenario;
pub mod series;
pub mod shape;
mod tree;

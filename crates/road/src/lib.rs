//! The engine behind `cargo xtask`: what a board says, and what follows from it.

pub mod board;
pub mod codes;
pub mod contracts;
pub mod diagnostic;
pub mod exit;
pub mod fitness;
pub mod names;
pub mod run;
pub mod scaffold;
pub mod tour;
pub mod workspace;

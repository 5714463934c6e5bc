// Managed by Macadam: generated from services/lc-application/context.toml by `cargo xtask update lc-application`. Do not edit.
//! The domain of `lc-application`: commands, events, read models and processes.

pub mod events;
pub mod lc_application;
mod messages;
pub mod read_models;
mod rejection;
pub mod values;

pub use messages::*;
pub use rejection::Rejection;

// Managed by Macadam: made from services/lc-application/context.toml by `cargo xtask update lc-application`. Do not edit.
//! The domain of `lc-application`: what may be asked, what has happened, and what follows from it.

pub mod events;
pub mod lc_application;
mod messages;
pub mod read_models;
mod rejection;
pub mod values;

pub use messages::*;
pub use rejection::Rejection;

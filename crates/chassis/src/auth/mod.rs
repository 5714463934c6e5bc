//! Identity: bearer tokens, whose roles are the board's actors.

mod dev_issuer;
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod verifier;

pub use dev_issuer::{DevIssuer, DevIssuerError};
pub(crate) use verifier::{Refusal, Verifier};

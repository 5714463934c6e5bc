//! Identity: bearer tokens, whose roles are the board's actors.

mod dev_issuer;
mod error;
mod jwt_claims;
mod key_set;
mod provider;
mod refusal;
mod verifier;

use std::net::SocketAddr;

pub use dev_issuer::{DevIssuer, DevIssuerError, SIGNING_KEY_FILE};
pub use error::AuthError;
pub use provider::{Provider, run as keep_keys};
pub use refusal::Refusal;
pub use verifier::{Basis, Verifier};

use crate::settings::{AuthMode, AuthSettings};

/// What verifies tokens as configured, unless strangers could reach an API at this address that accepts the development
/// issuer's.
pub fn open_verifier(auth: &AuthSettings, address: SocketAddr) -> Result<Verifier, AuthError> {
    let exposed = auth.mode == AuthMode::Dev && !address.ip().is_loopback();
    if exposed && !auth.dev_issuer_beyond_loopback {
        return Err(AuthError::Exposed(address));
    }
    if auth.mode == AuthMode::Dev {
        tracing::warn!(
            "tokens of the development issuer are accepted: set auth.mode = \"jwks\" where others can reach this service"
        );
    }
    Verifier::open(auth)
}

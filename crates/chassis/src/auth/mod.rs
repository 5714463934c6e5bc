//! Identity: bearer tokens, whose roles are the board's actors.

mod claims;
mod dev_issuer;
mod key_set;
mod provider;
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod verifier;

use std::net::SocketAddr;
use std::path::PathBuf;

pub(crate) use dev_issuer::claims;
pub use dev_issuer::{DevIssuer, DevIssuerError};
pub(crate) use provider::run as keep_keys;
pub(crate) use verifier::{Basis, Refusal, Verifier};

use crate::config::{AuthMode, Config};

/// Why it cannot be said whose tokens are believed.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The development issuer has no key.
    #[error(transparent)]
    DevIssuer(#[from] DevIssuerError),
    /// Strangers could reach a context that believes the development issuer.
    #[error(
        "http.listen is {0}, and auth.mode is `dev`: whoever has the development issuer's key is anybody. Set \
         auth.mode to `jwks`, or listen on a loopback address; where the network itself keeps strangers out, set \
         auth.dev_issuer_beyond_loopback to true"
    )]
    Exposed(SocketAddr),
    /// A key of `[auth]`.
    #[error("read auth.{0}: {1}")]
    Setting(&'static str, &'static str),
    /// The provider's authorities.
    #[error("read auth.jwks_ca_bundle, `{}`", path.display())]
    Bundle {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Says whose tokens are believed, if strangers cannot make use of it.
pub(crate) fn open(config: &Config) -> Result<Verifier, AuthError> {
    let address = config.http.listen;
    let exposed = config.auth.mode == AuthMode::Dev && !address.ip().is_loopback();
    if exposed && !config.auth.dev_issuer_beyond_loopback {
        return Err(AuthError::Exposed(address));
    }
    if config.auth.mode == AuthMode::Dev {
        tracing::warn!(
            "tokens of the development issuer are believed: set auth.mode = \"jwks\" where others can come in"
        );
    }
    Verifier::open(&config.auth)
}

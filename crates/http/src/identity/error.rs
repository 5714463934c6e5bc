//! Why it cannot be said whose tokens are believed.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::dev_issuer::DevIssuerError;

/// Why tokens cannot be verified as configured.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The development issuer has no key.
    #[error(transparent)]
    DevIssuer(#[from] DevIssuerError),
    /// Strangers could reach a context that believes the development issuer.
    #[error(
        "http.listen is {0}, and auth.mode is `dev`: whoever has the development issuer's key can act as anyone. Set \
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

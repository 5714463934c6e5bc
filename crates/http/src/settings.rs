//! What can be configured of the API, the operator's port, identity and limits.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use macadam_kernel::Sensitive;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The `iss` of the development issuer.
pub(crate) const DEV_ISSUER: &str = "https://dev-issuer.macadam.invalid";

/// The API.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HttpSettings {
    /// Address and port; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Milliseconds that a request may take before it is answered 503.
    pub request_timeout_ms: u64,
    /// Bytes that a request's body may have; more is answered 413.
    pub body_max_bytes: usize,
    /// Seconds for which a feed may be asked to wait for news.
    pub poll_max_seconds: u64,
}

/// Health and metrics.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AdminSettings {
    /// Address and port; port 0 lets the system choose.
    pub listen: SocketAddr,
}

/// Whose tokens are believed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AuthSettings {
    /// `dev`: tokens of the development issuer. `jwks`: tokens of an identity provider, and no others.
    pub mode: AuthMode,
    /// The `iss` of tokens.
    pub issuer: String,
    /// The `aud` of tokens.
    pub audience: String,
    /// Seconds by which clocks may differ.
    pub leeway_seconds: u64,
    /// Verified tokens that are remembered until they expire.
    pub token_cache_max: usize,
    /// Where the identity provider publishes its keys: https, or http on this machine.
    pub jwks_url: Option<String>,
    /// Certificates (PEM) of the authorities that may vouch for the provider, instead of the system's.
    pub jwks_ca_bundle: Option<PathBuf>,
    /// Seconds after which the keys are fetched again.
    pub jwks_refresh_seconds: u64,
    /// Milliseconds between two fetches at least, whoever asks for unknown keys.
    pub jwks_pause_ms: u64,
    /// Milliseconds that a fetch may take.
    pub jwks_timeout_ms: u64,
    /// Signatures that are accepted from the provider; each key is good for those of its own kind.
    pub algorithms: Vec<SigningAlgorithm>,
    /// The claim that lists the roles, or the way to it: `realm_access.roles`.
    pub roles_claim: String,
    /// The folder of the development issuer's key, made at the first start.
    pub dev_issuer_dir: PathBuf,
    /// The development issuer's private key (PKCS #8, PEM) instead of one made at the first start.
    #[serde(skip_serializing)]
    pub dev_signing_key: Option<Secret>,
    /// Lets the development issuer be believed where http.listen is not loopback: whoever has its key can act as anyone.
    pub dev_issuer_beyond_loopback: bool,
}

/// Whose tokens are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AuthMode {
    /// The development issuer's.
    Dev,
    /// Those of the identity provider whose keys are at `auth.jwks_url`.
    Jwks,
}

/// A signature by a private key whose public half is published. Shared secrets are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "RFC 7518 and RFC 8037 say what they are")]
pub enum SigningAlgorithm {
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    EdDSA,
}

/// How much is taken on at once, and how slow clients may be.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LimitSettings {
    /// Requests that are worked on at once; long polls of `/events` are counted apart.
    pub requests_max: usize,
    /// Milliseconds that a request waits for its turn before it is answered 503.
    pub request_wait_ms: u64,
    /// Long polls of `/events` at once.
    pub polls_max: usize,
    /// Requests a minute that one actor may send in the long run; 0 for no limit.
    pub actor_requests_per_minute: u32,
    /// Requests that one actor may send at once.
    pub actor_burst: u32,
    /// Actors whose rate is remembered.
    pub actors_max: usize,
    /// Connections at once; more of them wait to be accepted.
    pub connections_max: usize,
    /// Milliseconds for a request's head, from its first byte; for a connection's first one, from its start.
    pub head_timeout_ms: u64,
    /// Milliseconds for a request's body; then 408.
    pub body_timeout_ms: u64,
    /// Milliseconds for a client to take what is written to it.
    pub write_timeout_ms: u64,
    /// Milliseconds that a connection may wait for its next request.
    pub idle_timeout_ms: u64,
}

/// Text that must not be seen.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(#[serde(with = "macadam_kernel::values::sensitive::revealed::<String>")] Sensitive<String>);

impl Secret {
    /// The text.
    pub fn reveal(&self) -> &String {
        self.0.reveal()
    }
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            request_timeout_ms: 10_000,
            body_max_bytes: 256 * 1024,
            poll_max_seconds: 25,
        }
    }
}

impl Default for AdminSettings {
    fn default() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) }
    }
}

impl Default for AuthSettings {
    fn default() -> Self {
        use SigningAlgorithm::{ES256, ES384, EdDSA, PS256, RS256};
        Self {
            mode: AuthMode::Dev,
            issuer: DEV_ISSUER.to_owned(),
            audience: "macadam".to_owned(),
            leeway_seconds: 30,
            token_cache_max: 10_000,
            jwks_url: None,
            jwks_ca_bundle: None,
            jwks_refresh_seconds: 300,
            jwks_pause_ms: 5_000,
            jwks_timeout_ms: 5_000,
            algorithms: vec![RS256, PS256, ES256, ES384, EdDSA],
            roles_claim: "roles".to_owned(),
            dev_issuer_dir: PathBuf::from(".macadam/dev-issuer"),
            dev_signing_key: None,
            dev_issuer_beyond_loopback: false,
        }
    }
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            requests_max: 256,
            request_wait_ms: 250,
            polls_max: 256,
            actor_requests_per_minute: 0,
            actor_burst: 100,
            actors_max: 10_000,
            connections_max: 1_024,
            head_timeout_ms: 5_000,
            body_timeout_ms: 10_000,
            write_timeout_ms: 30_000,
            idle_timeout_ms: 75_000,
        }
    }
}

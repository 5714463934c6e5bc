//! The issuer of a development machine: a key of its own, made at the first start and shared by all contexts.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, spki::der::pem::LineEnding};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::settings::{AuthMode, AuthSettings};

/// The key's file in `auth.dev_issuer_dir`: an Ed25519 private key in PKCS #8 PEM.
pub const SIGNING_KEY_FILE: &str = "signing-key.pem";

/// Why there is no issuer.
#[derive(Debug, thiserror::Error)]
pub enum DevIssuerError {
    /// The key's file or folder.
    #[error("keep the development issuer's key in `{path}`")]
    File {
        /// Where.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// What is there is no key.
    #[error("read the development issuer's key: expected an Ed25519 private key in PKCS #8 PEM")]
    Key,
    /// Another issuer is configured.
    #[error(
        "auth.mode is `jwks`: tokens come from the identity provider, and none of the development issuer is believed"
    )]
    NotBelieved,
    /// A token could not be signed.
    #[error("sign a token")]
    Sign(#[from] jsonwebtoken::errors::Error),
}

/// Issues and vouches for tokens on one machine.
pub struct DevIssuer {
    encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
    issuer: String,
    audience: String,
}

impl DevIssuer {
    /// Takes the configured key, else the one in the folder, else makes one there.
    pub fn open(auth: &AuthSettings) -> Result<Self, DevIssuerError> {
        if auth.mode != AuthMode::Dev {
            return Err(DevIssuerError::NotBelieved);
        }
        let pem = match &auth.dev_signing_key {
            Some(key) => key.reveal().clone(),
            None => kept(&auth.dev_issuer_dir)?,
        };
        let key = SigningKey::from_pkcs8_pem(&pem).map_err(|_| DevIssuerError::Key)?;
        Ok(Self {
            encoding: EncodingKey::from_ed_pem(pem.as_bytes())?,
            decoding: DecodingKey::from_ed_der(key.verifying_key().as_bytes()),
            issuer: auth.issuer.clone(),
            audience: auth.audience.clone(),
        })
    }

    /// A token for a person with these roles, good for `seconds`.
    pub fn token(&self, subject: &str, roles: &[String], seconds: i64) -> Result<String, DevIssuerError> {
        Ok(self.sign(&claims(&self.issuer, &self.audience, subject, roles, seconds))?)
    }

    /// A token for a service that speaks for itself.
    pub fn service_token(
        &self,
        service: &str,
        roles: &[String],
        seconds: i64,
    ) -> Result<String, DevIssuerError> {
        let mut claims = claims(&self.issuer, &self.audience, service, roles, seconds);
        claims["client_id"] = service.into();
        Ok(self.sign(&claims)?)
    }

    fn sign(&self, claims: &impl Serialize) -> jsonwebtoken::errors::Result<String> {
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), claims, &self.encoding)
    }
}

/// What a good token claims.
fn claims(issuer: &str, audience: &str, subject: &str, roles: &[String], seconds: i64) -> Value {
    let now = Timestamp::now().as_second();
    json!({
        "iss": issuer, "aud": audience, "sub": subject, "roles": roles,
        "iat": now, "nbf": now, "exp": now + seconds, "jti": Uuid::now_v7(),
    })
}

/// The key in the folder. Two processes that start at once agree on one: whoever links its file first.
fn kept(dir: &Path) -> Result<String, DevIssuerError> {
    let path = dir.join(SIGNING_KEY_FILE);
    let failed = |source| DevIssuerError::File { path: path.display().to_string(), source };
    match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        read => return read.map_err(failed),
    }
    fs::create_dir_all(dir).map_err(failed)?;
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    seed[16..].copy_from_slice(Uuid::new_v4().as_bytes());
    let pem = SigningKey::from_bytes(&seed).to_pkcs8_pem(LineEnding::LF).map_err(|_| DevIssuerError::Key)?;
    let fresh = dir.join(format!(".{SIGNING_KEY_FILE}.{}", Uuid::new_v4()));
    write_private(&fresh, pem.as_bytes()).map_err(failed)?;
    let linked = fs::hard_link(&fresh, &path);
    let _ = fs::remove_file(&fresh);
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(error)),
        _ => fs::read_to_string(&path).map_err(failed),
    }
}

fn write_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

//! Who is believed: signature, algorithm, issuer, audience and times, all of them.

use std::sync::Arc;

use jiff::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use macadam_engine::Caller;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::dev_issuer::DevIssuer;
use super::error::AuthError;
use super::jwt_claims::{Granting, JwtClaims};
use super::key_set::{Choice, Key, KeySet, Verified};
use super::provider::Provider;
use super::refusal::Refusal;
use crate::settings::{AuthMode, AuthSettings};

/// Verifies tokens.
pub struct Verifier {
    keys: watch::Receiver<Option<Arc<KeySet>>>,
    /// Where other keys may come from; none for the development issuer.
    provider: Option<Arc<Provider>>,
    issuer: String,
    audience: String,
    granting: Granting,
    leeway_seconds: f64,
}

/// How a token was found to be valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The token was found good before.
    Memory,
    /// Its signature was verified just now.
    Signature,
}

impl Verifier {
    /// As the configuration says; in the mode `jwks` no token is accepted until keys have been fetched.
    pub fn open(auth: &AuthSettings) -> Result<Self, AuthError> {
        let (keys, provider) = match auth.mode {
            AuthMode::Dev => {
                let issuer = DevIssuer::open(auth)?;
                let set = KeySet::of_one(issuer.decoding, auth.token_cache_max);
                (watch::Sender::new(Some(Arc::new(set))).subscribe(), None)
            }
            AuthMode::Jwks => {
                let provider = Arc::new(Provider::new(auth)?);
                (provider.keys(), Some(provider))
            }
        };
        let granting = match auth.mode {
            AuthMode::Dev => Granting { roles_claim: "roles".to_owned(), system: true },
            AuthMode::Jwks => Granting { roles_claim: auth.roles_claim.clone(), system: false },
        };
        Ok(Self {
            keys,
            provider,
            issuer: auth.issuer.clone(),
            audience: auth.audience.clone(),
            granting,
            #[expect(clippy::cast_precision_loss, reason = "no clock is off by that many seconds")]
            leeway_seconds: auth.leeway_seconds as f64,
        })
    }

    /// Where other keys may come from; none for the development issuer.
    pub fn provider(&self) -> Option<&Arc<Provider>> {
        self.provider.as_ref()
    }

    /// Whether there are keys to verify tokens with.
    pub fn is_ready(&self) -> bool {
        self.keys.borrow().is_some()
    }

    /// The caller that the value of an `Authorization` header stands for. A key that nobody knows may be a new one.
    pub async fn verify(&self, authorization: Option<&str>) -> Result<(Arc<Caller>, Basis), Refusal> {
        let judged = self.verify_at(authorization, Timestamp::now());
        match &self.provider {
            Some(provider) if judged == Err(Refusal::UnknownKey) && provider.asked_anew().await => {
                self.verify_at(authorization, Timestamp::now())
            }
            _ => judged,
        }
    }

    /// The same, by the keys at hand, at a moment.
    pub fn verify_at(
        &self,
        authorization: Option<&str>,
        now: Timestamp,
    ) -> Result<(Arc<Caller>, Basis), Refusal> {
        let (scheme, token) =
            authorization.and_then(|value| value.split_once(' ')).ok_or(Refusal::Missing)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::Missing);
        }
        let token = token.trim();
        let now = now.as_duration().as_secs_f64();
        let keys = self.keys.borrow().clone().ok_or(Refusal::NoKeys)?;
        let hash: [u8; 32] = Sha256::digest(token).into();
        if let Some(known) = keys.verified.get(&hash) {
            if now >= known.expires + self.leeway_seconds {
                keys.verified.remove(&hash);
                return Err(Refusal::Expired);
            }
            return Ok((known.caller, Basis::Memory));
        }
        let claims = self.signed(&keys, token)?;
        let expires = claims.in_time(now, self.leeway_seconds)?;
        let caller = Arc::new(claims.caller(&self.granting)?);
        keys.verified.insert(hash, Verified { caller: caller.clone(), expires });
        Ok((caller, Basis::Signature))
    }

    /// How many tokens are remembered.
    pub fn remembered(&self) -> usize {
        self.keys.borrow().as_ref().map_or(0, |keys| keys.verified.len())
    }

    /// The claims of a token that one of these keys has signed, for us.
    fn signed(&self, keys: &KeySet, token: &str) -> Result<JwtClaims, Refusal> {
        let header = jsonwebtoken::decode_header(token).map_err(|error| match error.kind() {
            // An algorithm that nobody knows, `none` among them.
            ErrorKind::Json(error) if error.is_data() => Refusal::Signature,
            _ => Refusal::Malformed,
        })?;
        // What must be understood and is not (RFC 7515, 4.1.11).
        if header.crit.is_some() {
            return Err(Refusal::Signature);
        }
        let candidates = match keys.choose(header.kid.as_deref(), header.alg) {
            Choice::These(candidates) => candidates,
            Choice::UnknownId => return Err(Refusal::UnknownKey),
            Choice::None => return Err(Refusal::Signature),
        };
        let judged = candidates.into_iter().map(|key| self.signed_by(key, header.alg, token));
        judged.reduce(Result::or).unwrap_or(Err(Refusal::Signature))
    }

    fn signed_by(&self, key: &Key, algorithm: Algorithm, token: &str) -> Result<JwtClaims, Refusal> {
        let mut validation = Validation::new(algorithm);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are held against a moment that is handed in.
        validation.validate_exp = false;
        let decoded = jsonwebtoken::decode::<JwtClaims>(token, &key.decoding, &validation);
        Ok(decoded.map_err(|error| refusal(error.kind()))?.claims)
    }
}

fn refusal(kind: &ErrorKind) -> Refusal {
    match kind {
        ErrorKind::InvalidIssuer => Refusal::Issuer,
        ErrorKind::InvalidAudience => Refusal::Audience,
        ErrorKind::MissingRequiredClaim(_) | ErrorKind::Json(_) => Refusal::Claims,
        ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => Refusal::Signature,
        _ => Refusal::Malformed,
    }
}

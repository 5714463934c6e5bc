//! Who is believed: signature, algorithm, issuer, audience and times, all of them.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};

use super::DevIssuer;
use super::dev_issuer::Claims;
use crate::caller::Caller;
use crate::config::Auth;

/// Why a caller is not known. What is said of a token is enough to mend it and no help to forge one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("no bearer token: send `Authorization: Bearer <token>`")]
    Missing,
    #[error("token is not a well-formed JWT")]
    Malformed,
    #[error("token's signature or algorithm is not accepted")]
    Signature,
    #[error("token has expired")]
    Expired,
    #[error("token is not valid yet")]
    Immature,
    #[error("token is from another issuer")]
    Issuer,
    #[error("token is for another audience")]
    Audience,
    #[error("token lacks a claim: iss, aud, sub, roles, nbf and exp are needed")]
    Claims,
}

/// Verifies tokens.
pub(crate) struct Verifier {
    key: DecodingKey,
    validation: Validation,
}

impl Verifier {
    pub(crate) fn new(issuer: &DevIssuer, auth: &Auth) -> Self {
        // The algorithm is ours to choose, never the token's.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&auth.issuer]);
        validation.set_audience(&[&auth.audience]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = auth.leeway_seconds;
        Self { key: issuer.decoding.clone(), validation }
    }

    /// The caller that the value of an `Authorization` header stands for.
    pub(crate) fn verify(&self, authorization: Option<&str>) -> Result<Caller, Refusal> {
        let (scheme, token) =
            authorization.and_then(|value| value.split_once(' ')).ok_or(Refusal::Missing)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::Missing);
        }
        let decoded = jsonwebtoken::decode::<Claims>(token.trim(), &self.key, &self.validation);
        let claims =
            decoded.map_err(|error| in_header(token.trim()).unwrap_or(refusal(error.kind())))?.claims;
        if claims.sub.trim().is_empty() {
            return Err(Refusal::Claims);
        }
        Ok(Caller { subject: claims.sub, roles: claims.roles })
    }
}

/// What is wrong with a token's header, if that cannot be read: an algorithm that nobody knows, or no header at all.
fn in_header(token: &str) -> Option<Refusal> {
    match jsonwebtoken::decode_header(token).err()?.kind() {
        ErrorKind::Json(error) if error.is_data() => Some(Refusal::Signature),
        _ => Some(Refusal::Malformed),
    }
}

fn refusal(kind: &ErrorKind) -> Refusal {
    match kind {
        ErrorKind::ExpiredSignature => Refusal::Expired,
        ErrorKind::ImmatureSignature => Refusal::Immature,
        ErrorKind::InvalidIssuer => Refusal::Issuer,
        ErrorKind::InvalidAudience => Refusal::Audience,
        ErrorKind::MissingRequiredClaim(_) | ErrorKind::Json(_) => Refusal::Claims,
        ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => Refusal::Signature,
        _ => Refusal::Malformed,
    }
}

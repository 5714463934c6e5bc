//! What a token claims, and what is made of it.

use macadam_engine::Caller;
use macadam_kernel::SYSTEM;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// What is read of a token; issuer and audience are checked before.
#[derive(Debug, Deserialize)]
pub(super) struct JwtClaims {
    sub: String,
    // RFC 7519 lets times be fractions.
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    client_id: Option<String>,
    azp: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// How claims become roles.
pub(super) struct Granting {
    pub roles_claim: String,
    /// Whether the issuer may grant the role `system`.
    pub system: bool,
}

impl JwtClaims {
    /// The end of its time, if `now` lies in it.
    pub(super) fn in_time(&self, now: f64, leeway: f64) -> Result<f64, Refusal> {
        // Not every provider says `nbf`; before it was issued, no token is good.
        let begins = self.nbf.or(self.iat).ok_or(Refusal::Claims)?;
        if now >= self.exp + leeway {
            return Err(Refusal::Expired);
        }
        if now < begins - leeway {
            return Err(Refusal::Immature);
        }
        Ok(self.exp)
    }

    /// Who it speaks of.
    pub(super) fn caller(self, granting: &Granting) -> Result<Caller, Refusal> {
        let mut roles = roles(&self.others, &granting.roles_claim).ok_or(Refusal::Claims)?;
        if !granting.system {
            roles.retain(|role| role != SYSTEM);
        }
        if self.sub.trim().is_empty() {
            return Err(Refusal::Claims);
        }
        Ok(Caller::new(self.sub, roles, self.client_id.or(self.azp)))
    }
}

/// The roles at a claim of this name, else at the end of this way: a list of texts, or words in one text.
fn roles(claims: &Map<String, Value>, claim: &str) -> Option<Vec<String>> {
    // A name as it is comes first: those in the form of a URL have dots of their own.
    let nested = || {
        let (first, rest) = claim.split_once('.')?;
        rest.split('.').try_fold(claims.get(first)?, |value, step| value.get(step))
    };
    match claims.get(claim).or_else(nested)? {
        Value::String(words) => Some(words.split_whitespace().map(ToOwned::to_owned).collect()),
        Value::Array(list) => list.iter().map(|role| role.as_str().map(ToOwned::to_owned)).collect(),
        _ => None,
    }
}

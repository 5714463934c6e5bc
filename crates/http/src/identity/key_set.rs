//! The keys that are believed, each with the signatures it is good for, and the tokens that they have vouched for.

use std::sync::Arc;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use macadam_engine::Caller;
use quick_cache::sync::Cache;
use serde::Deserialize;
use serde_json::Value;

use crate::settings::SigningAlgorithm;

/// Bits that an RSA key must have (RFC 7518, 3.3).
const RSA_BITS_MIN: usize = 2_048;

/// A token that was found good: whose it is, and until when.
#[derive(Clone)]
pub(super) struct Verified {
    pub caller: Arc<Caller>,
    /// Seconds since 1970.
    pub expires: f64,
}

/// A key with the signatures that it is good for: ours to say, never the token's.
pub(super) struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    pub decoding: DecodingKey,
}

/// Keys, with the tokens they have vouched for: who leaves the set takes what they said along.
pub(super) struct KeySet {
    keys: Vec<Key>,
    published: Vec<Jwk>,
    /// By the token's SHA-256, so that what lies in memory cannot be sent by anybody.
    pub verified: Cache<[u8; 32], Verified>,
}

/// Which key a token's header means.
pub(super) enum Choice<'a> {
    These(Vec<&'a Key>),
    /// No key has this id; the provider may have a new one.
    UnknownId,
    /// None that could be meant, or several and no id to tell them apart.
    None,
}

impl KeySet {
    /// One key without an id: the development issuer's.
    pub(super) fn of_one(decoding: DecodingKey, cached: usize) -> Self {
        let key = Key { id: None, algorithms: vec![Algorithm::EdDSA], decoding };
        Self { keys: vec![key], published: Vec::new(), verified: Cache::new(cached) }
    }

    /// What of a JWKS can be used for signatures of the allowed kinds; none where that is nothing.
    pub(super) fn read(text: &[u8], allowed: &[SigningAlgorithm], cached: usize) -> Option<Self> {
        #[derive(Deserialize)]
        struct Jwks {
            // One by one: a key of a kind that nobody knows yet must not spoil the others.
            keys: Vec<Value>,
        }
        let jwks: Jwks = serde_json::from_slice(text).ok()?;
        let allowed: Vec<Algorithm> = allowed.iter().map(|algorithm| (*algorithm).into()).collect();
        let published = jwks.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
        let (published, keys): (Vec<Jwk>, Vec<Key>) =
            published.filter_map(|jwk| Key::of(&jwk, &allowed).map(|key| (jwk, key))).unzip();
        (!keys.is_empty()).then(|| Self { keys, published, verified: Cache::new(cached) })
    }

    /// Whether it is made of the same keys.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.published == other.published
    }

    /// The ids of its keys, for the log.
    pub(super) fn ids(&self) -> Vec<&str> {
        self.keys.iter().map(|key| key.id.as_deref().unwrap_or("-")).collect()
    }

    /// The keys that a token with this id and algorithm in its header may have been signed by.
    pub(super) fn choose(&self, id: Option<&str>, algorithm: Algorithm) -> Choice<'_> {
        let named = |key: &&Key| id.is_none() || key.id.as_deref() == id;
        if id.is_some() && !self.keys.iter().any(|key| named(&key)) {
            return Choice::UnknownId;
        }
        let fitting: Vec<_> =
            self.keys.iter().filter(named).filter(|key| key.algorithms.contains(&algorithm)).collect();
        match fitting.len() {
            0 => Choice::None,
            1 => Choice::These(fitting),
            _ if id.is_some() => Choice::These(fitting),
            _ => Choice::None,
        }
    }
}

impl Key {
    fn of(jwk: &Jwk, allowed: &[Algorithm]) -> Option<Self> {
        let common = &jwk.common;
        let signs = common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature)
            && common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify));
        let mut algorithms = by_kind(&jwk.algorithm);
        if let Some(named) = common.key_algorithm {
            let named = Algorithm::try_from(named).ok();
            algorithms.retain(|algorithm| Some(*algorithm) == named);
        }
        algorithms.retain(|algorithm| allowed.contains(algorithm));
        let decoding = DecodingKey::from_jwk(jwk).ok()?;
        let usable = signs && !algorithms.is_empty();
        usable.then(|| Self { id: common.key_id.clone(), algorithms, decoding })
    }
}

/// What a key of this kind can sign; nothing where it is a shared secret, too short or of an unknown kind.
fn by_kind(parameters: &AlgorithmParameters) -> Vec<Algorithm> {
    match parameters {
        AlgorithmParameters::RSA(rsa) if rsa.n.trim_end_matches('=').len() * 6 >= RSA_BITS_MIN => vec![
            Algorithm::RS256,
            Algorithm::RS384,
            Algorithm::RS512,
            Algorithm::PS256,
            Algorithm::PS384,
            Algorithm::PS512,
        ],
        AlgorithmParameters::EllipticCurve(ec) => match ec.curve {
            EllipticCurve::P256 => vec![Algorithm::ES256],
            EllipticCurve::P384 => vec![Algorithm::ES384],
            _ => Vec::new(),
        },
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            vec![Algorithm::EdDSA]
        }
        _ => Vec::new(),
    }
}

impl From<SigningAlgorithm> for Algorithm {
    fn from(algorithm: SigningAlgorithm) -> Self {
        match algorithm {
            SigningAlgorithm::RS256 => Self::RS256,
            SigningAlgorithm::RS384 => Self::RS384,
            SigningAlgorithm::RS512 => Self::RS512,
            SigningAlgorithm::PS256 => Self::PS256,
            SigningAlgorithm::PS384 => Self::PS384,
            SigningAlgorithm::PS512 => Self::PS512,
            SigningAlgorithm::ES256 => Self::ES256,
            SigningAlgorithm::ES384 => Self::ES384,
            SigningAlgorithm::EdDSA => Self::EdDSA,
        }
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, EncodingKey};
    use serde_json::json;

    use super::*;
    use crate::settings::AuthSettings;

    fn jwk(id: Option<&str>, change: impl FnOnce(&mut Value)) -> Value {
        let key = EncodingKey::from_rsa_pem(include_bytes!("../../../testkit/src/keys/test_rsa_key.pem"))
            .expect("a key in PEM");
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&key, Algorithm::RS256).expect("public"))
            .expect("a key is JSON");
        if let Some(id) = id {
            jwk["kid"] = json!(id);
        }
        change(&mut jwk);
        jwk
    }

    fn set(keys: &[Value]) -> Option<KeySet> {
        KeySet::read(json!({ "keys": keys }).to_string().as_bytes(), &AuthSettings::default().algorithms, 10)
    }

    fn chosen(set: &KeySet, id: Option<&str>, algorithm: Algorithm) -> Option<usize> {
        match set.choose(id, algorithm) {
            Choice::These(keys) => Some(keys.len()),
            Choice::UnknownId => None,
            Choice::None => Some(0),
        }
    }

    #[test]
    fn a_name_is_needed_where_several_keys_would_fit() {
        let one = set(&[jwk(None, |_| {})]).expect("a key");
        assert_eq!(chosen(&one, None, Algorithm::RS256), Some(1));
        assert_eq!(chosen(&one, Some("a"), Algorithm::RS256), None);
        let two = set(&[jwk(Some("a"), |_| {}), jwk(Some("b"), |_| {})]).expect("keys");
        assert_eq!(chosen(&two, None, Algorithm::RS256), Some(0));
        assert_eq!(chosen(&two, Some("a"), Algorithm::RS256), Some(1));
        assert_eq!(chosen(&two, Some("c"), Algorithm::RS256), None);
    }

    #[test]
    fn a_key_says_what_it_is_good_for_and_its_kind_says_so_where_it_does_not() {
        let named = set(&[jwk(Some("a"), |_| {})]).expect("a key");
        assert_eq!(chosen(&named, Some("a"), Algorithm::PS256), Some(0));
        let open = set(&[jwk(Some("a"), |jwk| jwk["alg"] = Value::Null)]).expect("a key");
        assert_eq!(chosen(&open, Some("a"), Algorithm::PS256), Some(1));
        for other in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::HS256, Algorithm::RS512] {
            assert_eq!(chosen(&open, Some("a"), other), Some(0), "{other:?}");
        }
    }

    #[test]
    fn keys_for_other_uses_short_ones_and_shared_secrets_are_left_out() {
        for key in [
            jwk(None, |jwk| jwk["use"] = json!("enc")),
            jwk(None, |jwk| jwk["key_ops"] = json!(["encrypt"])),
            jwk(None, |jwk| jwk["alg"] = json!("RSA-OAEP")),
            jwk(None, |jwk| jwk["alg"] = json!("HS256")),
            jwk(None, |jwk| jwk["n"] = json!("AQAB".repeat(42))),
            json!({ "kty": "oct", "k": "c2VjcmV0", "alg": "HS256" }),
            json!({ "kty": "oct", "k": "c2VjcmV0" }),
            json!({ "kty": "EC", "crv": "secp256k1", "x": "AQAB", "y": "AQAB" }),
            json!("no key"),
        ] {
            assert!(set(std::slice::from_ref(&key)).is_none(), "{key}");
            assert!(set(&[key, jwk(None, |_| {})]).is_some(), "the others are not spoilt");
        }
        assert!(KeySet::read(b"<html>", &AuthSettings::default().algorithms, 10).is_none());
    }
}

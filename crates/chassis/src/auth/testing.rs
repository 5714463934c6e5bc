//! Tokens that must not be believed, one for each way to get one wrong.

use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::{EncodePrivateKey, spki::der::pem::LineEnding};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::DevIssuer;
use crate::config::Auth;

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forgery {
    /// There is none.
    Absent,
    /// It is no JWT.
    Garbage,
    /// `alg: none`, unsigned.
    AlgorithmNone,
    /// HMAC with the public key as its secret.
    PublicKeyAsSecret,
    /// Signed by somebody else.
    WrongKey,
    /// A claim was changed after signing.
    Altered,
    /// Its time is over.
    Expired,
    /// Its time is yet to come.
    Immature,
    /// From somebody else.
    OtherIssuer,
    /// For somebody else.
    OtherAudience,
    /// Of nobody.
    NoSubject,
    /// Without roles.
    NoRoles,
    /// For ever.
    NoExpiry,
}

impl Forgery {
    /// All of them.
    pub(crate) const ALL: &'static [Self] = &[
        Self::Absent,
        Self::Garbage,
        Self::AlgorithmNone,
        Self::PublicKeyAsSecret,
        Self::WrongKey,
        Self::Altered,
        Self::Expired,
        Self::Immature,
        Self::OtherIssuer,
        Self::OtherAudience,
        Self::NoSubject,
        Self::NoRoles,
        Self::NoExpiry,
    ];
}

/// Such a token; none where that is the fault.
pub(crate) fn forge(issuer: &DevIssuer, auth: &Auth, forgery: Forgery) -> Option<String> {
    let now = Timestamp::now().as_second();
    let far = 86_400;
    let mut claims = json!({
        "iss": auth.issuer, "aud": auth.audience, "sub": "acme", "roles": ["Importer", "system"],
        "iat": now, "nbf": now, "exp": now + 600, "jti": "1",
    });
    let mut drop = |claim: &str| claims.as_object_mut().map(|claims| claims.remove(claim));
    match forgery {
        Forgery::Absent => return None,
        Forgery::Garbage => return Some("not.a.token".to_owned()),
        Forgery::NoSubject => _ = drop("sub"),
        Forgery::NoRoles => _ = drop("roles"),
        Forgery::NoExpiry => _ = drop("exp"),
        Forgery::Expired => (claims["exp"], claims["nbf"]) = (json!(now - far), json!(now - 2 * far)),
        Forgery::Immature => (claims["nbf"], claims["exp"]) = (json!(now + far), json!(now + 2 * far)),
        Forgery::OtherIssuer => claims["iss"] = json!("https://elsewhere.invalid"),
        Forgery::OtherAudience => claims["aud"] = json!("elsewhere"),
        Forgery::AlgorithmNone | Forgery::PublicKeyAsSecret | Forgery::WrongKey | Forgery::Altered => {}
    }
    Some(match forgery {
        Forgery::AlgorithmNone => unsigned(&claims),
        Forgery::PublicKeyAsSecret => {
            let key = EncodingKey::from_secret(issuer.public_key());
            encode(&Header::new(Algorithm::HS256), &claims, &key).expect("HMAC signs")
        }
        Forgery::WrongKey => {
            let pem = SigningKey::from_bytes(&[7; 32]).to_pkcs8_pem(LineEnding::LF).expect("a key encodes");
            let key = EncodingKey::from_ed_pem(pem.as_bytes()).expect("a key is read");
            encode(&Header::new(Algorithm::EdDSA), &claims, &key).expect("a key signs")
        }
        Forgery::Altered => {
            let good = issuer.sign(&claims).expect("the issuer signs");
            let (head, signature) = good.rsplit_once('.').expect("a token has a signature");
            let (header, _) = head.split_once('.').expect("a token has a header");
            claims["sub"] = json!("somebody else");
            let other = unsigned(&claims);
            let payload = other.split('.').nth(1).unwrap_or_default();
            format!("{header}.{payload}.{signature}")
        }
        _ => issuer.sign(&claims).expect("the issuer signs"),
    })
}

/// A token with `alg: none`.
fn unsigned(claims: &Value) -> String {
    let key = EncodingKey::from_secret(b"");
    let signed = encode(&Header::new(Algorithm::HS256), claims, &key).expect("HMAC signs");
    let payload = signed.split('.').nth(1).unwrap_or_default().to_owned();
    // {"alg":"none","typ":"JWT"}
    format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.")
}

//! Tokens that must not be believed, one for each way to get one wrong, whoever the issuer is.

use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, spki::der::pem::LineEnding};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use macadam_http::{AuthSettings, SIGNING_KEY_FILE};
use serde::Serialize;
use serde_json::{Value, json};

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgery {
    /// There is none.
    Absent,
    /// It is no JWT.
    Garbage,
    /// `alg: none`, unsigned.
    AlgorithmNone,
    /// HMAC with the public key as its secret.
    PublicKeyAsSecret,
    /// The right key, and an algorithm that is not the key's.
    WrongAlgorithm,
    /// Signed by somebody else.
    WrongKey,
    /// Signed by somebody else, who brings a key along.
    KeyInHeader,
    /// The right key, under a name that no key has.
    UnknownKeyId,
    /// What must be understood, and is not.
    UnknownCritical,
    /// A claim was changed after signing.
    Altered,
    /// Its time is over.
    Expired,
    /// Its time is yet to come.
    Immature,
    /// Without a beginning.
    NoBeginning,
    /// From somebody else.
    OtherIssuer,
    /// From nobody.
    NoIssuer,
    /// For somebody else.
    OtherAudience,
    /// For several others.
    OtherAudiences,
    /// For nobody.
    NoAudience,
    /// Of nobody.
    NoSubject,
    /// Without roles.
    NoRoles,
    /// For ever.
    NoExpiry,
}

impl Forgery {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Absent,
        Self::Garbage,
        Self::AlgorithmNone,
        Self::PublicKeyAsSecret,
        Self::WrongAlgorithm,
        Self::WrongKey,
        Self::KeyInHeader,
        Self::UnknownKeyId,
        Self::UnknownCritical,
        Self::Altered,
        Self::Expired,
        Self::Immature,
        Self::NoBeginning,
        Self::OtherIssuer,
        Self::NoIssuer,
        Self::OtherAudience,
        Self::OtherAudiences,
        Self::NoAudience,
        Self::NoSubject,
        Self::NoRoles,
        Self::NoExpiry,
    ];
}

/// Signs as an issuer does, and as nobody should.
#[derive(Clone)]
pub struct Signer {
    /// The `iss` of its tokens.
    pub issuer: String,
    /// The `aud` of its tokens.
    pub audience: String,
    /// What it signs with.
    pub key: EncodingKey,
    /// The key's id.
    pub key_id: Option<String>,
    /// How it signs.
    pub algorithm: Algorithm,
    /// Another algorithm that tokens could claim.
    pub other: Algorithm,
    /// What everybody knows of the key.
    pub public: Vec<u8>,
}

impl Signer {
    /// One that signs as the development issuer does, whose key lies where `auth` says.
    pub fn of_dev_issuer(auth: &AuthSettings) -> Self {
        let pem =
            std::fs::read_to_string(auth.dev_issuer_dir.join(SIGNING_KEY_FILE)).expect("a key is there");
        let key = SigningKey::from_pkcs8_pem(&pem).expect("a key in PEM");
        Self {
            issuer: auth.issuer.clone(),
            audience: auth.audience.clone(),
            key: EncodingKey::from_ed_pem(pem.as_bytes()).expect("a key in PEM"),
            key_id: None,
            algorithm: Algorithm::EdDSA,
            other: Algorithm::ES256,
            public: key.verifying_key().to_bytes().to_vec(),
        }
    }

    fn header(&self) -> Header {
        Header { kid: self.key_id.clone(), ..Header::new(self.algorithm) }
    }

    /// A token with any claims.
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_as(&self.header(), claims)
    }

    /// The issuer's signature under any header.
    fn sign_as(&self, header: &Header, claims: &Value) -> String {
        // With RSA the signature can be what the header says; Ed25519 has no other.
        let can = [header.alg, self.algorithm].into_iter().find_map(|algorithm| {
            let message = format!("{}.{}", part(header), part(claims));
            let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, algorithm).ok()?;
            Some(format!("{message}.{signature}"))
        });
        can.expect("a key signs")
    }

    /// A token that is wrong in one way; none where that is the fault.
    pub fn forge(&self, forgery: Forgery) -> Option<String> {
        let now = Timestamp::now().as_second();
        let far = 86_400;
        let mut claims = json!({
            "iss": self.issuer, "aud": self.audience, "sub": "acme", "roles": ["Importer", "system"],
            "iat": now, "nbf": now, "exp": now + 600, "jti": "1",
        });
        let mut drop = |claim: &str| claims.as_object_mut().map(|claims| claims.remove(claim));
        match forgery {
            Forgery::Absent => return None,
            Forgery::Garbage => return Some("not.a.token".to_owned()),
            Forgery::NoSubject => _ = drop("sub"),
            Forgery::NoRoles => _ = drop("roles"),
            Forgery::NoExpiry => _ = drop("exp"),
            Forgery::NoIssuer => _ = drop("iss"),
            Forgery::NoAudience => _ = drop("aud"),
            Forgery::NoBeginning => _ = (drop("nbf"), drop("iat")),
            Forgery::Expired => (claims["exp"], claims["nbf"]) = (json!(now - far), json!(now - 2 * far)),
            Forgery::Immature => (claims["nbf"], claims["exp"]) = (json!(now + far), json!(now + 2 * far)),
            Forgery::OtherIssuer => claims["iss"] = json!("https://elsewhere.invalid"),
            Forgery::OtherAudience => claims["aud"] = json!("elsewhere"),
            Forgery::OtherAudiences => claims["aud"] = json!(["elsewhere", "nowhere"]),
            _ => {}
        }
        Some(self.signed_wrongly(forgery, claims))
    }

    fn signed_wrongly(&self, forgery: Forgery, mut claims: Value) -> String {
        let header = self.header();
        match forgery {
            // {"alg":"none","typ":"JWT"}
            Forgery::AlgorithmNone => format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", part(&claims)),
            Forgery::PublicKeyAsSecret => {
                let secret = EncodingKey::from_secret(&self.public);
                encode(&Header { alg: Algorithm::HS256, ..header }, &claims, &secret)
            }
            Forgery::WrongAlgorithm => self.sign_as(&Header { alg: self.other, ..header }, &claims),
            Forgery::WrongKey => {
                // A stranger names the right key, too, where it can make such signatures.
                encode(&Header { alg: Algorithm::EdDSA, ..header }, &claims, &strangers_key())
            }
            Forgery::KeyInHeader => {
                let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": STRANGERS_KEY });
                let jwk = serde_json::from_value(jwk).expect("a public key");
                encode(&Header { alg: Algorithm::EdDSA, jwk: Some(jwk), ..header }, &claims, &strangers_key())
            }
            Forgery::UnknownKeyId => {
                self.sign_as(&Header { kid: Some("another".to_owned()), ..header }, &claims)
            }
            Forgery::UnknownCritical => {
                self.sign_as(&Header { crit: Some(vec!["no-such-thing".to_owned()]), ..header }, &claims)
            }
            Forgery::Altered => {
                let good = self.sign(&claims);
                let (head, signature) = good.rsplit_once('.').expect("a token has a signature");
                let (header, _) = head.split_once('.').expect("a token has a header");
                claims["sub"] = json!("somebody else");
                format!("{header}.{}.{signature}", part(&claims))
            }
            _ => self.sign(&claims),
        }
    }
}

/// The public half of [`strangers_key`].
const STRANGERS_KEY: &str = "6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw";

fn strangers_key() -> EncodingKey {
    let pem = SigningKey::from_bytes(&[7; 32]).to_pkcs8_pem(LineEnding::LF).expect("a key encodes");
    EncodingKey::from_ed_pem(pem.as_bytes()).expect("a key is read")
}

fn encode(header: &Header, claims: &Value, key: &EncodingKey) -> String {
    jsonwebtoken::encode(header, claims, key).expect("a key signs")
}

/// Header or claims, as they stand in a token.
fn part(content: &impl Serialize) -> String {
    let signed = jsonwebtoken::encode(&Header::default(), content, &EncodingKey::from_secret(b""));
    signed.expect("HMAC signs").split('.').nth(1).unwrap_or_default().to_owned()
}

//! An identity provider on this machine: it publishes keys, signs tokens, and can change its keys or fail.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use macadam_http::{AuthMode, AuthSettings};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::forgery::Signer;

const ISSUER: &str = "https://identity.example.invalid/realms/bank";
const AUDIENCE: &str = "trade-finance";
/// No secrets: they sign in tests, and whoever reads this has them.
const RSA: &[u8] = include_bytes!("keys/test_rsa_key.pem");
const P256: &[u8] = include_bytes!("keys/test_p256_key.pem");

/// An identity provider.
pub struct Provider {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    published: Vec<Value>,
    signer: Signer,
    fails: bool,
    asked: usize,
}

impl Provider {
    /// One with an RSA key, on a port that the system picks. It ends with the process.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let (signer, jwk) = rsa();
        let state = State { published: vec![jwk], signer, fails: false, asked: 0 };
        let state = Arc::new(Mutex::new(state));
        let served = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let _ = answer(&stream, &served);
            }
        });
        Self { address, state }
    }

    /// Has a context believe this provider, and fetch its keys as often as it is let.
    pub fn configure(&self, auth: &mut AuthSettings) {
        auth.mode = AuthMode::Jwks;
        auth.jwks_url = Some(self.url());
        ISSUER.clone_into(&mut auth.issuer);
        AUDIENCE.clone_into(&mut auth.audience);
        auth.jwks_pause_ms = 20;
    }

    /// The same, as variables for a context's binary.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("MACADAM_AUTH__MODE", "jwks".to_owned()),
            ("MACADAM_AUTH__JWKS_URL", self.url()),
            ("MACADAM_AUTH__ISSUER", ISSUER.to_owned()),
            ("MACADAM_AUTH__AUDIENCE", AUDIENCE.to_owned()),
            ("MACADAM_AUTH__JWKS_PAUSE_MS", "20".to_owned()),
        ]
    }

    /// Where its keys are.
    pub fn url(&self) -> String {
        format!("http://{}/keys", self.address)
    }

    /// A token for a person with these roles.
    pub fn token(&self, subject: &str, roles: &[&str]) -> String {
        self.token_with(subject, &json!({ "roles": roles }))
    }

    /// A token with these claims beyond, or instead of, issuer, audience and times; what is null is left out.
    pub fn token_with(&self, subject: &str, others: &Value) -> String {
        let signer = self.signer();
        let now = Timestamp::now().as_second();
        let mut claims = json!({
            "iss": signer.issuer, "aud": signer.audience, "sub": subject, "roles": [],
            "iat": now, "nbf": now, "exp": now + 600, "jti": Uuid::now_v7(),
        });
        for (name, value) in others.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        if let Some(claims) = claims.as_object_mut() {
            claims.retain(|_, value| !value.is_null());
        }
        signer.sign(&claims)
    }

    /// Signs by an elliptic curve's key from now on. The old key is withdrawn.
    pub fn rotate(&self) {
        let mut state = lock(&self.state);
        let (signer, jwk) = p256();
        (state.signer, state.published) = (signer, vec![jwk]);
    }

    /// Whether it answers with keys, or with an error.
    pub fn fails(&self, fails: bool) {
        lock(&self.state).fails = fails;
    }

    /// How often it was asked for its keys.
    pub fn asked(&self) -> usize {
        lock(&self.state).asked
    }

    /// What signs as it does now.
    pub fn signer(&self) -> Signer {
        lock(&self.state).signer.clone()
    }
}

fn document(state: &State) -> String {
    // Beside what tokens are signed by: a key for encryption, one of a kind that nobody knows, and a shared secret.
    let mut keys = vec![
        json!({ "kty": "oct", "kid": "shared", "alg": "HS256", "k": "c2VjcmV0" }),
        json!({ "kty": "lattice", "kid": "future", "alg": "ML-DSA-44", "pub": "AQAB" }),
    ];
    let mut encrypting = rsa().1;
    (encrypting["kid"], encrypting["use"], encrypting["alg"]) =
        (json!("encrypting"), json!("enc"), json!("RSA-OAEP"));
    keys.push(encrypting);
    keys.extend(state.published.clone());
    json!({ "keys": keys }).to_string()
}

fn answer(stream: &TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let (status, body) = {
        let mut state = lock(state);
        state.asked += 1;
        if state.fails { ("500 Internal Server Error", String::new()) } else { ("200 OK", document(&state)) }
    };
    let length = body.len();
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn rsa() -> (Signer, Value) {
    let key = EncodingKey::from_rsa_pem(RSA).expect("a key in PEM");
    published(key, "first", Algorithm::RS256, Algorithm::RS384)
}

fn p256() -> (Signer, Value) {
    let key = EncodingKey::from_ec_pem(P256).expect("a key in PEM");
    published(key, "second", Algorithm::ES256, Algorithm::ES384)
}

fn published(key: EncodingKey, id: &str, algorithm: Algorithm, other: Algorithm) -> (Signer, Value) {
    let mut jwk = Jwk::from_encoding_key(&key, algorithm).expect("a public key");
    jwk.common.key_id = Some(id.to_owned());
    let jwk = serde_json::to_value(jwk).expect("a key is JSON");
    let public = jwk["n"].as_str().or(jwk["x"].as_str()).unwrap_or_default().into();
    let signer = Signer {
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        key,
        key_id: Some(id.to_owned()),
        algorithm,
        other,
        public,
    };
    (signer, jwk)
}

//! Who is believed, with an identity provider and without one.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use macadam_chassis::{AuthError, Config, Running, StartError};
use macadam_testkit::{Client, InProcess, Logs, Provider, eventually};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::shop::{context, place, shop, shop_with};

/// A shop that believes the provider, once it has its keys.
fn believing(provider: &Provider, configure: impl FnOnce(&mut Config)) -> InProcess {
    let shop = shop_with(|config| {
        provider.configure(&mut config.auth);
        configure(config);
    });
    is_ready(&shop);
    shop
}

fn is_ready(shop: &InProcess) {
    eventually("keys are fetched", || shop.admin().get("/health/ready").status == 200);
}

fn fetches(shop: &InProcess, outcome: &str) -> f64 {
    shop.metric("macadam_identity_key_fetches_total", &[("outcome", outcome)]).expect("a series")
}

fn with(shop: &InProcess, provider: &Provider, subject: &str, roles: &[&str]) -> Client {
    shop.client_with(Some(provider.token(subject, roles)))
}

#[test]
fn the_providers_tokens_are_believed_and_no_others_and_no_key_is_made() {
    let provider = Provider::start();
    let shop = believing(&provider, |_| {});
    let buyer = with(&shop, &provider, "bea", &["Buyer"]);
    let path = place(&buyer, "bea").link("self");
    assert_eq!(with(&shop, &provider, "bob", &["Buyer"]).get(&path).status, 404);
    let other = Provider::start();
    other.rotate();
    assert_eq!(with(&shop, &other, "bea", &["Buyer"]).get(&path).status, 401);
    let dev = self::shop().client("bea", &["Buyer"]);
    assert_eq!(shop.client_with(dev.token().map(ToOwned::to_owned)).get(&path).status, 401);
    assert!(!shop.data().with_file_name("issuer").exists());
}

#[test]
fn no_provider_makes_anybody_the_road_itself() {
    let provider = Provider::start();
    let shop = believing(&provider, |_| {});
    let path = place(&with(&shop, &provider, "bea", &["Buyer"]), "bea").link("self");
    assert_eq!(with(&shop, &provider, "eve", &["system"]).get(&path).status, 404);
    let dev = self::shop();
    let path = place(&dev.client("bea", &["Buyer"]), "bea").link("self");
    assert_eq!(dev.client("somebody", &["system"]).get(&path).status, 200, "the development issuer may");
}

#[test]
fn until_keys_are_there_the_context_is_not_ready_and_blames_nobody() {
    let (logs, provider) = (Logs::catch(), Provider::start());
    provider.fails(true);
    let mut place = String::new();
    let shop = shop_with(|config| {
        provider.configure(&mut config.auth);
        place = config.auth.jwks_url.clone().unwrap_or_default();
        config.auth.jwks_url = Some(place.replace("//", "//me:secret@") + "?key=secret");
    });
    let told = |line: &Value| line["message"].as_str().is_some_and(|text| text.contains(&place));
    eventually("the log says where they should be", || logs.all().iter().any(told));
    assert!(!logs.all().iter().any(|line| line.to_string().contains("secret")));
    let buyer = with(&shop, &provider, "bea", &["Buyer"]);
    let refused = buyer.get("/");
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")), "{}", refused.text);
    assert_eq!(refused.body["type"], "urn:macadam:problem:identity-unknown");
    assert_eq!(shop.admin().get("/health/ready").status, 503);
    assert_eq!(shop.admin().get("/health/live").status, 200);
    assert_eq!(shop.client_with(None).get("/").status, 401);
    assert_eq!(shop.client_with(None).get("/schemas/Place").status, 200);
    eventually("it is asked again", || provider.asked() > 2);
    assert!(fetches(&shop, "failed") >= 1.0);
    provider.fails(false);
    is_ready(&shop);
    assert_eq!(buyer.get("/").status, 200);
}

#[test]
fn a_provider_that_nobody_can_reach_does_not_hold_up_the_start_or_the_end() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = silent.local_addr().expect("an address");
    let provider = Provider::start();
    let mut shop = shop_with(|config| {
        provider.configure(&mut config.auth);
        config.auth.jwks_url = Some(format!("http://{address}/"));
        config.auth.jwks_timeout_ms = 600_000;
    });
    assert_eq!(shop.admin().get("/health/ready").status, 503);
    assert!(shop.stop());
}

#[test]
fn a_token_with_a_new_key_has_the_keys_fetched_and_the_old_key_goes_with_all_it_signed() {
    let provider = Provider::start();
    let shop = believing(&provider, |config| config.auth.jwks_refresh_seconds = 86_400);
    let old = with(&shop, &provider, "bea", &["Buyer"]);
    assert_eq!([old.get("/").status, old.get("/").status], [200, 200]);
    provider.rotate();
    assert_eq!(old.get("/").status, 200, "nobody has asked yet");
    let new = with(&shop, &provider, "bea", &["Buyer"]);
    // The first fetch may have been only just now.
    eventually("the new key is believed", || new.get("/").status == 200);
    assert_eq!(old.get("/").status, 401);
    assert!(fetches(&shop, "fetched") >= 2.0);
}

#[test]
fn keys_are_fetched_again_from_time_to_time() {
    let provider = Provider::start();
    let shop = believing(&provider, |config| config.auth.jwks_refresh_seconds = 0);
    let old = with(&shop, &provider, "bea", &["Buyer"]);
    assert_eq!(old.get("/").status, 200);
    provider.rotate();
    eventually("the old key goes", || old.get("/").status == 401);
}

#[test]
fn unknown_keys_do_not_become_the_providers_load() {
    let provider = Provider::start();
    let shop = believing(&provider, |config| config.auth.jwks_pause_ms = 600_000);
    let stranger = Provider::start();
    stranger.rotate();
    for number in 0..20 {
        let reply = with(&shop, &stranger, &format!("nobody {number}"), &[]).get("/");
        assert_eq!(reply.status, 401, "{}", reply.text);
    }
    assert_eq!(provider.asked(), 1, "at the start");
    assert_eq!(shop.metric("macadam_tokens_total", &[("outcome", "refused")]), Some(20.0));
}

#[test]
fn a_fetch_that_fails_leaves_the_keys_that_are_there() {
    let provider = Provider::start();
    let shop = believing(&provider, |config| config.auth.jwks_refresh_seconds = 0);
    let buyer = with(&shop, &provider, "bea", &["Buyer"]);
    provider.fails(true);
    eventually("a fetch fails", || fetches(&shop, "failed") >= 1.0);
    assert_eq!(buyer.get("/").status, 200);
    assert_eq!(shop.admin().get("/health/ready").status, 200);
}

#[test]
fn routes_of_a_team_are_told_who_asks() {
    let shop = shop();
    let reply = shop.client("bea", &["Buyer"]).get("/custom/whoami");
    let expected = r#"Caller { subject: "bea", roles: ["Buyer"], client: None } false"#;
    assert_eq!((reply.status, reply.text.as_str()), (200, expected));
    assert_eq!(shop.client_with(None).get("/custom/whoami").status, 401);
    let provider = Provider::start();
    let shop = believing(&provider, |_| {});
    let token =
        provider.token_with("compliance", &json!({ "roles": ["consumer"], "client_id": "compliance" }));
    let service = shop.client_with(Some(token));
    assert!(service.get("/custom/whoami").text.ends_with(" true"));
    assert_eq!(service.get("/events").status, 200);
}

#[test]
fn a_token_is_verified_once_and_remembered_then() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    for _ in 0..5 {
        assert_eq!(buyer.get("/").status, 200);
    }
    let count = |outcome| shop.metric("macadam_tokens_total", &[("outcome", outcome)]);
    assert_eq!((count("verified"), count("remembered"), count("refused")), (Some(1.0), Some(4.0), Some(0.0)));
}

#[test]
fn the_development_issuer_is_for_this_machine_unless_somebody_says_otherwise() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut config = Config::default();
    config.data.dir = folder.path().join("data");
    config.auth.dev_issuer_dir = folder.path().join("issuer");
    config.http.listen = SocketAddr::from(([0, 0, 0, 0], 0));
    let refused = runtime.block_on(Running::start(context(&config), config.clone())).err();
    assert!(matches!(refused, Some(StartError::Auth(AuthError::Exposed(_)))), "{refused:?}");
    config.auth.dev_issuer_beyond_loopback = true;
    let running = runtime.block_on(Running::start(context(&config), config)).expect("allowed");
    assert!(runtime.block_on(running.stop()));
}

/// The provider's keys over TLS, by a certificate for this machine that an authority of our own has signed.
fn over_tls(provider: &Provider) -> SocketAddr {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/server.pem")).expect("PEM");
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server_key.pem")).expect("PEM");
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate with its key");
    let config = Arc::new(config);
    let keys = Client::new(provider.url().trim_end_matches("/keys"), None);
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let session = ServerConnection::new(config.clone()).expect("a session");
            let mut stream = BufReader::new(StreamOwned::new(session, stream));
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
                line.clear();
            }
            let body = keys.get("/keys").text;
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.get_mut().write_all((head + &body).as_bytes());
            let _ = stream.get_mut().flush();
        }
    });
    address
}

#[test]
fn keys_come_over_tls_from_whom_a_known_authority_vouches_for() {
    let provider = Provider::start();
    let address = over_tls(&provider);
    let bundle = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/tls/authority.pem");
    let shop = believing(&provider, |config| {
        config.auth.jwks_url = Some(format!("https://localhost:{}/keys", address.port()));
        config.auth.jwks_ca_bundle = Some(bundle.into());
    });
    assert_eq!(with(&shop, &provider, "bea", &["Buyer"]).get("/").status, 200);
    let wary = shop_with(|config| {
        provider.configure(&mut config.auth);
        config.auth.jwks_url = Some(format!("https://localhost:{}/keys", address.port()));
    });
    eventually("a fetch fails", || fetches(&wary, "failed") >= 1.0);
    assert_eq!(with(&wary, &provider, "bea", &["Buyer"]).get("/").status, 503);
}

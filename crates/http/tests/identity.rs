//! Every token that must not be believed, and those that must, whoever the issuer is.

use std::thread;

use jiff::{SignedDuration, Timestamp};
use macadam_engine::Caller;
use macadam_http::{AuthSettings, Basis, DevIssuer, Refusal, SigningAlgorithm, Verifier};
use macadam_testkit::{Forgery, Provider, Signer};
use serde_json::{Value, json};

fn dev(folder: &tempfile::TempDir) -> AuthSettings {
    AuthSettings { dev_issuer_dir: folder.path().join("issuer"), ..AuthSettings::default() }
}

fn jwks(provider: &Provider) -> AuthSettings {
    let mut auth = AuthSettings::default();
    provider.configure(&mut auth);
    auth
}

/// A verifier that has what the provider publishes just now.
fn knowing(auth: &AuthSettings) -> Verifier {
    let verifier = Verifier::open(auth).expect("configured");
    let fetched = verifier.provider().expect("a provider").refresh();
    assert!(fetched, "the provider answers");
    verifier
}

fn refusal(forgery: Forgery) -> Refusal {
    match forgery {
        Forgery::Absent => Refusal::Missing,
        Forgery::Garbage => Refusal::Malformed,
        Forgery::AlgorithmNone
        | Forgery::PublicKeyAsSecret
        | Forgery::WrongAlgorithm
        | Forgery::WrongKey
        | Forgery::KeyInHeader
        | Forgery::UnknownCritical
        | Forgery::Altered => Refusal::Signature,
        Forgery::UnknownKeyId => Refusal::UnknownKey,
        Forgery::Expired => Refusal::Expired,
        Forgery::Immature => Refusal::Immature,
        Forgery::OtherIssuer => Refusal::Issuer,
        Forgery::OtherAudience | Forgery::OtherAudiences => Refusal::Audience,
        Forgery::NoSubject
        | Forgery::NoRoles
        | Forgery::NoExpiry
        | Forgery::NoIssuer
        | Forgery::NoAudience
        | Forgery::NoBeginning => Refusal::Claims,
    }
}

fn judge(verifier: &Verifier, token: &str, now: Timestamp) -> Result<(Caller, Basis), Refusal> {
    let judged = verifier.verify_at(Some(&format!("Bearer {token}")), now);
    judged.map(|(caller, basis)| (Caller::clone(&caller), basis))
}

fn believed(verifier: &Verifier, token: &str) -> Caller {
    judge(verifier, token, Timestamp::now()).expect("believed").0
}

#[track_caller]
fn check_forgeries(verifier: &Verifier, signer: &Signer) {
    let said: Vec<_> = Forgery::ALL
        .iter()
        .map(|forgery| {
            let header = signer.forge(*forgery).map(|token| format!("Bearer {token}"));
            (*forgery, verifier.verify_at(header.as_deref(), Timestamp::now()).err())
        })
        .collect();
    let expected: Vec<_> = Forgery::ALL.iter().map(|forgery| (*forgery, Some(refusal(*forgery)))).collect();
    assert_eq!(said, expected);
}

#[test]
fn each_forgery_is_refused_for_what_is_wrong_with_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let auth = dev(&folder);
    check_forgeries(&Verifier::open(&auth).expect("configured"), &Signer::of_dev_issuer(&auth));
}

#[test]
fn each_forgery_of_a_providers_token_is_refused_whatever_its_keys_are() {
    let provider = Provider::start();
    let auth = jwks(&provider);
    check_forgeries(&knowing(&auth), &provider.signer());
    provider.rotate();
    check_forgeries(&knowing(&auth), &provider.signer());
}

#[test]
fn a_good_token_is_believed_and_other_schemes_are_none() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let auth = dev(&folder);
    let issuer = DevIssuer::open(&auth).expect("a key");
    let verifier = Verifier::open(&auth).expect("configured");
    let token = issuer.token("acme", &["Importer".to_owned(), "system".to_owned()], 600).expect("signed");
    let caller = believed(&verifier, &token);
    assert_eq!(
        (caller.subject(), caller.roles()),
        ("acme", &["Importer".to_owned(), "system".to_owned()][..])
    );
    for header in [format!("Basic {token}"), token.clone(), "Bearer".to_owned(), String::new()] {
        let judged = verifier.verify_at(Some(&header), Timestamp::now());
        assert_eq!(judged, Err(Refusal::Missing), "{header}");
    }
    let nobody = issuer.token(" ", &[], 600).expect("signed");
    assert_eq!(judge(&verifier, &nobody, Timestamp::now()), Err(Refusal::Claims));
}

#[test]
fn roles_are_found_where_the_provider_has_them_and_system_is_granted_by_none() {
    let provider = Provider::start();
    let expect = |claim: &str, claims: Value, roles: Option<&[&str]>| {
        let auth = AuthSettings { roles_claim: claim.to_owned(), ..jwks(&provider) };
        let token = provider.token_with("ann", &claims);
        let found =
            judge(&knowing(&auth), &token, Timestamp::now()).map(|(caller, _)| caller.roles().to_vec());
        let expected = roles.map(|roles| roles.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(found, expected.ok_or(Refusal::Claims), "{claim} in {claims}");
    };
    expect("roles", json!({ "roles": ["Importer", "system"] }), Some(&["Importer"]));
    expect("realm_access.roles", json!({ "realm_access": { "roles": ["Importer"] } }), Some(&["Importer"]));
    expect("https://bank.example/roles", json!({ "https://bank.example/roles": ["A"] }), Some(&["A"]));
    expect("scope", json!({ "scope": "openid Importer system" }), Some(&["openid", "Importer"]));
    expect("realm_access.roles", json!({ "realm_access": {} }), None);
    expect("groups", json!({ "roles": ["Importer"] }), None);
    expect("roles", json!({ "roles": [{ "name": "Importer" }] }), None);
    expect("roles", json!({ "roles": null }), None);
}

#[test]
fn the_audience_may_be_one_of_several_and_a_beginning_may_be_the_issue() {
    let provider = Provider::start();
    let verifier = knowing(&jwks(&provider));
    let audience = provider.signer().audience;
    let token =
        provider.token_with("ann", &json!({ "roles": [], "aud": ["account", audience], "nbf": null }));
    assert_eq!(believed(&verifier, &token).subject(), "ann");
}

#[test]
fn a_service_is_told_from_the_person_that_a_program_acts_for() {
    let provider = Provider::start();
    let verifier = knowing(&jwks(&provider));
    let who = |subject: &str, claims: Value| {
        let caller = believed(&verifier, &provider.token_with(subject, &claims));
        (caller.is_service(), caller.client().map(ToOwned::to_owned))
    };
    let portal = Some("portal".to_owned());
    assert_eq!(who("portal", json!({ "client_id": "portal" })), (true, portal.clone()));
    assert_eq!(who("portal", json!({ "azp": "portal" })), (true, portal.clone()));
    assert_eq!(who("ann", json!({ "azp": "portal" })), (false, portal));
    assert_eq!(who("ann", json!({})), (false, None));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let auth = dev(&folder);
    let issuer = DevIssuer::open(&auth).expect("a key");
    let verifier = Verifier::open(&auth).expect("configured");
    let roles = ["consumer".to_owned()];
    assert!(
        believed(&verifier, &issuer.service_token("compliance", &roles, 600).expect("signed")).is_service()
    );
    assert!(!believed(&verifier, &issuer.token("ann", &roles, 600).expect("signed")).is_service());
}

#[test]
fn clocks_may_differ_by_so_much_and_no_more() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let auth = AuthSettings { leeway_seconds: 30, ..dev(&folder) };
    let issuer = DevIssuer::open(&auth).expect("a key");
    let token = issuer.token("acme", &[], 600).expect("signed");
    let start = Timestamp::now();
    let at = |seconds: i64| {
        // A verifier of its own: nothing is remembered.
        let verifier = Verifier::open(&auth).expect("configured");
        judge(&verifier, &token, start + SignedDuration::from_secs(seconds)).map(|_| ()).err()
    };
    assert_eq!([at(-29), at(0), at(599), at(628)], [None; 4]);
    assert_eq!([at(-32), at(631)], [Some(Refusal::Immature), Some(Refusal::Expired)]);
}

#[test]
fn a_remembered_token_is_believed_by_its_hash_until_it_expires() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let auth = dev(&folder);
    let issuer = DevIssuer::open(&auth).expect("a key");
    let verifier = Verifier::open(&auth).expect("configured");
    let token = issuer.token("acme", &["Importer".to_owned()], 600).expect("signed");
    let now = Timestamp::now();
    let later = |seconds| judge(&verifier, &token, now + SignedDuration::from_secs(seconds));
    let first = later(0).expect("believed");
    assert_eq!(first.1, Basis::Signature);
    assert_eq!(later(599), Ok((first.0, Basis::Memory)));
    let other = format!("{token}A");
    assert!(judge(&verifier, &other, now).is_err(), "another token is another hash");
    assert_eq!(later(631), Err(Refusal::Expired));
    assert_eq!(later(632), Err(Refusal::Expired), "and is forgotten, too");
}

#[test]
fn a_remembered_token_goes_with_the_key_that_signed_it() {
    let provider = Provider::start();
    let auth = jwks(&provider);
    let verifier = knowing(&auth);
    let asks = verifier.provider().expect("a provider");
    let token = provider.token("ann", &[]);
    let basis = || judge(&verifier, &token, Timestamp::now()).map(|(_, basis)| basis);
    assert_eq!([basis(), basis()], [Ok(Basis::Signature), Ok(Basis::Memory)]);
    assert!(asks.refresh());
    assert_eq!(basis(), Ok(Basis::Memory), "the same keys again change nothing");
    provider.fails(true);
    assert!(!asks.refresh());
    assert_eq!(basis(), Ok(Basis::Memory), "what cannot be fetched changes nothing");
    provider.fails(false);
    provider.rotate();
    assert!(asks.refresh());
    assert_eq!(basis(), Err(Refusal::UnknownKey));
    assert_eq!(believed(&verifier, &provider.token("ann", &[])).subject(), "ann");
}

#[test]
fn no_more_tokens_are_remembered_than_configured() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let auth = AuthSettings { token_cache_max: 8, ..dev(&folder) };
    let issuer = DevIssuer::open(&auth).expect("a key");
    let verifier = Verifier::open(&auth).expect("configured");
    for number in 0..50 {
        believed(&verifier, &issuer.token(&format!("actor {number}"), &[], 600).expect("signed"));
    }
    assert!(verifier.remembered() <= 8, "{}", verifier.remembered());
}

#[test]
fn nobody_is_believed_before_keys_are_there() {
    let provider = Provider::start();
    let verifier = Verifier::open(&jwks(&provider)).expect("configured");
    assert!(!verifier.is_ready());
    assert_eq!(judge(&verifier, &provider.token("ann", &[]), Timestamp::now()), Err(Refusal::NoKeys));
}

#[test]
fn an_algorithm_that_is_not_allowed_leaves_no_key() {
    let provider = Provider::start();
    let auth = AuthSettings { algorithms: vec![SigningAlgorithm::ES256], ..jwks(&provider) };
    let verifier = Verifier::open(&auth).expect("configured");
    assert!(!verifier.provider().expect("a provider").refresh());
    provider.rotate();
    assert!(verifier.provider().expect("a provider").refresh());
}

#[test]
fn what_cannot_be_safe_is_no_configuration() {
    let provider = Provider::start();
    let fault = |change: &dyn Fn(&mut AuthSettings)| {
        let mut auth = jwks(&provider);
        change(&mut auth);
        Verifier::open(&auth).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(fault(&|_| {}), "");
    assert!(fault(&|auth| auth.jwks_url = None).contains("jwks_url"));
    assert!(fault(&|auth| auth.jwks_url = Some("http://identity.example/keys".to_owned())).contains("https"));
    assert!(fault(&|auth| auth.issuer = AuthSettings::default().issuer).contains("auth.issuer"));
    assert!(fault(&|auth| auth.algorithms.clear()).contains("auth.algorithms"));
    assert!(
        fault(&|auth| {
            auth.jwks_url = Some("https://identity.example/keys".to_owned());
            auth.jwks_ca_bundle = Some("/nowhere".into());
        })
        .contains("jwks_ca_bundle")
    );
    assert!(DevIssuer::open(&jwks(&provider)).is_err(), "and no key is made");
}

#[test]
fn those_who_start_at_once_agree_on_one_private_key() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let openers: Vec<_> = (0..8)
        .map(|_| {
            let auth = dev(&folder);
            thread::spawn(move || {
                DevIssuer::open(&auth).expect("a key");
                Signer::of_dev_issuer(&auth).public
            })
        })
        .collect();
    let keys: Vec<_> = openers.into_iter().map(|opener| opener.join().expect("no panic")).collect();
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");
    let files: Vec<_> = std::fs::read_dir(dev(&folder).dev_issuer_dir).expect("readable").collect();
    assert_eq!(files.len(), 1, "nothing else is left: {files:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = files[0].as_ref().expect("readable");
        assert_eq!(file.metadata().expect("readable").permissions().mode() & 0o777, 0o600);
    }
}

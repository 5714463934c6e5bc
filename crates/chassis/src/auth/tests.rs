//! Every token that must not be believed, and one that must.

use std::thread;

use super::testing::{Forgery, forge};
use super::{DevIssuer, Refusal, Verifier};
use crate::config::Auth;

fn auth(folder: &tempfile::TempDir) -> Auth {
    Auth { dev_issuer_dir: folder.path().join("issuer"), ..Auth::default() }
}

fn refusal(forgery: Forgery) -> Refusal {
    match forgery {
        Forgery::Absent => Refusal::Missing,
        Forgery::Garbage => Refusal::Malformed,
        Forgery::AlgorithmNone | Forgery::PublicKeyAsSecret | Forgery::WrongKey | Forgery::Altered => {
            Refusal::Signature
        }
        Forgery::Expired => Refusal::Expired,
        Forgery::Immature => Refusal::Immature,
        Forgery::OtherIssuer => Refusal::Issuer,
        Forgery::OtherAudience => Refusal::Audience,
        Forgery::NoSubject | Forgery::NoRoles | Forgery::NoExpiry => Refusal::Claims,
    }
}

#[test]
fn each_forgery_is_refused_for_what_is_wrong_with_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let auth = auth(&folder);
    let issuer = DevIssuer::open(&auth).expect("a key");
    let verifier = Verifier::new(&issuer, &auth);
    let said: Vec<_> = Forgery::ALL
        .iter()
        .map(|forgery| {
            let header = forge(&issuer, &auth, *forgery).map(|token| format!("Bearer {token}"));
            (*forgery, verifier.verify(header.as_deref()).err())
        })
        .collect();
    let expected: Vec<_> = Forgery::ALL.iter().map(|forgery| (*forgery, Some(refusal(*forgery)))).collect();
    assert_eq!(said, expected);
}

#[test]
fn a_good_token_is_believed_and_other_schemes_are_none() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let auth = auth(&folder);
    let issuer = DevIssuer::open(&auth).expect("a key");
    let verifier = Verifier::new(&issuer, &auth);
    let token = issuer.token("acme", &["Importer".to_owned()], 600).expect("signed");
    let caller = verifier.verify(Some(&format!("bearer {token}"))).expect("believed");
    assert_eq!((caller.subject.as_str(), caller.roles), ("acme", vec!["Importer".to_owned()]));
    for header in [format!("Basic {token}"), token.clone(), "Bearer".to_owned(), String::new()] {
        assert_eq!(verifier.verify(Some(&header)), Err(Refusal::Missing), "{header}");
    }
    let nobody = issuer.token(" ", &[], 600).expect("signed");
    assert_eq!(verifier.verify(Some(&format!("Bearer {nobody}"))), Err(Refusal::Claims));
}

#[test]
fn those_who_start_at_once_agree_on_one_private_key() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let openers: Vec<_> = (0..8)
        .map(|_| {
            let auth = auth(&folder);
            thread::spawn(move || *DevIssuer::open(&auth).expect("a key").public_key())
        })
        .collect();
    let keys: Vec<_> = openers.into_iter().map(|opener| opener.join().expect("no panic")).collect();
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");
    let files: Vec<_> = std::fs::read_dir(auth(&folder).dev_issuer_dir).expect("readable").collect();
    assert_eq!(files.len(), 1, "nothing else is left: {files:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = files[0].as_ref().expect("readable");
        assert_eq!(file.metadata().expect("readable").permissions().mode() & 0o777, 0o600);
    }
}

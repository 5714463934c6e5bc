//! Keys under which a command is accepted once, and those whose commands are under way.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

type Hash = [u8; 32];

/// A key as it comes with a command.
#[derive(Debug, Clone)]
pub struct Key {
    pub(crate) hash: Hash,
    /// What is asked under it; the road's own keys follow from their cause, which asks the same each time.
    pub(crate) request: Option<Hash>,
    /// Held until the command is stored or refused, also where the caller has gone away meanwhile.
    pub(crate) in_flight: Option<Arc<KeyInFlight>>,
}

impl Key {
    /// A caller's own key: `text` names it among all of this subject's, whatever it asks for under it.
    pub fn of_caller(subject: &str, text: &str, request: &[&[u8]]) -> Self {
        let hash = digest(&[b"caller", subject.as_bytes(), text.as_bytes()]);
        Self { hash, request: Some(digest(request)), in_flight: None }
    }

    /// A key that follows from what causes the command.
    pub(crate) fn of_cause(hash: Hash) -> Self {
        Self { hash, request: None, in_flight: None }
    }
}

/// Each part with its length in front, so that no two lists of parts look alike.
fn digest(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The keys whose commands are under way.
#[derive(Debug, Default)]
pub(crate) struct KeysInFlight(Arc<Mutex<HashSet<Hash>>>);

/// A key whose command is under way: until this is dropped, no other command begins under it.
#[derive(Debug)]
pub(crate) struct KeyInFlight {
    hash: Hash,
    keys: Arc<Mutex<HashSet<Hash>>>,
}

impl KeysInFlight {
    /// Begins a command under this key; none while another one is under way.
    pub(crate) fn begin(&self, hash: Hash) -> Option<Arc<KeyInFlight>> {
        let fresh = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(hash);
        fresh.then(|| Arc::new(KeyInFlight { hash, keys: self.0.clone() }))
    }
}

impl Drop for KeyInFlight {
    fn drop(&mut self) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.hash);
    }
}

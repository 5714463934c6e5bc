//! Keys under which a command is accepted once, and the turns of those that are under way.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Accepted, ErasedAggregate, Failure};
use crate::event_log::Used;

type Hash = [u8; 32];

/// A key as it comes with a command.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub hash: Hash,
    /// What is asked under it; the road's own keys follow from their cause, which asks the same each time.
    pub request: Option<Hash>,
    /// Held until the command is stored or refused, also where the caller has gone away meanwhile.
    pub turn: Option<Arc<Turn>>,
}

impl Key {
    /// A caller's own key: `text` names it among all of this subject's, whatever it asks for under it.
    pub(crate) fn of_caller(subject: &str, text: &str, request: &[&[u8]]) -> Self {
        let hash = digest(&[b"caller", subject.as_bytes(), text.as_bytes()]);
        Self { hash, request: Some(digest(request)), turn: None }
    }

    /// A key that follows from what causes the command.
    pub(crate) fn of_cause(hash: Hash) -> Self {
        Self { hash, request: None, turn: None }
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
pub(crate) struct Turns(Arc<Mutex<HashSet<Hash>>>);

/// A key's turn: until it is dropped, nobody else gets it.
#[derive(Debug)]
pub(crate) struct Turn {
    hash: Hash,
    turns: Arc<Mutex<HashSet<Hash>>>,
}

impl Turns {
    /// The key's turn; none while another request has it.
    pub(crate) fn begin(&self, hash: Hash) -> Option<Arc<Turn>> {
        let fresh = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(hash);
        fresh.then(|| Arc::new(Turn { hash, turns: self.0.clone() }))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.hash);
    }
}

/// An [`engine::Shown`](crate::engine::Shown) as it was kept with its key.
#[derive(Deserialize)]
struct Answer {
    view: Value,
    offered: Vec<String>,
}

/// The answer that was given under this key, where it was asked the same then.
pub(crate) fn repeated(
    aggregate: &dyn ErasedAggregate,
    key: &Key,
    before: &Used,
) -> Result<Accepted, Failure> {
    if key.request.as_ref().map(|request| &request[..]) != before.request.as_deref() {
        return Err(Failure::KeyReused);
    }
    let answer = before.answer.as_deref().map(serde_json::from_str::<Answer>).transpose();
    let answer = answer.map_err(|source| Failure::Encode { what: "a stored answer", source })?;
    let known = aggregate.commands().into_iter().map(|info| info.name);
    let (view, offered) = answer.map_or((Value::Null, Vec::new()), |answer| {
        (answer.view, known.filter(|name| answer.offered.iter().any(|kept| kept == name)).collect())
    });
    let appended = &before.appended;
    let (stream, version, position) = (appended.stream, appended.version, appended.position);
    Ok(Accepted { stream, version, position, view, offered, repeated: true })
}

//! Keys under which a command is accepted once: read inside the group's transaction, stored with the command's events.

use jiff::SignedDuration;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Appended, EventLog, ReadError};

/// Expired keys that a group commit removes for each one it may add: the table cannot grow faster than it shrinks.
const PRUNED_PER_KEY: usize = 2;

pub(super) const PRUNE: &str =
    "DELETE FROM keys WHERE key IN (SELECT key FROM keys WHERE expires_at <= ?1 LIMIT ?2)";

/// A key that is to be stored with a command.
#[derive(Debug, Clone)]
pub(crate) struct NewKey {
    pub hash: [u8; 32],
    /// A caller's request under its own key, which expires; the road's own keys never do, since views and processes
    /// may be built again from the log's beginning.
    pub asked: Option<Asked>,
}

/// What was asked under a caller's key, and what was answered.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub request: [u8; 32],
    pub answer: String,
}

/// What came of the command with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Used {
    pub appended: Appended,
    pub request: Option<Vec<u8>>,
    pub answer: Option<String>,
}

/// What came of the command with this key, where it was accepted before and the key has not expired.
pub(super) fn used(connection: &Connection, hash: &[u8; 32], now: i64) -> rusqlite::Result<Option<Used>> {
    connection
        .prepare_cached(
            "SELECT stream, version, position, request, answer FROM keys
             WHERE key = ?1 AND (expires_at IS NULL OR expires_at > ?2)",
        )?
        .query_row(params![&hash[..], now], |row| {
            let (stream, version, position) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let appended = Appended { stream, version, position, cleared: Vec::new() };
            Ok(Used { appended, request: row.get(3)?, answer: row.get(4)? })
        })
        .optional()
}

/// Keeps a key with what came of its command; an expired one of the same name gives way.
pub(super) fn keep(
    transaction: &Transaction<'_>,
    key: &NewKey,
    appended: &Appended,
    now: i64,
    kept: SignedDuration,
) -> rusqlite::Result<()> {
    let asked = key.asked.as_ref();
    let expires = asked.map(|_| now.saturating_add(i64::try_from(kept.as_micros()).unwrap_or(i64::MAX)));
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO keys (key, stream, version, position, created_at, request, answer, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            &key.hash[..],
            appended.stream,
            appended.version,
            appended.position,
            now,
            asked.map(|asked| &asked.request[..]),
            asked.map(|asked| &asked.answer),
            expires,
        ])?;
    Ok(())
}

/// Removes some of the keys that have expired, as part of a commit that happens anyway.
pub(super) fn prune(transaction: &Transaction<'_>, group: usize, now: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(PRUNE)?
        .execute(params![now, i64::try_from(group * PRUNED_PER_KEY).unwrap_or(i64::MAX)])?;
    Ok(())
}

impl EventLog {
    /// What came of the command with this key, where it was accepted before.
    pub(crate) async fn accepted(&self, hash: [u8; 32]) -> Result<Option<Used>, ReadError> {
        let now = super::micros(jiff::Timestamp::now());
        self.blocking(move |log| Ok(used(&*log.readers.get()?, &hash, now)?)).await
    }
}

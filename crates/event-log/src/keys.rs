//! Keys under which a command is accepted once: read inside the group's transaction, stored with the command's events.

use jiff::SignedDuration;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::append::{Appended, NewKey, Used};

/// Expired keys that a group commit removes for each one it may add: the table cannot grow faster than it shrinks.
const PRUNED_PER_KEY: usize = 2;

pub(crate) const PRUNE: &str =
    "DELETE FROM keys WHERE key IN (SELECT key FROM keys WHERE expires_at <= ?1 LIMIT ?2)";

/// What came of the command with this key, where it was accepted before and the key has not expired.
pub(crate) fn used(connection: &Connection, hash: &[u8; 32], now: i64) -> rusqlite::Result<Option<Used>> {
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
pub(crate) fn keep(
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
pub(crate) fn prune(transaction: &Transaction<'_>, group: usize, now: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(PRUNE)?
        .execute(params![now, i64::try_from(group * PRUNED_PER_KEY).unwrap_or(i64::MAX)])?;
    Ok(())
}

//! Claims as they are stored: rows of the same transaction as the events that take or release them.

use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use crate::claim::ClaimChange;

/// The first claim that another stream has; asked before anything is written, so that a refusal leaves no trace.
pub(crate) fn taken(
    transaction: &Transaction<'_>,
    stream: Uuid,
    changes: &[ClaimChange],
) -> rusqlite::Result<Option<&'static str>> {
    for change in changes {
        let ClaimChange::Take { claim, value } = change else { continue };
        let holder: Option<Uuid> = transaction
            .prepare_cached("SELECT stream FROM claims WHERE claim = ?1 AND value = ?2")?
            .query_row(params![claim, value], |row| row.get(0))
            .optional()?;
        if holder.is_some_and(|holder| holder != stream) {
            return Ok(Some(claim));
        }
    }
    Ok(None)
}

/// Takes and releases, in the order of the events.
pub(crate) fn apply(
    transaction: &Transaction<'_>,
    stream: Uuid,
    changes: &[ClaimChange],
) -> rusqlite::Result<()> {
    for change in changes {
        let (ClaimChange::Take { claim, .. } | ClaimChange::Release { claim }) = change;
        transaction
            .prepare_cached("DELETE FROM claims WHERE claim = ?1 AND stream = ?2")?
            .execute(params![claim, stream])?;
        if let ClaimChange::Take { claim, value } = change {
            transaction
                .prepare_cached("INSERT INTO claims (claim, value, stream) VALUES (?1, ?2, ?3)")?
                .execute(params![claim, value, stream])?;
        }
    }
    Ok(())
}

//! What a context declares beside its events, and since when: where each process begins to hear, what each claim is of.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::claim::ClaimDef;
use crate::claims;
use crate::fault::Fault;
use crate::open::OpenError;

/// The position after which each process hears events: the log's end when it was first declared. A process that is new
/// to an old log, or has a new name, must not act on what is long past; one whose state was lost begins where it began.
pub(crate) fn processes(
    connection: &Connection,
    names: &[&'static str],
) -> Result<HashMap<&'static str, i64>, OpenError> {
    let mut begin = HashMap::new();
    let mut declare = |name: &'static str| {
        connection.execute(
            "INSERT OR IGNORE INTO declared (kind, name, value)
             SELECT 'process', ?1, coalesce(max(position), 0) FROM events",
            [name],
        )?;
        let sql = "SELECT CAST(value AS INTEGER) FROM declared WHERE kind = 'process' AND name = ?1";
        begin.insert(name, connection.query_row(sql, [name], |row| row.get::<_, i64>(0))?);
        Ok(())
    };
    names.iter().try_for_each(|name| declare(name)).map_err(Fault::of("declare the processes"))?;
    Ok(begin)
}

/// Fills the claims that are new, or are of something else than before, from the events that are there.
pub(crate) fn fill(connection: &mut Connection, defs: &[ClaimDef]) -> Result<(), OpenError> {
    for def in defs {
        let wanted = def.definition();
        let failed = Fault::of("fill the claims from the log");
        let known: Option<String> = connection
            .query_row("SELECT value FROM declared WHERE kind = 'claim' AND name = ?1", [def.name], |row| {
                row.get(0)
            })
            .optional()
            .map_err(&failed)?;
        if known.as_ref() == Some(&wanted) {
            continue;
        }
        let transaction = connection.transaction().map_err(&failed)?;
        transaction.execute("DELETE FROM claims WHERE claim = ?1", [def.name]).map_err(&failed)?;
        {
            let sql = "SELECT stream, kind, payload FROM events WHERE aggregate = ?1 ORDER BY position";
            let mut events = transaction.prepare(sql).map_err(&failed)?;
            let mut rows = events.query([def.aggregate]).map_err(&failed)?;
            while let Some(row) = rows.next().map_err(&failed)? {
                let read = || Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?));
                let (stream, kind, payload): (Uuid, _, _) = read().map_err(&failed)?;
                let Some(change) = def.change(&kind, &payload) else { continue };
                let changes = [change];
                if claims::taken(&transaction, stream, &changes).map_err(&failed)?.is_some() {
                    return Err(OpenError::ClaimedTwice { claim: def.name, stream });
                }
                claims::apply(&transaction, stream, &changes).map_err(&failed)?;
            }
        }
        let put = "INSERT OR REPLACE INTO declared (kind, name, value) VALUES ('claim', ?1, ?2)";
        transaction.execute(put, params![def.name, wanted]).map_err(&failed)?;
        transaction.commit().map_err(&failed)?;
    }
    Ok(())
}

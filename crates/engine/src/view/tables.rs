//! Which tables a view has: the live one, which is read, and the one that is built beside it until it takes over.

use std::fmt::Write as _;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::definition::{ErasedView, Layout};
use super::store::{ViewStore, ViewStoreError};

/// A table of documents, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// The version and the columns of those who filled it.
    pub(crate) layout: String,
    pub(crate) columns: Vec<String>,
    pub(crate) position: i64,
}

/// The tables of one view.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// What is read; none before a first one was complete.
    pub live: Option<Table>,
    /// What takes its place once it has caught up.
    pub building: Option<Table>,
}

impl Table {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (id, view): (i64, String) = (row.get("id")?, row.get("view")?);
        let columns: String = row.get("columns")?;
        Ok(Self {
            id,
            name: name(&view, id),
            layout: row.get("layout")?,
            columns: serde_json::from_str(&columns).unwrap_or_default(),
            position: row.get("position")?,
        })
    }
}

fn name(view: &str, id: i64) -> String {
    format!("view_{view}_{id}")
}

/// The table of a view in this role, as this connection's transaction sees it.
pub(crate) fn in_role(connection: &Connection, view: &str, role: &str) -> rusqlite::Result<Option<Table>> {
    connection
        .prepare_cached("SELECT * FROM tables WHERE view = ?1 AND role = ?2")?
        .query_row([view, role], Table::from_row)
        .optional()
}

/// Says how far a table has come.
pub(crate) fn reached(transaction: &Transaction<'_>, table: &Table, position: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE tables SET position = ?2 WHERE id = ?1")?
        .execute([table.id, position])?;
    Ok(())
}

impl ViewStore {
    /// The tables of a view at a start. A live one of another layout stays until one of this layout has caught up; one
    /// that was being built goes on where it was.
    pub fn adopt(&self, view: &dyn ErasedView, layout: &Layout, head: i64) -> Result<Tables, ViewStoreError> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        transaction.execute(
            "UPDATE tables SET role = 'retired' WHERE view = ?1 AND role = 'building' AND layout <> ?2",
            [view.name(), &layout.name],
        )?;
        let live = in_role(&transaction, view.name(), "live")?;
        let building = in_role(&transaction, view.name(), "building")?;
        let current = live.as_ref().is_some_and(|live| live.layout == layout.name);
        match (&live, &building) {
            // There is nothing to build: what is empty is complete.
            (None, None) if head == 0 => create(&transaction, view, layout, "live")?,
            (_, None) if !current => create(&transaction, view, layout, "building")?,
            _ => {}
        }
        let tables = tables(&transaction, view.name())?;
        transaction.commit()?;
        Ok(tables)
    }

    /// Begins to build a view again beside the live one; one that is being built already goes on.
    pub fn build_again(&self, view: &dyn ErasedView, layout: &Layout) -> Result<Tables, ViewStoreError> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        if in_role(&transaction, view.name(), "building")?.is_none() {
            create(&transaction, view, layout, "building")?;
        }
        let tables = tables(&transaction, view.name())?;
        transaction.commit()?;
        Ok(tables)
    }

    /// Lets the table that was built take the place of the live one, where it is not behind it. A reader sees the one
    /// or the other, and never a position before the last.
    pub(crate) fn switch_over(&self, view: &str) -> Result<Tables, ViewStoreError> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        let Tables { live, building } = tables(&transaction, view)?;
        let shown = live.map_or(0, |live| live.position);
        if building.is_some_and(|building| building.position >= shown) {
            let sql = "UPDATE tables SET role = 'retired' WHERE view = ?1 AND role = 'live'";
            transaction.execute(sql, [view])?;
            let sql = "UPDATE tables SET role = 'live' WHERE view = ?1 AND role = 'building'";
            transaction.execute(sql, [view])?;
        }
        let tables = self::tables(&transaction, view)?;
        transaction.commit()?;
        Ok(tables)
    }

    /// Drops the tables that are not read any more, and those of views that are not among these.
    pub(crate) fn sweep(&self, views: &[&str]) -> Result<(), ViewStoreError> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        let all: Vec<(i64, String, String)> = transaction
            .prepare("SELECT id, view, role FROM tables")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        for (id, view, role) in all {
            if role == "retired" || !views.contains(&view.as_str()) {
                transaction.execute_batch(&format!("DROP TABLE IF EXISTS \"{}\"", name(&view, id)))?;
                transaction.execute("DELETE FROM tables WHERE id = ?1", [id])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

fn tables(connection: &Connection, view: &str) -> rusqlite::Result<Tables> {
    Ok(Tables { live: in_role(connection, view, "live")?, building: in_role(connection, view, "building")? })
}

/// Makes an empty table.
fn create(
    transaction: &Transaction<'_>,
    view: &dyn ErasedView,
    layout: &Layout,
    role: &str,
) -> rusqlite::Result<()> {
    let columns = serde_json::to_string(&layout.column_names()).unwrap_or_default();
    transaction.execute(
        "INSERT INTO tables (view, layout, columns, role, position) VALUES (?1, ?2, ?3, ?4, 0)",
        params![view.name(), layout.name, columns, role],
    )?;
    let table = name(view.name(), transaction.last_insert_rowid());
    let mut sql = format!("CREATE TABLE \"{table}\" (key TEXT PRIMARY KEY, stream BLOB, doc TEXT NOT NULL");
    for column in &layout.columns {
        let _ = write!(sql, ", \"c_{column}\"");
    }
    for sum in &layout.sums {
        let _ = write!(sql, ", \"s_{sum}\" INTEGER, \"u_{sum}\" TEXT");
    }
    sql.push_str(");");
    for (number, fields) in view.index().iter().enumerate() {
        let list: Vec<_> = fields.iter().map(|field| format!("\"c_{field}\"")).collect();
        let _ = write!(sql, "CREATE INDEX \"{table}_{number}\" ON \"{table}\" ({}, key);", list.join(", "));
    }
    transaction.execute_batch(&sql)
}

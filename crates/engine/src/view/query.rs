//! Reading views: filtered by index columns, in the order of an index, page by page.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, Transaction, params_from_iter};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::definition::{ErasedView, Layout, TallyDef};
use super::store::{ViewStore, ViewStoreError, scalar};
use super::tables::{Table, in_role};
use crate::caller::{Caller, Scope};
use crate::schema::is_type;

/// Which page of which part of a view.
#[derive(Debug, Default)]
pub struct PageRequest {
    /// Field and value as they stand in the query string.
    pub filters: Vec<(String, String)>,
    /// The `next` of the page before.
    pub cursor: Option<String>,
    /// Items at the most; 1 or more.
    pub limit: usize,
}

/// One page.
#[derive(Debug)]
pub struct Page {
    /// The documents, in the order of the index.
    pub items: Vec<Item>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
    /// How far the view had come.
    pub position: i64,
}

/// Key, aggregate (where the document is about one) and document.
pub type Item = (String, Option<Uuid>, Value);

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// No index has this field in front.
    #[error("cannot filter by `{field}`: {}", offer(fields))]
    Filter {
        /// The field.
        field: String,
        /// The indexes that there are.
        fields: Vec<String>,
    },
    /// Another view's cursor, or none.
    #[error("cursor is not one that this view gave out: follow the `next` link of a page")]
    Cursor,
    /// There is no table yet, or only one of another layout that cannot answer this.
    #[error("the view is being built")]
    Building,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] ViewStoreError),
}

fn offer(fields: &[String]) -> String {
    if fields.is_empty() {
        "this view has no index".to_owned()
    } else {
        format!("use {}", fields.join("; or "))
    }
}

impl From<rusqlite::Error> for QueryError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The live table of a view and its documents, as they were at one moment.
struct Snapshot<'a> {
    transaction: Transaction<'a>,
    table: Table,
    /// Where another version filled the table, its documents are shown as this one would.
    renews: Option<&'a dyn ErasedView>,
}

impl<'a> Snapshot<'a> {
    /// Table, position and documents are read in one transaction: a switch-over is before it or after it.
    fn of(
        connection: &'a Connection,
        view: &'a dyn ErasedView,
        layout: &Layout,
        needed: &[String],
    ) -> Result<Self, QueryError> {
        let transaction = connection.unchecked_transaction()?;
        let table = in_role(&transaction, view.name(), "live")?.ok_or(QueryError::Building)?;
        if needed.iter().any(|column| !table.columns.contains(column)) {
            return Err(QueryError::Building);
        }
        let renews = (table.layout != layout.name).then_some(view);
        Ok(Self { transaction, table, renews })
    }

    fn shown(&self, text: &str) -> Result<Value, QueryError> {
        match self.renews {
            None => Ok(serde_json::from_str(text).unwrap_or_default()),
            Some(view) => view.renewed(text).ok_or(QueryError::Building),
        }
    }
}

/// One page of a view. Blocks.
pub fn read_page(
    store: &ViewStore,
    view: &dyn ErasedView,
    layout: &Layout,
    (caller, scope): (&Caller, Scope),
    request: &PageRequest,
) -> Result<Page, QueryError> {
    let order = order_for(view, request, scope)?;
    let mut wheres = Vec::new();
    let mut values: Vec<Sql> = Vec::new();
    if let Scope::Own(field) = scope {
        wheres.push(format!("\"c_{field}\" = ?"));
        values.push(caller.subject.clone().into());
    }
    for (field, value) in &request.filters {
        wheres.push(format!("\"c_{field}\" = ?"));
        values.push(typed(view, field, value));
    }
    let mut needed: Vec<String> = order.iter().map(|field| format!("c_{field}")).collect();
    needed.extend(scope_column(scope));
    let columns: Vec<String> =
        order.iter().map(|field| format!("\"c_{field}\"")).chain(["key".to_owned()]).collect();
    if let Some(cursor) = &request.cursor {
        let from = decode_cursor(cursor, order)?;
        wheres.push(format!("({}) > ({})", columns.join(", "), vec!["?"; columns.len()].join(", ")));
        values.extend(from);
    }
    let condition = if wheres.is_empty() { String::new() } else { format!("WHERE {}", wheres.join(" AND ")) };
    let connection = store.reader()?;
    let snapshot = Snapshot::of(&connection, view, layout, &needed)?;
    let sql = format!(
        "SELECT key, stream, doc FROM \"{}\" {condition} ORDER BY {} LIMIT {}",
        snapshot.table.name,
        columns.join(", "),
        request.limit + 1
    );
    let mut statement = snapshot.transaction.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<Uuid>>(1)?, row.get::<_, String>(2)?))
    })?;
    let mut rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let next = (rows.len() > request.limit).then(|| {
        rows.truncate(request.limit);
        let (key, _, text) = rows.last().expect("a limit is at least 1");
        encode_cursor(order, &serde_json::from_str(text).unwrap_or_default(), key)
    });
    let shown = |(key, stream, text): (_, _, String)| Ok((key, stream, snapshot.shown(&text)?));
    let items = rows.into_iter().map(shown).collect::<Result<Vec<Item>, QueryError>>()?;
    Ok(Page { items, next, position: snapshot.table.position })
}

/// One document, where `scope` lets it be seen. Blocks.
pub fn read_document(
    store: &ViewStore,
    view: &dyn ErasedView,
    layout: &Layout,
    (caller, scope): (&Caller, Scope),
    key: &str,
) -> Result<Option<Item>, QueryError> {
    let connection = store.reader()?;
    let snapshot = Snapshot::of(&connection, view, layout, &[])?;
    let sql = format!("SELECT stream, doc FROM \"{}\" WHERE key = ?1", snapshot.table.name);
    let found: Option<(Option<Uuid>, String)> = snapshot
        .transaction
        .prepare_cached(&sql)?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((stream, text)) = found else { return Ok(None) };
    let document = snapshot.shown(&text)?;
    Ok(caller.sees(scope, &document).then(|| (key.to_owned(), stream, document)))
}

/// Counts and sums. Blocks.
pub fn read_tally(
    store: &ViewStore,
    tally: &TallyDef,
    view: &dyn ErasedView,
    layout: &Layout,
    (caller, scope): (&Caller, Scope),
) -> Result<(Vec<Value>, i64), QueryError> {
    let mut needed: Vec<String> = tally.group_by.iter().map(|field| format!("c_{field}")).collect();
    needed.extend(scope_column(scope));
    needed.extend(tally.sum.map(|field| format!("s_{field}")));
    let connection = store.reader()?;
    let snapshot = Snapshot::of(&connection, view, layout, &needed)?;
    let mut groups: Vec<String> = tally.group_by.iter().map(|field| format!("\"c_{field}\"")).collect();
    groups.extend(tally.sum.map(|field| format!("\"u_{field}\"")));
    let sum = tally.sum.map_or("NULL".to_owned(), |field| format!("sum(\"s_{field}\")"));
    let (condition, values) = match scope {
        Scope::All => (String::new(), Vec::new()),
        Scope::Own(field) => (format!("WHERE \"c_{field}\" = ?"), vec![caller.subject.clone()]),
    };
    let list = groups.join(", ");
    let table = &snapshot.table.name;
    let sql = if groups.is_empty() {
        format!("SELECT count(*), {sum} FROM \"{table}\" {condition}")
    } else {
        format!("SELECT {list}, count(*), {sum} FROM \"{table}\" {condition} GROUP BY {list} ORDER BY {list}")
    };
    let schema = view.schema();
    let mut statement = snapshot.transaction.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut cells = Vec::new();
    while let Some(row) = rows.next()? {
        let mut cell = Map::new();
        for (place, field) in tally.group_by.iter().enumerate() {
            cell.insert((*field).to_owned(), json_of(row.get(place)?, is_type(&schema, field, "boolean")));
        }
        cell.insert("count".to_owned(), row.get::<_, i64>(groups.len())?.into());
        if tally.sum.is_some() {
            let unit: String = row.get(tally.group_by.len())?;
            let total: Option<i64> = row.get(groups.len() + 1)?;
            cell.insert("sum".to_owned(), total.map_or(Value::Null, |total| amount(total, &unit)));
        }
        cells.push(Value::Object(cell));
    }
    Ok((cells, snapshot.table.position))
}

fn scope_column(scope: Scope) -> Option<String> {
    match scope {
        Scope::All => None,
        Scope::Own(field) => Some(format!("c_{field}")),
    }
}

/// The first index that has all filters in front, and the scope's field with them where there is one that has; without
/// filters the first there is.
fn order_for(
    view: &dyn ErasedView,
    request: &PageRequest,
    scope: Scope,
) -> Result<&'static [&'static str], QueryError> {
    let filters: Vec<&str> = request.filters.iter().map(|(field, _)| field.as_str()).collect();
    let twice = filters.iter().enumerate().find(|(place, field)| filters[..*place].contains(field));
    let with_front = |wanted: &[&str]| {
        let fits = |fields: &&&'static [&'static str]| {
            let front = fields.get(..wanted.len());
            front.is_some_and(|front| wanted.iter().all(|field| front.contains(field)))
        };
        view.index().iter().find(fits).copied()
    };
    let mut scoped = filters.clone();
    if let Scope::Own(field) = scope
        && !scoped.contains(&field)
    {
        scoped.push(field);
    }
    match with_front(&scoped).or_else(|| with_front(&filters)) {
        Some(fields) if twice.is_none() => Ok(fields),
        None if filters.is_empty() => Ok(&[]),
        _ => {
            let known = |field: &&&str| view.index().iter().any(|fields| fields.contains(*field));
            let field = twice.map(|(_, field)| field).or(filters.iter().find(|field| !known(field)));
            let field = field.or(filters.last()).copied().unwrap_or_default().to_owned();
            Err(QueryError::Filter {
                field,
                fields: view.index().iter().map(|fields| fields.join(", then ")).collect(),
            })
        }
    }
}

/// The value of a filter, as its field is typed in the document's schema.
fn typed(view: &dyn ErasedView, field: &str, text: &str) -> Sql {
    let schema = view.schema();
    match text {
        "true" if is_type(&schema, field, "boolean") => 1.into(),
        "false" if is_type(&schema, field, "boolean") => 0.into(),
        _ if is_type(&schema, field, "integer") || is_type(&schema, field, "number") => {
            let real = || text.parse::<f64>().map_or_else(|_| text.to_owned().into(), Sql::from);
            text.parse::<i64>().map_or_else(|_| real(), Sql::from)
        }
        _ => text.to_owned().into(),
    }
}

/// A column as the field it was made from.
fn json_of(value: Sql, is_truth: bool) -> Value {
    match value {
        Sql::Integer(number) if is_truth => (number != 0).into(),
        Sql::Integer(number) => number.into(),
        // What is absent is no JSON number either.
        Sql::Real(number) => json!(number),
        Sql::Text(text) => text.into(),
        _ => Value::Null,
    }
}

fn amount(minor: i64, unit: &str) -> Value {
    match unit.parse() {
        Ok(currency) => json!(macadam_kernel::Money::from_minor(minor, currency)),
        Err(_) => minor.into(),
    }
}

/// Where a page ended: its order, the values of it and the key, as JSON in hexadecimal, so that it fits in a URL as it is.
fn encode_cursor(order: &[&str], document: &Value, key: &str) -> String {
    let mut values = vec![order.join(",").into()];
    values.extend(order.iter().map(|field| document.get(field).cloned().unwrap_or(Value::Null)));
    values.push(key.into());
    Value::Array(values).to_string().bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn decode_cursor(cursor: &str, order: &[&str]) -> Result<Vec<Sql>, QueryError> {
    let digits: Option<Vec<u8>> = (cursor.is_ascii() && cursor.len().is_multiple_of(2))
        .then(|| {
            (0..cursor.len()).step_by(2).map(|at| u8::from_str_radix(&cursor[at..at + 2], 16).ok()).collect()
        })
        .flatten();
    let values: Vec<Value> =
        digits.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or(QueryError::Cursor)?;
    match values.split_first() {
        Some((of, values)) if *of == order.join(",") && values.len() == order.len() + 1 => {
            Ok(values.iter().map(|value| scalar(Some(value))).collect())
        }
        _ => Err(QueryError::Cursor),
    }
}

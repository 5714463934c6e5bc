//! What a read model is: how it follows from events, how it is indexed, who reads it.

use std::marker::PhantomData;

use macadam_kernel::{Hear, Kind, Projection};
use schemars::Schema;
use serde_json::Value;

use crate::caller::Scope;
use crate::deprecation::Deprecation;
use crate::event_log::{ReadError, StoredEvent};

/// A read model of the board.
pub struct ViewDef<V> {
    index: Vec<&'static [&'static str]>,
    readers: Vec<(&'static str, Scope)>,
    deprecated: Option<Deprecation>,
    _view: PhantomData<fn() -> V>,
}

impl<V: Projection> Default for ViewDef<V> {
    fn default() -> Self {
        Self { index: Vec::new(), readers: Vec::new(), deprecated: None, _view: PhantomData }
    }
}

impl<V: Projection> ViewDef<V> {
    /// A read model that nobody reads yet, ordered by key alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lists it in this order, and lets it be filtered by the fields in front.
    #[must_use]
    pub fn index(mut self, fields: &'static [&'static str]) -> Self {
        self.index.push(fields);
        self
    }

    /// Lets a role read it.
    #[must_use]
    pub fn reader(mut self, role: &'static str, scope: Scope) -> Self {
        self.readers.push((role, scope));
        self
    }

    /// Says that it is not to be used any more.
    #[must_use]
    pub fn deprecated(mut self, deprecation: Deprecation) -> Self {
        self.deprecated = Some(deprecation);
        self
    }
}

/// Counts, and where wanted sums, over another read model.
#[derive(Debug, Clone)]
pub struct TallyDef {
    pub(crate) name: &'static str,
    pub(crate) of: &'static str,
    pub(crate) group_by: &'static [&'static str],
    pub(crate) sum: Option<&'static str>,
    pub(crate) readers: Vec<(&'static str, Scope)>,
    pub(crate) deprecated: Option<Deprecation>,
}

impl TallyDef {
    /// Counts the documents of the read model `of` by these fields.
    pub fn new(name: &'static str, of: &'static str, group_by: &'static [&'static str]) -> Self {
        Self { name, of, group_by, sum: None, readers: Vec::new(), deprecated: None }
    }

    /// Sums this field too: whole numbers, or money by currency.
    #[must_use]
    pub fn sum(mut self, field: &'static str) -> Self {
        self.sum = Some(field);
        self
    }

    /// Says that it is not to be used any more.
    #[must_use]
    pub fn deprecated(mut self, deprecation: Deprecation) -> Self {
        self.deprecated = Some(deprecation);
        self
    }

    /// Lets a role read it.
    #[must_use]
    pub fn reader(mut self, role: &'static str, scope: Scope) -> Self {
        self.readers.push((role, scope));
        self
    }
}

/// What an event does to a read model.
pub(crate) struct Projected {
    pub key: String,
    pub document: Option<Value>,
}

/// A read model with its type forgotten.
pub(crate) trait ErasedView: Send + Sync {
    fn name(&self) -> &'static str;
    fn version(&self) -> u32;
    fn kinds(&self) -> &'static [Kind];
    fn index(&self) -> &[&'static [&'static str]];
    fn readers(&self) -> &[(&'static str, Scope)];
    fn deprecated(&self) -> Option<Deprecation>;
    fn schema(&self) -> Schema;
    /// Applies one event; `load` gives the document stored under a key.
    fn project(
        &self,
        event: &StoredEvent,
        load: &mut dyn FnMut(&str) -> rusqlite::Result<Option<String>>,
    ) -> Result<Projected, ProjectError>;
}

/// Why an event could not be applied.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectError {
    #[error(transparent)]
    Event(#[from] ReadError),
    #[error("load the document")]
    Load(#[from] rusqlite::Error),
    #[error("understand the document `{key}`: column {column} does not fit")]
    Document { key: String, column: usize },
}

impl<V: Projection> ErasedView for ViewDef<V> {
    fn name(&self) -> &'static str {
        V::NAME
    }
    fn version(&self) -> u32 {
        V::VERSION
    }
    fn kinds(&self) -> &'static [Kind] {
        V::Heard::KINDS
    }
    fn index(&self) -> &[&'static [&'static str]] {
        &self.index
    }
    fn readers(&self) -> &[(&'static str, Scope)] {
        &self.readers
    }
    fn deprecated(&self) -> Option<Deprecation> {
        self.deprecated
    }
    fn schema(&self) -> Schema {
        schemars::schema_for!(V)
    }

    fn project(
        &self,
        event: &StoredEvent,
        load: &mut dyn FnMut(&str) -> rusqlite::Result<Option<String>>,
    ) -> Result<Projected, ProjectError> {
        let heard = event.decode::<V::Heard>()?;
        let key = V::key(&heard);
        // The parser's own words may quote what the document holds.
        let broken =
            |error: serde_json::Error| ProjectError::Document { key: key.clone(), column: error.column() };
        let before = load(&key)?.map(|text| serde_json::from_str::<V>(&text)).transpose().map_err(broken)?;
        let after = V::project(before, &heard);
        let document = after.map(|view| serde_json::to_value(&view)).transpose().map_err(broken)?;
        Ok(Projected { key, document })
    }
}

/// Raised when columns hold the same field in another way; all views are then built again.
const STORED: u32 = 2;

/// How a read model lies in the database: its columns are all fields that anything filters, orders, scopes or sums by.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub table: String,
    pub columns: Vec<&'static str>,
    pub sums: Vec<&'static str>,
}

impl Layout {
    pub(crate) fn of(view: &dyn ErasedView, tallies: &[TallyDef]) -> Self {
        let mut columns: Vec<&'static str> = Vec::new();
        let mut sums = Vec::new();
        let tallies: Vec<_> = tallies.iter().filter(|tally| tally.of == view.name()).collect();
        let scopes = view.readers().iter().chain(tallies.iter().flat_map(|tally| &tally.readers));
        let owned = scopes.filter_map(|(_, scope)| match scope {
            Scope::Own(field) => Some(*field),
            Scope::All => None,
        });
        let indexed = view.index().iter().flat_map(|fields| fields.iter().copied());
        let grouped = tallies.iter().flat_map(|tally| tally.group_by.iter().copied());
        for field in owned.chain(indexed).chain(grouped) {
            if !columns.contains(&field) {
                columns.push(field);
            }
        }
        for field in tallies.iter().filter_map(|tally| tally.sum) {
            if !sums.contains(&field) {
                sums.push(field);
            }
        }
        // The name says the layout, so that another layout is another table and never a table that half fits.
        let shape = format!("{STORED}{:?}{columns:?}{sums:?}", view.index());
        let mark = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, shape.as_bytes()).simple().to_string();
        let table = format!("view_{}_v{}_{}", view.name(), view.version(), &mark[..8]);
        Self { table, columns, sums }
    }
}

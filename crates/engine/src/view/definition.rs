//! What a read model is: how it follows from events, how it is indexed, who reads it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::marker::PhantomData;

use macadam_event_log::{ReadError, StoredEvent};
use macadam_kernel::{Hear, Kind, Projection};
use schemars::Schema;
use serde_json::Value;

use crate::caller::Scope;
use crate::deprecation::Deprecation;

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
    /// Its name on the board.
    pub name: &'static str,
    /// The read model that is counted.
    pub of: &'static str,
    /// The fields that documents are counted by.
    pub group_by: &'static [&'static str],
    /// The field that is summed.
    pub sum: Option<&'static str>,
    /// The roles that may read it, and whose.
    pub readers: Vec<(&'static str, Scope)>,
    /// Whether it is not to be used any more.
    pub deprecated: Option<Deprecation>,
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

/// Gives the document that is stored under a key.
pub(super) type Load<'a> = Box<dyn FnMut(&str) -> rusqlite::Result<Option<String>> + 'a>;

/// Documents under way: each is read once, changed by as many events as there are, and written once.
pub trait Fold {
    /// Applies one event.
    fn apply(&mut self, event: &StoredEvent) -> Result<(), ProjectError>;
    /// What became of the documents that were touched, in the order of their keys; none: there is none any more.
    fn documents(self: Box<Self>) -> Result<Vec<(String, Option<Value>)>, ProjectError>;
}

/// A read model with its type forgotten.
pub trait ErasedView: Send + Sync {
    /// Its name on the board.
    fn name(&self) -> &'static str;
    /// Raised where other documents are made of the same events.
    fn version(&self) -> u32;
    /// The events that it hears.
    fn kinds(&self) -> &'static [Kind];
    /// The orders that it is listed in.
    fn index(&self) -> &[&'static [&'static str]];
    /// The roles that may read it, and whose.
    fn readers(&self) -> &[(&'static str, Scope)];
    /// Whether it is not to be used any more.
    fn deprecated(&self) -> Option<Deprecation>;
    /// The schema of its documents.
    fn schema(&self) -> Schema;
    /// Begins to apply events to what `load` gives.
    fn fold<'a>(&'a self, load: Load<'a>) -> Box<dyn Fold + 'a>;
    /// A document of another version as one of this: without what this version does not know; none where it does not fit.
    fn renewed(&self, text: &str) -> Option<Value>;
}

/// Why an event could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The event cannot be read.
    #[error(transparent)]
    Event(#[from] ReadError),
    /// The document cannot be loaded.
    #[error("load the document")]
    Load(#[from] rusqlite::Error),
    /// The document is none of this view's.
    #[error("understand the document `{key}`: column {column} does not fit")]
    Document {
        /// Its key.
        key: String,
        /// Where it does not fit.
        column: usize,
    },
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

    fn fold<'a>(&'a self, load: Load<'a>) -> Box<dyn Fold + 'a> {
        Box::new(Typed::<V> { load, documents: HashMap::new() })
    }

    fn renewed(&self, text: &str) -> Option<Value> {
        serde_json::to_value(serde_json::from_str::<V>(text).ok()?).ok()
    }
}

struct Typed<'a, V> {
    load: Load<'a>,
    documents: HashMap<String, Option<V>>,
}

// The parser's own words may quote what the document holds.
fn broken(key: &str, error: &serde_json::Error) -> ProjectError {
    ProjectError::Document { key: key.to_owned(), column: error.column() }
}

impl<V: Projection> Fold for Typed<'_, V> {
    fn apply(&mut self, event: &StoredEvent) -> Result<(), ProjectError> {
        let heard = event.decode::<V::Heard>()?;
        let document = match self.documents.entry(V::key(&heard)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let key = unknown.key();
                let stored = (self.load)(key)?.map(|text| serde_json::from_str::<V>(&text)).transpose();
                let stored = stored.map_err(|error| broken(key, &error))?;
                unknown.insert(stored)
            }
        };
        *document = V::project(document.take(), &heard);
        Ok(())
    }

    fn documents(self: Box<Self>) -> Result<Vec<(String, Option<Value>)>, ProjectError> {
        let mut documents = Vec::with_capacity(self.documents.len());
        for (key, document) in self.documents {
            let document = document.map(|view| serde_json::to_value(&view)).transpose();
            let document = document.map_err(|error| broken(&key, &error))?;
            documents.push((key, document));
        }
        documents.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Ok(documents)
    }
}

/// How a read model lies in the database: its columns are all fields that anything filters, orders, scopes or sums by.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Says version and columns, so that another layout is another table and never a table that half fits.
    pub name: String,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) sums: Vec<&'static str>,
}

impl Layout {
    /// How this view lies, with what these tallies need of it.
    pub fn of(view: &dyn ErasedView, tallies: &[TallyDef]) -> Self {
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
        let shape = format!("{:?}{columns:?}{sums:?}", view.index());
        let mark = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, shape.as_bytes()).simple().to_string();
        let name = format!("v{}_{}", view.version(), &mark[..8]);
        Self { name, columns, sums }
    }

    /// The columns as the database calls them.
    pub(crate) fn column_names(&self) -> Vec<String> {
        let own = self.columns.iter().map(|field| format!("c_{field}"));
        own.chain(self.sums.iter().flat_map(|sum| [format!("s_{sum}"), format!("u_{sum}")])).collect()
    }
}

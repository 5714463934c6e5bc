//! The catalog: all that a context declares, in one place.

mod check;

use std::collections::HashMap;
use std::sync::Arc;

use macadam_event_log::{ClaimDef, StoredEvent};
use schemars::Schema;

use crate::command::{CommandInfo, ErasedAggregate};
use crate::deadline::DeadlineDef;
use crate::metrics::MetricLabels;
use crate::process::ErasedProcess;
use crate::view::{ErasedView, TallyDef};

/// What a context declares.
pub struct Catalog {
    /// Its name on the board.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub summary: &'static str,
    /// The team that owns it.
    pub owner: &'static str,
    /// The version of what it serves, as its contracts say it.
    pub version: &'static str,
    /// Its read models.
    pub views: Vec<Arc<dyn ErasedView>>,
    /// Counts over read models.
    pub tallies: Vec<TallyDef>,
    /// Its processes.
    pub processes: Vec<Box<dyn ErasedProcess>>,
    /// Its deadlines.
    pub deadlines: Vec<DeadlineDef>,
    /// Its unique claims.
    pub claims: Vec<ClaimDef>,
    aggregates: Vec<Box<dyn ErasedAggregate>>,
    /// Each command with the place of its aggregate.
    commands: HashMap<&'static str, (usize, CommandInfo)>,
}

impl Catalog {
    /// A context that serves nothing yet.
    pub fn new(name: &'static str, summary: &'static str, owner: &'static str) -> Self {
        Self {
            name,
            summary,
            owner,
            version: "0.0.0",
            views: Vec::new(),
            tallies: Vec::new(),
            processes: Vec::new(),
            deadlines: Vec::new(),
            claims: Vec::new(),
            aggregates: Vec::new(),
            commands: HashMap::new(),
        }
    }

    /// Adds an aggregate with its commands.
    pub fn add_aggregate(&mut self, aggregate: impl ErasedAggregate + 'static) {
        let place = self.aggregates.len();
        self.commands.extend(aggregate.commands().into_iter().map(|info| (info.name, (place, info.clone()))));
        self.aggregates.push(Box::new(aggregate));
    }

    /// Its aggregates, in the order in which they were added.
    #[inline]
    pub fn aggregates(&self) -> &[Box<dyn ErasedAggregate>] {
        &self.aggregates
    }

    /// A command by its name, with its aggregate.
    pub fn command(&self, name: &str) -> Option<(&dyn ErasedAggregate, &CommandInfo)> {
        let (aggregate, info) = self.commands.get(name)?;
        Some((&*self.aggregates[*aggregate], info))
    }

    /// The aggregate that an event is of.
    pub fn aggregate_of(&self, event: &StoredEvent) -> Option<&dyn ErasedAggregate> {
        self.aggregates.iter().find(|known| known.name() == event.aggregate).map(|known| &**known)
    }

    /// The schemas of all events, by name.
    pub fn event_schemas(&self) -> Vec<(&'static str, Schema)> {
        self.aggregates.iter().flat_map(|aggregate| aggregate.event_schemas()).collect()
    }

    /// The names that metrics are labelled with.
    pub fn metric_labels(&self) -> MetricLabels {
        let commands = self.aggregates.iter().flat_map(|aggregate| aggregate.commands());
        let processes = self.processes.iter().map(|process| (process.name(), process.ends_on()));
        MetricLabels {
            commands: commands.map(|info| (info.name, info.rejects.to_vec())).collect(),
            events: self.aggregates.iter().flat_map(|aggregate| aggregate.kinds()).collect(),
            views: self.views.iter().map(|view| view.name()).collect(),
            processes: processes.collect(),
            deadlines: self.deadlines.iter().map(|deadline| deadline.name).collect(),
        }
    }
}

//! A context, put together: what `wiring.rs` declares and the chassis runs.

use std::sync::Arc;

use macadam_engine::{AggregateDef, Catalog, DeadlineDef, ProcessDef, TallyDef, ViewDef};
use macadam_event_log::ClaimDef;
use macadam_kernel::{Aggregate, Deadline, Outgoing, Process, Projection};

/// A bounded context with all that it serves.
pub struct Context {
    pub(crate) catalog: Catalog,
    pub(crate) routes: axum::Router,
}

impl Context {
    /// A context that serves nothing yet.
    pub fn new(name: &'static str, summary: &'static str, owner: &'static str) -> Self {
        Self { catalog: Catalog::new(name, summary, owner), routes: axum::Router::new() }
    }

    /// The version of what it serves, as its contracts, metrics and spans say it.
    #[must_use]
    pub fn version(mut self, version: &'static str) -> Self {
        self.catalog.version = version;
        self
    }

    /// Its name on the board.
    pub fn name(&self) -> &'static str {
        self.catalog.name
    }

    /// Adds an aggregate.
    #[must_use]
    pub fn aggregate<A: Aggregate>(mut self, aggregate: AggregateDef<A>) -> Self {
        self.catalog.add_aggregate(aggregate);
        self
    }

    /// Adds a read model.
    #[must_use]
    pub fn view<V: Projection>(mut self, view: ViewDef<V>) -> Self {
        self.catalog.views.push(Arc::new(view));
        self
    }

    /// Adds counts over a read model.
    #[must_use]
    pub fn tally(mut self, tally: TallyDef) -> Self {
        self.catalog.tallies.push(tally);
        self
    }

    /// Adds a process.
    #[must_use]
    pub fn process<P: Process<Sends: Outgoing>>(mut self) -> Self {
        self.catalog.processes.push(Box::new(ProcessDef::<P>::default()));
        self
    }

    /// Adds a deadline.
    #[must_use]
    pub fn deadline<D: Deadline>(mut self) -> Self {
        self.catalog.deadlines.push(DeadlineDef::of::<D>());
        self
    }

    /// Adds a claim.
    #[must_use]
    pub fn claim(mut self, claim: ClaimDef) -> Self {
        self.catalog.claims.push(claim);
        self
    }

    /// Adds routes of the team's own, under `/custom`; tokens, limits and metrics hold for them too. A handler that takes
    /// a [`Caller`](crate::Caller) is told who asks.
    #[must_use]
    pub fn routes(mut self, routes: axum::Router) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }
}

//! A context, put together: what `wiring.rs` declares and the chassis runs.

use macadam_kernel::{Aggregate, Deadline, Outgoing, Process, Projection};

use crate::claim::ClaimDef;
use crate::command::{AggregateDef, ErasedAggregate};
use crate::deadline::DeadlineDef;
use crate::process::{ErasedProcess, ProcessDef};
use crate::view::{ErasedView, TallyDef, ViewDef};

/// A bounded context with all that it serves.
pub struct Context {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) owner: &'static str,
    pub(crate) version: &'static str,
    pub(crate) aggregates: Vec<Box<dyn ErasedAggregate>>,
    pub(crate) views: Vec<Box<dyn ErasedView>>,
    pub(crate) tallies: Vec<TallyDef>,
    pub(crate) processes: Vec<Box<dyn ErasedProcess>>,
    pub(crate) deadlines: Vec<DeadlineDef>,
    pub(crate) claims: Vec<ClaimDef>,
    pub(crate) routes: axum::Router,
}

impl Context {
    /// A context that serves nothing yet.
    pub fn new(name: &'static str, summary: &'static str, owner: &'static str) -> Self {
        Self {
            name,
            summary,
            owner,
            version: "0.0.0",
            aggregates: Vec::new(),
            views: Vec::new(),
            tallies: Vec::new(),
            processes: Vec::new(),
            deadlines: Vec::new(),
            claims: Vec::new(),
            routes: axum::Router::new(),
        }
    }

    /// The version of what it serves, as its contracts say it.
    #[must_use]
    pub fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// Its name on the board.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Adds an aggregate.
    #[must_use]
    pub fn aggregate<A: Aggregate>(mut self, aggregate: AggregateDef<A>) -> Self {
        self.aggregates.push(Box::new(aggregate));
        self
    }

    /// Adds a read model.
    #[must_use]
    pub fn view<V: Projection>(mut self, view: ViewDef<V>) -> Self {
        self.views.push(Box::new(view));
        self
    }

    /// Adds counts over a read model.
    #[must_use]
    pub fn tally(mut self, tally: TallyDef) -> Self {
        self.tallies.push(tally);
        self
    }

    /// Adds a process.
    #[must_use]
    pub fn process<P: Process<Sends: Outgoing>>(mut self) -> Self {
        self.processes.push(Box::new(ProcessDef::<P>::default()));
        self
    }

    /// Adds a deadline.
    #[must_use]
    pub fn deadline<D: Deadline>(mut self) -> Self {
        self.deadlines.push(DeadlineDef::of::<D>());
        self
    }

    /// Adds a claim.
    #[must_use]
    pub fn claim(mut self, claim: ClaimDef) -> Self {
        self.claims.push(claim);
        self
    }

    /// Adds routes of the team's own, under `/custom`; tokens, limits and metrics hold for them too. A handler that takes a
    /// [`Caller`](crate::Caller) is told who asks.
    #[must_use]
    pub fn routes(mut self, routes: axum::Router) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }
}

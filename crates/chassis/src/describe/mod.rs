//! `describe`: everything that a context accepts and emits, as JSON. It is all that chassis and road share.

mod components;
mod metrics;
mod openapi;
mod shared;

use serde_json::{Value, json};

use crate::caller::Scope;
use crate::command::ErasedAggregate;
use crate::context::Context;
use crate::deadline::DeadlineDef;
use crate::deprecation::Deprecation;
use crate::http::{routes, view_path};
use crate::process::ErasedProcess;
use crate::running::Shared;
use crate::start::shape;
use crate::telemetry::Metrics;
use crate::view::{ErasedView, TallyDef};

/// The version of the form; its schema is `docs/schemas/describe.schema.json`.
const FORMAT: u32 = 1;

struct Parts<'a> {
    name: &'static str,
    summary: &'static str,
    owner: &'static str,
    version: &'static str,
    aggregates: &'a [Box<dyn ErasedAggregate>],
    views: Vec<&'a dyn ErasedView>,
    tallies: &'a [TallyDef],
    processes: &'a [Box<dyn ErasedProcess>],
    deadlines: &'a [DeadlineDef],
}

/// Describes a context that need not run.
pub fn describe(context: &Context) -> Value {
    assemble(&Parts::of(context), metrics_of(context).map(|metrics| metrics.families()).unwrap_or_default())
}

/// What a context serves, as OpenAPI 3.1.
pub fn describe_openapi(context: &Context) -> Value {
    openapi::openapi(&Parts::of(context))
}

/// What a context measures: each metric with its labels, their values, and how many series there may be.
pub fn describe_metrics(context: &Context) -> Value {
    let families = metrics_of(context).map(|metrics| metrics.gathered()).unwrap_or_default();
    metrics::contract(context.name, &families, &describe_openapi(context))
}

fn metrics_of(context: &Context) -> Option<Metrics> {
    let Context { name, aggregates, views, processes, deadlines, .. } = context;
    Metrics::new(name, &shape(aggregates, views, processes, deadlines)).ok()
}

impl<'a> Parts<'a> {
    fn of(context: &'a Context) -> Self {
        Self {
            name: context.name,
            summary: context.summary,
            owner: context.owner,
            version: context.version,
            aggregates: &context.aggregates,
            views: context.views.iter().map(|view| &**view).collect(),
            tallies: &context.tallies,
            processes: &context.processes,
            deadlines: &context.deadlines,
        }
    }
}

/// Describes a running one.
pub(crate) fn describe_running(shared: &Shared) -> Value {
    let parts = Parts {
        name: shared.name,
        summary: shared.summary,
        owner: shared.owner,
        version: "",
        aggregates: &shared.aggregates,
        views: shared.views.iter().map(|runtime| &*runtime.view).collect(),
        tallies: &shared.tallies,
        processes: &shared.processes,
        deadlines: &shared.engine.deadlines,
    };
    assemble(&parts, shared.engine.metrics.families())
}

fn assemble(parts: &Parts<'_>, families: Vec<(String, String, String)>) -> Value {
    let views: Vec<Value> = parts.views.iter().map(|view| describe_view(*view)).collect();
    let tallies: Vec<Value> = parts
        .tallies
        .iter()
        .map(|tally| {
            json!({
                "name": tally.name, "path": view_path(tally.name), "of": tally.of, "group_by": tally.group_by,
                "sum": tally.sum, "readers": scopes(&tally.readers), "deprecated": deprecated(tally.deprecated),
            })
        })
        .collect();
    let processes: Vec<Value> = parts
        .processes
        .iter()
        .map(|process| {
            let hears: Vec<_> = process.kinds().iter().map(|kind| kind.name).collect();
            json!({ "name": process.name(), "hears": hears, "starts_on": process.starts_on(), "ends_on": process.ends_on() })
        })
        .collect();
    let deadlines: Vec<Value> = parts
        .deadlines
        .iter()
        .map(|deadline| {
            let after: Vec<_> = deadline.after.iter().map(jiff::SignedDuration::as_millis).collect();
            json!({
                "name": deadline.name, "aggregate": deadline.aggregate, "set_by": deadline.set_by,
                "cleared_by": deadline.cleared_by, "after_ms": after, "sends": deadline.command,
            })
        })
        .collect();
    let metrics: Vec<Value> = families
        .into_iter()
        .map(|(name, help, kind)| json!({ "name": name, "help": help, "type": kind }))
        .collect();
    let routes: Vec<Value> = routes(parts.aggregates)
        .into_iter()
        .map(|(method, path, _)| json!({ "method": method, "path": path }))
        .collect();
    json!({
        "format": FORMAT, "context": parts.name, "summary": parts.summary, "owner": parts.owner,
        "aggregates": parts.aggregates.iter().map(|aggregate| describe_aggregate(&**aggregate)).collect::<Vec<_>>(),
        "read_models": views, "tallies": tallies, "processes": processes, "deadlines": deadlines,
        "metrics": metrics, "routes": routes,
    })
}

fn describe_aggregate(aggregate: &dyn ErasedAggregate) -> Value {
    let commands: Vec<Value> = aggregate
        .commands()
        .into_iter()
        .map(|info| {
            json!({
                "name": info.name, "creates": info.creates, "actors": info.actors, "rejects": info.rejects,
                "schema": info.schema, "deprecated": deprecated(info.deprecated),
            })
        })
        .collect();
    let schemas = aggregate.event_schemas();
    let events: Vec<Value> = aggregate
        .kinds()
        .iter()
        .map(|kind| {
            let schema = schemas.iter().find(|(name, _)| *name == kind.name).map(|(_, schema)| schema);
            json!({
                "name": kind.name, "version": kind.version, "published": kind.published, "amount": kind.amount,
                "schema": schema,
            })
        })
        .collect();
    json!({
        "name": aggregate.name(), "plural": aggregate.plural(), "visible_to": scopes(aggregate.visible_to()),
        "commands": commands, "events": events, "view": aggregate.view_schema(),
        "rules": aggregate.rules(), "rejection": aggregate.rejection_schema(),
    })
}

fn describe_view(view: &dyn ErasedView) -> Value {
    let hears: Vec<_> = view.kinds().iter().map(|kind| kind.name).collect();
    json!({
        "name": view.name(), "version": view.version(), "path": view_path(view.name()), "hears": hears,
        "index": view.index(), "readers": scopes(view.readers()), "schema": view.schema(),
        "deprecated": deprecated(view.deprecated()),
    })
}

fn deprecated(deprecated: Option<Deprecation>) -> Value {
    deprecated.map_or(Value::Null, |deprecated| deprecated.describe())
}

fn scopes(scopes: &[(&'static str, Scope)]) -> Value {
    let member = |(role, scope): &(&'static str, Scope)| {
        let whose = match scope {
            Scope::All => "*",
            Scope::Own(field) => field,
        };
        ((*role).to_owned(), Value::from(whose))
    };
    Value::Object(scopes.iter().map(member).collect())
}

//! `describe`: everything that a context accepts and emits, as JSON. It is all that chassis and road share.

mod metrics;

use std::sync::Arc;

use axum::routing::get;
use axum::{Json, Router};
use macadam_engine::{Catalog, EngineMetrics, ErasedAggregate, ErasedView, Scope};
use macadam_event_log::{FolderMetrics, LogMetrics};
use macadam_http::{HttpMetrics, RouteTable, openapi, view_path};
use macadam_telemetry::{Exposition, MetricFactory, SpanMetrics};
use serde_json::{Value, json};

use crate::context::Context;
use crate::signals::{DATABASES, Identity};

/// The version of the form; its schema is `docs/schemas/describe.schema.json`.
const FORMAT: u32 = 1;

/// Describes a context that need not run.
pub fn describe(context: &Context) -> Value {
    let (catalog, routes) = (&context.catalog, RouteTable::of(&context.catalog));
    let families = metrics_of(catalog, &routes).map(|metrics| metrics.families()).unwrap_or_default();
    assemble(catalog, &routes, families)
}

/// What a context serves, as OpenAPI 3.1.
pub fn describe_openapi(context: &Context) -> Value {
    openapi(&context.catalog, &RouteTable::of(&context.catalog))
}

/// What a context measures: each metric with its labels, their values, and how many series there may be.
pub fn describe_metrics(context: &Context) -> Value {
    let (catalog, routes) = (&context.catalog, RouteTable::of(&context.catalog));
    let families = metrics_of(catalog, &routes).map(|metrics| metrics.gathered()).unwrap_or_default();
    metrics::contract(catalog.name, &families, &openapi(catalog, &routes))
}

/// What the operator's port says of a context that runs.
pub(crate) fn route(
    catalog: &Arc<Catalog>,
    routes: &Arc<RouteTable>,
    exposition: &Arc<Exposition>,
) -> Router {
    let (catalog, routes, exposition) = (catalog.clone(), routes.clone(), exposition.clone());
    let describe = get(async move || Json(assemble(&catalog, &routes, exposition.families())));
    Router::new().route("/describe", describe)
}

/// All metrics that the context would have if it ran.
fn metrics_of(catalog: &Catalog, routes: &RouteTable) -> Result<Exposition, prometheus::Error> {
    let mut factory = MetricFactory::new(catalog.name)?;
    Identity::default().register(&factory, catalog.version)?;
    factory.limit("open_files");
    EngineMetrics::new(&mut factory, &catalog.metric_labels())?;
    HttpMetrics::new(&mut factory, routes)?;
    LogMetrics::new(&factory)?;
    FolderMetrics::new(&factory, DATABASES)?;
    SpanMetrics::new(&factory)?;
    Ok(factory.finish())
}

fn assemble(catalog: &Catalog, routes: &RouteTable, families: Vec<(String, String, String)>) -> Value {
    let views: Vec<Value> = catalog.views.iter().map(|view| describe_view(&**view)).collect();
    let tallies: Vec<Value> = catalog
        .tallies
        .iter()
        .map(|tally| {
            json!({
                "name": tally.name, "path": view_path(tally.name), "of": tally.of, "group_by": tally.group_by,
                "sum": tally.sum, "readers": scopes(&tally.readers), "deprecated": tally.deprecated,
            })
        })
        .collect();
    let processes: Vec<Value> = catalog
        .processes
        .iter()
        .map(|process| {
            let hears: Vec<_> = process.kinds().iter().map(|kind| kind.name).collect();
            json!({ "name": process.name(), "hears": hears, "starts_on": process.starts_on(), "ends_on": process.ends_on() })
        })
        .collect();
    let deadlines: Vec<Value> = catalog
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
    let routes: Vec<Value> =
        routes.iter().map(|route| json!({ "method": route.method, "path": route.path })).collect();
    json!({
        "format": FORMAT, "context": catalog.name, "summary": catalog.summary, "owner": catalog.owner,
        "aggregates": catalog.aggregates().iter().map(|aggregate| describe_aggregate(&**aggregate)).collect::<Vec<_>>(),
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
                "schema": info.schema, "deprecated": info.deprecated,
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
        "deprecated": view.deprecated(),
    })
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

//! OpenAPI 3.1 of a context: every operation with who may send it, what it takes and all that it answers.

mod components;
mod shared;

use std::collections::BTreeSet;

use macadam_engine::schema::{property, query};
use macadam_engine::{Catalog, CommandInfo, Deprecation, ErasedAggregate, ErasedView, Scope, TallyDef};
use serde_json::{Map, Value, json};

use self::components::{Components, Side, reference};
use self::shared::{NOT_MODIFIED, Status, header, parameter};
use crate::deprecation::header_names;
use crate::feed::CONSUMER;
use crate::form::HAL_MEDIA;
use crate::names::{kebab, view_path};
use crate::routes::{Endpoint, RouteTable};
use crate::status::ErrorStatus as Error;

/// What every operation may answer beside its own.
const ALWAYS: &[&Error] =
    &[Error::NOT_ACCEPTABLE, Error::TOO_MANY_REQUESTS, Error::INTERNAL, Error::UNAVAILABLE];

/// The document; the same text for the same code, wherever it is made.
pub fn openapi(catalog: &Catalog, routes: &RouteTable) -> Value {
    let mut document =
        Document { routes, components: Components::default(), paths: Map::new(), ids: BTreeSet::new() };
    shared::schemas(&mut document.components);
    document.root(catalog);
    for (place, aggregate) in catalog.aggregates().iter().enumerate() {
        document.aggregate(place, &**aggregate);
    }
    for view in &catalog.views {
        document.view(&**view, catalog.aggregates());
    }
    for tally in &catalog.tallies {
        let of = catalog.views.iter().find(|view| view.name() == tally.of);
        document.tally(tally, of.map(|view| &**view));
    }
    let Document { components, paths, .. } = document;
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": catalog.name, "summary": catalog.summary, "version": catalog.version,
            "description": "Made from the code; `cargo xtask contracts` writes it again.",
            "x-macadam-owner": catalog.owner,
        },
        "servers": [{ "url": "/" }],
        "security": [{ "bearer": [] }],
        "paths": paths,
        "components": {
            "schemas": components.into_value(), "parameters": shared::parameters(), "headers": shared::headers(),
            "responses": shared::responses(),
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } },
        },
    })
}

struct Document<'a> {
    routes: &'a RouteTable,
    components: Components,
    paths: Map<String, Value>,
    ids: BTreeSet<String>,
}

/// One operation on its way into the document.
struct Operation {
    id: String,
    tag: String,
    summary: String,
    actors: Vec<&'static str>,
    parameters: Vec<Value>,
    statuses: Vec<Status>,
    deprecated: Option<Deprecation>,
    more: Map<String, Value>,
}

impl Operation {
    fn new(id: String, tag: &str, summary: impl Into<String>) -> Self {
        Self {
            id,
            tag: tag.to_owned(),
            summary: summary.into(),
            actors: Vec::new(),
            parameters: Vec::new(),
            statuses: vec![Error::UNAUTHENTICATED.into()],
            deprecated: None,
            more: Map::new(),
        }
    }

    fn actors(mut self, actors: impl IntoIterator<Item = &'static str>) -> Self {
        self.actors = actors.into_iter().collect();
        self
    }

    fn parameters(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    fn statuses(mut self, statuses: &[&Error]) -> Self {
        self.statuses.extend(statuses.iter().map(|status| Status::from(*status)));
        self
    }

    /// Answered 304 to a client that has it already.
    fn kept(mut self) -> Self {
        self.statuses.push(NOT_MODIFIED);
        self
    }

    fn deprecated(mut self, deprecated: Option<Deprecation>) -> Self {
        self.deprecated = deprecated;
        self
    }

    fn with(mut self, member: &str, value: Value) -> Self {
        self.more.insert(member.to_owned(), value);
        self
    }
}

impl Document<'_> {
    fn put(&mut self, method: &str, path: &str, operation: Operation, answers: Vec<(&'static str, Value)>) {
        let Operation { mut id, tag, summary, actors, parameters, statuses, deprecated, more } = operation;
        while !self.ids.insert(id.clone()) {
            id.push_str("-too");
        }
        let mut responses = Map::new();
        for status in statuses.into_iter().chain(ALWAYS.iter().map(|status| (*status).into())) {
            responses.insert(status.text(), status.response());
        }
        responses.extend(answers.into_iter().map(|(status, answer)| (status.to_owned(), answer)));
        if let Some(deprecated) = deprecated {
            let successes = responses.iter_mut().filter(|(status, _)| status.starts_with('2'));
            for (_, answer) in successes {
                for name in header_names(&deprecated) {
                    answer["headers"][name] = header(name);
                }
            }
        }
        let mut members = Map::from_iter([
            ("operationId".to_owned(), id.into()),
            ("tags".to_owned(), json!([tag])),
            ("summary".to_owned(), summary.into()),
            ("responses".to_owned(), responses.into()),
        ]);
        if let Some(deprecated) = deprecated {
            members.insert("deprecated".to_owned(), true.into());
            members.insert("x-macadam-deprecated".to_owned(), json!(deprecated));
        }
        if !actors.is_empty() {
            members.insert("x-macadam-actors".to_owned(), json!(actors));
        }
        if !parameters.is_empty() {
            members.insert("parameters".to_owned(), parameters.into());
        }
        members.extend(more);
        let place = self.paths.entry(path).or_insert_with(|| json!({}));
        place[method] = members.into();
    }

    fn root(&mut self, catalog: &Catalog) {
        let home = Operation::new("get-home".to_owned(), "context", "Where a client begins")
            .parameters([parameter("IfNoneMatch")])
            .kept();
        self.put(
            "get",
            self.routes.path(Endpoint::Home),
            home,
            vec![("200", state("All that the caller may begin with", &reference("Home")))],
        );
        let commands = catalog.aggregates().iter().flat_map(|aggregate| aggregate.commands());
        let names: Vec<&str> = commands.map(|info| info.name).collect();
        let mut schema = Operation::new("get-schema".to_owned(), "context", "The JSON Schema of a command")
            .parameters([
                parameter("IfNoneMatch"),
                json!({ "name": "command", "in": "path", "required": true, "schema": { "enum": names, "type": "string" } }),
            ])
            .kept()
                .statuses(&[Error::NOT_FOUND])
            .with("security", json!([]));
        schema.statuses.retain(|status| *status != Error::UNAUTHENTICATED.into());
        let shape = json!({ "type": "object" });
        let answer = json!({
            "description": "The schema",
            "headers": caching(&["ETag"]),
            "content": { "application/schema+json": { "schema": shape }, "application/json": { "schema": shape } },
        });
        self.put("get", self.routes.path(Endpoint::Schema), schema, vec![("200", answer)]);
        let feed =
            Operation::new("get-events".to_owned(), "context", "The published events, in the log's order")
                .actors([CONSUMER])
                .parameters([parameter("FeedAfter"), parameter("Timeout")])
                .statuses(&[Error::MALFORMED, Error::FORBIDDEN, Error::GONE]);
        let batch = json!({ "type": "array", "items": reference("CloudEvent") });
        let answer = json!({
            "description": "Events after the position; empty where none came in time",
            "headers": caching(&["Link", "Macadam-Log"]),
            "content": {
                "application/cloudevents-batch+json": { "schema": batch }, "application/json": { "schema": batch },
            },
        });
        self.put("get", self.routes.path(Endpoint::Feed), feed, vec![("200", answer)]);
    }

    fn aggregate(&mut self, place: usize, aggregate: &dyn ErasedAggregate) {
        let name = aggregate.name();
        let view = self.resource(name, &aggregate.view_schema());
        let readers = || aggregate.visible_to().iter().map(|(role, _)| *role);
        let read = |id: String, summary: String| {
            Operation::new(id, name, summary)
                .actors(readers())
                .parameters([parameter("Id"), parameter("IfNoneMatch")])
                .kept()
                .statuses(&[Error::NOT_FOUND])
        };
        let (show, history) = (format!("get-{}", kebab(name)), format!("get-{}-history", kebab(name)));
        let commands = || aggregate.commands().into_iter();
        let next = commands().filter(|info| !info.creates).map(|info| kebab(info.name));
        let mut links = Map::new();
        for id in [history.clone()].into_iter().chain(next) {
            links.insert(
                id.clone(),
                json!({ "operationId": id, "parameters": { "id": "$response.body#/id" } }),
            );
        }
        let mut shown = state("Its state and what may be done next", &view);
        shown["links"] = links.clone().into();
        // A creation's path is one that an id could stand in.
        let also: &[&Error] =
            if commands().any(|info| info.creates) { &[Error::METHOD_NOT_ALLOWED] } else { &[] };
        let one = read(show.clone(), format!("One {name}")).statuses(also);
        self.put("get", self.routes.path(Endpoint::Aggregate(place)), one, vec![("200", shown)]);
        let events: Vec<_> = aggregate.kinds().iter().map(|kind| kind.name).collect();
        let past = self.components.own(&format!("{name}History"), shared::history(&events));
        let past = state("All that happened to it", &past);
        self.put(
            "get",
            self.routes.path(Endpoint::History(place)),
            read(history, format!("The history of one {name}")),
            vec![("200", past)],
        );
        let to_it = json!({ "operationId": show, "parameters": { "id": "$response.body#/id" } });
        links.insert(show, to_it);
        for info in aggregate.commands() {
            self.command(aggregate, info, &view, &links);
        }
    }

    fn command(
        &mut self,
        aggregate: &dyn ErasedAggregate,
        info: &CommandInfo,
        view: &Value,
        links: &Map<String, Value>,
    ) {
        let schema = self.components.add(info.name, &info.schema, Side::Request);
        let text = info.schema.get("description").and_then(Value::as_str).unwrap_or(info.name);
        let required =
            info.schema.get("required").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
        let mut operation = Operation::new(kebab(info.name), aggregate.name(), text)
            .actors(info.actors.iter().copied())
            .deprecated(info.deprecated)
            .statuses(&[
                Error::MALFORMED,
                Error::FORBIDDEN,
                Error::CONFLICT,
                Error::TOO_LARGE,
                Error::UNSUPPORTED_MEDIA_TYPE,
                Error::UNPROCESSABLE,
            ])
            .parameters([parameter("IdempotencyKey"), parameter("CorrelationId")])
            .with(
                "requestBody",
                json!({ "required": required, "content": { "application/json": { "schema": schema } } }),
            );
        let rejected = |status: &Error, description: &str| rejected(status, description, info.rejects);
        let mut answers = vec![
            ("409", rejected(Error::CONFLICT, "The state does not allow it, or others were first")),
            (
                "422",
                rejected(
                    Error::UNPROCESSABLE,
                    "Rejected for what it carries, or its key was used for another request",
                ),
            ),
        ];
        let endpoint = if info.creates {
            if let Some(field) = own(aggregate, info) {
                operation = operation.with("x-macadam-own", field.into());
            }
            let mut answer = state("It was created", view);
            answer["headers"] = caching(&["ETag", "Location", "Macadam-Position"]);
            answer["links"] = links.clone().into();
            answers.push(("201", answer));
            Endpoint::Create(info.name)
        } else {
            operation = operation
                .statuses(&[Error::NOT_FOUND, Error::STALE])
                .parameters([parameter("Id"), parameter("IfMatch")]);
            let mut answer =
                state("It was accepted; a repetition changes nothing", &Self::after(aggregate, info, view));
            answer["headers"] = caching(&["ETag", "Macadam-Position"]);
            answers.push(("200", answer));
            Endpoint::Decide(info.name)
        };
        self.put("post", self.routes.path(endpoint), operation, answers);
    }

    /// What a command's sender is shown: the new state, or nothing of it where the command took it out of their sight.
    fn after(aggregate: &dyn ErasedAggregate, info: &CommandInfo, view: &Value) -> Value {
        let scoped = aggregate
            .visible_to()
            .iter()
            .any(|(role, scope)| info.actors.contains(role) && matches!(scope, Scope::Own(_)));
        if scoped { json!({ "anyOf": [view, reference("Unseen")] }) } else { view.clone() }
    }

    /// An aggregate's view with what every resource has.
    fn resource(&mut self, name: &str, schema: &schemars::Schema) -> Value {
        let view = self.components.add(&format!("{name}State"), &open(schema), Side::Response);
        let whole = if is_object(schema.as_value()) {
            json!({ "allOf": [view, reference("Resource")], "required": ["id"] })
        } else {
            json!({ "allOf": [reference("Resource")], "properties": { "value": view } })
        };
        self.components.own(name, whole)
    }

    fn view(&mut self, view: &dyn ErasedView, aggregates: &[Box<dyn ErasedAggregate>]) {
        let name = view.name();
        let named = |endpoint| self.routes.path(endpoint).replace("{view}", &kebab(name));
        let (path, item_path) = (named(Endpoint::View), named(Endpoint::Document));
        let schema = view.schema();
        let document = self.components.add(&format!("{name}Document"), &open(&schema), Side::Response);
        let document = if is_object(schema.as_value()) { document } else { json!(true) };
        let item = json!({ "allOf": [document, reference("Listed")] });
        let item = self.components.own(&format!("{name}Item"), item);
        let page = self.components.own(&format!("{name}Page"), shared::page(&item));
        let mut fields: Vec<&str> = view.index().iter().flat_map(|fields| fields.iter().copied()).collect();
        fields.sort_unstable();
        fields.dedup();
        let filters = fields.iter().map(|field| {
            json!({
                "name": field, "in": "query", "schema": query(&property(&schema, field).unwrap_or_default()),
                "description": "Only items with this value; an index must begin with the filters used.",
            })
        });
        let list = Operation::new(format!("list-{}", kebab(name)), "views", format!("A page of {name}"))
            .actors(view.readers().iter().map(|(role, _)| *role))
            .deprecated(view.deprecated())
            .parameters(filters)
            .parameters([
                parameter("After"),
                parameter("Cursor"),
                parameter("Limit"),
                parameter("IfNoneMatch"),
            ])
            .kept()
            .statuses(&[Error::MALFORMED, Error::FORBIDDEN]);
        let read = format!("read-{}", kebab(name));
        let mut answer = state("A page", &page);
        answer["headers"] = caching(&["ETag", "Link"]);
        let first = "$response.body#/_embedded/items/0/key";
        let mut links =
            Map::from_iter([(read.clone(), json!({ "operationId": read, "parameters": { "key": first } }))]);
        // A view of one aggregate alone is keyed by it, unless its team says otherwise.
        let hears = |aggregate: &dyn ErasedAggregate| {
            view.kinds().iter().all(|kind| aggregate.kinds().iter().any(|known| known.name == kind.name))
        };
        if let Some(of) = aggregates.iter().find(|aggregate| hears(&***aggregate)) {
            let show = format!("get-{}", kebab(of.name()));
            links.insert(show.clone(), json!({ "operationId": show, "parameters": { "id": first } }));
        }
        answer["links"] = links.into();
        self.put("get", &path, list, vec![("200", answer)]);
        let one = Operation::new(read, "views", format!("One of {name}"))
            .actors(view.readers().iter().map(|(role, _)| *role))
            .deprecated(view.deprecated())
            .parameters([parameter("Key"), parameter("After"), parameter("IfNoneMatch")])
            .kept()
            .statuses(&[Error::MALFORMED, Error::FORBIDDEN, Error::NOT_FOUND]);
        self.put("get", &item_path, one, vec![("200", state("The item", &item))]);
    }

    fn tally(&mut self, tally: &TallyDef, of: Option<&dyn ErasedView>) {
        let (name, path) = (tally.name, view_path(tally.name));
        let mut cell = Map::from_iter([("count".to_owned(), json!({ "type": "integer", "minimum": 0 }))]);
        let schema = of.map(ErasedView::schema);
        for field in tally.group_by {
            let of = schema.as_ref().and_then(|schema| property(schema, field)).unwrap_or_default();
            cell.insert((*field).to_owned(), json!({ "anyOf": [query(&of), { "type": "null" }] }));
        }
        if tally.sum.is_some() {
            let sum = [reference("Sum"), json!({ "type": ["integer", "null"] })];
            cell.insert("sum".to_owned(), json!({ "anyOf": sum }));
        }
        let required: Vec<String> = cell.keys().cloned().collect();
        let cell = json!({ "type": "object", "properties": cell, "required": required });
        let page = self.components.own(&format!("{name}Page"), shared::page(&cell));
        let operation =
            Operation::new(format!("count-{}", kebab(name)), "views", format!("Counts of {}", tally.of))
                .actors(tally.readers.iter().map(|(role, _)| *role))
                .deprecated(tally.deprecated)
                .parameters([parameter("After"), parameter("IfNoneMatch")])
                .kept()
                .statuses(&[Error::MALFORMED, Error::FORBIDDEN]);
        self.put("get", &path, operation, vec![("200", state("All cells", &page))]);
    }
}

/// The field of a creation that must be the sender's subject, or they would not see what they create.
fn own(aggregate: &dyn ErasedAggregate, info: &CommandInfo) -> Option<&'static str> {
    aggregate.visible_to().iter().find_map(|(role, scope)| match scope {
        Scope::Own(field) if info.actors.contains(role) && property(&info.schema, field).is_some() => {
            Some(*field)
        }
        _ => None,
    })
}

/// An answer in any of the forms of HAL.
fn state(description: &str, schema: &Value) -> Value {
    let content = HAL_MEDIA.iter().map(|media| ((*media).to_owned(), json!({ "schema": schema })));
    json!({
        "description": description,
        "headers": caching(&["ETag"]),
        "content": content.collect::<Map<_, _>>(),
    })
}

/// The headers that every success has, and more.
fn caching(more: &[&str]) -> Value {
    let names = ["Cache-Control", "Correlation-Id", "Vary"].iter().chain(more);
    names.map(|name| ((*name).to_owned(), header(name))).collect::<Map<_, _>>().into()
}

/// A refusal of the domain or of the chassis, with the rules that the command may be refused by.
fn rejected(status: &Error, description: &str, rules: &[&str]) -> Value {
    let mut answer = shared::responses()[status.name].clone();
    answer["description"] = description.into();
    if !rules.is_empty() {
        answer["content"]["application/problem+json"]["schema"] = json!({
            "allOf": [reference("Problem"), { "properties": { "rule": { "enum": rules } } }],
        });
    }
    answer
}

/// What answers are made of may have more members than a type would take in.
fn open(schema: &schemars::Schema) -> schemars::Schema {
    let mut schema = schema.clone();
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
        schema.remove("additionalProperties");
    }
    schema
}

/// Whether every value of it has members, so that links can stand beside them.
fn is_object(schema: &Value) -> bool {
    let branches = ["allOf", "anyOf", "oneOf"].iter().find_map(|keyword| schema.get(*keyword)?.as_array());
    schema.get("type") == Some(&json!("object"))
        || branches.is_some_and(|branches| !branches.is_empty() && branches.iter().all(is_object))
}

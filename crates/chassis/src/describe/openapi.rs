//! OpenAPI 3.1 of a context: every operation with who may send it, what it takes and all that it answers.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Parts;
use super::components::{Components, Side, reference};
use super::shared::{self, header, parameter, response};
use crate::caller::Scope;
use crate::command::{CommandInfo, ErasedAggregate};
use crate::deprecation::Deprecation;
use crate::http::{CONSUMER, HAL_MEDIA, kebab, view_path};
use crate::schema::{property, query};
use crate::view::{ErasedView, TallyDef};

/// What every operation may answer beside its own.
const ALWAYS: &[&str] = &["406", "429", "500", "503"];

/// The document; the same text for the same code, wherever it is made.
pub(super) fn openapi(parts: &Parts<'_>) -> Value {
    let mut document =
        Document { components: Components::default(), paths: Map::new(), ids: BTreeSet::new() };
    shared::schemas(&mut document.components);
    document.root(parts);
    for aggregate in parts.aggregates {
        document.aggregate(&**aggregate);
    }
    for view in &parts.views {
        document.view(*view, parts.aggregates);
    }
    for tally in parts.tallies {
        let of = parts.views.iter().find(|view| view.name() == tally.of);
        document.tally(tally, of.copied());
    }
    let Document { components, paths, .. } = document;
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": parts.name, "summary": parts.summary, "version": parts.version,
            "description": "Made from the code; `cargo xtask contracts` writes it again.",
            "x-macadam-owner": parts.owner,
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

struct Document {
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
    statuses: Vec<&'static str>,
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
            statuses: vec!["401"],
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

    fn statuses(mut self, statuses: &[&'static str]) -> Self {
        self.statuses.extend(statuses);
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

impl Document {
    fn put(&mut self, method: &str, path: &str, operation: Operation, answers: Vec<(&'static str, Value)>) {
        let Operation { mut id, tag, summary, actors, parameters, statuses, deprecated, more } = operation;
        while !self.ids.insert(id.clone()) {
            id.push_str("-too");
        }
        let mut responses = Map::new();
        for status in statuses.into_iter().chain(ALWAYS.iter().copied()) {
            responses.insert(status.to_owned(), response(status));
        }
        responses.extend(answers.into_iter().map(|(status, answer)| (status.to_owned(), answer)));
        if let Some(deprecated) = deprecated {
            let successes = responses.iter_mut().filter(|(status, _)| status.starts_with('2'));
            for (_, answer) in successes {
                deprecated.headers().into_iter().for_each(|name| answer["headers"][name] = header(name));
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
            members.insert("x-macadam-deprecated".to_owned(), deprecated.describe());
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

    fn root(&mut self, parts: &Parts<'_>) {
        let home = Operation::new("get-home".to_owned(), "context", "Where a client begins")
            .parameters([parameter("IfNoneMatch")])
            .statuses(&["304"]);
        self.put(
            "get",
            "/",
            home,
            vec![("200", state("All that the caller may begin with", &reference("Home")))],
        );
        let commands = parts.aggregates.iter().flat_map(|aggregate| aggregate.commands());
        let names: Vec<&str> = commands.map(|info| info.name).collect();
        let mut schema = Operation::new("get-schema".to_owned(), "context", "The JSON Schema of a command")
            .parameters([
                parameter("IfNoneMatch"),
                json!({ "name": "command", "in": "path", "required": true, "schema": { "enum": names, "type": "string" } }),
            ])
            .statuses(&["304", "404"])
            .with("security", json!([]));
        schema.statuses.retain(|status| *status != "401");
        let shape = json!({ "type": "object" });
        let answer = json!({
            "description": "The schema",
            "headers": caching(&["ETag"]),
            "content": { "application/schema+json": { "schema": shape }, "application/json": { "schema": shape } },
        });
        self.put("get", "/schemas/{command}", schema, vec![("200", answer)]);
        let feed =
            Operation::new("get-events".to_owned(), "context", "The published events, in the log's order")
                .actors([CONSUMER])
                .parameters([parameter("FeedAfter"), parameter("Timeout")])
                .statuses(&["400", "403", "410"]);
        let batch = json!({ "type": "array", "items": reference("CloudEvent") });
        let answer = json!({
            "description": "Events after the position; empty where none came in time",
            "headers": caching(&["Link", "Macadam-Log"]),
            "content": {
                "application/cloudevents-batch+json": { "schema": batch }, "application/json": { "schema": batch },
            },
        });
        self.put("get", "/events", feed, vec![("200", answer)]);
    }

    fn aggregate(&mut self, aggregate: &dyn ErasedAggregate) {
        let (name, plural) = (aggregate.name(), aggregate.plural());
        let view = self.resource(name, &aggregate.view_schema());
        let readers = || aggregate.visible_to().iter().map(|(role, _)| *role);
        let read = |id: String, summary: String| {
            Operation::new(id, name, summary)
                .actors(readers())
                .parameters([parameter("Id"), parameter("IfNoneMatch")])
                .statuses(&["304", "404"])
        };
        let (show, history) = (format!("get-{}", kebab(name)), format!("get-{}-history", kebab(name)));
        let path = format!("/{plural}/{{id}}");
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
        let also: &[&str] = if commands().any(|info| info.creates) { &["405"] } else { &[] };
        let one = read(show.clone(), format!("One {name}")).statuses(also);
        self.put("get", &path, one, vec![("200", shown)]);
        let events: Vec<_> = aggregate.kinds().iter().map(|kind| kind.name).collect();
        let told = self.components.own(&format!("{name}History"), shared::history(&events));
        let told = state("All that happened to it", &told);
        self.put(
            "get",
            &format!("{path}/history"),
            read(history, format!("The history of one {name}")),
            vec![("200", told)],
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
            .statuses(&["400", "403", "409", "413", "415", "422"])
            .parameters([parameter("IdempotencyKey"), parameter("CorrelationId")])
            .with(
                "requestBody",
                json!({ "required": required, "content": { "application/json": { "schema": schema } } }),
            );
        let rejected = |status: &str, description: &str| rejected(status, description, info.rejects);
        let mut answers = vec![
            ("409", rejected("409", "Not now: the state forbids it, or others were first")),
            (
                "422",
                rejected(
                    "422",
                    "Not like this: what it carries is refused, or its key was used for something else",
                ),
            ),
        ];
        let path = if info.creates {
            if let Some(field) = own(aggregate, info) {
                operation = operation.with("x-macadam-own", field.into());
            }
            let mut answer = state("It was created", view);
            answer["headers"] = caching(&["ETag", "Location", "Macadam-Position"]);
            answer["links"] = links.clone().into();
            answers.push(("201", answer));
            format!("/{}/{}", aggregate.plural(), kebab(info.name))
        } else {
            operation =
                operation.statuses(&["404", "412"]).parameters([parameter("Id"), parameter("IfMatch")]);
            let mut answer =
                state("It was accepted; a repetition changes nothing", &Self::after(aggregate, info, view));
            answer["headers"] = caching(&["ETag", "Macadam-Position"]);
            answers.push(("200", answer));
            format!("/{}/{{id}}/{}", aggregate.plural(), kebab(info.name))
        };
        self.put("post", &path, operation, answers);
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
        let (name, path) = (view.name(), view_path(view.name()));
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
            .statuses(&["304", "400", "403"]);
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
            .statuses(&["304", "400", "403", "404"]);
        self.put("get", &format!("{path}/{{key}}"), one, vec![("200", state("The item", &item))]);
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
                .statuses(&["304", "400", "403"]);
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
fn rejected(status: &str, description: &str, rules: &[&str]) -> Value {
    let mut answer = shared::responses()[shared::name_of(status)].clone();
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

//! The one table of routes: what is served where, by which method, and in which form. Routing, limits, the labels of
//! metrics, `describe` and OpenAPI read it.

use macadam_engine::Catalog;

use crate::form::Form;
use crate::names::kebab;

/// First parts of paths that no aggregate can be served under.
pub const RESERVED: &[&str] =
    &["views", "events", "schemas", "custom", "health", "metrics", "describe", "problems"];

/// What is served at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Where a client begins.
    Home,
    /// The schema of a command.
    Schema,
    /// Pages and counts.
    View,
    /// One document of a view.
    Document,
    /// The published events.
    Feed,
    /// One of the aggregate at this place in the catalog.
    Aggregate(usize),
    /// What happened to one of them.
    History(usize),
    /// A command that creates one.
    Create(&'static str),
    /// A command to one that exists.
    Decide(&'static str),
}

/// A path with its method.
#[derive(Debug, Clone)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, variable parts in braces.
    pub path: String,
    /// The status of success.
    pub success: &'static str,
    /// What is served there.
    pub endpoint: Endpoint,
    /// How it is answered.
    pub(crate) form: Form,
}

/// All routes of a context.
#[derive(Debug, Clone)]
pub struct RouteTable(Vec<Route>);

impl RouteTable {
    /// What this catalog is served by.
    pub fn of(catalog: &Catalog) -> Self {
        let read = |path: &str, endpoint, form| Route {
            method: "GET",
            path: path.to_owned(),
            success: "200",
            endpoint,
            form,
        };
        let mut routes = vec![
            read("/", Endpoint::Home, Form::Resource),
            read("/schemas/{command}", Endpoint::Schema, Form::Schema),
            read("/views/{view}", Endpoint::View, Form::Resource),
            read("/views/{view}/{key}", Endpoint::Document, Form::Resource),
            read("/events", Endpoint::Feed, Form::Feed),
        ];
        for (place, aggregate) in catalog.aggregates().iter().enumerate() {
            let plural = aggregate.plural();
            let one = format!("/{plural}/{{id}}");
            routes.push(read(&one, Endpoint::Aggregate(place), Form::Resource));
            routes.push(read(&format!("{one}/history"), Endpoint::History(place), Form::Resource));
            for info in aggregate.commands() {
                let (name, path) = (info.name, kebab(info.name));
                let (path, success, endpoint) = if info.creates {
                    (format!("/{plural}/{path}"), "201", Endpoint::Create(name))
                } else {
                    (format!("{one}/{path}"), "200", Endpoint::Decide(name))
                };
                routes.push(Route { method: "POST", path, success, endpoint, form: Form::Resource });
            }
        }
        Self(routes)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.0.iter()
    }

    /// The path at which something is served.
    pub(crate) fn path(&self, endpoint: Endpoint) -> &str {
        self.0.iter().find(|route| route.endpoint == endpoint).map_or("", |route| &route.path)
    }

    /// The path at which requests may wait for news.
    pub(crate) fn polled(&self) -> &str {
        self.path(Endpoint::Feed)
    }
}

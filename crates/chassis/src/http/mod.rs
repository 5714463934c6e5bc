//! The two servers: the API, made from what the context declares, and the operator's.

mod admin;
mod builds;
mod commands;
mod feed;
mod forms;
mod layers;
mod limits;
mod negotiation;
mod problem;
mod root;
mod server;
mod socket;
mod telemetry;
mod views;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use heck::ToKebabCase;
use serde::de::DeserializeOwned;
use tower_http::catch_panic::CatchPanicLayer;
use uuid::Uuid;

pub(crate) use admin::router as admin_router;
pub(crate) use feed::CONSUMER;
use layers::caller;
pub(crate) use limits::Limits;
use negotiation::Form;
pub(crate) use negotiation::HAL_MEDIA;
use problem::Problem;
pub(crate) use server::serve;
pub(crate) use telemetry::{CLIENT_WENT_AWAY, telling};
pub(crate) use views::{LIMIT, LIMIT_MAX};

use crate::command::ErasedAggregate;
use crate::running::Shared;

/// First parts of paths that no aggregate can be served under.
pub(crate) const RESERVED: &[&str] =
    &["views", "events", "schemas", "custom", "health", "metrics", "describe", "problems"];

type Context = axum::extract::State<Arc<Shared>>;

/// The API of a context.
pub(crate) fn router(shared: &Arc<Shared>, custom: Router) -> Router {
    let mut router = Router::new()
        .route("/", read(Form::Resource, get(root::home)))
        .route("/schemas/{command}", read(Form::Schema, get(root::schema)))
        .route("/views/{view}", read(Form::Resource, get(views::list)))
        .route("/views/{view}/{key}", read(Form::Resource, get(views::document)))
        .route("/events", read(Form::Feed, get(feed::events)));
    for (number, aggregate) in shared.aggregates.iter().enumerate() {
        let plural = aggregate.plural();
        let show = get(move |context, caller, path| commands::show(number, context, caller, path));
        let history = get(move |context, caller, path| commands::history(number, context, caller, path));
        router = router
            .route(&format!("/{plural}/{{id}}"), read(Form::Resource, show))
            .route(&format!("/{plural}/{{id}}/history"), read(Form::Resource, history));
        for info in aggregate.commands() {
            let (name, path) = (info.name, kebab(info.name));
            let (path, handler) = if info.creates {
                let create = post(move |context, request| commands::create(name, context, request));
                (format!("/{plural}/{path}"), create)
            } else {
                let decide =
                    post(move |context, path, request| commands::decide(name, context, path, request));
                (format!("/{plural}/{{id}}/{path}"), decide)
            };
            let mut handler = route(Form::Resource, handler, "POST,OPTIONS");
            if let Some(deprecated) = info.deprecated {
                handler = handler.layer(map_response(move |mut response: Response| {
                    deprecated.tell(response.headers_mut());
                    std::future::ready(response)
                }));
            }
            router = router.route(&path, handler);
        }
    }
    let custom = custom.layer(from_fn(layers::authenticated));
    router
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .with_state(shared.clone())
        .nest("/custom", custom)
        // Innermost: a panic becomes an answer before anything outside gives up on the request.
        .layer(CatchPanicLayer::custom(layers::panicked))
        // Who it is has to be known first.
        .layer(from_fn_with_state(shared.clone(), limits::rated))
        // Within all limits: a signature costs more than most of what follows.
        .layer(from_fn_with_state(shared.clone(), layers::identified))
        // Around the work alone, so that what was answered late is measured as what it was.
        .layer(from_fn_with_state(shared.clone(), layers::time_limited))
        // Once the body is there: a slow client waits with nobody's place but its own connection's.
        .layer(from_fn_with_state(shared.clone(), limits::admitted))
        .layer(from_fn_with_state(shared.clone(), layers::read_whole))
        // Outermost: what the client waited for is what is measured, and every answer names the correlation id, also
        // that of a timeout.
        .layer(telling(&shared.engine.metrics, &shared.tracer))
}

/// What is read at a path, with `HEAD` and `OPTIONS`.
fn read(form: Form, handler: MethodRouter<Arc<Shared>>) -> MethodRouter<Arc<Shared>> {
    route(form, handler, "GET,HEAD,OPTIONS")
}

/// A route with what goes around each: the form of its answers, and `OPTIONS`, which tells no more than `Allow`.
fn route(form: Form, handler: MethodRouter<Arc<Shared>>, allow: &'static str) -> MethodRouter<Arc<Shared>> {
    handler
        // Only around what is there: a method that is not is refused as such, in whatever form.
        .route_layer(from_fn_with_state(form, negotiation::represented))
        .options(async move || (StatusCode::NO_CONTENT, [(header::ALLOW, allow)]))
}

/// Method, matched path and status of success of each route, for the series that exist from the start.
pub(crate) fn routes(aggregates: &[Box<dyn ErasedAggregate>]) -> Vec<(&'static str, String, &'static str)> {
    let mut routes: Vec<_> = ["/", "/schemas/{command}", "/views/{view}", "/views/{view}/{key}", "/events"]
        .map(|route| ("GET", route.to_owned(), "200"))
        .into();
    for aggregate in aggregates {
        let plural = aggregate.plural();
        routes.push(("GET", format!("/{plural}/{{id}}"), "200"));
        routes.push(("GET", format!("/{plural}/{{id}}/history"), "200"));
        for info in aggregate.commands() {
            let path = kebab(info.name);
            routes.push(if info.creates {
                ("POST", format!("/{plural}/{path}"), "201")
            } else {
                ("POST", format!("/{plural}/{{id}}/{path}"), "200")
            });
        }
    }
    routes
}

/// `ChangeAmount` as `change-amount`: a name of the domain as it stands in paths.
pub(crate) fn kebab(name: &str) -> String {
    name.to_kebab_case()
}

/// The path of a view.
pub(crate) fn view_path(name: &str) -> String {
    format!("/views/{}", kebab(name))
}

/// The variable parts of a path; where they are no text, nothing can be there.
struct At<T>(T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(parts)| Self(parts)).map_err(|_| Problem::not_found())
    }
}

/// The id in a path; what is no id is no resource.
fn stream(id: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(id).map_err(|_| Problem::not_found())
}

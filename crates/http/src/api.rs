//! The API: a handler for each route of the table, and the layers around all of them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use macadam_telemetry::{Exposition, Tracer};
use tower_http::catch_panic::CatchPanicLayer;

use crate::deprecation::add_headers;
use crate::identity::Verifier;
use crate::layers::{self, BodyLimits, Identification, TimeLimits};
use crate::limits::{self, Limits};
use crate::metrics::HttpMetrics;
use crate::negotiation;
use crate::problem::Problem;
use crate::request_telemetry::with_request_telemetry;
use crate::routes::{Endpoint, Route, RouteTable};
use crate::settings::{HttpSettings, LimitSettings};
use crate::state::AppState;
use crate::{commands, feed, root, views};

/// What every request goes through before a handler.
pub struct Ingress<'a> {
    /// What can be configured of requests.
    pub http: &'a HttpSettings,
    /// What can be configured of limits.
    pub limits: &'a LimitSettings,
    /// What verifies tokens.
    pub verifier: Arc<Verifier>,
    /// What is counted.
    pub metrics: Arc<HttpMetrics>,
    /// What traces requests.
    pub tracer: &'a Arc<Tracer>,
    /// What limits and the age of requests are reported to.
    pub exposition: &'a Exposition,
}

/// The API of a context; `custom` has a team's own routes.
pub fn api_router(
    state: &Arc<AppState>,
    table: &Arc<RouteTable>,
    ingress: Ingress<'_>,
    custom: Router,
) -> Router {
    let Ingress { http, limits, verifier, metrics, tracer, exposition } = ingress;
    let mut router = Router::new();
    for route in table.iter() {
        router = router.route(&route.path, served(state, route));
    }
    let bodies = BodyLimits {
        max_bytes: http.body_max_bytes,
        timeout: Duration::from_millis(limits.body_timeout_ms),
        lifecycle: state.lifecycle.clone(),
    };
    let times = TimeLimits {
        request: Duration::from_millis(http.request_timeout_ms),
        poll: Duration::from_secs(http.poll_max_seconds),
        routes: table.clone(),
        lifecycle: state.lifecycle.clone(),
    };
    let limits = Arc::new(Limits::new(limits, table.clone(), metrics.clone()));
    limits.report_at_scrape(exposition);
    let requests = metrics.requests.clone();
    let custom = custom.layer(from_fn(layers::known_only));
    let router = router
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .with_state(state.clone())
        .nest("/custom", custom)
        // Innermost: a panic becomes an answer before anything outside gives up on the request.
        .layer(CatchPanicLayer::custom(layers::panicked))
        // Who it is has to be known first.
        .layer(from_fn_with_state(limits.clone(), limits::rated))
        // Within all limits: a signature costs more than most of what follows.
        .layer(from_fn_with_state(Identification { verifier, metrics }, layers::identified))
        // Around the work alone, so that what was answered late is measured as what it was.
        .layer(from_fn_with_state(times, layers::time_limited))
        // Once the body is there: a slow client waits with nobody's place but its own connection's.
        .layer(from_fn_with_state(limits, limits::admitted))
        .layer(from_fn_with_state(bodies, layers::read_whole));
    // Outermost: what the client waited for is what is measured, and every answer names the correlation id, also that of
    // a timeout.
    with_request_telemetry(router, &requests, tracer)
}

/// The handler of a route, with what goes around each: the form of its answers, and `OPTIONS`, which tells no more than
/// `Allow`.
fn served(state: &AppState, route: &Route) -> MethodRouter<Arc<AppState>> {
    let handler = match route.endpoint {
        Endpoint::Home => get(root::home),
        Endpoint::Schema => get(root::schema),
        Endpoint::View => get(views::list),
        Endpoint::Document => get(views::document),
        Endpoint::Feed => get(feed::events),
        Endpoint::Aggregate(number) => {
            get(move |state, caller, path| commands::show(number, state, caller, path))
        }
        Endpoint::History(number) => {
            get(move |state, caller, path| commands::history(number, state, caller, path))
        }
        Endpoint::Create(name) => post(move |state, request| commands::create(name, state, request)),
        Endpoint::Decide(name) => {
            post(move |state, path, request| commands::decide(name, state, path, request))
        }
    };
    let allow = if route.method == "GET" { "GET,HEAD,OPTIONS" } else { "POST,OPTIONS" };
    let handler = handler
        // Only around what is there: a method that is not is refused as such, in whatever form.
        .route_layer(from_fn_with_state(route.form, negotiation::represented))
        .options(async move || (StatusCode::NO_CONTENT, [(header::ALLOW, allow)]));
    let (Endpoint::Create(name) | Endpoint::Decide(name)) = route.endpoint else { return handler };
    let Some(deprecated) = state.catalog.command(name).and_then(|(_, info)| info.deprecated) else {
        return handler;
    };
    handler.layer(map_response(move |mut response: Response| {
        add_headers(&deprecated, response.headers_mut());
        std::future::ready(response)
    }))
}

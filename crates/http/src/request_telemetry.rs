//! The telemetry of every request: its duration, its span, its correlation id.
//!
//! One service written by hand, since every request pays for it: series are resolved once, and what only a recorded
//! span needs is only made for one.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use axum::routing::Route;
use macadam_telemetry::{DurationSeries, DurationVec, Span, TraceParent, Tracer, new_correlation_id};
use opentelemetry::KeyValue;
use pin_project_lite::pin_project;
use prometheus::IntGauge;
use tower::{Layer, Service};
use uuid::Uuid;

use crate::labels::{CLIENT_WENT_AWAY, UNMATCHED, known_method};
use crate::metrics::RequestMetrics;

/// The header that ties what belongs together, in requests and answers.
const CORRELATION: HeaderName = HeaderName::from_static("correlation-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Bytes of what a client chose that a span keeps: spans wait in memory.
const TEXT_MAX: usize = 256;

/// Measures and traces each request to these routes.
pub fn with_request_telemetry(routes: Router, metrics: &RequestMetrics, tracer: &Arc<Tracer>) -> Router {
    routes.layer(RequestTelemetryLayer(Arc::new(Requests {
        tracer: tracer.clone(),
        durations: metrics.durations.clone(),
        in_flight: metrics.in_flight.clone(),
        endpoints: RwLock::default(),
    })))
}

/// What is known of a server's requests.
struct Requests {
    tracer: Arc<Tracer>,
    durations: Arc<DurationVec>,
    in_flight: IntGauge,
    /// By route, then by method: few enough to look through.
    endpoints: RwLock<Endpoints>,
}

type Endpoints = HashMap<&'static str, Vec<Arc<Endpoint>>>;

/// A method of a route: what is recorded with every request of it is made once.
struct Endpoint {
    method: &'static str,
    route: &'static str,
    /// What its spans are called.
    name: &'static str,
    durations: Arc<DurationVec>,
    in_flight: IntGauge,
    /// By status: few enough to look through.
    series: RwLock<Vec<(u16, Arc<DurationSeries>)>>,
}

impl Endpoint {
    fn observe(&self, status: u16, seconds: f64, span: &Span) {
        let find = |series: &[(u16, Arc<DurationSeries>)]| {
            series.iter().find(|(of, _)| *of == status).map(|(_, timed)| timed.clone())
        };
        let found = find(&self.series.read().unwrap_or_else(PoisonError::into_inner));
        let timed = found.unwrap_or_else(|| {
            let timed = self.durations.with(&[self.method, self.route, &status.to_string()]);
            self.series.write().unwrap_or_else(PoisonError::into_inner).push((status, timed.clone()));
            timed
        });
        timed.observe(seconds, Some(span.traceparent()));
    }
}

impl Requests {
    fn endpoint(&self, request: &Request) -> Arc<Endpoint> {
        let method = known_method(request.method());
        let route = request.extensions().get::<MatchedPath>().map_or(UNMATCHED, MatchedPath::as_str);
        let find = |endpoints: &Endpoints| {
            endpoints.get(route)?.iter().find(|endpoint| endpoint.method == method).cloned()
        };
        let found = find(&self.endpoints.read().unwrap_or_else(PoisonError::into_inner));
        found.unwrap_or_else(|| {
            let mut endpoints = self.endpoints.write().unwrap_or_else(PoisonError::into_inner);
            find(&endpoints).unwrap_or_else(|| self.make(&mut endpoints, method, route))
        })
    }

    fn make(&self, endpoints: &mut Endpoints, method: &'static str, route: &str) -> Arc<Endpoint> {
        // Kept for ever, as spans ask for: there are only so many routes and methods.
        let known = endpoints.keys().find(|known| **known == route).copied();
        let route = known.unwrap_or_else(|| route.to_owned().leak());
        let name = if route == UNMATCHED { method } else { format!("{method} {route}").leak() };
        let (durations, in_flight) = (self.durations.clone(), self.in_flight.clone());
        let made =
            Arc::new(Endpoint { method, route, name, durations, in_flight, series: RwLock::default() });
        endpoints.entry(route).or_default().push(made.clone());
        made
    }
}

/// Puts [`RequestTelemetry`] around a route.
#[derive(Clone)]
struct RequestTelemetryLayer(Arc<Requests>);

impl Layer<Route> for RequestTelemetryLayer {
    type Service = RequestTelemetry;

    fn layer(&self, inner: Route) -> RequestTelemetry {
        RequestTelemetry { inner, requests: self.0.clone() }
    }
}

/// Measures and traces each request that goes through it.
#[derive(Clone)]
struct RequestTelemetry {
    inner: Route,
    requests: Arc<Requests>,
}

impl Service<Request> for RequestTelemetry {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture<<Route as Service<Request>>::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.inner, context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let started = Instant::now();
        let headers = request.headers();
        let correlation = correlation(headers);
        let parent = headers.get(TRACEPARENT).and_then(|value| TraceParent::parse(value.to_str().ok()?));
        let endpoint = self.requests.endpoint(&request);
        let span = self
            .requests
            .tracer
            .server(parent, correlation, || (endpoint.name, describe(&request, &endpoint, correlation)));
        endpoint.in_flight.inc();
        // A route does nothing before its future is polled, which is then within the trace context.
        ResponseFuture {
            inner: self.inner.call(request),
            request: UnderWay { endpoint, started, span, answered: false },
        }
    }
}

/// A request under way; also one whose client goes away before its answer ends here.
struct UnderWay {
    endpoint: Arc<Endpoint>,
    started: Instant,
    span: Span,
    answered: bool,
}

impl UnderWay {
    fn answered(&mut self, response: &mut Response) {
        let (status, Endpoint { method, route, .. }) = (response.status(), &*self.endpoint);
        let seconds = self.started.elapsed().as_secs_f64();
        self.endpoint.observe(status.as_u16(), seconds, &self.span);
        if self.span.is_recorded() {
            self.span.set("http.response.status_code", i64::from(status.as_u16()));
            if status.is_server_error() {
                self.span.fail(status.as_str().to_owned());
            }
        }
        let mut text = Uuid::encode_buffer();
        let text = self.span.context().correlation.hyphenated().encode_lower(&mut text);
        if let Ok(value) = HeaderValue::from_str(text) {
            response.headers_mut().insert(CORRELATION, value);
        }
        // Within the request's trace context, where the line finds its ids.
        tracing::debug!(
            method,
            route,
            status = status.as_u16(),
            seconds,
            "{method} {route} was answered {}",
            status.as_u16()
        );
        self.answered = true;
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.endpoint.in_flight.dec();
        if !self.answered {
            // Who waited longest is not to be missing where it is asked how long clients wait.
            self.endpoint.observe(CLIENT_WENT_AWAY, self.started.elapsed().as_secs_f64(), &self.span);
            self.span.fail("cancelled");
        }
    }
}

pin_project! {
    /// The answer to come.
    struct ResponseFuture<F> {
        #[pin]
        inner: F,
        request: UnderWay,
    }
}

impl<F: Future<Output = Result<Response, E>>, E> Future for ResponseFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let trace = this.request.span.context().clone();
        trace.sync(|| {
            let mut answer = ready!(this.inner.poll(context));
            if let Ok(response) = &mut answer {
                this.request.answered(response);
            }
            Poll::Ready(answer)
        })
    }
}

/// The caller's correlation id, or a new one.
fn correlation(headers: &HeaderMap) -> Uuid {
    let given = headers.get(CORRELATION).and_then(|value| Uuid::try_parse(value.to_str().ok()?).ok());
    given.unwrap_or_else(new_correlation_id)
}

/// Attributes by OpenTelemetry's conventions. A query may hold what somebody is looking for, and stays out; the host that
/// a client names is not what answered it, and stays out, too.
fn describe(request: &Request, endpoint: &Endpoint, correlation: Uuid) -> Vec<KeyValue> {
    // With room for what the answer adds.
    let mut attributes = Vec::with_capacity(7);
    attributes.extend([
        KeyValue::new("http.request.method", endpoint.method),
        KeyValue::new("url.scheme", "http"),
        KeyValue::new("url.path", bounded(request.uri().path())),
        KeyValue::new("macadam.correlation.id", correlation.to_string()),
    ]);
    if endpoint.route != UNMATCHED {
        attributes.push(KeyValue::new("http.route", endpoint.route));
    }
    attributes
}

fn bounded(text: &str) -> String {
    text[..text.floor_char_boundary(TEXT_MAX)].to_owned()
}

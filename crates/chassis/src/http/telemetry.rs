//! What every request tells of itself: its duration, its span, its correlation id.
//!
//! One service written by hand, since every request pays for it: series are resolved once, and what only a recorded
//! span needs is only made for one.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::response::Response;
use opentelemetry::{KeyValue, Value};
use pin_project_lite::pin_project;
use prometheus::IntGauge;
use tower::{Layer, Service};
use uuid::Uuid;

use crate::telemetry::{Metrics, Span, Timed, TimedVec, Trace, Tracer, fresh_correlation};

/// The header that ties what belongs together, in requests and answers.
const CORRELATION: HeaderName = HeaderName::from_static("correlation-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// What stands for a path that no route matches.
const UNMATCHED: &str = "unmatched";

/// Bytes of what a client chose that a span keeps: spans wait in memory.
const TEXT_MAX: usize = 256;

/// Series by route, then by method and status: few enough to look through.
type Series = HashMap<Box<str>, Vec<((&'static str, u16), Arc<Timed>)>>;

/// What a server's requests are told with.
struct Requests {
    tracer: Arc<Tracer>,
    durations: Arc<TimedVec>,
    in_flight: IntGauge,
    series: RwLock<Series>,
}

/// What goes around every route of a server.
pub(crate) fn telling(metrics: &Metrics, tracer: &Arc<Tracer>) -> TellingLayer {
    TellingLayer(Arc::new(Requests {
        tracer: tracer.clone(),
        durations: metrics.requests.clone(),
        in_flight: metrics.in_flight.clone(),
        series: RwLock::default(),
    }))
}

impl Requests {
    fn observe(&self, route: &str, method: &'static str, status: u16, seconds: f64, trace: Trace) {
        let find = |series: &Series| {
            let of_route = series.get(route)?;
            Some(of_route.iter().find(|(key, _)| *key == (method, status))?.1.clone())
        };
        let found = find(&self.series.read().unwrap_or_else(PoisonError::into_inner));
        let timed = found.unwrap_or_else(|| {
            let timed = self.durations.with(&[method, route, &status.to_string()]);
            let mut series = self.series.write().unwrap_or_else(PoisonError::into_inner);
            series.entry(route.into()).or_default().push(((method, status), timed.clone()));
            timed
        });
        timed.observe(seconds, Some(trace));
    }
}

/// Puts [`Telling`] around a service.
#[derive(Clone)]
pub(crate) struct TellingLayer(Arc<Requests>);

impl<S> Layer<S> for TellingLayer {
    type Service = Telling<S>;

    fn layer(&self, inner: S) -> Telling<S> {
        Telling { inner, requests: self.0.clone() }
    }
}

/// Tells of each request that goes through it.
#[derive(Clone)]
pub(crate) struct Telling<S> {
    inner: S,
    requests: Arc<Requests>,
}

impl<S> Service<Request> for Telling<S>
where
    S: Service<Request, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Told<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Told<S::Future> {
        let started = Instant::now();
        let headers = request.headers();
        let correlation = correlation(headers);
        let parent = headers.get(TRACEPARENT).and_then(|value| value.to_str().ok()?.parse().ok());
        let method = known(request.method());
        let route = request.extensions().get::<MatchedPath>().cloned();
        let span = self.requests.tracer.server(parent, correlation, || {
            describe(&request, method, route.as_ref().map(MatchedPath::as_str), correlation)
        });
        self.requests.in_flight.inc();
        let told =
            UnderWay { requests: self.requests.clone(), started, method, route, span, answered: false };
        // Made within the story, too: a service may do much before its future is asked.
        let inner = told.span.story().clone().sync(|| self.inner.call(request));
        Told { inner, told }
    }
}

/// A request under way; also one whose client goes away before its answer ends here.
struct UnderWay {
    requests: Arc<Requests>,
    started: Instant,
    method: &'static str,
    route: Option<MatchedPath>,
    span: Span,
    answered: bool,
}

impl UnderWay {
    fn answered(&mut self, response: &mut Response) {
        let status = response.status();
        let route = self.route.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
        let seconds = self.started.elapsed().as_secs_f64();
        self.requests.observe(route, self.method, status.as_u16(), seconds, self.span.trace());
        if self.span.is_recorded() {
            self.span.set("http.response.status_code", i64::from(status.as_u16()));
            if status.is_server_error() {
                self.span.fail(status.as_str().to_owned());
            }
        }
        let mut text = Uuid::encode_buffer();
        let text = self.span.story().correlation.hyphenated().encode_lower(&mut text);
        if let Ok(value) = HeaderValue::from_str(text) {
            response.headers_mut().insert(CORRELATION, value);
        }
        // Within the request's story, where the line finds its ids.
        tracing::debug!(
            method = self.method,
            route,
            status = status.as_u16(),
            seconds,
            "{} {route} was answered {}",
            self.method,
            status.as_u16()
        );
        self.answered = true;
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.requests.in_flight.dec();
        if !self.answered {
            self.span.fail("cancelled");
        }
    }
}

pin_project! {
    /// The answer to come.
    pub(crate) struct Told<F> {
        #[pin]
        inner: F,
        told: UnderWay,
    }
}

impl<F: Future<Output = Result<Response, E>>, E> Future for Told<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let story = this.told.span.story().clone();
        story.sync(|| {
            let mut answer = ready!(this.inner.poll(context));
            if let Ok(response) = &mut answer {
                this.told.answered(response);
            }
            Poll::Ready(answer)
        })
    }
}

/// The caller's correlation id, or a new one.
fn correlation(headers: &HeaderMap) -> Uuid {
    let given = headers.get(CORRELATION).and_then(|value| Uuid::try_parse(value.to_str().ok()?).ok());
    given.unwrap_or_else(fresh_correlation)
}

/// Name and attributes by OpenTelemetry's conventions. A query may hold what somebody is looking for, and stays out.
fn describe(
    request: &Request,
    method: &'static str,
    route: Option<&str>,
    correlation: Uuid,
) -> (String, Vec<KeyValue>) {
    // With room for what the answer adds.
    let mut attributes = Vec::with_capacity(9);
    attributes.extend([
        KeyValue::new("http.request.method", method),
        KeyValue::new("url.scheme", "http"),
        KeyValue::new("url.path", bounded(request.uri().path())),
        KeyValue::new("macadam.correlation.id", correlation.to_string()),
    ]);
    if let Some(host) = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()) {
        let (name, port) =
            host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).unwrap_or((host, ""));
        attributes.push(KeyValue::new("server.address", bounded(name)));
        if let Ok(port) = port.parse::<u16>() {
            attributes.push(KeyValue::new("server.port", i64::from(port)));
        }
    }
    let Some(route) = route else { return (method.to_owned(), attributes) };
    attributes.push(KeyValue::new("http.route", Value::from(route.to_owned())));
    (format!("{method} {route}"), attributes)
}

fn bounded(text: &str) -> String {
    text[..text.floor_char_boundary(TEXT_MAX)].to_owned()
}

/// A label must not grow with what clients invent.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => "_OTHER",
    }
}

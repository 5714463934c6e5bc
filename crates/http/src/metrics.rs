//! What is counted of requests and of the connections that they come by.

use std::sync::Arc;

use macadam_telemetry::{DurationVec, MetricFactory};
use prometheus::{IntCounterVec, IntGauge};

use crate::routes::RouteTable;

/// What is counted of requests.
#[derive(Clone)]
pub struct RequestMetrics {
    pub(crate) durations: Arc<DurationVec>,
    pub(crate) in_flight: IntGauge,
}

impl RequestMetrics {
    /// Registers them.
    pub fn new(factory: &mut MetricFactory) -> Result<Self, prometheus::Error> {
        Ok(Self {
            durations: factory.durations(
                "http_server_request_duration_seconds",
                "Duration of HTTP requests.",
                &["http_request_method", "http_route", "http_response_status_code"],
            )?,
            in_flight: factory.gauge("macadam_http_requests_in_flight", "HTTP requests not yet answered.")?,
        })
    }
}

/// The metrics of the API.
pub struct HttpMetrics {
    pub(crate) requests: RequestMetrics,
    pub(crate) ingress: IngressMetrics,
}

impl HttpMetrics {
    /// Registers them, and creates the series of each route's success at zero.
    pub fn new(factory: &mut MetricFactory, routes: &RouteTable) -> Result<Self, prometheus::Error> {
        let requests = RequestMetrics::new(factory)?;
        for route in routes.iter() {
            requests.durations.with(&[route.method, &route.path, route.success]);
        }
        Ok(Self { requests, ingress: IngressMetrics::new(factory)? })
    }

    /// Counts a fetch of the identity provider's keys.
    pub fn keys_fetched(&self, fetched: bool) {
        self.ingress.key_fetches.with_label_values(&[if fetched { "fetched" } else { "failed" }]).inc();
    }
}

/// What came of a bearer token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenOutcome {
    /// It was found good before.
    Remembered,
    /// Its signature was verified just now.
    Verified,
    Refused,
}

/// What is counted before a request is worked on: tokens, places, connections.
pub(crate) struct IngressMetrics {
    tokens: IntCounterVec,
    key_fetches: IntCounterVec,
    turned_away: IntCounterVec,
    connections: IntGauge,
    connections_cut: IntCounterVec,
}

/// An open connection.
pub(crate) struct OpenConnection(IntGauge);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl IngressMetrics {
    /// Registers them and creates every series at zero.
    fn new(factory: &MetricFactory) -> Result<Self, prometheus::Error> {
        let counter = |name: &str, help: &str, label: &str, values: &[&str]| {
            let counter = factory.counters(name, help, &[label])?;
            for value in values {
                counter.with_label_values(&[value]);
            }
            Ok::<_, prometheus::Error>(counter)
        };
        Ok(Self {
            tokens: counter(
                "macadam_tokens_total",
                "Bearer tokens: remembered from before, verified by their signature, or refused.",
                "outcome",
                &["remembered", "verified", "refused"],
            )?,
            key_fetches: counter(
                "macadam_identity_key_fetches_total",
                "Fetches of the identity provider's keys.",
                "outcome",
                &["fetched", "failed"],
            )?,
            turned_away: counter(
                "macadam_http_turned_away_total",
                "Requests that were refused: too many requests or polls at once, or an actor above its rate.",
                "reason",
                &["requests", "polls", "rate"],
            )?,
            connections: factory.gauge("macadam_http_connections", "Connections to the API.")?,
            connections_cut: counter(
                "macadam_http_connections_cut_total",
                "Connections ended because a client was too slow: with a head, its next request, or in reading.",
                "reason",
                &["head", "idle", "write"],
            )?,
        })
    }

    /// A token was judged.
    pub(crate) fn token(&self, outcome: TokenOutcome) {
        let outcome = match outcome {
            TokenOutcome::Remembered => "remembered",
            TokenOutcome::Verified => "verified",
            TokenOutcome::Refused => "refused",
        };
        self.tokens.with_label_values(&[outcome]).inc();
    }

    /// A request that is not worked on.
    pub(crate) fn turned_away(&self, reason: &str) {
        self.turned_away.with_label_values(&[reason]).inc();
    }

    /// A connection that is ended for its client's slowness.
    pub(crate) fn connection_cut(&self, reason: &str) {
        self.connections_cut.with_label_values(&[reason]).inc();
    }

    /// Counts a connection for as long as the answer is kept.
    pub(crate) fn connection(&self) -> OpenConnection {
        self.connections.inc();
        OpenConnection(self.connections.clone())
    }
}

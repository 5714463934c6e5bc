//! What is counted of requests and of the connections that they come by.

use std::sync::Arc;

use macadam_telemetry::{DurationVec, LimitGauge, MetricFactory};
use prometheus::{Gauge, IntCounterVec, IntGauge};

use crate::labels::{CLIENT_WENT_AWAY, OTHER_METHOD, UNMATCHED};
use crate::routes::RouteTable;
use crate::status::ErrorStatus;

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
    /// Registers them, and creates at zero the series of each route's success and of all that is bad for whoever waits:
    /// the first of it is then a rise and not a birth, which no rate would see.
    pub fn new(factory: &mut MetricFactory, routes: &RouteTable) -> Result<Self, prometheus::Error> {
        let requests = RequestMetrics::new(factory)?;
        let bad = [ErrorStatus::INTERNAL, ErrorStatus::UNAVAILABLE].map(|status| status.code().as_u16());
        let bad: Vec<_> =
            bad.into_iter().chain([CLIENT_WENT_AWAY]).map(|status| status.to_string()).collect();
        for route in routes.iter() {
            for status in bad.iter().map(String::as_str).chain([route.success]) {
                requests.durations.with(&[route.method, &route.path, status]);
            }
        }
        Ok(Self { requests, ingress: IngressMetrics::new(factory)? })
    }

    /// Counts a request that the HTTP library refused before any route saw it.
    pub(crate) fn refused_unread(&self, status: u16) {
        self.requests.durations.with(&[OTHER_METHOD, UNMATCHED, &status.to_string()]).observe(0.0, None);
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
    accept_failures: IntCounterVec,
    pub(crate) oldest_request: Gauge,
    pub(crate) request_limit: LimitGauge,
    pub(crate) poll_limit: LimitGauge,
    pub(crate) connection_limit: LimitGauge,
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
            accept_failures: counter(
                "macadam_http_accept_failures_total",
                "Connections to the API that could not be accepted: clients wait in the system's queue.",
                "reason",
                &["open_files", "other"],
            )?,
            oldest_request: factory.float_gauge(
                "macadam_http_oldest_request_seconds",
                "Age of the oldest request under way, from when its body had arrived; 0 where there is none. Long polls \
                 of the feed are left out.",
            )?,
            request_limit: factory.limit("requests"),
            poll_limit: factory.limit("polls"),
            connection_limit: factory.limit("connections"),
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

    /// A connection that could not be accepted.
    pub(crate) fn accept_failed(&self, reason: &str) {
        self.accept_failures.with_label_values(&[reason]).inc();
    }

    /// Connections at the moment.
    pub(crate) fn open_connections(&self) -> usize {
        usize::try_from(self.connections.get()).unwrap_or_default()
    }

    /// Counts a connection for as long as the answer is kept.
    pub(crate) fn connection(&self) -> OpenConnection {
        self.connections.inc();
        OpenConnection(self.connections.clone())
    }
}

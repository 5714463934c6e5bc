//! What is counted before anything is known of a request but who sends it: tokens, places, connections.

use prometheus::{IntCounterVec, IntGauge};

use super::metrics::Maker;
use crate::auth::Basis;

/// The metrics of the API's edge.
pub(crate) struct Edge {
    tokens: IntCounterVec,
    key_fetches: IntCounterVec,
    turned_away: IntCounterVec,
    connections: IntGauge,
    connections_cut: IntCounterVec,
}

/// An open connection.
pub(crate) struct Open(IntGauge);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Edge {
    /// Registers them and creates every series at zero.
    pub(super) fn new(make: &Maker) -> Result<Self, prometheus::Error> {
        let counter = |name: &str, help: &str, label: &str, values: &[&str]| {
            let counter = make.counter(name, help, &[label])?;
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
                "Requests not worked on: too many requests or polls at once, or an actor beyond its rate.",
                "reason",
                &["requests", "polls", "rate"],
            )?,
            connections: make.one_gauge("macadam_http_connections", "Connections to the API.")?,
            connections_cut: counter(
                "macadam_http_connections_cut_total",
                "Connections ended because a client was too slow: with a head, its next request, or in reading.",
                "reason",
                &["head", "idle", "write"],
            )?,
        })
    }

    /// A token, and what its bearer is believed by, if it is.
    pub(crate) fn token(&self, basis: Option<Basis>) {
        let outcome = match basis {
            Some(Basis::Memory) => "remembered",
            Some(Basis::Signature) => "verified",
            None => "refused",
        };
        self.tokens.with_label_values(&[outcome]).inc();
    }

    /// A fetch of the identity provider's keys.
    pub(crate) fn keys_fetched(&self, fetched: bool) {
        self.key_fetches.with_label_values(&[if fetched { "fetched" } else { "failed" }]).inc();
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
    pub(crate) fn connection(&self) -> Open {
        self.connections.inc();
        Open(self.connections.clone())
    }
}

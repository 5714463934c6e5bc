//! Asks a Prometheus by its HTTP API.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// Prometheus ends a query after two minutes unless it is configured otherwise.
const PATIENCE: Duration = Duration::from_secs(150);
/// Ten thousand points of a hundred series have some 30 MB.
const ANSWER_MAX: u64 = 256 * 1024 * 1024;

/// A Prometheus, or what has the same API.
pub struct Prometheus {
    agent: Agent,
    /// Without a slash at its end.
    base: String,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    /// Its labels, the name among them as `__name__`.
    pub labels: BTreeMap<String, String>,
    /// May be infinite, or no number.
    pub value: f64,
}

/// Values over time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Seconds since 1970 with the value then, in order.
    pub points: Vec<(i64, f64)>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The address is none.
    #[error("`{0}` is no address of a Prometheus")]
    Address(String),
    /// It does not answer.
    #[error("failed to reach Prometheus at {address}")]
    Unreachable {
        /// Where it should be.
        address: String,
        /// The cause.
        source: Box<ureq::Error>,
    },
    /// It answers with an error, or something else than a Prometheus does.
    #[error("failed to ask Prometheus at {address} for `{query}`: {answer}")]
    Refused {
        /// Where it is.
        address: String,
        /// What was asked.
        query: String,
        /// What it said.
        answer: String,
    },
}

impl QueryError {
    /// What mends it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Address(_) => "write it like http://127.0.0.1:9090",
            Self::Unreachable { .. } => "start it, or name another by --prometheus or MACADAM_PROMETHEUS",
            Self::Refused { .. } => "look at the address, and at Prometheus's log",
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    result: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    metric: BTreeMap<String, String>,
    #[serde(default)]
    value: Option<(f64, String)>,
    #[serde(default)]
    values: Vec<(f64, String)>,
}

impl Prometheus {
    /// The one at this address, which is not asked anything yet.
    pub fn at(address: &str) -> Result<Self, QueryError> {
        let base = address.trim_end_matches('/');
        let rest = base.strip_prefix("http://").or_else(|| base.strip_prefix("https://"));
        if rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Err(QueryError::Address(address.to_owned()));
        }
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .timeout_connect(Some(Duration::from_secs(10)))
            .tls_config(tls.unversioned_rustls_crypto_provider(ring).build())
            .build();
        Ok(Self { agent: agent.into(), base: base.to_owned() })
    }

    /// What an expression yields at one time.
    pub(crate) fn instant(&self, query: &str, at: Timestamp) -> Result<Vec<Sample>, QueryError> {
        let time = at.as_second().to_string();
        let rows = self.ask("query", query, &[("time", &time)])?;
        let sample = |row: Row| {
            let (_, value) = row.value?;
            Some(Sample { labels: row.metric, value: value.parse().ok()? })
        };
        Ok(rows.into_iter().filter_map(sample).collect())
    }

    /// What it yields from one second to another, every so many seconds; at most 11,000 points.
    pub(crate) fn range(
        &self,
        query: &str,
        from: i64,
        to: i64,
        step: i64,
    ) -> Result<Vec<Series>, QueryError> {
        let (from, to, step) = (from.to_string(), to.to_string(), step.to_string());
        let rows = self.ask("query_range", query, &[("start", &from), ("end", &to), ("step", &step)])?;
        let series = |row: Row| {
            #[expect(clippy::cast_possible_truncation, reason = "whole seconds were asked for")]
            let point = |(at, value): (f64, String)| Some((at as i64, value.parse().ok()?));
            Series { labels: row.metric, points: row.values.into_iter().filter_map(point).collect() }
        };
        Ok(rows.into_iter().map(series).collect())
    }

    fn ask(&self, path: &str, query: &str, more: &[(&str, &String)]) -> Result<Vec<Row>, QueryError> {
        let url = format!("{}/api/v1/{path}", self.base);
        let form = more.iter().map(|(name, value)| (*name, value.as_str()));
        let unreachable =
            |source| QueryError::Unreachable { address: self.base.clone(), source: Box::new(source) };
        let sent = self.agent.post(&url).send_form(form.chain([("query", query)]));
        let mut reply = sent.map_err(unreachable)?;
        let body = reply.body_mut().with_config().limit(ANSWER_MAX).read_to_string().map_err(unreachable)?;
        let refused = |answer: String| QueryError::Refused {
            address: self.base.clone(),
            query: query.to_owned(),
            answer,
        };
        let answer: Answer = serde_json::from_str(&body).map_err(|_| {
            refused(format!(
                "{} with something that no Prometheus answers; is the address right?",
                reply.status()
            ))
        })?;
        match answer {
            Answer { error: Some(error), .. } => Err(refused(error)),
            Answer { data: Some(data), .. } => Ok(data.result),
            Answer { .. } => Err(refused("neither data nor an error".to_owned())),
        }
    }
}

//! The SLIs of the machinery as OpenSLO documents, which an SLO refers to by `indicatorRef`: nobody writes PromQL for what
//! every context measures. And the owned file that a new context starts with.

use super::About;
use crate::names::ANNOTATION_GROUP_BY;
use crate::yaml::{Node, boolean, document, map, text, texts};

const API: &str = "openslo/v1";

/// An SLI of the machinery.
struct Indicator {
    /// What follows the context in its name.
    name: &'static str,
    title: &'static str,
    description: &'static str,
    /// `good` or `bad`.
    part: &'static str,
    /// The counter of that part; `{c}` stands for `context="…"`.
    counts: &'static str,
    total: &'static str,
    group_by: Option<&'static str>,
    /// What a new context promises, in percent.
    seed: &'static str,
    /// Said in the seed of the SLO.
    promise: &'static str,
}

const INDICATORS: &[Indicator] = &[
    Indicator {
        name: "availability",
        title: "HTTP availability",
        description: "Requests that were not answered with a server's error and whose client did not give up waiting (499). \
                      Paths that no route matches are left out: a flood of 404s would hide a fault.",
        part: "bad",
        counts: "http_server_request_duration_seconds_count{{c},http_route!=\"unmatched\",http_response_status_code=~\"5..|499\"}",
        total: "http_server_request_duration_seconds_count{{c},http_route!=\"unmatched\"}",
        group_by: None,
        seed: "99.9",
        promise: "Requests are answered. Bad: any 5xx, a refusal as overloaded (503) among them, and clients that gave up \
                  (499). Not bad: 4xx, a client over its rate (429) among them.",
    },
    Indicator {
        name: "latency",
        title: "HTTP latency",
        description: "Answers within half a second, of those that count as answered. Long polls of the feed are left out: \
                      they wait on purpose.",
        part: "good",
        counts: "http_server_request_duration_seconds_bucket{{c},http_route!~\"unmatched|/events\",http_response_status_code!~\"5..|499\",le=\"0.5\"}",
        total: "http_server_request_duration_seconds_count{{c},http_route!~\"unmatched|/events\",http_response_status_code!~\"5..|499\"}",
        group_by: None,
        seed: "99",
        promise: "Requests are answered within half a second.",
    },
    Indicator {
        name: "command-outcome",
        title: "Command outcome",
        description: "Commands that did not fail. A rejection is a decision of the domain and good.",
        part: "bad",
        counts: "macadam_commands_total{{c},outcome=\"failed\"}",
        total: "macadam_commands_total{{c}}",
        group_by: None,
        seed: "99.9",
        promise: "Commands are decided: accepted or rejected, not failed.",
    },
    Indicator {
        name: "freshness",
        title: "Freshness",
        description: "Seconds in which a read model or process was at most five seconds behind the log, by each of them.",
        part: "bad",
        counts: "macadam_subscription_ticks_total{{c},outcome=\"stale\"}",
        total: "macadam_subscription_ticks_total{{c}}",
        group_by: Some("subscription"),
        seed: "99.9",
        promise: "Read models and processes follow the log within five seconds. Each is measured by itself: one that is \
                  stuck is not hidden by the others.",
    },
];

impl Indicator {
    fn node(&self, about: &About) -> Node {
        let context = &about.context;
        let source = |query: &str| {
            let query = query.replace("{c}", &format!("context=\"{context}\""));
            map([(
                "metricSource",
                map([("type", text("Prometheus")), ("spec", texts([("query", query.as_str())]))]),
            )])
        };
        let metadata = map([
            ("name", text(format!("{context}-{}", self.name))),
            ("displayName", text(format!("{} of {context}", self.title))),
        ]);
        map([
            ("apiVersion", text(API)),
            ("kind", text("SLI")),
            ("metadata", metadata),
            (
                "spec",
                map([
                    ("description", text(self.description)),
                    (
                        "ratioMetric",
                        map([
                            ("counter", boolean(true)),
                            (self.part, source(self.counts)),
                            ("total", source(self.total)),
                        ]),
                    ),
                ]),
            ),
        ])
    }

    fn seed(&self, about: &About) -> Node {
        let context = &about.context;
        let mut metadata = vec![
            ("name", text(format!("{context}-{}", self.name))),
            ("displayName", text(format!("{} of {context}", self.title))),
        ];
        if let Some(labels) = self.group_by {
            metadata.push(("annotations", texts([(ANNOTATION_GROUP_BY, labels)])));
        }
        let window = map([("duration", text("30d")), ("isRolling", boolean(true))]);
        let objective =
            map([("targetPercent", Node::Value(saphyr::Scalar::parse_from_cow(self.seed.into())))]);
        map([
            ("apiVersion", text(API)),
            ("kind", text("SLO")),
            ("metadata", map(metadata)),
            (
                "spec",
                map([
                    ("description", text(self.promise)),
                    ("service", text(context.clone())),
                    ("indicatorRef", text(format!("{context}-{}", self.name))),
                    ("timeWindow", Node::Sequence(vec![window])),
                    ("budgetingMethod", text("Occurrences")),
                    ("objectives", Node::Sequence(vec![objective])),
                ]),
            ),
        ])
    }
}

/// `slo/generated/<context>.slis.yaml`, without its first lines.
pub(super) fn indicators(about: &About) -> String {
    documents(INDICATORS.iter().map(|indicator| indicator.node(about)))
}

/// `slo/<context>.yaml` of a new context.
pub fn seed(about: &About, summary: &str) -> String {
    let context = &about.context;
    let service = map([
        ("apiVersion", text(API)),
        ("kind", text("Service")),
        ("metadata", texts([("name", context.as_str())])),
        ("spec", texts([("description", summary)])),
    ]);
    format!(
        "# What {context} promises, in OpenSLO v1. The team {} owns this file: objectives, windows and annotations are yours.\n\
         # `cargo xtask slo generate` derives rules, alerts, tests and dashboards from it; `slo explain` says what a target means.\n\
         # What is measured (`indicatorRef`) stands in slo/generated/{context}.slis.yaml.\n{}",
        about.owner,
        documents(std::iter::once(service).chain(INDICATORS.iter().map(|indicator| indicator.seed(about))))
    )
}

fn documents(nodes: impl Iterator<Item = Node>) -> String {
    nodes.map(|node| format!("---\n{}", document(&node))).collect()
}

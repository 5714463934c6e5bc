//! Reads SLIs: what is measured, and in which data source.

use std::collections::BTreeSet;

use macadam_board::codes::Code;

use super::document::{Document, Metadata};
use super::index::Index;
use super::object::{Findings, Object, string, wrong_type};
use super::promql;
use super::yaml::{Node, Spot, Value};
use crate::model::{Query, Ratio};

/// The fields of an SLI's spec.
pub(super) const FIELDS: [&str; 3] = ["description", "thresholdMetric", "ratioMetric"];

const RATIO_FIELDS: [&str; 6] = ["counter", "good", "bad", "total", "rawType", "raw"];

/// A `DataSource`.
pub(super) struct Source {
    kind: String,
}

/// An SLI.
#[derive(Clone)]
pub(super) struct Indicator {
    pub(super) name: String,
    /// `None` where it is neither, which was reported.
    pub(super) shape: Option<Shape>,
    /// `None` where it is not generated, which was reported.
    pub(super) metric: Option<Metric>,
}

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Ratio,
    Threshold,
}

/// What is measured; a threshold's comparison stands in the objective.
#[derive(Clone)]
pub(super) enum Metric {
    Ratio { counter: bool, of: Ratio },
    Threshold(Query),
}

/// Reads queries, and knows in which data sources.
pub(super) struct Queries<'a> {
    sources: &'a Index<Source>,
    /// Names of the Prometheus data sources that queries refer to.
    used: BTreeSet<String>,
}

/// Reads a `DataSource`.
pub(super) fn source(document: &Document<'_>, findings: &mut Findings<'_>) -> Option<Source> {
    let fields = ["description", "type", "connectionDetails"];
    let spec = document.spec("the spec of a DataSource", &fields, findings)?;
    spec.description(findings);
    spec.require("connectionDetails", findings);
    spec.require("type", findings)?;
    spec.text("type", findings).map(|(kind, _)| Source { kind: kind.to_owned() })
}

/// Reads an SLI's spec.
pub(super) fn read(
    spec: &Object<'_>,
    metadata: &Metadata<'_>,
    queries: &mut Queries<'_>,
    findings: &mut Findings<'_>,
) -> Indicator {
    spec.description(findings);
    let threshold = metric_object(spec, "thresholdMetric", findings);
    let ratio = spec.child("ratioMetric", "a ratioMetric", &RATIO_FIELDS, findings);
    let (threshold_at, ratio_at) = (spec.key("thresholdMetric"), spec.key("ratioMetric"));
    let shape = match (threshold_at, ratio_at) {
        (Some(_), None) => Some(Shape::Threshold),
        (None, Some(_)) => Some(Shape::Ratio),
        (both, at) => {
            let message = match both {
                Some(_) => "the SLI has both `thresholdMetric` and `ratioMetric`",
                None => "the SLI has neither `thresholdMetric` nor `ratioMetric`",
            };
            findings.say(Code::MetricXor, at.unwrap_or(spec.at), message, "give exactly one of them");
            None
        }
    };
    let threshold =
        threshold.and_then(|object| queries.query(&object, false, findings)).map(Metric::Threshold);
    let ratio = ratio.and_then(|object| queries.ratio(&object, findings));
    Indicator { name: metadata.name(), shape, metric: shape.and(threshold.or(ratio)) }
}

fn metric_object<'n>(
    parent: &Object<'n>,
    field: &'static str,
    findings: &mut Findings<'_>,
) -> Option<Object<'n>> {
    let object = parent.child(field, "a metric", &["metricSource"], findings)?;
    object.require("metricSource", findings);
    Some(object)
}

impl<'a> Queries<'a> {
    pub(super) fn new(sources: &'a Index<Source>) -> Self {
        Self { sources, used: BTreeSet::new() }
    }

    fn ratio(&mut self, object: &Object<'_>, findings: &mut Findings<'_>) -> Option<Metric> {
        let counter = object.flag("counter", findings).unwrap_or(false);
        let of_counter = counter && object.get("raw").is_none();
        let mut query = |field| {
            let metric = metric_object(object, field, findings)?;
            self.query(&metric, of_counter, findings)
        };
        let (good, bad, total, raw) = (query("good"), query("bad"), query("total"), query("raw"));
        let success = object.word("rawType", &[("success", true), ("failure", false)], findings);
        if let Some((at, message, hint)) = wrong_parts(object) {
            findings.say(Code::RatioParts, at, message, hint);
            return None;
        }
        let of = match (good, bad, total, raw) {
            (Some(good), None, Some(total), None) => Ratio::Good { good, total },
            (None, Some(bad), Some(total), None) => Ratio::Bad { bad, total },
            (None, None, None, Some(query)) => Ratio::Raw { query, success: success? },
            _ => return None,
        };
        Some(Metric::Ratio { counter: of_counter, of })
    }

    /// The query of a metric; `None` with a finding where it is wrong or not generated.
    fn query(&mut self, metric: &Object<'_>, counter: bool, findings: &mut Findings<'_>) -> Option<Query> {
        let fields = ["metricSourceRef", "type", "spec"];
        let source = metric.child("metricSource", "a metricSource", &fields, findings)?;
        let spec = source.require("spec", findings);
        let (kind, at) = self.kind(&source, findings)?;
        if !kind.eq_ignore_ascii_case("Prometheus") {
            let message = format!("valid, but not generated yet: a query of `{kind}`");
            findings.say(Code::NotGenerated, at, message, "only queries of Prometheus are generated");
            return None;
        }
        self.remember(&source, findings);
        prometheus(spec?, source.key("spec")?, counter, findings)
    }

    /// The type of the data source: its own, or that of the `DataSource` that it refers to.
    fn kind<'n>(&self, source: &Object<'n>, findings: &mut Findings<'_>) -> Option<(String, &'n Spot)> {
        let own = source.text("type", findings);
        let reference = source.name("metricSourceRef", findings);
        if let Some((name, at)) = reference {
            let declared = &self.sources.resolve(name, at, findings)?.kind;
            if let Some((own, own_at)) = own
                && !own.eq_ignore_ascii_case(declared)
            {
                let message =
                    format!("the type is `{own}`, but the DataSource `{name}` is of type `{declared}`");
                findings.say(Code::SourceType, own_at, message, "remove `type`, or correct one of them");
                return None;
            }
            return Some((declared.clone(), at));
        }
        if own.is_none() && source.get("type").is_none() && source.get("metricSourceRef").is_none() {
            let message = "the metricSource has neither `type` nor `metricSourceRef`";
            findings.say(
                Code::SourceType,
                source.at,
                message,
                "add `type: Prometheus`, or refer to a DataSource",
            );
        }
        own.map(|(kind, at)| (kind.to_owned(), at))
    }

    /// Rules are loaded by one Prometheus, so that all its queries must be for the same.
    fn remember(&mut self, source: &Object<'_>, findings: &mut Findings<'_>) {
        let Some((name, at)) = source.text("metricSourceRef", findings) else { return };
        self.used.insert(name.to_owned());
        if let Some(other) = self.used.iter().find(|other| *other != name) {
            let message =
                format!("valid, but not generated yet: `{name}` is another Prometheus than `{other}`");
            findings.say(Code::NotGenerated, at, message, "generate the SLOs of each Prometheus apart");
        }
    }
}

/// What is wrong with the parts of a ratio: the place, the problem and a hint.
fn wrong_parts<'n>(object: &Object<'n>) -> Option<(&'n Spot, String, &'static str)> {
    let has = |field| object.get(field).is_some();
    let wrong = |field: &str, message: &str, hint| {
        Some((object.key(field).unwrap_or(object.at), message.to_owned(), hint))
    };
    if has("raw") {
        let other = ["total", "good", "bad"].into_iter().find(|field| has(field));
        if let Some(other) = other {
            return wrong(
                other,
                &format!("the ratio has both `raw` and `{other}`"),
                "give `raw` alone, or the parts",
            );
        }
        if !has("rawType") {
            return wrong(
                "raw",
                "`rawType` is missing beside `raw`",
                "add `rawType: success` or `rawType: failure`",
            );
        }
        return None;
    }
    if has("rawType") {
        return wrong(
            "rawType",
            "`rawType` stands without `raw`",
            "remove it: `good` and `bad` say which it is",
        );
    }
    match (has("good"), has("bad")) {
        (true, true) => return wrong("bad", "the ratio has both `good` and `bad`", "keep one of them"),
        (false, false) => {
            return wrong(
                "total",
                "the ratio has neither `good` nor `bad`",
                "add one of them, or give `raw`",
            );
        }
        _ => {}
    }
    if has("total") {
        None
    } else {
        wrong("good", "`total` is missing in the ratio", "add `total`: all events")
    }
}

/// The query in the spec of a Prometheus source.
fn prometheus(spec: &Node, at: &Spot, counter: bool, findings: &mut Findings<'_>) -> Option<Query> {
    let Value::Map(entries) = &spec.value else {
        wrong_type("`spec`", "a mapping with `query`", spec, findings);
        return None;
    };
    let mut query = None;
    for (key, value) in entries {
        match &key.value {
            Value::Scalar { text, .. } if text == "query" && query.is_some() => {
                findings.say(Code::DuplicateField, &key.at, "`query` appears twice", "remove one of them");
            }
            Value::Scalar { text, .. } if text == "query" => query = Some(value),
            Value::Scalar { text, .. } => {
                let message = format!("valid, but not generated yet: `{text}` of a Prometheus source");
                findings.say(Code::NotGenerated, &key.at, message, "give `query` alone");
            }
            _ => wrong_type("the name of a field", "a string", key, findings),
        }
    }
    let Some(query) = query.filter(|query| !query.is_null()) else {
        findings.say(
            Code::MissingField,
            at,
            "`query` is missing in the spec of a Prometheus source",
            "add `query`",
        );
        return None;
    };
    let text = string("query", query, findings)?;
    promql::check(text, counter, &query.at, findings)
}

//! What a context measures, as a contract: dashboards, alerts and budgets are built on these names.

use std::collections::{BTreeMap, BTreeSet};

use macadam_http::{METHODS, OTHER_STATUSES, UNMATCHED};
use prometheus::proto::{Metric, MetricFamily, MetricType};
use serde_json::{Value, json};

/// The version of the form.
const FORMAT: u32 = 2;
/// Units that a name may end in, before `_total`.
const UNITS: &[&str] = &["seconds", "bytes", "events"];
/// The metric whose series are not all there from the start: most are made when they are first counted.
const REQUESTS: &str = "http_server_request_duration_seconds";
const METHOD: &str = "http_request_method";
const ROUTE: &str = "http_route";
const STATUS: &str = "http_response_status_code";
/// The metric whose labels differ from build to build and from run to run, which is no contract.
const INFO: &str = "macadam_context_info";
/// So many series a context may come to.
const BUDGET: usize = 20_000;

type Labels<'a> = BTreeMap<&'a str, BTreeSet<String>>;

/// Each metric with its labels and their values, the bounds of its buckets, and how many series it can come to. The
/// operations say which statuses there may be.
pub(super) fn contract(context: &str, families: &[MetricFamily], openapi: &Value) -> Value {
    let statuses = statuses(openapi);
    let mut total = 0;
    let metrics: Vec<Value> = families
        .iter()
        .map(|family| {
            let (entry, series) = entry(family, &statuses);
            total += series;
            entry
        })
        .collect();
    json!({
        "format": FORMAT, "context": context, "metrics": metrics,
        "series": { "at_most": total, "budget": BUDGET },
    })
}

fn entry(family: &MetricFamily, statuses: &BTreeSet<String>) -> (Value, usize) {
    let mut labels = Labels::new();
    for metric in family.get_metric() {
        for label in metric.get_label() {
            labels.entry(label.name()).or_default().insert(label.value().to_owned());
        }
    }
    let instances = match family.name() {
        REQUESTS => requests(family, &mut labels, statuses),
        INFO => {
            labels
                .iter_mut()
                .filter(|(label, _)| **label != "context")
                .for_each(|(_, values)| values.clear());
            1
        }
        _ => family.get_metric().len(),
    };
    let buckets = bounds(family);
    // Of a histogram its buckets, the last of them without a bound, and its sum and count.
    let series = instances * buckets.as_ref().map_or(1, |bounds| bounds.len() + 3);
    let kind = format!("{:?}", family.get_field_type()).to_lowercase();
    let base = family.name().trim_end_matches("_total");
    let unit = UNITS.iter().find(|unit| base.ends_with(&format!("_{unit}")));
    let mut entry = json!({
        "name": family.name(), "type": kind, "help": family.help(), "unit": unit.unwrap_or(&"1"),
        "labels": labels, "series_at_most": series,
    });
    if let Some(buckets) = buckets {
        entry["buckets"] = json!(buckets);
    }
    (entry, series)
}

/// Adds what requests are counted under once they come, and says how many combinations there may be: each route by its
/// method, and whatever method where no route is met.
fn requests(family: &MetricFamily, labels: &mut Labels<'_>, statuses: &BTreeSet<String>) -> usize {
    let value = |metric: &Metric, name: &str| {
        metric.get_label().iter().find(|label| label.name() == name).map(|label| label.value().to_owned())
    };
    let served: BTreeSet<_> =
        family.get_metric().iter().map(|metric| (value(metric, METHOD), value(metric, ROUTE))).collect();
    let mut add =
        |label, values: &mut dyn Iterator<Item = String>| labels.entry(label).or_default().extend(values);
    add(METHOD, &mut METHODS.iter().map(ToString::to_string));
    add(ROUTE, &mut std::iter::once(UNMATCHED.to_owned()));
    add(STATUS, &mut statuses.iter().cloned());
    (served.len() + METHODS.len()) * statuses.len()
}

/// The upper bounds of a histogram's buckets, but for the last, which has none.
fn bounds(family: &MetricFamily) -> Option<Vec<f64>> {
    let metric = family.get_metric().first().filter(|_| family.get_field_type() == MetricType::HISTOGRAM)?;
    let bounds = metric.get_histogram().get_bucket().iter().map(prometheus::proto::Bucket::upper_bound);
    Some(bounds.filter(|bound| bound.is_finite()).collect())
}

/// Every status that any operation answers, or that requests are counted under although nobody is answered it.
fn statuses(openapi: &Value) -> BTreeSet<String> {
    let paths = openapi["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(_, path)| path.as_object().into_iter().flatten());
    let answers =
        operations.flat_map(|(_, operation)| operation["responses"].as_object().into_iter().flatten());
    let others = OTHER_STATUSES.iter().map(ToString::to_string);
    answers.map(|(status, _)| status.clone()).chain(others).collect()
}

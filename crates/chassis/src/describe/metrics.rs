//! What a context measures, as a contract: dashboards, alerts and budgets are built on these names.

use std::collections::{BTreeMap, BTreeSet};

use macadam_http::CLIENT_WENT_AWAY;
use prometheus::proto::{MetricFamily, MetricType};
use serde_json::{Value, json};

/// The version of the form.
const FORMAT: u32 = 1;
/// Units that a name may end in, before `_total`.
const UNITS: &[&str] = &["seconds", "bytes", "events"];
/// The one label whose values are not all there from the start: a status is a series when it is first answered.
const STATUS: &str = "http_response_status_code";
/// So many series a context may come to.
const BUDGET: usize = 20_000;

/// Each metric with its labels and their values, and how many series it can come to. The operations say which statuses
/// there may be.
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
    let mut labels: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for metric in family.get_metric() {
        for label in metric.get_label() {
            labels.entry(label.name()).or_default().insert(label.value().to_owned());
        }
    }
    let mut instances = family.get_metric().len();
    if let Some(values) = labels.get_mut(STATUS) {
        values.extend(statuses.iter().cloned());
        instances *= values.len();
    }
    let lines = family.get_metric().first().map_or(1, |metric| match family.get_field_type() {
        // Its buckets, the last of them without a bound, and its sum and count.
        MetricType::HISTOGRAM => metric.get_histogram().get_bucket().len() + 3,
        _ => 1,
    });
    let series = instances * lines;
    // What differs from build to build is no contract.
    if family.name() == "macadam_context_info" {
        labels.insert("version", BTreeSet::new());
    }
    let kind = format!("{:?}", family.get_field_type()).to_lowercase();
    let base = family.name().trim_end_matches("_total");
    let unit = UNITS.iter().find(|unit| base.ends_with(&format!("_{unit}")));
    let entry = json!({
        "name": family.name(), "type": kind, "help": family.help(), "unit": unit.unwrap_or(&"1"),
        "labels": labels, "series_at_most": series,
    });
    (entry, series)
}

/// Every status that any operation answers.
fn statuses(openapi: &Value) -> BTreeSet<String> {
    let paths = openapi["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(_, path)| path.as_object().into_iter().flatten());
    let answers =
        operations.flat_map(|(_, operation)| operation["responses"].as_object().into_iter().flatten());
    // Nobody is answered this, but requests are counted under it.
    let unanswered = std::iter::once(CLIENT_WENT_AWAY.to_string());
    answers.map(|(status, _)| status.clone()).chain(unanswered).collect()
}

//! The exposition in OpenMetrics 1.0: the form of Prometheus' text that can carry exemplars.

use std::sync::Arc;

use prometheus::proto::{Histogram, LabelPair, Metric, MetricFamily, MetricType};

use crate::duration::{DurationVec, Exemplar};

/// The media type of OpenMetrics 1.0.
pub const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Whether an `Accept` prefers this form to Prometheus' older text.
pub fn prefers_openmetrics(accept: &str) -> bool {
    let quality = |range: &str| {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality =
            parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |text| text.parse().ok());
        (media, quality.unwrap_or(0.0))
    };
    let best = |wanted: &[&str]| {
        let ranges = accept.split(',').map(quality).filter(|(media, _)| wanted.contains(&media.as_str()));
        ranges.map(|(_, quality)| quality).fold(0.0_f32, f32::max)
    };
    let open = best(&["application/openmetrics-text"]);
    open > 0.0 && open >= best(&["text/plain", "text/*"])
}

/// All families, each with what its buckets remember; `timed` knows those that remember something.
pub(crate) fn encode(families: &[MetricFamily], timed: &[(&str, Arc<DurationVec>)]) -> String {
    let mut text = String::new();
    for family in families {
        let timed = timed.iter().find(|(name, _)| *name == family.name()).map(|(_, timed)| &**timed);
        push_family(&mut text, family, timed);
    }
    text.push_str("# EOF\n");
    text
}

fn push_family(text: &mut String, family: &MetricFamily, timed: Option<&DurationVec>) {
    let (name, kind) = match family.get_field_type() {
        // A counter's samples end in `_total`, its family does not.
        MetricType::COUNTER => (family.name().strip_suffix("_total").unwrap_or(family.name()), "counter"),
        MetricType::GAUGE => (family.name(), "gauge"),
        MetricType::HISTOGRAM => (family.name(), "histogram"),
        MetricType::SUMMARY => (family.name(), "summary"),
        MetricType::UNTYPED => (family.name(), "unknown"),
    };
    text.push_str(&format!("# HELP {name} {}\n# TYPE {name} {kind}\n", escaped(family.help())));
    for metric in family.get_metric() {
        let labels = labels(metric.get_label());
        match family.get_field_type() {
            MetricType::COUNTER => {
                sample(text, &format!("{name}_total"), &labels, metric.get_counter().get_value());
            }
            MetricType::GAUGE => sample(text, name, &labels, metric.get_gauge().get_value()),
            MetricType::HISTOGRAM => {
                push_histogram(text, name, &labels, metric.get_histogram(), &exemplars(metric, timed));
            }
            // The chassis has none, and its library makes none by itself.
            MetricType::SUMMARY | MetricType::UNTYPED => {}
        }
    }
}

fn push_histogram(
    text: &mut String,
    name: &str,
    labels: &str,
    histogram: &Histogram,
    exemplars: &[Option<Exemplar>],
) {
    let bounded = histogram.get_bucket().iter().filter(|bucket| bucket.upper_bound().is_finite());
    let mut buckets: Vec<_> =
        bounded.map(|bucket| (format!("{:?}", bucket.upper_bound()), bucket.cumulative_count())).collect();
    buckets.push(("+Inf".to_owned(), histogram.get_sample_count()));
    let before = if labels.is_empty() { String::new() } else { format!("{labels},") };
    for (place, (bound, count)) in buckets.iter().enumerate() {
        text.push_str(&format!("{name}_bucket{{{before}le=\"{bound}\"}} {count}"));
        if let Some(Exemplar { trace, seconds, at }) = exemplars.get(place).copied().flatten() {
            let millis = at.as_millisecond();
            text.push_str(&format!(
                " # {{trace_id=\"{}\",span_id=\"{}\"}} {seconds} {}.{:03}",
                trace.id,
                trace.span,
                millis.div_euclid(1_000),
                millis.rem_euclid(1_000)
            ));
        }
        text.push('\n');
    }
    sample(text, &format!("{name}_sum"), labels, histogram.get_sample_sum());
    let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
    text.push_str(&format!("{name}_count{labels} {}\n", histogram.get_sample_count()));
}

fn exemplars(metric: &Metric, timed: Option<&DurationVec>) -> Vec<Option<Exemplar>> {
    let value =
        |name: &str| metric.get_label().iter().find(|label| label.name() == name).map(LabelPair::value);
    timed.and_then(|timed| timed.find(value)).map(|timed| timed.exemplars()).unwrap_or_default()
}

fn labels(pairs: &[LabelPair]) -> String {
    let pairs: Vec<_> =
        pairs.iter().map(|pair| format!("{}=\"{}\"", pair.name(), escaped(pair.value()))).collect();
    pairs.join(",")
}

fn sample(text: &mut String, name: &str, labels: &str, value: f64) {
    let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
    text.push_str(&format!("{name}{labels} {value}\n"));
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_negotiated() {
        let prometheus = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
                          text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        assert!(prefers_openmetrics(prometheus));
        assert!(prefers_openmetrics("application/openmetrics-text"));
        for other in
            ["", "*/*", "text/plain", "application/openmetrics-text;q=0", "text/plain, application/json"]
        {
            assert!(!prefers_openmetrics(other), "{other}");
        }
        assert!(!prefers_openmetrics("application/openmetrics-text;q=0.5, text/plain"));
    }
}

//! Whether samples are kept for long enough, and whether there are enough of them.

use macadam_board::codes::Code;
use macadam_board::diagnostic::Diagnostic;
use promql_parser::util::parse_duration;
use rust_decimal::Decimal;
use saphyr::{LoadableYamlNode, Yaml};

use super::Finding;
use crate::generate::{duration, nominal, tiers};
use crate::model::{Alerting, Slo};

/// A period that is longer than the `retention_seconds` for which Prometheus keeps samples.
pub fn retention(slo: &Slo, retention_seconds: u64) -> Option<Diagnostic> {
    let period = nominal(&slo.window);
    if period <= retention_seconds {
        return None;
    }
    let seen = Decimal::from(retention_seconds * 100) / Decimal::from(period);
    let finding = Finding::new(
        Code::PeriodBeyondRetention,
        format!(
            "the period is {}, and Prometheus keeps samples for {}: {} ÷ {} = {}% of the period can be seen",
            duration(period),
            duration(retention_seconds),
            duration(retention_seconds),
            duration(period),
            seen.round_dp(1).normalize()
        ),
        format!(
            "keep samples for at least {} (`--storage.tsdb.retention.time`)",
            duration(period + period / 10)
        ),
    );
    Some(finding.at(&slo.place.file, slo.place.line, slo.place.column, &slo.name))
}

/// Tiers in whose long window so few events happen, at this many in an hour, that `min-bad` failures are already a share
/// above the threshold.
pub fn few_events(slo: &Slo, events_per_hour: Decimal) -> Vec<Diagnostic> {
    if slo.alerting != Alerting::Multiwindow || slo.min_bad == 0 {
        return Vec::new();
    }
    let period = nominal(&slo.window);
    let mut findings = Vec::new();
    for objective in &slo.objectives {
        for tier in tiers(period, objective.target).kept {
            let events = events_per_hour * Decimal::from(tier.long) / Decimal::from(3_600);
            let threshold = tier.threshold(objective.target);
            let allowed = events * threshold;
            let least = Decimal::from(slo.min_bad);
            if allowed >= least {
                continue;
            }
            let window = duration(tier.long);
            let finding = Finding::new(
                Code::FewEvents,
                format!(
                    "{} sees {} events in {window}, of which {threshold} × {} = {} may be bad; it waits for {least}, so that the \
                     count decides and not the share",
                    tier.name,
                    events.round_dp(1).normalize(),
                    events.round_dp(1).normalize(),
                    allowed.round_dp(2).normalize(),
                ),
                format!(
                    "from {} events in {window} on, the share decides; below, say with `macadam.dev/min-bad` how many failures are too many",
                    (least / threshold).ceil().normalize()
                ),
            );
            findings.push(finding.at(&slo.place.file, slo.place.line, slo.place.column, &slo.name));
        }
    }
    findings
}

/// For how many seconds samples are kept, as the shortest `connectionDetails.retention` of the Prometheus data sources in
/// these files says; nothing where none says so.
pub fn kept(files: &[(String, String)]) -> Option<u64> {
    let documents = files.iter().flat_map(|(_, text)| Yaml::load_from_str(text).unwrap_or_default());
    let kept = documents.filter_map(|document| {
        let spec = document.as_mapping_get("spec")?;
        let is = |node: Option<&Yaml<'_>>, value: &str| node.and_then(Yaml::as_str) == Some(value);
        if !is(document.as_mapping_get("kind"), "DataSource")
            || !is(spec.as_mapping_get("type"), "Prometheus")
        {
            return None;
        }
        let retention = spec.as_mapping_get("connectionDetails")?.as_mapping_get("retention")?.as_str()?;
        parse_duration(retention).ok().map(|duration| duration.as_secs())
    });
    kept.min()
}

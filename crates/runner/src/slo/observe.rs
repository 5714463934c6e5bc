//! Reads from a Prometheus what the generated rules have recorded of SLOs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use macadam_slo::budget::{Elapsed, Firing, Observed, Standing, Traffic, standing, worst_first};
use macadam_slo::generate::About;
use macadam_slo::model::Slo;
use macadam_slo::names::{
    BAD, CONTEXT_LABEL, ERROR_RATIO, OBJECTIVE_LABEL, SEVERITY_LABEL, SLO_LABEL, TIER_LABEL, TOTAL,
    WINDOWS_LABEL,
};

use super::query::{Prometheus, QueryError, Sample};
use crate::RunError;

/// The rates that are summed up are recorded every so many seconds.
const INTERVAL: f64 = 60.0;

/// How SLOs stood at a time, the least budget first.
pub fn standings(
    prometheus: &Prometheus,
    slos: &[(About, Slo)],
    now: Timestamp,
) -> Result<Vec<Standing>, RunError> {
    let stands = |(about, slo): &(About, Slo)| {
        let elapsed = elapsed(slo, now)?;
        Ok(standing(about, slo, &elapsed, &observed(prometheus, slo, &elapsed)?))
    };
    let mut standings = slos.iter().map(stands).collect::<Result<Vec<_>, RunError>>()?;
    worst_first(&mut standings);
    Ok(standings)
}

/// What was recorded of one SLO in the period.
fn observed(prometheus: &Prometheus, slo: &Slo, elapsed: &Elapsed) -> Result<Vec<Observed>, QueryError> {
    let own = format!("{{{CONTEXT_LABEL}=\"{}\",{SLO_LABEL}=\"{}\"}}", slo.service, slo.name);
    let (now, window) = (elapsed.now, elapsed.seconds());
    let over = |function: &str, series: &str| format!("{function}({series}{own}[{window}s])");
    let mut found: BTreeMap<Key, Observed> = BTreeMap::new();
    let key = |sample: &Sample| {
        let group = slo.group_by.iter().filter_map(|label| sample.labels.get_key_value(label));
        let objective = sample.labels.get(OBJECTIVE_LABEL).cloned();
        Key { objective, group: group.map(|(name, value)| (name.clone(), value.clone())).collect() }
    };
    for sample in prometheus.instant(&over("sum_over_time", TOTAL), now)? {
        let Key { objective, group } = key(&sample);
        let one = Observed { objective, group, total: sample.value * INTERVAL, ..Observed::default() };
        found.insert(key(&sample), one);
    }
    let mut each = |query: &str, set: fn(&mut Observed, &Sample)| {
        for sample in prometheus.instant(query, now)? {
            if let Some(one) = found.get_mut(&key(&sample)) {
                set(one, &sample);
            }
        }
        Ok(())
    };
    each(&over("sum_over_time", BAD), |one, sample| one.bad = sample.value * INTERVAL)?;
    each(&over("count_over_time", TOTAL), |one, sample| one.samples = sample.value)?;
    let ratios = format!("{{__name__=~\"{ERROR_RATIO}:.+\",{}", &own[1..]);
    each(&ratios, |one, sample| {
        let name = sample.labels.get("__name__").map_or("", String::as_str);
        let window = name.rsplit(':').next().unwrap_or_default();
        one.ratios.insert(window.to_owned(), sample.value);
    })?;
    let alerts = format!("ALERTS{{alertstate=\"firing\",{}", &own[1..]);
    each(&alerts, |one, sample| one.firing.push(firing(sample)))?;
    Ok(found.into_values().collect())
}

/// How much happens a day, for each objective of an SLO of which something was recorded in its period. Where it is
/// measured by labels, this is the group with the fewest events.
pub fn traffic(
    prometheus: &Prometheus,
    slo: &Slo,
    now: Timestamp,
) -> Result<BTreeMap<Option<String>, Traffic>, RunError> {
    let elapsed = elapsed(slo, now)?;
    let mut least: BTreeMap<Option<String>, Traffic> = BTreeMap::new();
    for one in observed(prometheus, slo, &elapsed)? {
        let events_per_day = one.total / (one.samples * INTERVAL) * 86_400.0;
        let labels: Vec<String> = one.group.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let quietest = Some(labels.join(", ")).filter(|labels| !labels.is_empty());
        let known = least.get(&one.objective).map_or(f64::INFINITY, |traffic| traffic.events_per_day);
        if events_per_day < known {
            least.insert(one.objective, Traffic { events_per_day, quietest });
        }
    }
    Ok(least)
}

fn elapsed(slo: &Slo, now: Timestamp) -> Result<Elapsed, RunError> {
    Elapsed::at(&slo.window, now)
        .map_err(|answer| RunError::Unexpected { what: format!("a period of `{}`", slo.name), answer })
}

/// Alerts of a context that are of no SLO: on the machinery beneath.
pub fn machinery(prometheus: &Prometheus, context: &str, now: Timestamp) -> Result<Vec<Firing>, QueryError> {
    let query = format!("ALERTS{{alertstate=\"firing\",{CONTEXT_LABEL}=\"{context}\",{SLO_LABEL}=\"\"}}");
    Ok(prometheus.instant(&query, now)?.iter().map(firing).collect())
}

/// One objective of an SLO in one group.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    objective: Option<String>,
    group: BTreeMap<String, String>,
}

fn firing(sample: &Sample) -> Firing {
    let label = |name: &str| sample.labels.get(name).cloned().unwrap_or_default();
    Firing {
        alert: label("alertname"),
        severity: label(SEVERITY_LABEL),
        tier: label(TIER_LABEL),
        windows: label(WINDOWS_LABEL),
    }
}

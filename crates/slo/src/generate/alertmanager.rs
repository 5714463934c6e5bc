//! The configuration of Alertmanager: who gets what, what is left out while something worse fires, and when tickets wait.

use std::collections::{BTreeMap, BTreeSet};

use macadam_board::Hours;
use saphyr::{LoadableYamlNode, Yaml};

use super::About;
use super::rule::RuleFile;
use crate::names::{CONTEXT_LABEL, OBJECTIVE_LABEL, OWNER_LABEL, SEVERITY_LABEL, SLO_LABEL, TIER_LABEL};
use crate::yaml::{Node, document, list, map, text, texts};

/// From the fastest to the slowest.
const TIERS: [&str; 4] = ["page-fast", "page-slow", "ticket-fast", "ticket-slow"];

/// Why `slo/receivers.yaml` cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReceiversError {
    /// It is no YAML.
    #[error("slo/receivers.yaml: {0}")]
    Yaml(String),
    /// It has another form.
    #[error("slo/receivers.yaml: it has to be one list of Alertmanager's receivers, each with a `name`")]
    Form,
    /// A receiver that alerts are sent to is missing.
    #[error(
        "slo/receivers.yaml: there is no receiver `{0}`, to which alerts of this owner are sent; add `- name: {0}`"
    )]
    Missing(String),
}

/// `slo/generated/alertmanager.yaml`, without its first lines. `receivers` is `slo/receivers.yaml`, which is owned: it has
/// addresses, and the names of files with secrets.
pub(super) fn alertmanager(files: &[(About, RuleFile)], receivers: &str) -> Result<String, ReceiversError> {
    let owners: BTreeSet<&str> = files.iter().map(|(about, _)| about.owner.as_str()).collect();
    check(receivers, &owners)?;
    let hours = hours(files);
    let routes = owners.iter().flat_map(|owner| {
        ["page", "ticket"].map(|severity| {
            let labels = [(OWNER_LABEL, *owner), (SEVERITY_LABEL, severity)];
            let mut route = sent(&format!("{owner}-{severity}"), &labels, severity);
            // Pages have no hours.
            if severity == "ticket" && hours.contains_key(owner) {
                route.push(("active_time_intervals", list([text(interval(owner))])));
            }
            map(route)
        })
    });
    // An alert that names no owner, such as one written by hand, goes to the first one rather than nowhere.
    let first = owners.first().copied().unwrap_or_default();
    let routes = routes.chain([map(sent(&format!("{first}-page"), &[(SEVERITY_LABEL, "page")], "page"))]);
    let route = map([
        ("receiver", text(format!("{first}-ticket"))),
        ("group_by", list([CONTEXT_LABEL, SLO_LABEL, "alertname", SEVERITY_LABEL].map(text))),
        ("routes", list(routes)),
    ]);
    let mut inhibitions: Vec<Node> = (0..TIERS.len() - 1)
        .map(|fast| {
            let slower = TIERS[fast + 1..].join("|");
            map([
                ("source_matchers", list([text(format!("{TIER_LABEL}=\"{}\"", TIERS[fast]))])),
                ("target_matchers", list([text(format!("{TIER_LABEL}=~\"{slower}\""))])),
                ("equal", list(equal(files).into_iter().map(text))),
            ])
        })
        .collect();
    // Where nothing answers, all else follows from it.
    inhibitions.extend(files.iter().map(|(about, _)| {
        let down = super::machinery::down(&about.context);
        map([
            ("source_matchers", matchers(&[("alertname", &down)])),
            (
                "target_matchers",
                list([
                    text(format!("{CONTEXT_LABEL}=\"{}\"", about.context)),
                    text(format!("alertname!=\"{down}\"")),
                ]),
            ),
            ("equal", list([text(CONTEXT_LABEL)])),
        ])
    }));
    let mut parts = vec![("global", map([("resolve_timeout", text("5m"))])), ("route", route)];
    if !hours.is_empty() {
        parts.push(("time_intervals", list(hours.iter().map(|(owner, hours)| times(owner, hours)))));
    }
    parts.push(("inhibit_rules", list(inhibitions)));
    let written = document(&map(parts));
    // As it stands, with its comments.
    Ok(format!("{written}receivers:\n{receivers}"))
}

/// Sends alerts with these labels to a receiver: pages within seconds, tickets gathered.
fn sent(receiver: &str, labels: &[(&str, &str)], severity: &str) -> Vec<(&'static str, Node)> {
    let wait = if severity == "page" { ("10s", "1m", "1h") } else { ("5m", "15m", "1d") };
    vec![
        ("receiver", text(receiver)),
        ("matchers", matchers(labels)),
        ("group_wait", text(wait.0)),
        ("group_interval", text(wait.1)),
        ("repeat_interval", text(wait.2)),
    ]
}

/// When each owner works: any of the hours that its boards say. A board without hours says at all times.
fn hours(files: &[(About, RuleFile)]) -> BTreeMap<&str, BTreeSet<&Hours>> {
    let mut all: BTreeMap<&str, BTreeSet<&Hours>> = BTreeMap::new();
    for (about, _) in files {
        all.entry(&about.owner).or_default().extend(&about.hours);
    }
    let always = files.iter().filter(|(about, _)| about.hours.is_none());
    for (about, _) in always {
        all.remove(about.owner.as_str());
    }
    all
}

fn interval(owner: &str) -> String {
    format!("{owner}-hours")
}

fn times(owner: &str, hours: &BTreeSet<&Hours>) -> Node {
    let intervals = hours.iter().map(|hours| {
        let time = [("start_time", hours.start.as_str()), ("end_time", hours.end.as_str())];
        map([
            ("weekdays", list([text(format!("{}:{}", hours.first_day, hours.last_day))])),
            ("times", list([texts(time)])),
            ("location", text(hours.zone.clone())),
        ])
    });
    map([("name", text(interval(owner))), ("time_intervals", list(intervals))])
}

/// The labels that tell what burns: of the context, the SLO, and the groups that any SLO is measured by.
fn equal(files: &[(About, RuleFile)]) -> Vec<String> {
    let known = [CONTEXT_LABEL, SLO_LABEL, OBJECTIVE_LABEL];
    let groups: BTreeSet<String> = files.iter().flat_map(|(_, file)| file.group_labels.clone()).collect();
    known.into_iter().map(str::to_owned).chain(groups).collect()
}

fn matchers(pairs: &[(&str, &str)]) -> Node {
    list(pairs.iter().map(|(label, value)| text(format!("{label}=\"{value}\""))))
}

fn check(receivers: &str, owners: &BTreeSet<&str>) -> Result<(), ReceiversError> {
    let names = names(receivers)?;
    match wanted(owners).find(|wanted| !names.contains(wanted)) {
        Some(missing) => Err(ReceiversError::Missing(missing)),
        None => Ok(()),
    }
}

/// The names of the receivers, however they are written.
fn names(receivers: &str) -> Result<BTreeSet<String>, ReceiversError> {
    let documents =
        Yaml::load_from_str(receivers).map_err(|error| ReceiversError::Yaml(error.to_string()))?;
    let [Yaml::Sequence(items)] = documents.as_slice() else { return Err(ReceiversError::Form) };
    let name = |item: &Yaml<'_>| item.as_mapping_get("name")?.as_str().map(str::to_owned);
    items.iter().map(name).collect::<Option<_>>().ok_or(ReceiversError::Form)
}

/// The receivers that have a name and nothing else: what is sent to them reaches nobody.
pub fn receivers_without_address(receivers: &str) -> Vec<String> {
    let documents = Yaml::load_from_str(receivers).unwrap_or_default();
    let items = documents.iter().filter_map(|document| document.as_sequence()).flatten();
    let empty = items.filter(|item| item.as_mapping().is_some_and(|entries| entries.len() == 1));
    empty.filter_map(|item| item.as_mapping_get("name")?.as_str().map(str::to_owned)).collect()
}

/// The receivers that these owners need.
fn wanted<'a>(owners: &'a BTreeSet<&str>) -> impl Iterator<Item = String> + 'a {
    owners.iter().flat_map(|owner| ["page", "ticket"].map(|severity| format!("{owner}-{severity}")))
}

/// The receivers that these owners need, each without an address yet.
pub fn receivers_seed(owners: &BTreeSet<&str>) -> String {
    let mut written = "# Where alerts go: receivers of Alertmanager, two for each owner of a context. This file is owned: give each its\n\
                       # integration (`webhook_configs`, `pagerduty_configs`, `slack_configs`, …). A receiver without one reaches nobody.\n\
                       # Keep secrets in files that Alertmanager reads (`routing_key_file`, `api_url_file`), never in here.\n"
        .to_owned();
    written.extend(wanted(owners).map(|name| entry(&name)));
    written
}

/// Entries for those of these owners' receivers that are not there.
pub fn receivers_missing(receivers: &str, owners: &BTreeSet<&str>) -> Result<String, ReceiversError> {
    let there = names(receivers)?;
    Ok(wanted(owners).filter(|name| !there.contains(name)).map(|name| entry(&name)).collect())
}

fn entry(name: &str) -> String {
    format!("- name: {name}\n")
}

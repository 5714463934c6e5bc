//! An entry in the runbook for each alert. It is written once; from then on it is the team's.

use std::collections::{BTreeMap, BTreeSet};

use super::About;
use super::machinery::MACHINERY;
use super::rule::{Rule, RuleFile};
use crate::model::{Catalog, Slo};
use crate::names::SLO_LABEL;

/// The runbook with an entry for each alert that has none; nothing where each has one.
pub(super) fn with_entries(
    theirs: &str,
    about: &About,
    file: &RuleFile,
    catalog: &Catalog,
) -> Option<String> {
    let there: BTreeSet<&str> = theirs
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .map(|line| line.trim_start_matches('#').trim())
        .collect();
    let slos: BTreeMap<&str, &Slo> = catalog.slos.iter().map(|slo| (slo.name.as_str(), slo)).collect();
    let alerts = file.rules().filter(|rule| rule.alert().is_some());
    let mut written = BTreeSet::new();
    let missing: Vec<&Rule> =
        alerts.filter(|rule| !there.contains(rule.name()) && written.insert(rule.name())).collect();
    if missing.is_empty() {
        return None;
    }
    let mut text = theirs.trim_end().to_owned();
    for rule in missing {
        let slo = rule.labels.get(SLO_LABEL).and_then(|slo| slos.get(slo.as_str()).copied());
        text.push_str("\n\n");
        text.push_str(&entry(rule.name(), about, slo));
    }
    text.push('\n');
    Some(text.trim_start().to_owned())
}

fn entry(alert: &str, about: &About, slo: Option<&Slo>) -> String {
    if let Some(machinery) = MACHINERY.iter().find(|machinery| machinery.alert(&about.context) == alert) {
        let steps: String = machinery.steps.iter().map(|step| format!("- {step}\n")).collect();
        // The words in templates of the alert belong to its labels.
        let meaning = plain(machinery.description);
        return format!("## {alert}\n\n{}\n\n{}", wrapped(&meaning), steps.trim_end());
    }
    let (title, description) = slo.map_or((alert, ""), |slo| (&slo.title, &slo.description));
    let promise = wrapped(&format!(
        "The error budget of “{title}” is being spent too fast. {}",
        description.split_whitespace().collect::<Vec<_>>().join(" ")
    ));
    let judged = wrapped(
        "The label `windows` says over which times both the long-term and the recent share are too high. Time for which \
         there are no samples (a Prometheus that was just started, a gap in scraping) counts as if nothing had been bad, so \
         that a page after a gap comes later than it would otherwise.",
    );
    format!(
        "## {alert}\n\n{promise}\n\n{judged}\n\n\
         - What is bad, and since when: the alert's text names the labels behind it; the dashboard shows both windows.\n\
         - Was a version deployed just before? `macadam_context_info` has the version that runs. Roll it back first, look after.\n\
         - Does another alert of {} fire (stuck, commits fail, cannot accept)? Then that one is the cause; begin there.",
        about.context
    )
}

/// `{{ $labels.reason }}` is read as `reason`, `{{ $value … }}` as `…`.
fn plain(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, end) = after.split_once("}}").unwrap_or((after, ""));
        text.push_str(before);
        match inside.trim().strip_prefix("$labels.") {
            Some(label) => text.push_str(&format!("<{label}>")),
            None => text.push('…'),
        }
        rest = end;
    }
    text + rest
}

/// Lines of up to 120 characters.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if line.chars().count() + word.chars().count() >= 120 {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}

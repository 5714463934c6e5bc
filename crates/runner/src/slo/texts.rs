//! Reads the texts of alerts as somebody on call gets them.

use std::path::Path;

use macadam_slo::generate::{RuleFile, RuleKind};
use macadam_slo::proof::scenario::{Scenario, TestsFile, rules_file};

use super::promtool::Promtool;
use crate::{RunError, io};

/// The label of an alert with its pair of windows.
const WINDOWS: &str = "windows";
/// What a template leaves where it failed or had nothing to say.
const BROKEN: &[&str] = &["error expanding template", "<no value>", "NaN", "%!", "Inf%"];

/// What is wrong with the texts of an objective's alerts, each at the first minute at which it is known to fire.
pub(super) fn unreadable(
    promtool: &Promtool,
    rules: &RuleFile,
    scenarios: &[Scenario],
) -> Result<Vec<String>, RunError> {
    let mut found = Vec::new();
    for rule in rules.rules() {
        let (RuleKind::Alert(alert), Some(windows)) = (&rule.kind, rule.labels.get(WINDOWS)) else {
            continue;
        };
        let fires = |scenario: &Scenario| {
            let shown = format!("{WINDOWS}={windows:?}");
            let mut checks = scenario.checks.iter();
            checks
                .find(|check| check.samples.iter().any(|(labels, _)| labels.contains(&shown)))
                .map(|check| check.minute)
        };
        let firing = scenarios.iter().find_map(|scenario| Some((scenario, fires(scenario)?)));
        let Some((scenario, minute)) = firing else {
            found.push(format!("{windows}: no scenario sees it fire"));
            continue;
        };
        let text = shown(promtool, rules, scenario, (minute, alert.name.clone()))?;
        if !text.contains("summary=") {
            found.push(format!("{windows}: has no text at minute {minute} of `{}`", scenario.name));
        }
        let broken = BROKEN.iter().filter(|broken| text.contains(**broken));
        found.extend(broken.map(|broken| format!("{windows}: its text has `{broken}`: {text}")));
    }
    Ok(found)
}

/// What promtool says of the alerts of a name at a minute.
fn shown(
    promtool: &Promtool,
    rules: &RuleFile,
    scenario: &Scenario,
    alert: (u64, String),
) -> Result<String, RunError> {
    let folder = tempfile::tempdir().map_err(io("create", Path::new("a folder")))?;
    let file = TestsFile { path: "rules.yaml", rules, every_minutes: 1 };
    let tests = file.texts(scenario, &[alert]);
    Ok(promtool.run(folder.path(), &rules_file(rules), &tests)?.join("\n"))
}

//! Tests the tests of rules: changes rules one by one, and sees that some scenario notices.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use macadam_board::Board;
use macadam_slo::proof::mutate::{Mutant, mutants};
use macadam_slo::proof::scenario::Scenario;

use super::generate::{PlanError, made};
use super::promtool::Promtool;
use super::prove::{Proofs, Shaped, documents, each, proofs, tested};
use super::stories::{Depth, Unproven};
use crate::RunError;
use crate::verify::Verdict;

/// So many of a hundred changes must be noticed.
const LEAST_PERCENT: usize = 95;

/// Which shapes of rules are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shapes {
    /// The first one.
    One,
    /// Each.
    All,
}

/// Changes the rules of shapes, one change at a time. A score that is too low is a fault, and so is a change that nothing
/// notices and that nobody has explained.
pub fn mutation(root: &Path, boards: &[(String, Board)], shapes: Shapes) -> Result<Verdict, PlanError> {
    let made = made(root, boards)?;
    let promtool = Promtool::installed()?;
    let documents = documents(&made);
    let Proofs { shapes: known, .. } = proofs(&made, &documents, &|_| true);
    let chosen = if shapes == Shapes::One { known.get(..1).unwrap_or_default() } else { &known };
    let mut verdict = Verdict::default();
    for shaped in chosen {
        verdict.faults.extend(of_shape(&promtool, shaped)?);
    }
    Ok(verdict)
}

fn of_shape(promtool: &Promtool, shaped: &Shaped<'_>) -> Result<Vec<String>, RunError> {
    let name = &shaped.names[0];
    let scenarios = shaped.subject.scenarios(Depth::Hours).map_err(|error| unplanned(name, &error))?;
    let broken = tested(promtool, &shaped.rules, &scenarios)?;
    if !broken.is_empty() {
        return Ok(vec![format!("{name}: its scenarios fail without any change: {}", broken.join(" "))]);
    }
    let mutants = mutants(&shaped.rules);
    let done = AtomicUsize::new(0);
    let noticed = each(&mutants, |mutant| {
        let count = done.fetch_add(1, Ordering::Relaxed) + 1;
        if count.is_multiple_of(50) {
            eprintln!("{name}: {count} of {} changes were tried", mutants.len());
        }
        is_noticed(promtool, mutant, &scenarios)
    });
    let noticed: Vec<bool> = noticed.into_iter().collect::<Result<_, _>>()?;
    let left: Vec<&Mutant> =
        mutants.iter().zip(&noticed).filter(|(_, noticed)| !**noticed).map(|(mutant, _)| mutant).collect();
    let survivors = after_days(promtool, shaped, left)?;
    let killed = mutants.len() - survivors.len();
    eprintln!("{name}: {killed} of {} changes were noticed", mutants.len());
    let mut faults = Vec::new();
    for mutant in survivors {
        let Mutant { rule, change, .. } = mutant;
        match explanation(mutant) {
            Some(why) => eprintln!("  not noticed: {rule}: {change}: {why}"),
            None => faults.push(format!("{name}: nothing notices, and nothing explains: {rule}: {change}")),
        }
    }
    if killed * 100 < mutants.len() * LEAST_PERCENT {
        faults.push(format!("{name}: fewer than {LEAST_PERCENT}% of the changes were noticed"));
    }
    Ok(faults)
}

/// Those of the mutants that the scenarios of days do not notice either. Only rules with windows of days are tried.
fn after_days<'a>(
    promtool: &Promtool,
    shaped: &Shaped<'_>,
    mutants: Vec<&'a Mutant>,
) -> Result<Vec<&'a Mutant>, RunError> {
    let slow = shaped.subject.slow_rules();
    let scenarios =
        shaped.subject.scenarios(Depth::Days).map_err(|error| unplanned(&shaped.names[0], &error))?;
    let noticed = each(&mutants, |mutant| {
        let tried = slow.contains(&mutant.rule) && explanation(mutant).is_none();
        if tried { is_noticed(promtool, mutant, &scenarios) } else { Ok(false) }
    });
    let noticed: Vec<bool> = noticed.into_iter().collect::<Result<_, _>>()?;
    Ok(mutants.into_iter().zip(noticed).filter(|(_, noticed)| !noticed).map(|(mutant, _)| mutant).collect())
}

fn unplanned(name: &str, error: &Unproven) -> RunError {
    RunError::Unexpected { what: format!("expected scenarios of {name}"), answer: error.to_string() }
}

/// Up to so many minutes of a scenario take promtool next to no time.
const SHORT_MINUTES: u64 = 100;

/// Whether a scenario fails with this change: short ones are asked first, then that of its own windows.
fn is_noticed(promtool: &Promtool, mutant: &Mutant, scenarios: &[Scenario]) -> Result<bool, RunError> {
    let windows = mutant.rule.strip_prefix("alert ").unwrap_or("-");
    let mut order: Vec<&Scenario> = scenarios.iter().collect();
    order.sort_by_key(|scenario| {
        let last = scenario.checks.last().map_or(0, |check| check.minute);
        (last > SHORT_MINUTES, !scenario.name.ends_with(&format!("{windows} burns")), last)
    });
    for scenario in order {
        if !tested(promtool, &mutant.rules, std::slice::from_ref(scenario))?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Why nothing can notice a change.
fn explanation(mutant: &Mutant) -> Option<&'static str> {
    let Mutant { rule, change, .. } = mutant;
    let alert = rule.starts_with("alert ");
    if change.starts_with("`>` to `>=`") && !change.ends_with("> 0`") {
        return Some("what is summed in floating point equals a threshold in no scenario");
    }
    if alert && (change.starts_with("without `clamp_max`") || change.starts_with("1 to 1.25 ")) {
        return Some("a full window has one sample more than minutes, which is all that is clamped");
    }
    if alert && change.starts_with("window twice as long") && change.contains("slo:total:rate5m") {
        return Some("only a gap in the data shows how far back the samples of a window are counted");
    }
    if alert && change.starts_with("60 to 75 ") {
        return Some(
            "one failure less than `min-bad`, a quarter more counted, is not more than is asked for",
        );
    }
    if rule == "slo:error_ratio:period" && change.starts_with("window ") {
        return Some("no scenario is half as long as the period");
    }
    None
}

//! Tests the tests of rules: changes rules one by one, and sees that some scenario notices.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use macadam_board::Board;
use macadam_slo::generate::RuleKind;
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
    let [hours, days, months] = [Depth::Hours, Depth::Days, Depth::Months].map(|depth| {
        let made = shaped.subject.scenarios(depth);
        made.map(|scenarios| scenarios.into_iter().map(|scenario| (depth, scenario)).collect::<Vec<_>>())
    });
    let planned = |error: Unproven| RunError::Unexpected {
        what: format!("expected scenarios of {name}"),
        answer: error.to_string(),
    };
    let quick = [hours.map_err(planned)?, months.map_err(planned)?].concat();
    let slow = days.map_err(planned)?;
    for (depth, scenario) in &quick {
        let broken = tested(promtool, &shaped.rules, std::slice::from_ref(scenario), *depth)?;
        if !broken.is_empty() {
            return Ok(vec![format!("{name}: a scenario fails without any change: {}", broken.join(" "))]);
        }
    }
    let mutants: Vec<Mutant> = mutants(&shaped.rules).into_iter().map(without_texts).collect();
    let (slow_rules, done) = (shaped.subject.slow_rules(), AtomicUsize::new(0));
    let noticed = each(&mutants, |mutant| {
        let count = done.fetch_add(1, Ordering::Relaxed) + 1;
        if count.is_multiple_of(50) {
            eprintln!("{name}: {count} of {} changes were tried", mutants.len());
        }
        // What has days for windows is full only after days. They are not waited for where nothing would be noticed.
        let is_slow = slow_rules.contains(&mutant.rule) && explanation(mutant).is_none();
        Ok(is_noticed(promtool, mutant, &quick)? || (is_slow && is_noticed(promtool, mutant, &slow)?))
    });
    let noticed: Vec<bool> = noticed.into_iter().collect::<Result<_, RunError>>()?;
    let survivors: Vec<&Mutant> =
        mutants.iter().zip(&noticed).filter(|(_, noticed)| !**noticed).map(|(mutant, _)| mutant).collect();
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

/// Texts of alerts take time to fill in, and decide nothing.
fn without_texts(mut mutant: Mutant) -> Mutant {
    let rules = mutant.rules.groups.iter_mut().flat_map(|group| &mut group.rules);
    for rule in rules {
        if let RuleKind::Alert(alert) = &mut rule.kind {
            alert.annotations.clear();
        }
    }
    mutant
}

/// Whether a scenario fails with this change: those of its own windows are asked first, short ones before long ones.
fn is_noticed(
    promtool: &Promtool,
    mutant: &Mutant,
    scenarios: &[(Depth, Scenario)],
) -> Result<bool, RunError> {
    let rule = mutant.rule.strip_prefix("alert ").unwrap_or(&mutant.rule);
    let window = rule.strip_prefix("slo:error_ratio:").unwrap_or(rule);
    let concerns = |(depth, scenario): &(Depth, Scenario)| {
        let name = &scenario.name;
        let ends = [format!("{window} burns"), format!("{window}: "), format!(" {window}/")];
        ends.iter().any(|end| name.contains(end)) || (*depth == Depth::Months && rule.ends_with("period"))
    };
    let mut order: Vec<&(Depth, Scenario)> = scenarios.iter().collect();
    order.sort_by_key(|one| {
        let minutes = one.1.checks.last().map_or(0, |check| check.minute) / one.0.every_minutes();
        (!concerns(one), minutes)
    });
    for (depth, scenario) in order {
        if !tested(promtool, &mutant.rules, std::slice::from_ref(scenario), *depth)?.is_empty() {
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
    if alert && change.starts_with("60 to 75 ") {
        return Some(
            "one failure less than `min-bad`, a quarter more counted, is not more than is asked for",
        );
    }
    None
}

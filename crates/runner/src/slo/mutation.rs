//! Tests the tests of rules: changes rules one by one, and sees that some scenario notices.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
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
    /// The first one, without rules that take days to judge.
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
        verdict.faults.extend(of_shape(&promtool, shaped, shapes)?);
    }
    Ok(verdict)
}

fn of_shape(promtool: &Promtool, shaped: &Shaped<'_>, chosen: Shapes) -> Result<Vec<String>, RunError> {
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
    let (slow_rules, done) = (shaped.subject.slow_rules(), AtomicUsize::new(0));
    let all = mutants(&shaped.rules).into_iter().map(without_texts);
    // To notice what changes in windows of days takes the scenarios of days, half a minute for each change.
    let (later, mutants): (Vec<Mutant>, Vec<Mutant>) =
        all.partition(|mutant| chosen == Shapes::One && slow_rules.contains(&mutant.rule));
    if !later.is_empty() {
        eprintln!("{name}: {} changes of rules with windows of days are left to --soak", later.len());
    }
    let (quick, slow) = (Tried::of(&quick), Tried::of(&slow));
    let noticed = each(&mutants, |mutant| {
        let count = done.fetch_add(1, Ordering::Relaxed) + 1;
        if count.is_multiple_of(50) {
            eprintln!("{name}: {count} of {} changes were tried", mutants.len());
        }
        // What is explained takes all scenarios, in vain: it is tried where there is time.
        if chosen == Shapes::One && explanation(mutant).is_some() {
            return Ok(false);
        }
        let is_slow = slow_rules.contains(&mutant.rule);
        Ok(quick.notices(promtool, mutant)? || (is_slow && slow.notices(promtool, mutant)?))
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

/// Scenarios, and which of them noticed changes of a rule so far.
struct Tried<'a> {
    /// Short ones first.
    scenarios: Vec<&'a (Depth, Scenario)>,
    /// By rule, the places of those that noticed something, the latest first.
    noticed: Mutex<BTreeMap<String, Vec<usize>>>,
}

impl<'a> Tried<'a> {
    fn of(scenarios: &'a [(Depth, Scenario)]) -> Self {
        let mut scenarios: Vec<_> = scenarios.iter().collect();
        scenarios.sort_by_key(|(depth, scenario)| {
            scenario.checks.last().map_or(0, |check| check.minute) / depth.every_minutes()
        });
        Self { scenarios, noticed: Mutex::default() }
    }

    /// Whether a scenario fails with this change. What noticed another change of the same rule is asked first.
    fn notices(&self, promtool: &Promtool, mutant: &Mutant) -> Result<bool, RunError> {
        let known = self.noticed.lock().ok().and_then(|noticed| noticed.get(&mutant.rule).cloned());
        let mut order = known.unwrap_or_default();
        let others: Vec<usize> = (0..self.scenarios.len()).filter(|place| !order.contains(place)).collect();
        order.extend(others);
        for place in order {
            let (depth, scenario) = self.scenarios[place];
            if !tested(promtool, &mutant.rules, std::slice::from_ref(scenario), *depth)?.is_empty() {
                if let Ok(mut noticed) = self.noticed.lock() {
                    let of_rule = noticed.entry(mutant.rule.clone()).or_default();
                    of_rule.retain(|other| *other != place);
                    of_rule.insert(0, place);
                }
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Why nothing can notice a change.
fn explanation(mutant: &Mutant) -> Option<&'static str> {
    let Mutant { rule, change, .. } = mutant;
    let alert = rule.starts_with("alert ");
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

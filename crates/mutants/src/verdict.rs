//! Holds a measure against the ratchet: what became worse, and what wants to be known besides.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::measure::{Judged, Measure, Tally};
use crate::mutant::{Key, Outcome};
use crate::ratchet::Ratchet;

/// One thing for which the gate is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// The rule, in words, where it is of one.
    pub rule: Option<String>,
    /// `file:line:column` from the root of the repository, or the `mutants.toml`.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What mends it.
    pub remedy: String,
}

/// The kinds of things that close the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A mutant that no test noticed, and that was not agreed to.
    NewSurvivor,
    /// A reason whose mutant there is no more, or which a test noticed after all.
    ReasonWithoutMutant,
    /// A rule with fewer mutants than were counted.
    FewerMutants,
    /// Something that is kept from being mutated, and was not agreed to.
    NewSkip,
    /// Fewer mutants were caught than must be.
    BelowFloor,
}

/// What a measure means.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// For which the gate is closed; open if there are none.
    pub findings: Vec<Finding>,
    /// What else should be known.
    pub notes: Vec<String>,
}

/// Holds a measure against what was agreed to, in the file at `file`.
pub fn judge(measure: &Measure, ratchet: &Ratchet, file: &str) -> Verdict {
    let accept = format!("cargo xtask mutants {} --accept", measure.subject.name);
    let judge = Judge { measure, ratchet, file, accept };
    let mut findings = judge.survivors();
    findings.extend(judge.reasons());
    findings.extend(judge.counts());
    findings.extend(judge.skips());
    findings.extend(judge.floor());
    Verdict { findings, notes: judge.notes() }
}

struct Judge<'a> {
    measure: &'a Measure,
    ratchet: &'a Ratchet,
    file: &'a str,
    accept: String,
}

impl Judge<'_> {
    fn survivors(&self) -> Vec<Finding> {
        let mut agreed: HashMap<&Key, usize> =
            self.ratchet.survivors.iter().map(|survivor| (&survivor.key, survivor.count)).collect();
        let new = self.measure.survivors().filter(|survivor| match agreed.get_mut(&survivor.key) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        });
        new.map(|survivor| Finding {
            kind: FindingKind::NewSurvivor,
            rule: Some(survivor.rule.to_string()),
            place: place(survivor),
            message: format!("no test notices: {}", survivor.key.replacement),
            remedy: "add an example that fails on it; if none can, record it and give its reason".to_owned(),
        })
        .collect()
    }

    /// A reason speaks of a mutant that is there and that no test notices.
    fn reasons(&self) -> Vec<Finding> {
        let mut by_key: HashMap<&Key, Vec<Outcome>> = HashMap::new();
        for judged in &self.measure.judged {
            by_key.entry(&judged.key).or_default().push(judged.outcome);
        }
        let reasoned = self.ratchet.survivors.iter().filter(|survivor| survivor.reason.is_some());
        let false_ones = reasoned.filter_map(|survivor| {
            let outcomes = by_key.get(&survivor.key).map_or(&[][..], Vec::as_slice);
            let left = outcomes
                .iter()
                .filter(|outcome| matches!(outcome, Outcome::Missed | Outcome::NotRun))
                .count();
            let why = match outcomes {
                [] => "there is no such mutant any more",
                _ if left < survivor.count => "a test notices the mutant, or it does not compile",
                _ => return None,
            };
            Some((survivor, why))
        });
        false_ones
            .map(|(survivor, why)| Finding {
                kind: FindingKind::ReasonWithoutMutant,
                rule: None,
                place: self.file.to_owned(),
                message: format!(
                    "a reason is given for `{}` in {} of {}, and {why}",
                    survivor.key.replacement, survivor.key.function, survivor.key.file
                ),
                remedy: format!("take the entry out, or run {}", self.accept),
            })
            .collect()
    }

    fn counts(&self) -> Vec<Finding> {
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for judged in &self.measure.judged {
            *found.entry(judged.rule.to_string()).or_default() += 1;
        }
        let count = |rule: &String| found.get(rule).copied().unwrap_or_default();
        let fewer = self.ratchet.rules.iter().filter(|(rule, counted)| count(rule) < **counted);
        fewer
            .map(|(rule, counted)| Finding {
                kind: FindingKind::FewerMutants,
                rule: Some(rule.clone()),
                place: self.file.to_owned(),
                message: format!(
                    "{rule} has {} mutants, it had {counted}: logic went where nobody mutates it, or is gone",
                    count(rule)
                ),
                remedy: format!("bring it back, or agree to it by {}", self.accept),
            })
            .collect()
    }

    fn skips(&self) -> Vec<Finding> {
        let mut agreed = self.ratchet.skips.clone();
        let mut found = Vec::new();
        for skip in &self.measure.skips {
            if let Some(at) = agreed.iter().position(|known| known == skip) {
                agreed.swap_remove(at);
                continue;
            }
            found.push(Finding {
                kind: FindingKind::NewSkip,
                rule: None,
                place: format!("{}/{}", self.measure.subject.folder, skip.file),
                message: format!("`mutants::skip` keeps {} from being mutated", name_of(&skip.item)),
                remedy: format!("take it out, or agree to it by {}", self.accept),
            });
        }
        found
    }

    fn floor(&self) -> Option<Finding> {
        let (floor, total) = (self.measure.subject.floor_percent?, self.measure.total());
        // A part that was tried says nothing of the whole.
        if !self.measure.is_whole() || total.viable() == 0 {
            return None;
        }
        let below = total.caught * 100 < total.viable() * floor as usize;
        below.then(|| Finding {
            kind: FindingKind::BelowFloor,
            rule: None,
            place: self.measure.subject.folder.clone(),
            message: format!(
                "{} of {} viable mutants are caught, {floor}% must be",
                total.caught,
                total.viable()
            ),
            remedy: "add examples for the survivors".to_owned(),
        })
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let total = self.measure.total();
        if total.proves_nothing() {
            notes.push(format!(
                "{} of {} mutants do not compile: the score says little of the whole",
                total.unviable,
                total.mutants()
            ));
        }
        let empty = |(rule, tally): &(String, Tally)| {
            (tally.viable() == 0 && tally.not_run == 0).then(|| rule.clone())
        };
        let tallies = self.measure.by_rule().into_iter().map(|(rule, tally)| (rule.to_string(), tally));
        let empty: Vec<String> = tallies.filter_map(|each| empty(&each)).collect();
        if !empty.is_empty() {
            notes.push(format!("no mutant compiles, so that nothing is proved, of: {}", empty.join(", ")));
        }
        let waiting: Vec<String> = self.measure.waiting().iter().map(ToString::to_string).collect();
        if !waiting.is_empty() {
            notes.push(format!(
                "{} rules are as they were seeded, or wait for their example, and are not judged: {}",
                waiting.len(),
                waiting.join(", ")
            ));
        }
        if total.timeout > 0 {
            notes.push(format!("{} mutants timed out, and count as not caught", total.timeout));
        }
        if total.not_run > 0 {
            notes.push(format!(
                "{} of {} mutants were not tried in this run",
                total.not_run,
                total.mutants()
            ));
        }
        if self.ratchet.after(self.measure, "")
            != (Ratchet { measured: self.with_no_tool(), ..self.ratchet.clone() })
        {
            notes.push(format!("what is recorded is not what was found: {} records it", self.accept));
        }
        notes
    }

    /// What was measured as it would be after this run, so that the rest alone is compared.
    fn with_no_tool(&self) -> Option<crate::ratchet::Measured> {
        self.ratchet.after(self.measure, "").measured
    }
}

/// Where a mutant is, as editors and people read it.
pub(crate) fn place(judged: &Judged) -> String {
    format!("{}:{}", judged.mutant.file, judged.mutant.span.start)
}

fn name_of(item: &str) -> &str {
    if item.is_empty() { "the whole file" } else { item }
}

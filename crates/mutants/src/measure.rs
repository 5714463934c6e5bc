//! What a run found: each mutant with its rule and its outcome, and the scores that follow.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use crate::attribution::Attribution;
use crate::mutant::{Key, Mutant, Outcome};
use crate::rule::Rule;
use crate::skips::{Skip, skips};
use crate::sources::{Hashes, Sources};

/// The package that is mutated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// The context, or the folder below `crates`.
    pub name: String,
    /// The package's folder from the root of the repository, with slashes.
    pub folder: String,
    /// Percent of the viable mutants that must be caught, if there is such a floor.
    pub floor_percent: Option<u32>,
}

/// A mutant that was judged.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What was changed.
    pub mutant: Mutant,
    /// What identifies it from run to run.
    pub key: Key,
    /// Where it sits.
    pub rule: Rule,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether nobody has decided its rule yet, so that nothing is asked of its tests.
    pub waits: bool,
    /// The example that would notice it, for one that none noticed.
    pub example: Option<Example>,
    /// Why there is no example although one was searched for.
    pub no_example: Option<String>,
}

/// A test that passes, and fails on a mutant that survived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// Where to paste it, from the root of the repository.
    pub file: String,
    /// The module of that file.
    pub module: String,
    /// Its text: one function with its attribute.
    pub test: String,
}

/// All that a run found of one package.
#[derive(Debug, Clone)]
pub struct Measure {
    /// Of what.
    pub subject: Subject,
    /// Every mutant of the package, tried or not, in the order of their places.
    pub judged: Vec<Judged>,
    /// What is kept from being mutated.
    pub skips: Vec<Skip>,
    /// Of what it was measured with.
    pub hashes: Hashes,
    /// Of the crates that its tests stand on.
    pub ground: String,
}

/// How many mutants came to which end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    /// A test failed.
    pub caught: usize,
    /// All tests passed.
    pub missed: usize,
    /// The tests did not end.
    pub timeout: usize,
    /// They did not compile.
    pub unviable: usize,
    /// They were not tried.
    pub not_run: usize,
}

impl Measure {
    /// Lays each mutant to its rule; none of them has been tried yet.
    pub fn of(subject: Subject, sources: &Sources, ground: String, mutants: Vec<Mutant>) -> Self {
        let attribution = Attribution::of(&subject.folder, sources);
        let mut judged: Vec<Judged> = mutants
            .into_iter()
            .map(|mutant| {
                let rule = attribution.rule(&mutant);
                Judged {
                    key: mutant.key(&subject.folder),
                    outcome: Outcome::NotRun,
                    waits: attribution.waits(&rule),
                    rule,
                    mutant,
                    example: None,
                    no_example: None,
                }
            })
            .collect();
        judged.sort_by(|one, other| {
            let place = |judged: &Judged| (judged.mutant.file.clone(), judged.mutant.span.start);
            place(one).cmp(&place(other))
        });
        // Managed code ties together what is decided elsewhere: until all of that is, no example need reach it.
        if judged.iter().any(|judged| judged.waits) {
            let managed = |judged: &&mut Judged| sources.is_managed(&judged.key.file);
            judged.iter_mut().filter(managed).for_each(|judged| judged.waits = true);
        }
        Self { subject, judged, skips: skips(sources), hashes: sources.hashes(), ground }
    }

    /// Takes the outcomes of a run, by the mutants' names.
    pub fn take(&mut self, outcomes: &HashMap<String, Outcome>) {
        for judged in &mut self.judged {
            if let Some(outcome) = outcomes.get(&judged.mutant.name) {
                judged.outcome = *outcome;
            }
        }
    }

    /// How all mutants ended but those of rules that wait.
    pub fn total(&self) -> Tally {
        Tally::of(self.judged.iter().filter(|judged| !judged.waits))
    }

    /// How the mutants of each rule ended.
    pub fn by_rule(&self) -> BTreeMap<Rule, Tally> {
        let mut rules: BTreeMap<Rule, Tally> = BTreeMap::new();
        for judged in &self.judged {
            rules.entry(judged.rule.clone()).or_default().count(judged.outcome);
        }
        rules
    }

    /// Those that no test noticed, rules that wait aside.
    pub fn survivors(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(|judged| judged.outcome == Outcome::Missed && !judged.waits)
    }

    /// Rules that nobody has decided yet.
    pub fn waiting(&self) -> Vec<Rule> {
        let waiting = self.judged.iter().filter(|judged| judged.waits).map(|judged| judged.rule.clone());
        waiting.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether every mutant was tried, those of rules that wait aside.
    pub fn is_whole(&self) -> bool {
        self.judged.iter().all(|judged| judged.waits || judged.outcome != Outcome::NotRun)
    }
}

impl Tally {
    /// Counts these.
    pub fn of<'a>(judged: impl Iterator<Item = &'a Judged>) -> Self {
        let mut tally = Self::default();
        judged.for_each(|judged| tally.count(judged.outcome));
        tally
    }

    fn count(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Caught => &mut self.caught,
            Outcome::Missed => &mut self.missed,
            Outcome::Timeout => &mut self.timeout,
            Outcome::Unviable => &mut self.unviable,
            Outcome::NotRun => &mut self.not_run,
        } += 1;
    }

    /// All of them.
    pub fn mutants(&self) -> usize {
        self.viable() + self.unviable + self.not_run
    }

    /// Those that compiled, and hence could show something.
    pub(crate) fn viable(&self) -> usize {
        self.caught + self.missed + self.timeout
    }

    /// Percent of the viable ones that were caught, rounded down; none where none was viable. One that timed out was not
    /// caught: a slow machine must not make the score better.
    pub fn percent(&self) -> Option<usize> {
        (self.caught * 100).checked_div(self.viable())
    }

    /// Whether so few of them compiled that the score proves nothing.
    pub(crate) fn proves_nothing(&self) -> bool {
        self.unviable > self.viable()
    }
}

//! Finds the examples that would notice surviving mutants, and proves each: pasted in, it compiles, passes in the code
//! as it is, and fails in the mutant.
//!
//! All of it happens in a copy of the domain crate. One probe is built for the code as it is and once more for each
//! mutant, then one crate with all examples, again with and without each mutant; see `macadam_mutants::example`.

mod hotel;
mod scratch;
pub mod trial;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use macadam_mutants::example::{self, Case, Change, Example, Search, mutated, pasted};

use crate::{RunError, io};
use scratch::{Built, Ran, Scratch};

/// How many examples are tried for one mutant, each another one's substitute where it does not hold.
const TRIED_MAX: usize = 3;
/// How many different cases are looked at to tell one that can be spelled.
const LOOKED_AT_MAX: usize = 12;
/// How often expressions that do not compile are left out of a probe before it is given up.
const LEFT_OUT_MAX: usize = 12;

/// What became of the search for one mutant's example.
#[derive(Debug, Clone)]
pub struct Sought {
    /// The example; it is proven.
    pub example: Option<Example>,
    /// How many cases were tried.
    pub cases: usize,
    /// Why there is no example.
    pub reason: Option<&'static str>,
}

/// Looks for an example for each of these mutants of the domain crate at `domain`, which is within the workspace at
/// `root`. The folder `scratch` is kept, so that the next search builds little. No build begins after `time_max`;
/// what is not proven by then has no example.
pub fn examples(
    root: &Path,
    domain: &Path,
    changes: &[Change],
    scratch: &Path,
    time_max: Duration,
) -> Result<Vec<Sought>, RunError> {
    let until = Instant::now() + time_max;
    let scratch = Scratch::prepare(root, domain, scratch)?;
    let none = |reason| Sought { example: None, cases: 0, reason: Some(reason) };
    let Some(probing) = Probing::begin(&scratch)? else {
        return Ok(vec![
            none("the crate cannot be probed: it does not compile with a probe in it");
            changes.len()
        ]);
    };
    let mut found = Vec::new();
    for change in changes {
        let in_time = Instant::now() < until;
        found.push(if in_time { probing.candidates(change)? } else { Candidates::none("the time was over") });
    }
    scratch.remove_probe()?;
    let mut proof = Proof { scratch: &scratch, changes, until, examples: vec![None; changes.len()] };
    for _ in 0..TRIED_MAX {
        let round: BTreeMap<usize, Example> = found
            .iter_mut()
            .enumerate()
            .filter(|(nth, _)| proof.examples[*nth].is_none())
            .filter_map(|(nth, candidates)| Some((nth, candidates.examples.pop()?)))
            .collect();
        if round.is_empty() || Instant::now() >= until {
            break;
        }
        proof.round(round)?;
    }
    let sought = found.into_iter().zip(proof.examples).map(|(candidates, example)| Sought {
        cases: probing.cases,
        reason: example
            .is_none()
            .then_some(candidates.reason.unwrap_or("no example held when it was proven")),
        example,
    });
    Ok(sought.collect())
}

/// The probe of a crate, with how its cases end in the code as it is.
struct Probing<'a> {
    scratch: &'a Scratch,
    search: Search,
    original: PathBuf,
    cases: usize,
}

/// Examples for one mutant, the best one last.
struct Candidates {
    examples: Vec<Example>,
    reason: Option<&'static str>,
}

impl Candidates {
    fn none(reason: &'static str) -> Self {
        Self { examples: Vec::new(), reason: Some(reason) }
    }
}

impl<'a> Probing<'a> {
    fn begin(scratch: &'a Scratch) -> Result<Option<Self>, RunError> {
        let folder = scratch.probe_folder()?;
        let mut search = Search::read(scratch.domain(), &folder).map_err(io("read", scratch.domain()))?;
        for _ in 0..LEFT_OUT_MAX {
            scratch.put_probe(&search.source())?;
            match scratch.build()? {
                Built::Program(program) => {
                    let original = scratch.keep(&program)?;
                    let Ran::Ended { printed, .. } =
                        scratch.run(&original, example::TEST, &[("PROBE_MODE", "record")])?
                    else {
                        return Ok(None);
                    };
                    search.recorded(&printed);
                    let cases = scratch.cases()?;
                    return Ok(Some(Self { scratch, search, original, cases }));
                }
                Built::Faults(faults) => {
                    let lines = faults.into_iter().filter(|(file, _)| file == Path::new(example::FILE));
                    if !search.leave_out(&lines.map(|(_, line)| line).collect()) {
                        return Ok(None);
                    }
                }
            }
        }
        Ok(None)
    }

    /// Builds the mutant with the probe in it, and spells what ends otherwise.
    fn candidates(&self, change: &Change) -> Result<Candidates, RunError> {
        let before = self.scratch.read(&change.file)?;
        let Some(after) = mutated(&before, change) else {
            return Ok(Candidates::none("the mutant is of another text than the file has"));
        };
        self.scratch.write(&change.file, &after)?;
        let found = self.compared(change);
        self.scratch.write(&change.file, &before)?;
        found
    }

    fn compared(&self, change: &Change) -> Result<Candidates, RunError> {
        let Built::Program(program) = self.scratch.build()? else {
            return Ok(Candidates::none("the mutant does not compile"));
        };
        let nearest = self.search.nearest(&change.file);
        let mut cases = Vec::new();
        if !nearest.is_empty() {
            cases = self.cases(&program, change, &nearest)?;
        }
        if cases.is_empty() {
            cases = self.cases(&program, change, &[])?;
        }
        if cases.is_empty() {
            return Ok(Candidates::none(
                "no case that was tried ends otherwise; perhaps the mutant is equivalent",
            ));
        }
        let mut examples: Vec<Example> = Vec::new();
        for case in cases.iter().take(LOOKED_AT_MAX) {
            let (original, mutant) = (self.explained(&self.original, case)?, self.explained(&program, case)?);
            if let Some(one) = self.search.example(case, &original, &mutant) {
                examples.insert(0, one);
            }
            if examples.len() == TRIED_MAX {
                break;
            }
        }
        let reason = examples.is_empty().then_some("a case ends otherwise, but its end cannot be spelled");
        Ok(Candidates { examples, reason })
    }

    fn cases(&self, program: &Path, change: &Change, targets: &[usize]) -> Result<Vec<Case>, RunError> {
        let targets: Vec<_> = targets.iter().map(ToString::to_string).collect();
        let variables = [("PROBE_MODE", "compare"), ("PROBE_TARGETS", &targets.join(" "))];
        Ok(match self.scratch.run(program, example::TEST, &variables)? {
            Ran::Ended { printed, .. } => self.search.cases(&printed, &change.file),
            Ran::TimedOut => Vec::new(),
        })
    }

    fn explained(&self, program: &Path, case: &Case) -> Result<String, RunError> {
        let variables =
            [("PROBE_MODE", &*case.nth.to_string()), ("PROBE_TARGETS", &*case.target.to_string())];
        Ok(match self.scratch.run(program, example::TEST, &variables)? {
            Ran::Ended { printed, .. } => printed,
            Ran::TimedOut => String::new(),
        })
    }
}

/// Examples under proof.
struct Proof<'a> {
    scratch: &'a Scratch,
    changes: &'a [Change],
    until: Instant,
    examples: Vec<Option<Example>>,
}

impl Proof<'_> {
    /// Pastes all examples in at once; keeps those that pass in the code as it is and fail in their mutant.
    fn round(&mut self, examples: BTreeMap<usize, Example>) -> Result<(), RunError> {
        let mut examples = self.formatted(examples)?;
        let before = self.before(&examples)?;
        let passing = self.passing(&mut examples, &before);
        let proven = passing.and_then(|()| self.failing(&examples, &before));
        for (file, text) in &before {
            self.scratch.write(file, text)?;
        }
        proven
    }

    /// As rustfmt writes them, under names that their modules do not have yet; what notices two mutants has one name.
    fn formatted(&self, examples: BTreeMap<usize, Example>) -> Result<BTreeMap<usize, Example>, RunError> {
        let mut formatted: BTreeMap<usize, Example> = BTreeMap::new();
        for (nth, mut one) in examples {
            let text = self.scratch.read(&one.file)?;
            one.test = self.scratch.formatted(&one.test)?;
            let others = || {
                self.examples
                    .iter()
                    .flatten()
                    .chain(formatted.values())
                    .filter(|other| other.module == one.module)
            };
            let base = one.name.clone();
            let names =
                (1..).map(|number| if number == 1 { base.clone() } else { format!("{base}_{number}") });
            let free = names.map(|name| one.named(&name)).find(|named| {
                let is_same = |other: &Example| other.name != named.name || other.test == named.test;
                !text.contains(&format!("fn {}(", named.name)) && others().all(is_same)
            });
            formatted.extend(free.map(|free| (nth, free)));
        }
        Ok(formatted)
    }

    /// The files that examples are pasted into, and those that mutants change, as they are.
    fn before(&self, examples: &BTreeMap<usize, Example>) -> Result<BTreeMap<PathBuf, String>, RunError> {
        let pasted = examples.values().map(|one| &one.file);
        let files = pasted.chain(examples.keys().map(|nth| &self.changes[*nth].file));
        files.map(|file| Ok((file.clone(), self.scratch.read(file)?))).collect()
    }

    /// Writes each file with its examples in it, and with a mutant.
    fn write(
        &self,
        examples: &BTreeMap<usize, Example>,
        before: &BTreeMap<PathBuf, String>,
        change: Option<&Change>,
    ) -> Result<(), RunError> {
        for (file, text) in before {
            let change = change.filter(|change| change.file == *file);
            let mut text = change.and_then(|change| mutated(text, change)).unwrap_or_else(|| text.clone());
            for one in examples.values().filter(|one| one.file == *file) {
                if !text.contains(&one.test) {
                    text = pasted(&text, one).unwrap_or(text);
                }
            }
            self.scratch.write_changed(file, &text)?;
        }
        Ok(())
    }

    /// Leaves the examples that compile and pass in the code as it is.
    fn passing(
        &self,
        examples: &mut BTreeMap<usize, Example>,
        before: &BTreeMap<PathBuf, String>,
    ) -> Result<(), RunError> {
        while !examples.is_empty() {
            self.write(examples, before, None)?;
            match self.scratch.build()? {
                Built::Program(program) => {
                    let mut kept = BTreeMap::new();
                    for (nth, one) in std::mem::take(examples) {
                        if self.scratch.test(&program, &one)? == Some(true) {
                            kept.insert(nth, one);
                        }
                    }
                    *examples = kept;
                    return Ok(());
                }
                Built::Faults(faults) => {
                    let count = examples.len();
                    for (file, line) in faults {
                        let text = self.scratch.read(&file)?;
                        examples.retain(|_, one| one.file != file || !is_within(&text, one, line));
                    }
                    if examples.len() == count {
                        examples.clear();
                    }
                }
            }
        }
        Ok(())
    }

    /// Keeps the examples that fail in their mutants.
    fn failing(
        &mut self,
        examples: &BTreeMap<usize, Example>,
        before: &BTreeMap<PathBuf, String>,
    ) -> Result<(), RunError> {
        for (nth, one) in examples {
            if Instant::now() >= self.until {
                break;
            }
            self.write(examples, before, Some(&self.changes[*nth]))?;
            if let Built::Program(program) = self.scratch.build()?
                && self.scratch.test(&program, one)? == Some(false)
            {
                self.examples[*nth] = Some(one.clone());
            }
        }
        Ok(())
    }
}

/// Whether a line of a text is within an example that was pasted into it.
fn is_within(text: &str, example: &Example, line: usize) -> bool {
    let Some(at) = text.find(&example.test) else { return true };
    let first = text[..at].lines().count() + 1;
    (first..=first + example.test.lines().count()).contains(&line)
}

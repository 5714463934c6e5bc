//! The example that would notice a mutant: which case tells the code from the mutant, and the text of the test that
//! says how it ends.
//!
//! [`Search`] reads a domain crate and writes a *probe*, a module that tries thousands of cases made of the crate's
//! own samples, literals and types, each for all commands, views, processes, deadlines and values. Whoever runs it
//! ([`Search`] itself runs nothing) tells what the probe printed, in the code as it is and in a mutant, and is given
//! the shortest case that ends otherwise, as given/when/then in the context's words.

mod debug;
mod harvest;
mod index;
mod paste;
mod paths;
mod probe;
mod render;
mod scope;
mod story;
mod tables;
#[cfg(test)]
mod tests;
mod types;
mod values;
mod wording;
mod words;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use debug::Shown;
use harvest::Harvest;
use index::Index;
use probe::{Parts, Probe};
use render::Render;
use story::{Ends, Teller};
use values::Values;

pub use paste::{Change, Example, mutated, pasted};
pub use probe::{FILE, MODULE, TEST};

/// A search for examples in one domain crate.
pub struct Search {
    index: Index,
    probe: Probe,
    folder: PathBuf,
    printed: String,
    found: RefCell<BTreeMap<String, Option<Vec<Vec<usize>>>>>,
}

/// A case that ends otherwise in a mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The number of what it is a case of.
    pub target: usize,
    /// Its number there.
    pub nth: usize,
    made_of: Vec<usize>,
    rank: (usize, usize),
}

impl Search {
    /// Reads the crate in `domain`; the probe will keep what it finds in `folder`.
    pub fn read(domain: &Path, folder: &Path) -> io::Result<Self> {
        let index = Index::read(domain)?;
        let harvest = Harvest::of(&index.scopes);
        let probe = Probe::new(&index, &Values::new(&index, &harvest));
        let (folder, found) = (folder.to_owned(), RefCell::default());
        Ok(Self { index, probe, folder, printed: String::new(), found })
    }

    /// The source of the probe, for [`FILE`].
    pub fn source(&self) -> String {
        self.probe.source()
    }

    /// Leaves out of the probe what stands in these lines, since they do not compile; false where nothing in them can
    /// be left out.
    pub fn leave_out(&mut self, lines: &BTreeSet<usize>) -> bool {
        self.probe.drop_lines(lines)
    }

    /// Takes what the probe printed in the code as it is.
    pub fn recorded(&mut self, printed: &str) {
        printed.clone_into(&mut self.printed);
        self.found.borrow_mut().clear();
    }

    /// What to try first for a mutant in this file: what its examples are written for there.
    pub fn nearest(&self, file: &Path) -> Vec<usize> {
        let targets = self.probe.targets.iter().enumerate();
        targets
            .filter(|(_, target)| target.file == file && !is_call(&target.parts))
            .map(|(nth, _)| nth)
            .collect()
    }

    /// How many values and things to try the probe has.
    pub fn size(&self) -> (usize, usize) {
        (self.probe.pools.iter().map(|pool| pool.entries.len()).sum(), self.probe.targets.len())
    }

    /// The cases that ended otherwise, by what the probe printed in a mutant of this file: the one to show first.
    pub fn cases(&self, printed: &str, file: &Path) -> Vec<Case> {
        let render = Render::new(&self.index, &self.probe, "");
        let found = |name: &str| self.found(name);
        let teller = Teller { index: &self.index, probe: &self.probe, render: &render, found: &found };
        let mut cases: Vec<_> = printed
            .lines()
            .filter_map(|line| {
                let numbers = line.strip_prefix("@case ")?.split(' ').map(|number| number.parse().ok());
                let numbers = numbers.collect::<Option<Vec<usize>>>()?;
                let (target, nth, made_of) = (*numbers.first()?, *numbers.get(1)?, numbers[2..].to_vec());
                let tried = self.probe.targets.get(target)?;
                let tier = match &tried.parts {
                    Parts::Call { .. } => 4,
                    Parts::Shown { .. } => 3,
                    _ if tried.file == file => 0,
                    Parts::Decision { .. } | Parts::Opening { .. } => 1,
                    _ => 2,
                };
                let rank = (tier, teller.length(tried, &made_of));
                Some(Case { target, nth, made_of, rank })
            })
            .collect();
        cases.sort_by_key(|case| case.rank);
        cases
    }

    /// The example that says how a case ends, by what the probe printed when asked to explain it in the code as it is
    /// and in the mutant.
    pub fn example(&self, case: &Case, original: &str, mutant: &str) -> Option<Example> {
        let render = Render::new(&self.index, &self.probe, &self.printed);
        let found = |name: &str| self.found(name);
        let teller = Teller { index: &self.index, probe: &self.probe, render: &render, found: &found };
        let target = self.probe.targets.get(case.target)?;
        let told = teller.tell(target, &case.made_of, &ends(original, mutant)?)?;
        let (module, exists) = self.module_of(&target.file)?;
        let (body, uses) = paths::shorten(&told.body, &self.index.scopes, &module);
        Some(Example::new(&target.file, &module, exists, &told.name, &uses, &body))
    }

    /// The module of a file that has its examples, and whether it is there.
    fn module_of(&self, file: &Path) -> Option<(String, bool)> {
        let modules = || self.index.scopes.modules.values().filter(|module| module.file == file);
        let tests = modules().filter(|module| module.test);
        if let Some(tests) = tests.min_by_key(|module| !module.path.ends_with("::examples")) {
            return Some((tests.path.clone(), true));
        }
        let outer = modules().min_by_key(|module| module.path.len())?;
        Some((format!("{}::examples", outer.path), false))
    }

    fn found(&self, name: &str) -> Option<Vec<Vec<usize>>> {
        let read = || {
            let text = fs::read_to_string(self.folder.join(name)).ok()?;
            Some(text.lines().map(|line| line.split(' ').filter_map(|n| n.parse().ok()).collect()).collect())
        };
        self.found.borrow_mut().entry(name.to_owned()).or_insert_with(read).clone()
    }
}

fn is_call(parts: &Parts) -> bool {
    matches!(parts, Parts::Call { .. } | Parts::Shown { .. })
}

fn ends(original: &str, mutant: &str) -> Option<Ends> {
    let after = |text: &str, prefix: &str| {
        text.lines().filter_map(|line| Some(line.strip_prefix(prefix)?.to_owned())).collect::<Vec<_>>()
    };
    Some(Ends {
        original: Shown::parse(after(original, "@end ").first()?)?,
        mutant: after(mutant, "@end ").first().and_then(|line| Shown::parse(line)),
        seeds: after(original, "@seed ").iter().map(|line| Shown::parse(line)).collect::<Option<_>>()?,
        wait: after(original, "@wait ").first().and_then(|hours| hours.parse().ok()),
    })
}

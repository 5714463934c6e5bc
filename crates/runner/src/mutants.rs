//! Mutation testing: cargo-mutants on a copy of a package that stays warm.

mod accept;
mod copy;
mod missing;
mod planted;
mod selection;
mod viewer;
mod workers;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use macadam_mutants::{
    Judged, Measure, Mutant, Outcome, Ratchet, Sources, Subject, Verdict, error_value, hash_of, judge, listed,
};

use crate::cargo::Cargo;
use crate::workspace::contexts;
use crate::{RunError, io, tools};
use copy::Copy;
use workers::{Baseline, Tests};

pub use accept::{Accepted, accept};
pub use missing::find_examples;
pub use planted::planted;
pub use selection::Selection;
pub use viewer::view;

/// The tool by its name; its version stands in `.ci/tools.env`.
const TOOL: &str = "cargo-mutants";
/// Percent of the viable mutants that the tests of a domain, and of the kernel, must catch.
const FLOOR_PERCENT: u32 = 90;

/// A package that can be mutated, with its `mutants.toml`.
#[derive(Debug, Clone)]
pub struct Target {
    /// What is told of it.
    pub subject: Subject,
    /// Its name for cargo.
    package: String,
    /// Its ratchet's path from the root, with slashes.
    pub ratchet: String,
    /// What its files began with, as `cargo xtask new` wrote them.
    seeds: Option<PathBuf>,
    /// Where its copies lie.
    home: PathBuf,
    /// The packages of the workspace that it and its tests stand on, as folders.
    ground: Vec<String>,
}

/// How far a run is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Mutants that were tried.
    pub done: usize,
    /// Mutants to try.
    pub all: usize,
    /// Since the first of them.
    pub elapsed: Duration,
}

/// What a run is told.
pub struct Asked<'a> {
    /// Which mutants.
    pub selection: &'a Selection,
    /// When it ends, though mutants are left.
    pub until: Option<Instant>,
    /// Told how far it is, again and again.
    pub progress: &'a mut dyn FnMut(Progress),
}

/// A measure, with the sources that it is of and the time that its mutants took.
pub struct Measured {
    /// What was found.
    pub measure: Measure,
    /// What was mutated.
    pub sources: Sources,
    /// From the first mutant to the last.
    pub took: Duration,
}

/// The packages of this name, or of all contexts: a context's domain, or a folder of `crates`.
pub fn targets(root: &Path, name: Option<&str>) -> Result<Vec<Target>, RunError> {
    let packages = Cargo::at(root).packages()?;
    let known = contexts(root);
    let of_context = |context: &String| format!("services/{context}/domain");
    let folders: Vec<(String, String)> = match name {
        None if known.is_empty() => return Err(RunError::NoContext),
        None => known.iter().map(|context| (context.clone(), of_context(context))).collect(),
        Some(name) if known.iter().any(|context| context == name) => {
            vec![(name.to_owned(), of_context(&name.to_owned()))]
        }
        Some(name) if packages.contains_key(&format!("crates/{name}")) => {
            vec![(name.to_owned(), format!("crates/{name}"))]
        }
        Some(name) => {
            let crates = packages.keys().filter_map(|folder| folder.strip_prefix("crates/"));
            let known: Vec<String> = known.iter().cloned().chain(crates.map(ToOwned::to_owned)).collect();
            let near = macadam_board::diagnostic::nearest(name, known.iter().map(String::as_str));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(RunError::Unknown { context: name.to_owned(), hint, known: known.join(", ") });
        }
    };
    let home = copy::home(root)?;
    Ok(folders.into_iter().map(|(name, folder)| target(root, &home, &packages, name, folder)).collect())
}

/// All packages that have a `mutants.toml`, or whose context should have one.
fn all_targets(root: &Path) -> Result<Vec<Target>, RunError> {
    let mut all = if contexts(root).is_empty() { Vec::new() } else { targets(root, None)? };
    for folder in Cargo::at(root).packages()?.keys() {
        if let Some(name) = folder.strip_prefix("crates/")
            && root.join(folder).join("mutants.toml").is_file()
        {
            all.extend(targets(root, Some(name))?);
        }
    }
    Ok(all)
}

fn target(
    root: &Path,
    home: &Path,
    packages: &BTreeMap<String, crate::cargo::Package>,
    name: String,
    folder: String,
) -> Target {
    let mut ground = Vec::new();
    let mut next = vec![folder.clone()];
    while let Some(at) = next.pop() {
        for dependency in packages.get(&at).into_iter().flat_map(|package| &package.beside) {
            if !ground.contains(dependency) && *dependency != folder {
                ground.push(dependency.clone());
                next.push(dependency.clone());
            }
        }
    }
    ground.sort();
    let context = folder.starts_with("services/");
    let place = if context { format!("services/{name}") } else { folder.clone() };
    Target {
        package: packages.get(&folder).map(|package| package.name.clone()).unwrap_or_default(),
        ratchet: format!("{place}/mutants.toml"),
        home: home.join(&name),
        seeds: context.then(|| root.join(&place).join(".road/base/domain")),
        subject: Subject {
            floor_percent: (context || name == "kernel").then_some(FLOOR_PERCENT),
            name,
            folder,
        },
        ground,
    }
}

impl Target {
    /// What is agreed to; nothing where there is no file yet.
    pub fn ratchet(&self, root: &Path) -> Result<Ratchet, RunError> {
        let path = root.join(&self.ratchet);
        if !path.is_file() {
            return Ok(Ratchet::default());
        }
        let text = std::fs::read_to_string(&path).map_err(io("read", &path))?;
        Ratchet::parse(&text).map_err(|source| RunError::Ratchet { path: self.ratchet.clone(), source })
    }

    /// Its sources and tests as they are.
    pub fn sources(&self, root: &Path) -> Result<Sources, RunError> {
        Ok(Sources::read(&root.join(&self.subject.folder), self.seeds.as_deref())?)
    }

    /// Whether sources, tests and what they stand on are what was measured last, with this tool.
    pub fn is_as_measured(&self, root: &Path) -> Result<bool, RunError> {
        let Some(measured) = self.ratchet(root)?.measured else { return Ok(false) };
        let hashes = self.sources(root)?.hashes();
        Ok(measured.sources == hashes.sources
            && measured.tests == hashes.tests
            && measured.ground == self.ground(root)?
            && measured.with == tool(root)?)
    }

    /// A hash of the packages that it stands on: a test kit decides what the tests that use it notice. Crates of other
    /// people are left out, since a new version of one would have every package measured again.
    fn ground(&self, root: &Path) -> Result<String, RunError> {
        let mut texts = Vec::new();
        for folder in &self.ground {
            let sources = Sources::read(&root.join(folder), None)?;
            texts.extend(sources.texts().map(|(path, text)| (format!("{folder}/{path}"), text.to_owned())));
        }
        Ok(hash_of(texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))))
    }

    /// Tries its mutants.
    pub fn measure(&self, root: &Path, asked: Asked<'_>) -> Result<Measured, RunError> {
        let program = tools::from_cargo(root, TOOL, "run `cargo install cargo-mutants --locked`")?;
        let sources = self.sources(root)?;
        let copy = Copy::of(root, self)?;
        let error = error_value(&sources);
        let mutants = self.mutants(&program, &copy, error.as_deref())?;
        let mut measure = Measure::of(self.subject.clone(), &sources, self.ground(root)?, mutants);
        let chosen = asked.selection.of(&measure);
        let mut took = Duration::ZERO;
        if !chosen.is_empty() {
            let baseline =
                Baseline { program: &program, copy: &copy, package: &self.package, error: error.as_deref() };
            let started = Instant::now();
            let outcomes = tried(&baseline, &chosen, asked)?;
            took = started.elapsed();
            measure.take(&outcomes);
        }
        Ok(Measured { measure, sources, took })
    }

    /// All mutants there are, without trying one.
    fn mutants(&self, program: &Path, copy: &Copy, error: Option<&str>) -> Result<Vec<Mutant>, RunError> {
        let mut command = workers::mutants(program, copy.folder(0), &self.package, error);
        let output = command.args(["--list", "--json"]).output();
        let output = output.map_err(|source| RunError::Start { program: TOOL.to_owned(), source })?;
        if !output.status.success() {
            let what = "expected that cargo-mutants lists mutants".to_owned();
            let answer = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(RunError::Unexpected { what, answer });
        }
        Ok(listed(&String::from_utf8_lossy(&output.stdout))?)
    }
}

/// The tests beside the code are quick to build and catch nearly all; what they miss is tried again with the rest.
fn tried(
    baseline: &Baseline<'_>,
    chosen: &[Judged],
    asked: Asked<'_>,
) -> Result<HashMap<String, Outcome>, RunError> {
    let Asked { until, progress, .. } = asked;
    let timeout = baseline.passes(Tests::Beside)?;
    let all: Vec<&Mutant> = chosen.iter().map(|judged| &judged.mutant).collect();
    let mut outcomes = baseline.run(Tests::Beside, &all, timeout, until, progress)?;
    let missed = |mutant: &&Mutant| outcomes.get(&mutant.name) == Some(&Outcome::Missed);
    let missed: Vec<&Mutant> = all.into_iter().filter(missed).collect();
    if !missed.is_empty() && baseline.copy.has_tests() {
        let timeout = baseline.passes(Tests::Beyond)?;
        let again = baseline.run(Tests::Beyond, &missed, timeout, until, progress)?;
        for mutant in missed {
            // Who was not tried again has not survived, either.
            let outcome = again.get(&mutant.name).copied().unwrap_or(Outcome::NotRun);
            outcomes.insert(mutant.name.clone(), outcome);
        }
    }
    Ok(outcomes)
}

/// The tool with its version, as `mutants.toml` has it.
pub fn tool(root: &Path) -> Result<String, RunError> {
    Ok(format!("{TOOL} {}", tools::pinned(root, TOOL)?))
}

/// Measures every package that has a `mutants.toml`, and holds each to it.
pub fn every_mutant(root: &Path) -> Result<crate::verify::Verdict, RunError> {
    let mut faults = Vec::new();
    for target in all_targets(root)? {
        let selection = Selection::usual(root, &target)?;
        let asked = Asked { selection: &selection, until: None, progress: &mut |_| {} };
        let (_, verdict) = gate(root, &target, asked)?;
        let name = &target.subject.name;
        faults.extend(
            verdict.findings.iter().map(|finding| format!("{name}: {}: {}", finding.place, finding.message)),
        );
    }
    Ok(crate::verify::Verdict { faults, ..crate::verify::Verdict::default() })
}

/// Measures one package and holds it to what was agreed to.
pub fn gate(root: &Path, target: &Target, asked: Asked<'_>) -> Result<(Measured, Verdict), RunError> {
    let ratchet = target.ratchet(root)?;
    let measured = target.measure(root, asked)?;
    let verdict = judge(&measured.measure, &ratchet, &target.ratchet);
    Ok((measured, verdict))
}

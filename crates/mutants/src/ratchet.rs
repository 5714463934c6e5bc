//! `mutants.toml`: what was measured last and agreed to, so that no change makes it worse unseen.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::measure::Measure;
use crate::mutant::{Key, Outcome};
use crate::skips::Skip;

/// What was measured last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ratchet {
    /// With what; none before the first measure.
    pub measured: Option<Measured>,
    /// The part of a large package that is tried unless something else is asked for; none where that is all of it.
    pub sample: Option<Sample>,
    /// How many mutants each rule had, by its words.
    pub rules: BTreeMap<String, usize>,
    /// Those that no test noticed.
    pub survivors: Vec<Survivor>,
    /// What is kept from being mutated.
    pub skips: Vec<Skip>,
}

/// What a measure depends on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The tool with its version.
    pub with: String,
    /// A hash of the package's sources.
    pub sources: String,
    /// A hash of its tests.
    pub tests: String,
    /// A hash of the crates that its tests stand on: they decide, too, what a test notices.
    pub ground: String,
}

/// Some mutants of a package, chosen by a seed: the same each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// How many.
    pub count: usize,
    /// Another one chooses others.
    pub seed: u64,
}

/// A mutant that was agreed to survive, for now or for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    /// Which.
    pub key: Key,
    /// How many mutants have this key: two `==` of one function cannot be told apart without lines.
    pub count: usize,
    /// Why no test can notice it; none where one is missing.
    pub reason: Option<String>,
}

/// The file is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum RatchetError {
    /// It is no TOML, or has other keys.
    #[error("{0}")]
    Format(String),
    /// A reason that says nothing.
    #[error("the survivor `{0}` has an empty reason: say why no test can notice it, or leave the reason out")]
    EmptyReason(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    measured: Option<Measured>,
    sample: Option<Sample>,
    #[serde(default)]
    rules: BTreeMap<String, usize>,
    #[serde(default)]
    survivor: Vec<WrittenSurvivor>,
    #[serde(default)]
    skip: Vec<WrittenSkip>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSurvivor {
    file: String,
    #[serde(default)]
    function: String,
    kind: String,
    replacement: String,
    #[serde(default = "once")]
    count: usize,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSkip {
    file: String,
    #[serde(default)]
    item: String,
}

fn once() -> usize {
    1
}

const HEAD: &str = "\
# What mutation testing found here last; `cargo xtask mutants {name}` holds every change against it, and with --accept
# writes it anew. By hand, give a survivor that no test can notice its reason:   reason = \"…\"
";

impl Ratchet {
    /// Reads the text of a `mutants.toml`.
    pub fn parse(text: &str) -> Result<Self, RatchetError> {
        let mut written: Written =
            toml_edit::de::from_str(text).map_err(|error| RatchetError::Format(error.to_string()))?;
        let mut survivors = Vec::new();
        for WrittenSurvivor { file, function, kind, replacement, count, reason } in written.survivor.drain(..)
        {
            if reason.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
                return Err(RatchetError::EmptyReason(format!("{file}: {replacement}")));
            }
            survivors.push(Survivor { key: Key { file, function, kind, replacement }, count, reason });
        }
        let skips = written.skip.drain(..).map(|WrittenSkip { file, item }| Skip { file, item }).collect();
        let Written { measured, sample, rules, .. } = written;
        Ok(Self { measured, sample, rules, survivors, skips })
    }

    /// What this measure makes of it: what was not tried stays as it was, and reasons stay with their mutants.
    #[must_use]
    pub fn after(&self, measure: &Measure, tool: &str) -> Self {
        let decided: Vec<_> = measure.judged.iter().filter(|judged| !judged.waits).collect();
        let mut rules: BTreeMap<String, usize> = BTreeMap::new();
        for judged in &decided {
            *rules.entry(judged.rule.to_string()).or_default() += 1;
        }
        let mut survivors: BTreeMap<&Key, Survivor> = BTreeMap::new();
        let old = |key: &Key| self.survivors.iter().find(|survivor| survivor.key == *key);
        for judged in &decided {
            let survives = match judged.outcome {
                Outcome::Missed => true,
                Outcome::NotRun => old(&judged.key).is_some(),
                Outcome::Caught | Outcome::Timeout | Outcome::Unviable => false,
            };
            if survives {
                let reason = old(&judged.key).and_then(|survivor| survivor.reason.clone());
                let new = || Survivor { key: judged.key.clone(), count: 0, reason };
                survivors.entry(&judged.key).or_insert_with(new).count += 1;
            }
        }
        // A part that was not tried cannot be told to have been measured with what is there now.
        let measured = if measure.is_whole() {
            let hashes = measure.hashes.clone();
            Some(Measured {
                with: tool.to_owned(),
                sources: hashes.sources,
                tests: hashes.tests,
                ground: measure.ground.clone(),
            })
        } else {
            self.measured.clone()
        };
        let survivors = survivors.into_values().collect();
        Self { measured, sample: self.sample, rules, survivors, skips: measure.skips.clone() }
    }

    /// The text of the file, for the package that is called `name`.
    pub fn render(&self, name: &str) -> String {
        let mut document = DocumentMut::new();
        if let Some(measured) = &self.measured {
            let mut table = Table::new();
            table["with"] = value(&measured.with);
            table["sources"] = value(&measured.sources);
            table["tests"] = value(&measured.tests);
            table["ground"] = value(&measured.ground);
            document["measured"] = Item::Table(table);
        }
        if let Some(sample) = self.sample {
            let mut table = Table::new();
            table["count"] = number(sample.count);
            table["seed"] = value(i64::try_from(sample.seed).unwrap_or(i64::MAX));
            document["sample"] = Item::Table(table);
        }
        if !self.rules.is_empty() {
            let mut table = Table::new();
            table
                .decor_mut()
                .set_prefix("\n# How many mutants each rule has: fewer mean that logic went elsewhere.\n");
            for (rule, count) in &self.rules {
                table[rule] = number(*count);
            }
            document["rules"] = Item::Table(table);
        }
        let mut survivors = ArrayOfTables::new();
        for Survivor { key, count, reason } in &self.survivors {
            let mut table = keyed([("file", &key.file), ("function", &key.function)]);
            table["kind"] = value(&key.kind);
            table["replacement"] = value(&key.replacement);
            if *count != 1 {
                table["count"] = number(*count);
            }
            if let Some(reason) = reason {
                table["reason"] = value(reason);
            }
            survivors.push(table);
        }
        let mut skips = ArrayOfTables::new();
        self.skips.iter().for_each(|skip| skips.push(keyed([("file", &skip.file), ("item", &skip.item)])));
        for (name, tables) in [("survivor", survivors), ("skip", skips)] {
            if !tables.is_empty() {
                document[name] = Item::ArrayOfTables(tables);
            }
        }
        let body = document.to_string();
        let gap = if body.is_empty() || body.starts_with('\n') { "" } else { "\n" };
        format!("{}{gap}{body}", HEAD.replace("{name}", name))
    }
}

/// A table of texts, the empty ones left out.
fn keyed<const N: usize>(texts: [(&str, &String); N]) -> Table {
    let mut table = Table::new();
    for (name, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        table[name] = value(text);
    }
    table
}

fn number(count: usize) -> Item {
    value(i64::try_from(count).unwrap_or(i64::MAX))
}

//! Mutants and their outcomes, as cargo-mutants writes them to `mutants.json` and `outcomes.json`.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::prepare::original;

/// One change to a source that a test should notice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Mutant {
    /// `file:line:column: what is changed`; unique within a run.
    pub name: String,
    /// The name by which cargo-mutants knows it in the copy that it mutates.
    #[serde(skip)]
    pub name_in_copy: String,
    /// The file, from the root of the workspace that was mutated, with slashes.
    pub file: String,
    /// The function around the change; none for a constant.
    pub function: Option<Function>,
    /// The text that is replaced.
    pub span: Span,
    /// What it is replaced by; empty where it is deleted.
    pub replacement: String,
    /// The kind of change.
    pub genre: Genre,
}

/// The function around a mutant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Function {
    /// Its name with the `impl` around it: `<impl Decision for Submit>::decide`.
    pub function_name: String,
}

/// A range of text: the start belongs to it, the end does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Where it begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// A place in a file, both counted from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The kinds of changes that cargo-mutants makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all(serialize = "kebab-case"))]
pub enum Genre {
    /// The body of a function becomes a fixed value.
    FnValue,
    /// `==` becomes `!=`, and the like.
    BinaryOperator,
    /// `!` or `-` is deleted.
    UnaryOperator,
    /// One arm of a `match` is deleted.
    MatchArm,
    /// The guard of an arm becomes `true` or `false`.
    MatchArmGuard,
    /// One field of a struct expression is left to its `..base`.
    StructField,
}

/// What identifies a mutant while the code around it moves: not its line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The file, from the root of the package.
    pub file: String,
    /// The function; empty outside of one.
    pub function: String,
    /// The kind of change, in kebab case.
    pub kind: String,
    /// The change in words: ``replace == with !=``.
    pub replacement: String,
}

/// What became of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A test failed.
    Caught,
    /// All tests passed.
    Missed,
    /// The tests did not end in time. It shows neither that a test notices nor that none does.
    Timeout,
    /// The change does not compile, hence shows nothing.
    Unviable,
    /// It was not tried in this run.
    NotRun,
}

/// The output of cargo-mutants is not what this version of it writes.
#[derive(Debug, thiserror::Error)]
#[error("read {what} of cargo-mutants")]
pub struct OutputError {
    what: &'static str,
    source: serde_json::Error,
}

/// The mutants that `cargo mutants --list --json` prints.
pub fn listed(json: &str) -> Result<Vec<Mutant>, OutputError> {
    let mut mutants: Vec<Mutant> =
        serde_json::from_str(json).map_err(|source| OutputError { what: "the list of mutants", source })?;
    for mutant in &mut mutants {
        let name = original(&mutant.name);
        mutant.name_in_copy = std::mem::replace(&mut mutant.name, name);
    }
    Ok(mutants)
}

/// The outcome of each mutant by its name, from `outcomes.json`. The exit code of cargo-mutants is not asked: it tells
/// less.
pub fn outcomes(json: &str) -> Result<HashMap<String, Outcome>, OutputError> {
    let written: Written =
        serde_json::from_str(json).map_err(|source| OutputError { what: "outcomes.json", source })?;
    let judged = written.outcomes.into_iter().filter_map(|each| match each.scenario {
        Scenario::Baseline => None,
        Scenario::Mutant(mutant) => Some((original(&mutant.name), each.summary.into())),
    });
    Ok(judged.collect())
}

#[derive(Deserialize)]
struct Written {
    outcomes: Vec<WrittenOutcome>,
}

#[derive(Deserialize)]
struct WrittenOutcome {
    scenario: Scenario,
    summary: Summary,
}

#[derive(Deserialize)]
enum Scenario {
    Baseline,
    Mutant(Named),
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
enum Summary {
    Success,
    CaughtMutant,
    MissedMutant,
    Unviable,
    Failure,
    Timeout,
}

impl From<Summary> for Outcome {
    fn from(summary: Summary) -> Self {
        match summary {
            Summary::CaughtMutant => Self::Caught,
            Summary::MissedMutant => Self::Missed,
            Summary::Unviable => Self::Unviable,
            Summary::Timeout => Self::Timeout,
            // Only said of checks that run no tests, and of what the tool itself did not understand.
            Summary::Success | Summary::Failure => Self::NotRun,
        }
    }
}

impl Mutant {
    /// A regular expression that matches the name of this mutant and of no other, for `cargo mutants --re`.
    pub fn pattern(&self) -> String {
        let special = |each: char| r"\.+*?()|[]{}^$#&-~".contains(each);
        let escaped = self
            .name_in_copy
            .chars()
            .flat_map(|each| special(each).then_some('\\').into_iter().chain([each]));
        format!("^{}$", escaped.collect::<String>())
    }

    /// The change in words, without place and function: ``replace == with !=``.
    pub fn change(&self) -> &str {
        let text = self.name.splitn(4, ':').nth(3).map_or(self.name.as_str(), str::trim_start);
        let within = self.function.as_ref().filter(|_| self.genre != Genre::FnValue);
        within
            .and_then(|function| text.strip_suffix(&format!(" in {}", function.function_name)))
            .unwrap_or(text)
    }

    /// What identifies it in the files of the package at `folder`, as `services/lc-application/domain`.
    pub fn key(&self, folder: &str) -> Key {
        Key {
            file: inside(folder, &self.file).to_owned(),
            function: self
                .function
                .as_ref()
                .map(|function| function.function_name.clone())
                .unwrap_or_default(),
            kind: self.genre.to_string(),
            replacement: self.change().to_owned(),
        }
    }
}

/// A path from the root of the workspace, as one from the package's folder.
pub(crate) fn inside<'a>(folder: &str, file: &'a str) -> &'a str {
    file.strip_prefix(folder).map_or(file, |rest| rest.trim_start_matches('/'))
}

impl fmt::Display for Genre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FnValue => "fn-value",
            Self::BinaryOperator => "binary-operator",
            Self::UnaryOperator => "unary-operator",
            Self::MatchArm => "match-arm",
            Self::MatchArmGuard => "match-arm-guard",
            Self::StructField => "struct-field",
        })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

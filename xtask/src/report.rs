//! Messages and results that several subcommands print.

use std::path::{Path, PathBuf};

use macadam_board::codes::Severity;
use macadam_board::diagnostic::{Diagnostic, nearest, render};
use macadam_board::{Board, Neighbours};
use macadam_runner::RunError;
use macadam_runner::exit::Exit;
use macadam_runner::slo::query::QueryError;
use macadam_runner::workspace::{contexts, root_of};
use macadam_scaffold::{Action, Owner, ScaffoldError, Written};
use serde_json::json;

use crate::terminal::{message, result};

/// The repository that contains the current folder; prints an error if there is none.
pub(crate) fn root() -> Option<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    let root = root_of(&here);
    if root.is_none() {
        message(&format!("error: `{}` is not inside a Macadam repository", here.display()));
    }
    root
}

/// The boards of these contexts, or of all; prints their findings.
pub(crate) fn boards(root: &Path, chosen: &[String]) -> Result<Vec<(String, Board)>, Exit> {
    let known = contexts(root);
    let chosen = if chosen.is_empty() { &known } else { chosen };
    let neighbours = Neighbours::in_services(&root.join("services"));
    let mut boards = Vec::new();
    for name in chosen {
        if !known.contains(name) {
            let near = nearest(name, known.iter().map(String::as_str));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            message(&format!("error: no context `{name}` in services/{hint}"));
            return Err(Exit::Usage);
        }
        let file = format!("services/{name}/context.toml");
        let text = std::fs::read_to_string(root.join(&file)).map_err(|error| {
            message(&format!("error: read `{file}`: {error}"));
            Exit::Refused
        })?;
        let (board, findings) = Board::parse_among(&file, &text, &neighbours);
        refused(&findings, &text);
        boards.push((name.clone(), board.ok_or(Exit::Refused)?));
    }
    Ok(boards)
}

/// Prints the findings about a board.
pub(crate) fn refused(findings: &[Diagnostic], text: &str) {
    if !findings.is_empty() {
        message(render(findings, text, true).trim_end());
    }
}

/// Prints how many findings there are, and how to learn more of the first; returns how many are errors.
pub(crate) fn counted(findings: &[Diagnostic]) -> usize {
    let errors = findings.iter().filter(|found| found.severity == Severity::Error).count();
    let warnings = findings.len() - errors;
    if let Some(first) = findings.first() {
        let (s, w) = (plural(errors), plural(warnings));
        message(&format!(
            "\n{errors} error{s}, {warnings} warning{w}; `cargo xtask explain {}` explains the first",
            first.code
        ));
    }
    errors
}

/// What is added to a noun that is counted.
pub(crate) fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Prints the files of one context.
pub(crate) fn written(context: &str, files: &[Written], dry_run: bool, as_json: bool) {
    if as_json {
        result(&json!({ "format": 1, "context": context, "dry_run": dry_run, "files": files }).to_string());
        return;
    }
    let changed: Vec<&Written> = files.iter().filter(|file| file.action != Action::Unchanged).collect();
    if changed.is_empty() {
        result(&format!("{context}: nothing to do: {} managed files are up to date", files.len()));
        return;
    }
    for file in &changed {
        let (owner, action) = (word(file.owner), word(file.action));
        result(&format!("{action:9} {owner:7} {:>4} lines  {}  — {}", file.lines, file.path, file.purpose));
    }
    for owner in [Owner::Owned, Owner::Managed] {
        let own = changed.iter().filter(|file| file.owner == owner);
        let (count, lines) = own.fold((0, 0), |(count, lines), file| (count + 1, lines + file.lines));
        if count == 0 {
            continue;
        }
        result(&format!("{context}: {count} {} files, {lines} lines", word(owner)));
    }
}

pub(crate) fn word(value: impl serde::Serialize) -> String {
    json!(value).as_str().unwrap_or_default().to_owned()
}

/// Prints why something did not run.
pub(crate) fn run_error(error: &RunError) -> Exit {
    if let RunError::Scaffold(error) = error {
        return scaffold_error(error);
    }
    message(&format!("error: {}", error.chain()));
    if let RunError::Query(error) = error {
        message(&format!("help: {}", error.remedy()));
    }
    match error {
        RunError::NoContext
        | RunError::Unknown { .. }
        | RunError::Base { .. }
        | RunError::Query(QueryError::Address(_)) => Exit::Usage,
        RunError::Missing { .. } | RunError::Query(_) => Exit::Prerequisite,
        RunError::Ratchet { .. } | RunError::Samples { .. } => Exit::Refused,
        RunError::Baseline { .. } | RunError::Source(_) => Exit::BrokenBaseline,
        _ => Exit::Gate,
    }
}

/// Prints why no files were written, and returns the exit code.
pub(crate) fn scaffold_error(error: &ScaffoldError) -> Exit {
    let mut text = format!("error: {error}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    message(&text);
    match error {
        ScaffoldError::Render { .. } | ScaffoldError::Format { .. } => Exit::Bug,
        ScaffoldError::Missing { .. } => Exit::Prerequisite,
        _ => Exit::Refused,
    }
}

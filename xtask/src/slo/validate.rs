//! `cargo xtask slo validate`: checks OpenSLO documents, and writes nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use macadam_board::diagnostic::{Diagnostic, any_error, render, to_json};
use macadam_runner::exit::Exit;
use macadam_runner::slo::generate::{AGREEMENTS, documents};
use macadam_slo::lint::{placed, refused};
use macadam_slo::model::Catalog;
use macadam_slo::openslo::{Sla, read, slas};

use crate::report::{counted, plural, root, run_error};
use crate::terminal::{MORE, message, result};

/// Check OpenSLO documents, and print what is wrong and how to correct it
#[derive(Args)]
#[command(before_help = "Example: cargo xtask slo validate", after_help = MORE)]
pub(crate) struct Validate {
    /// The files; without one, all of slo/ that people write, with slo/generated/*.slis.yaml. References may also lead to
    /// generated/*.slis.yaml beside a file.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print the findings as JSON (docs/schemas/diagnostics.schema.json).
    #[arg(long)]
    json: bool,
}

impl Validate {
    pub(crate) fn run(&self) -> Exit {
        let (chosen, referred) = match self.choose() {
            Ok(files) => files,
            Err(exit) => return exit,
        };
        let mut texts = Vec::new();
        for file in &chosen {
            match text_of(file) {
                Ok(text) => texts.push(text),
                Err(exit) => return exit,
            }
        }
        // What cannot be read here is missing where it is referred to, which is reported.
        texts.extend(referred.iter().filter_map(|file| text_of(file).ok()));
        let (catalog, mut findings) = read(&texts);
        let names: BTreeSet<_> = texts[..chosen.len()].iter().map(|(name, _)| name.as_str()).collect();
        findings.retain(|found| names.contains(found.file.as_str()));
        if !any_error(&findings) {
            findings.extend(not_generated(&texts[..chosen.len()], &catalog));
        }
        texts.truncate(chosen.len());
        let mut agreed = Vec::new();
        if let Some((file, text)) = self.agreements() {
            let (slas, found) = slas(&file, &text, &catalog);
            findings.extend(found);
            agreed = slas;
            texts.push((file, text));
        }
        if self.json {
            result(&to_json(&findings));
        } else {
            show(&texts, &catalog, &agreed, &findings);
        }
        if any_error(&findings) { Exit::Refused } else { Exit::Done }
    }

    /// The repository's agreements, if there are any, where all of it is checked.
    fn agreements(&self) -> Option<(String, String)> {
        let file = root().filter(|_| self.files.is_empty())?.join(AGREEMENTS);
        if file.is_file() { text_of(&from_here(&file)).ok() } else { None }
    }

    /// The files to check, and those that references may lead to.
    fn choose(&self) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Exit> {
        if self.files.is_empty() {
            let files = repository(&root().ok_or(Exit::Usage)?)?;
            if files.is_empty() {
                message(
                    "error: there is no file slo/*.yaml\nhelp: name the files, or write slo/<context>.yaml",
                );
                return Err(Exit::Usage);
            }
            return Ok((files, Vec::new()));
        }
        let given: BTreeSet<_> = self.files.iter().filter_map(|file| file.canonicalize().ok()).collect();
        let folders: BTreeSet<_> = self.files.iter().filter_map(|file| file.parent()).collect();
        let beside = folders.into_iter().flat_map(|folder| listed(&folder.join("generated"), ".slis.yaml"));
        let is_given = |file: &PathBuf| file.canonicalize().is_ok_and(|file| given.contains(&file));
        Ok((self.files.clone(), beside.filter(|file| !is_given(file)).collect()))
    }
}

/// The repository's documents, as seen from the current folder: what people write in slo/, and slo/generated/*.slis.yaml.
fn repository(root: &Path) -> Result<Vec<PathBuf>, Exit> {
    let owned = documents(root).map_err(|error| run_error(&error))?;
    let mut files: Vec<_> = owned.iter().map(|file| root.join(file)).collect();
    files.extend(listed(&root.join("slo/generated"), ".slis.yaml"));
    Ok(files.iter().map(|file| from_here(file)).collect())
}

/// The path as seen from the current folder.
fn from_here(file: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    file.strip_prefix(&here).unwrap_or(file).to_owned()
}

/// The files in a folder whose names end so, in order.
fn listed(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.map(|entry| entry.path());
    let mut files: Vec<_> =
        files.filter(|file| file.to_string_lossy().ends_with(ending) && file.is_file()).collect();
    files.sort();
    files
}

/// A file's name and its text.
fn text_of(file: &Path) -> Result<(String, String), Exit> {
    let name = file.display().to_string();
    match std::fs::read_to_string(file) {
        Ok(text) => Ok((name, text)),
        Err(error) => {
            message(&format!(
                "error: failed to read `{name}`: {error}\nhelp: give the path of a readable YAML file"
            ));
            Err(Exit::Refused)
        }
    }
}

/// SLOs of these files that are valid, and of which no rules can be made.
fn not_generated(texts: &[(String, String)], catalog: &Catalog) -> Vec<Diagnostic> {
    let found = catalog.slos.iter().filter_map(refused);
    let placed = found.filter_map(|found| {
        let (_, text) = texts.iter().find(|(name, _)| *name == found.file)?;
        Some(placed(found, text))
    });
    placed.collect()
}

/// Prints findings to stderr, and what is valid to stdout.
fn show(texts: &[(String, String)], catalog: &Catalog, agreed: &[Sla], findings: &[Diagnostic]) {
    for (name, text) in texts {
        let found: Vec<_> = findings.iter().filter(|found| found.file == *name).cloned().collect();
        if !found.is_empty() {
            message(render(&found, text, true).trim_end_matches('\n'));
        }
        if !any_error(&found) {
            let slos = catalog.slos.iter().filter(|slo| slo.place.file == *name).count();
            let outside = agreed.iter().filter(|sla| sla.place.file == *name).count();
            let (number, what) = if outside > 0 { (outside, "SLA") } else { (slos, "SLO") };
            result(&format!("{name}: valid, {number} {what}{}", plural(number)));
        }
    }
    let errors = counted(findings);
    if errors == 0 {
        message("next: `cargo xtask slo generate`");
    }
}

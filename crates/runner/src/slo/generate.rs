//! What `slo/` and `dashboards/` should hold, compared with what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use macadam_board::Board;
use macadam_board::codes::{Code, Severity};
use macadam_board::diagnostic::Diagnostic;
use macadam_slo::dashboard::{DashboardError, Feature, dashboards};
use macadam_slo::generate::{
    About, FilesError, Generated, Input, RuleFile, files, indicator_file, receivers_missing, receivers_seed,
    rule_files, seed,
};
use macadam_slo::lint::{self, Known, Written, rules_file};
use macadam_slo::measures::{Measures, MeasuresError};
use macadam_slo::model::Catalog;
use macadam_slo::openslo::{self, Sla};
use serde::Serialize;

use crate::{RunError, io, replace};

/// Folders in which every file is generated.
const GENERATED: &[&str] = &["slo/generated", "dashboards/generated"];
/// Owned: where alerts go.
pub const RECEIVERS: &str = "slo/receivers.yaml";

/// Owned: what was promised outside; optional.
pub const AGREEMENTS: &str = "slo/slas.yaml";

/// Owned: where the Prometheus of `deploy/observability` finds each context.
const TARGETS: &str = "deploy/observability/targets";

/// What is done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It does not exist yet.
    Create,
    /// It exists and differs.
    Update,
    /// It exists and is the same.
    Unchanged,
    /// Nothing generates it any more.
    Remove,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// Path from the repository's root, with slashes.
    pub path: String,
    /// What is done with it.
    pub change: Change,
    /// Whether it is the team's, and is only seeded or added to.
    pub owned: bool,
    /// What it should be.
    #[serde(skip)]
    pub text: String,
}

/// Files of OpenSLO that have mistakes.
#[derive(Debug)]
pub struct Refused {
    /// What is wrong, in the order of files.
    pub findings: Vec<Diagnostic>,
    /// The texts of the files, by name.
    pub texts: BTreeMap<String, String>,
}

/// Why nothing could be planned.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A file of OpenSLO.
    #[error("the SLOs have mistakes")]
    OpenSlo(Refused),
    /// Rules or Alertmanager's configuration.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// Dashboards.
    #[error(transparent)]
    Dashboards(#[from] DashboardError),
    /// A contract of what a context measures.
    #[error(transparent)]
    Measures(#[from] MeasuresError),
    /// Reading or writing.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// What is made from SLOs and boards.
pub(super) struct Made {
    /// All SLOs.
    pub(super) catalog: Catalog,
    /// The rules of each context.
    pub(super) rules: Vec<(About, RuleFile)>,
    /// The texts of the OpenSLO files.
    pub(super) texts: BTreeMap<String, String>,
    /// All files that should be there.
    pub(super) files: Vec<Generated>,
}

/// What is said of each context, and the SLOs of the repository as they are now, whether generated or not.
pub fn loaded(root: &Path, boards: &[(String, Board)]) -> Result<(Vec<About>, Catalog), PlanError> {
    let links = links(root);
    let contexts: Vec<About> = boards.iter().map(|(_, board)| about(board, &links)).collect();
    let fresh: Vec<Generated> = contexts.iter().map(indicator_file).collect();
    let catalog = catalog(root, &fresh)?;
    Ok((contexts, catalog))
}

/// The agreements of `slo/slas.yaml`, none if there is no such file.
pub fn agreements(root: &Path, catalog: &Catalog) -> Result<Vec<Sla>, PlanError> {
    let Some(text) = read(root, AGREEMENTS)? else { return Ok(Vec::new()) };
    let (slas, findings) = openslo::slas(AGREEMENTS, &text, catalog);
    if findings.is_empty() {
        return Ok(slas);
    }
    let texts = BTreeMap::from([(AGREEMENTS.to_owned(), text)]);
    Err(PlanError::OpenSlo(Refused { findings, texts }))
}

/// All that is generated from SLOs, but for the tests of rules.
pub(super) fn made(root: &Path, boards: &[(String, Board)]) -> Result<Made, PlanError> {
    let links = links(root);
    let contexts: Vec<About> = boards.iter().map(|(_, board)| about(board, &links)).collect();
    let mut wanted: Vec<Generated> = contexts.iter().map(indicator_file).collect();
    for ((_, board), about) in boards.iter().zip(&contexts) {
        let path = format!("slo/{}.yaml", about.context);
        if read(root, &path)?.is_none() {
            wanted.push(Generated { text: seed(about, &board.context.summary.value), path, owned: true });
        }
        let path = format!("{TARGETS}/{}.yaml", about.context);
        if root.join(TARGETS).is_dir() && read(root, &path)?.is_none() {
            wanted.push(Generated { text: targets(&about.context), path, owned: true });
        }
    }
    let receivers = receivers(root, &contexts, &mut wanted)?;
    let texts = texts(root, &wanted)?;
    let catalog = read_catalog(&texts)?;
    agreements(root, &catalog)?;
    let mut runbooks = BTreeMap::new();
    for about in &contexts {
        let path = format!("services/{}/docs/runbook.md", about.context);
        runbooks.extend(read(root, &path)?.map(|text| (about.context.clone(), text)));
    }
    let input = Input { contexts: &contexts, catalog: &catalog, receivers: &receivers, runbooks: &runbooks };
    let rules = rule_files(&input).map_err(FilesError::from)?;
    wanted.extend(files(&input, &rules)?);
    let features =
        boards.iter().map(|(_, board)| (board.context.name.to_string(), Feature::of(board))).collect();
    let dashboards = dashboards(&rules, &catalog, &features)?;
    lint(root, &catalog, &rules, &dashboards)?;
    wanted.extend(dashboards);
    Ok(Made { catalog, rules, texts, files: wanted })
}

/// Where Prometheus finds a context: at the admin port that it has if nothing else is configured.
fn targets(context: &str) -> String {
    format!(
        "# The admin port of {context} (`admin.listen`), as Prometheus reaches it. Several replicas are several targets.\n\
         - targets: [host.docker.internal:9464]\n  labels:\n    job: {context}\n"
    )
}

/// Refuses queries, rules and dashboards that name what nothing exports, or compute something else than was meant.
fn lint(
    root: &Path,
    catalog: &Catalog,
    rules: &[(About, RuleFile)],
    dashboards: &[Generated],
) -> Result<(), PlanError> {
    let mut contexts = Vec::new();
    for (about, _) in rules {
        let path = format!("contracts/{}/metrics.json", about.context);
        let measures = read(root, &path)?.map(|text| Measures::parse(&path, &text)).transpose()?;
        contexts.push((about.context.clone(), measures));
    }
    let known = Known::of(&contexts);
    let mut known = rules.iter().fold(known, |known, (_, file)| known.with_rules(file));
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for path in listed(root, "slo")?.into_iter().chain(listed(root, "slo/generated")?) {
        texts.extend(read(root, &path)?.map(|text| (path, text)));
    }
    let by_hand =
        texts.iter().filter(|(path, _)| path.ends_with(".rules.yaml") && !path.starts_with(GENERATED[0]));
    let (by_hand, faults): (Vec<Written>, Vec<_>) =
        by_hand.map(|(path, text)| Written::read(path, text)).unzip();
    for written in &by_hand {
        written.known(&mut known);
    }
    let mut findings: Vec<Diagnostic> = faults.into_iter().flatten().collect();
    findings.extend(by_hand.iter().flat_map(|written| rules_file(written, &known)));
    findings.extend(lint::queries(catalog, &known));
    let sources: Vec<_> = texts.clone().into_iter().collect();
    if let Some(kept) = lint::kept(&sources) {
        findings.extend(catalog.slos.iter().filter_map(|slo| lint::retention(slo, kept)));
    }
    // Rules and dashboards repeat what is wrong with an SLI.
    if findings.is_empty() {
        let generated = rules.iter().flat_map(|(about, file)| {
            lint::rules(&format!("slo/generated/{}.rules.yaml", about.context), file, &known)
        });
        findings.extend(generated);
        findings.extend(dashboards.iter().flat_map(|file| lint::dashboard(&file.path, &file.text, &known)));
    }
    if !findings.iter().any(|found| found.severity == Severity::Error) {
        return Ok(());
    }
    for file in findings.iter().map(|found| found.file.clone()).collect::<Vec<_>>() {
        texts.entry(file).or_default();
    }
    let findings =
        findings.into_iter().map(|found| lint::placed(found.clone(), &texts[&found.file])).collect();
    Err(PlanError::OpenSlo(Refused { findings, texts }))
}

/// Writes what was planned. Each file is replaced as a whole.
pub fn write(root: &Path, planned: &[Planned]) -> Result<(), RunError> {
    for Planned { path, change, text, .. } in planned {
        let file = root.join(path);
        match change {
            Change::Unchanged => {}
            Change::Remove => std::fs::remove_file(&file).map_err(io("remove", &file))?,
            Change::Create | Change::Update => replace(&file, text)?,
        }
    }
    Ok(())
}

/// The SLOs of the repository, with the generated SLIs that they refer to; `fresh` is read in place of what is there.
pub fn catalog(root: &Path, fresh: &[Generated]) -> Result<Catalog, PlanError> {
    read_catalog(&texts(root, fresh)?)
}

fn texts(root: &Path, fresh: &[Generated]) -> Result<BTreeMap<String, String>, RunError> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for path in documents(root)? {
        texts.extend(read(root, &path)?.map(|text| (path, text)));
    }
    let documents = fresh.iter().filter(|file| is_document(&file.path));
    texts.extend(documents.map(|file| (file.path.clone(), file.text.clone())));
    Ok(texts)
}

fn read_catalog(texts: &BTreeMap<String, String>) -> Result<Catalog, PlanError> {
    let files: Vec<(String, String)> = texts.clone().into_iter().collect();
    let (catalog, findings) = openslo::read(&files);
    let stops = |found: &Diagnostic| found.severity == Severity::Error || found.code == Code::NotGenerated;
    if findings.iter().any(stops) {
        Err(PlanError::OpenSlo(Refused { findings, texts: texts.clone() }))
    } else {
        Ok(catalog)
    }
}

/// The files of OpenSLO that people write: `slo/*.yaml`, but for the receivers, agreements and rules written by hand.
pub fn documents(root: &Path) -> Result<Vec<String>, RunError> {
    let paths = listed(root, "slo")?;
    Ok(paths.into_iter().filter(|path| is_document(path)).collect())
}

fn is_document(path: &str) -> bool {
    let Some(name) = path.strip_prefix("slo/").and_then(|path| path.strip_suffix(".yaml")) else {
        return false;
    };
    let generated = name.starts_with("generated/");
    let kind = name.rsplit_once('.').map(|(_, kind)| kind);
    ![RECEIVERS, AGREEMENTS].contains(&path)
        && if generated { kind == Some("slis") } else { kind != Some("rules") }
}

/// `slo/receivers.yaml` with what it lacks.
fn receivers(root: &Path, contexts: &[About], wanted: &mut Vec<Generated>) -> Result<String, PlanError> {
    let owners: BTreeSet<&str> = contexts.iter().map(|about| about.owner.as_str()).collect();
    let theirs = read(root, RECEIVERS)?;
    let text = match &theirs {
        None => receivers_seed(&owners),
        Some(theirs) => {
            let missing = receivers_missing(theirs, &owners).map_err(FilesError::from)?;
            let end = if missing.is_empty() || theirs.ends_with('\n') { "" } else { "\n" };
            format!("{theirs}{end}{missing}")
        }
    };
    if theirs.as_ref() != Some(&text) {
        wanted.push(Generated { path: RECEIVERS.to_owned(), text: text.clone(), owned: true });
    }
    Ok(text)
}

fn about(board: &Board, links: &str) -> About {
    About {
        context: board.context.name.to_string(),
        owner: board.context.owner.to_string(),
        hours: board.context.hours.as_ref().map(|hours| hours.value.clone()),
        links: links.to_owned(),
    }
}

/// Where links into the repository begin: `[workspace.package] repository` of its Cargo.toml, or nowhere.
fn links(root: &Path) -> String {
    let text = std::fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    let manifest: toml_edit::DocumentMut = text.parse().unwrap_or_default();
    let package = manifest.get("workspace").and_then(|workspace| workspace.get("package"));
    let repository = package.and_then(|package| package.get("repository")).and_then(toml_edit::Item::as_str);
    repository.map_or_else(String::new, |at| format!("{}/blob/main/", at.trim_end_matches('/')))
}

/// These files beside what is there; what nothing generates any more is to be removed.
pub(super) fn compared(root: &Path, wanted: Vec<Generated>) -> Result<Vec<Planned>, RunError> {
    let mut planned = Vec::new();
    let paths: BTreeSet<String> = wanted.iter().map(|file| file.path.clone()).collect();
    for Generated { path, text, owned } in wanted {
        let change = match read(root, &path)? {
            None => Change::Create,
            Some(there) if there == text => Change::Unchanged,
            Some(_) => Change::Update,
        };
        planned.push(Planned { path, change, owned, text });
    }
    for folder in GENERATED {
        let orphans = listed(root, folder)?.into_iter().filter(|path| !paths.contains(path));
        planned.extend(orphans.map(|path| Planned {
            path,
            change: Change::Remove,
            owned: false,
            text: String::new(),
        }));
    }
    planned.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(planned)
}

/// The files directly in a folder, in order; none if there is no such folder.
fn listed(root: &Path, folder: &str) -> Result<Vec<String>, RunError> {
    let at = root.join(folder);
    if !at.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(&at).map_err(io("read", &at))? {
        let entry = entry.map_err(io("read", &at))?;
        if entry.path().is_file() {
            paths.push(format!("{folder}/{}", entry.file_name().to_string_lossy()));
        }
    }
    paths.sort();
    Ok(paths)
}

/// The file's text; nothing if it does not exist.
fn read(root: &Path, path: &str) -> Result<Option<String>, RunError> {
    let file = root.join(path);
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io("read", &file)(error)),
    }
}

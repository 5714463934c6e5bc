//! Proves generated rules: each shape of rules by scenarios, all else by having such a shape.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use macadam_board::Board;
use macadam_slo::generate::{About, Generated, RuleFile};
use macadam_slo::model::Slo;
use macadam_slo::proof::scenario::{Scenario, TestsFile};
use macadam_slo::proof::shape::{Shape, own_rules};
use macadam_slo_oracle::Document;

use super::generate::{Made, PlanError, made};
use super::promtool::{Promtool, check_alertmanager};
use super::stories::{Depth, Subject, Unproven};
use super::texts::unreadable;
use crate::verify::Verdict;
use crate::{RunError, io};

/// As many programs run at once.
const WORKERS: usize = 2;

/// Objectives whose rules are equal but for names.
pub(super) struct Shaped<'a> {
    /// The first of them: it is proven by scenarios.
    pub(super) subject: Subject<'a>,
    /// The rules of it alone.
    pub(super) rules: RuleFile,
    /// All of them, by name.
    pub(super) names: Vec<String>,
}

/// What can be proven, and what cannot.
pub(super) struct Proofs<'a> {
    pub(super) shapes: Vec<Shaped<'a>>,
    /// The names of objectives without scenarios, with the reason.
    pub(super) unproven: Vec<(String, Unproven)>,
}

/// Runs promtool and amtool on all that is generated, and the scenarios of each shape. With `only`, those of these
/// contexts.
pub fn prove(
    root: &Path,
    boards: &[(String, Board)],
    only: &[String],
    depth: Depth,
) -> Result<Verdict, PlanError> {
    let made = made(root, boards)?;
    let promtool = Promtool::installed()?;
    let mut verdict = Verdict::default();
    verdict.faults.extend(checked(root, &made, &promtool)?);
    let documents = documents(&made);
    let chosen = |about: &&About| only.is_empty() || only.contains(&about.context);
    let Proofs { shapes, unproven } = proofs(&made, &documents, &chosen);
    let depths: &[Depth] = if depth == Depth::Hours { &[Depth::Hours, Depth::Months] } else { &[depth] };
    let mut count = 0;
    for depth in depths.iter().copied() {
        let scenarios: Vec<Vec<Scenario>> = each(&shapes, |shaped| shaped.subject.scenarios(depth))
            .into_iter()
            .collect::<Result<_, _>>()
            .map_err(|error| RunError::Unexpected {
                what: "expected scenarios".to_owned(),
                answer: error.to_string(),
            })?;
        count += scenarios.iter().map(Vec::len).sum::<usize>();
        let pairs: Vec<_> = shapes.iter().zip(&scenarios).collect();
        let found = each(&pairs, |(shaped, of)| proven(&promtool, &shaped.rules, of, depth));
        for (found, (shaped, _)) in found.into_iter().zip(&pairs) {
            verdict.faults.extend(found?.into_iter().map(|line| format!("{}: {line}", shaped.names[0])));
        }
    }
    let objectives: usize = shapes.iter().map(|shaped| shaped.names.len()).sum();
    eprintln!(
        "{objectives} objectives have rules of {} shapes; promtool ran {count} scenarios of these",
        shapes.len()
    );
    for (name, reason) in unproven {
        eprintln!("not proven: {name}: {reason}");
    }
    Ok(verdict)
}

/// `slo/generated/<context>.tests.yaml` of each context: the scenarios of each shape in it.
pub(super) fn tests_files(made: &Made) -> Vec<Generated> {
    let documents = documents(made);
    each(&made.rules, |(about, rules)| {
        let Proofs { shapes, .. } = proofs(made, &documents, &|other| other.context == about.context);
        let scenarios: Vec<Scenario> = shapes
            .iter()
            .filter_map(|shaped| shaped.subject.scenarios(Depth::Hours).ok())
            .flatten()
            .collect();
        let context = &about.context;
        let path = format!("{context}.rules.yaml");
        let text = format!(
            "# Managed by Macadam: generated from slo/{context}.yaml by `cargo xtask slo generate`. Do not edit.\n\
             # `promtool test rules` runs it. What is expected was counted from single events, by what does not know the rules.\n{}",
            TestsFile { path: &path, rules, every_minutes: 1 }.text(&scenarios)
        );
        Generated { path: format!("slo/generated/{context}.tests.yaml"), text, owned: false }
    })
}

/// What the oracle reads in the files of OpenSLO.
pub(super) fn documents(made: &Made) -> Vec<Document> {
    made.texts.values().filter_map(|text| Document::all(text).ok()).flatten().filter_map(Result::ok).collect()
}

/// The shapes of these contexts, in the order of their first objectives.
pub(super) fn proofs<'a>(
    made: &'a Made,
    documents: &'a [Document],
    chosen: &dyn Fn(&&About) -> bool,
) -> Proofs<'a> {
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    let mut proofs = Proofs { shapes: Vec::new(), unproven: Vec::new() };
    for (about, file) in made.rules.iter().filter(|(about, _)| chosen(&about)) {
        for slo in made.catalog.slos.iter().filter(|slo| slo.service == about.context) {
            for objective in 0..slo.objectives.len() {
                add(&mut places, &mut proofs, file, (slo, objective), documents);
            }
        }
    }
    proofs
}

/// Rules without names, and what the oracle expects of them: two that are equal in both need one proof.
type Key = (Shape, String);

fn add<'a>(
    places: &mut BTreeMap<Key, usize>,
    proofs: &mut Proofs<'a>,
    file: &RuleFile,
    (slo, objective): (&'a Slo, usize),
    documents: &'a [Document],
) {
    let name = if slo.objectives.len() > 1 {
        format!("{}, objective {}", slo.name, objective + 1)
    } else {
        slo.name.clone()
    };
    let subject = match Subject::of(slo, objective, documents) {
        Ok(subject) => subject,
        Err(reason) => return proofs.unproven.push((name, reason)),
    };
    let rules = own_rules(file, slo, objective);
    let key = Shape::of(&rules, slo, objective).map(|shape| (shape, subject.expected()));
    if let Some(place) = key.as_ref().and_then(|key| places.get(key)) {
        proofs.shapes[*place].names.push(name);
        return;
    }
    places.extend(key.map(|key| (key, proofs.shapes.len())));
    proofs.shapes.push(Shaped { subject, rules, names: vec![name] });
}

/// What promtool's lints and amtool say of all generated files, and of rules that people wrote.
fn checked(root: &Path, made: &Made, promtool: &Promtool) -> Result<Vec<String>, RunError> {
    let folder = tempfile::tempdir().map_err(io("create", Path::new("a folder")))?;
    let mut rules = Vec::new();
    let mut found = Vec::new();
    for file in &made.files {
        let Some(name) = file.path.strip_prefix("slo/generated/") else { continue };
        let path = folder.path().join(name);
        std::fs::write(&path, &file.text).map_err(io("write", &path))?;
        if name.ends_with(".rules.yaml") {
            rules.push(path);
        } else if name == "alertmanager.yaml" {
            found.extend(check_alertmanager(&path)?);
        }
    }
    let own = std::fs::read_dir(root.join("slo")).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut own: Vec<_> = own.filter(|path| path.to_string_lossy().ends_with(".rules.yaml")).collect();
    own.sort();
    rules.extend(own);
    if !rules.is_empty() {
        found.extend(promtool.check(&rules)?);
    }
    Ok(found)
}

/// What is wrong with rules by their scenarios, and with the texts of their alerts.
fn proven(
    promtool: &Promtool,
    rules: &RuleFile,
    scenarios: &[Scenario],
    depth: Depth,
) -> Result<Vec<String>, RunError> {
    let mut found = tested(promtool, rules, scenarios, depth)?;
    // In the scenarios of days, not every alert fires.
    if found.is_empty() && depth == Depth::Hours {
        found = unreadable(promtool, rules, scenarios)?;
    }
    Ok(found)
}

/// What promtool finds wrong in the scenarios of a depth, in a folder of their own.
pub(super) fn tested(
    promtool: &Promtool,
    rules: &RuleFile,
    scenarios: &[Scenario],
    depth: Depth,
) -> Result<Vec<String>, RunError> {
    let folder = tempfile::tempdir().map_err(io("create", Path::new("a folder")))?;
    promtool.test_every(depth.every_minutes(), folder.path(), rules, scenarios)
}

/// Does the same to each item, several at once; the results are in the items' order.
pub(super) fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS.min(items.len()) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(place) else { break };
                    let result = work(item);
                    if let Ok(mut done) = done.lock() {
                        done.push((place, result));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

//! Gaps planted in a context made just now, each of which the gate must name.

use std::path::Path;

use macadam_mutants::FindingKind;
use macadam_scaffold::create;

use super::{Asked, Selection, Target, accept, copy, gate, targets, view, viewer};
use crate::fresh::parse_board;
use crate::verify::{Scratch, Verdict};
use crate::{RunError, io};

const BOARD: &str = include_str!("planted/gauge.toml");
/// The one command that somebody has decided; the other one waits for its example.
const RAISE: &str = include_str!("planted/raise.rs.txt");

/// A change to the decided command, and how the gate stops it: by a finding with these words, or, where the tests fail
/// already, by the name of the test.
struct Plant {
    name: &'static str,
    changes: &'static [(&'static str, &'static str)],
    stopped_by: Stop,
}

enum Stop {
    Finding(FindingKind, &'static str),
    Baseline(&'static str),
}

const PLANTS: &[Plant] = &[
    Plant {
        name: "a weakened example",
        changes: &[("by: 100 }).then(", "by: 50 }).then(")],
        stopped_by: Stop::Finding(FindingKind::NewSurvivor, "decision of Raise"),
    },
    Plant {
        name: "a deleted test",
        changes: &[("#[test]\n    fn more_than", "#[expect(dead_code)]\n    fn more_than")],
        stopped_by: Stop::Finding(FindingKind::NewSurvivor, "decision of Raise"),
    },
    Plant {
        name: "a weakened rule",
        changes: &[("self.by > limit()", "self.by > limit() * 2")],
        stopped_by: Stop::Baseline("more_than_the_limit_is_rejected"),
    },
    Plant {
        name: "a rule moved to facts.rs",
        changes: &[
            ("type Facts = ();", "type Facts = bool;"),
            ("(): &()", "too_much: &bool"),
            ("self.by > limit()", "*too_much"),
            ("fn limit() -> u32 {\n    100\n}\n", ""),
            (".when(Raise { by: 100 })", ".when_knowing(Raise { by: 100 }, &false)"),
            (".when(Raise { by: 101 })", ".when_knowing(Raise { by: 101 }, &true)"),
        ],
        stopped_by: Stop::Finding(FindingKind::FewerMutants, "decision of Raise"),
    },
];

/// Makes a context, decides one of its commands and agrees to the first measure, which has to pass; then plants each gap.
pub fn planted(root: &Path) -> Result<Verdict, RunError> {
    let scratch = Scratch::of(root)?;
    let board = parse_board(scratch.path(), "gauge.toml", BOARD)?;
    create(scratch.path(), &board, BOARD, false)?;
    let mut target = targets(scratch.path(), Some("gauge"))?.remove(0);
    // Copies by the scratch folder's own path would never be warm, and nobody would remove them.
    target.home = copy::home(root)?.join("planted");
    let mut verdict = Verdict::default();
    let waiting = stopped(&scratch, &target)?;
    if let Some(words) = waiting {
        verdict.faults.push(format!("a context in which nothing is decided is stopped: {words}"));
    }
    let raise = scratch.path().join("services/gauge/domain/src/gauge/raise.rs");
    let write = |text: &str| std::fs::write(&raise, text).map_err(io("write", &raise));
    write(RAISE)?;
    let asked = Asked { selection: &Selection::Whole, until: None, progress: &mut |_| {} };
    let (measured, first) = gate(scratch.path(), &target, asked)?;
    verdict.faults.extend(
        first.findings.iter().map(|finding| format!("its first decided command: {}", finding.message)),
    );
    accept(scratch.path(), &target, &Selection::Whole, &measured, false)?;
    verdict.faults.extend(viewer::faults(root, &view(scratch.path(), &measured)?)?);
    for plant in PLANTS {
        let mut text = RAISE.to_owned();
        for (from, to) in plant.changes {
            if !text.contains(from) {
                verdict.faults.push(format!("{}: there is no `{from}` to change", plant.name));
            }
            text = text.replace(from, to);
        }
        write(&text)?;
        let found = stopped(&scratch, &target)?.unwrap_or_default();
        let (kind, name) = match &plant.stopped_by {
            Stop::Finding(kind, rule) => (format!("{kind:?}"), *rule),
            Stop::Baseline(failing) => ("Baseline".to_owned(), *failing),
        };
        if !(found.contains(&kind) && found.contains(name)) {
            verdict.faults.push(format!("{}: expected {kind} with `{name}`, found: {found:?}", plant.name));
        }
    }
    Ok(verdict)
}

/// By what the gate is closed, in words.
fn stopped(scratch: &Scratch, target: &Target) -> Result<Option<String>, RunError> {
    let asked = Asked { selection: &Selection::Whole, until: None, progress: &mut |_| {} };
    match gate(scratch.path(), target, asked) {
        Ok((_, verdict)) if verdict.findings.is_empty() => Ok(None),
        Ok((_, verdict)) => Ok(Some(format!("{:?}", verdict.findings))),
        Err(RunError::Baseline { tail, .. }) => Ok(Some(format!("Baseline {tail}"))),
        Err(error) => Err(error),
    }
}

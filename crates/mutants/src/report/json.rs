//! The report for programs: docs/schemas/mutants.schema.json.

use serde_json::{Value, json};

use crate::measure::{Measure, Tally};
use crate::verdict::Verdict;

/// The reports of some packages.
pub fn json(reports: &[(Measure, Verdict)]) -> Value {
    json!({ "format": 1, "packages": reports.iter().map(package).collect::<Vec<_>>() })
}

fn package((measure, verdict): &(Measure, Verdict)) -> Value {
    let rules: Vec<Value> = measure
        .by_rule()
        .into_iter()
        .map(|(rule, tally)| json!({ "kind": rule.kind, "name": rule.name, "score": score(tally) }))
        .collect();
    let survivors: Vec<Value> = measure
        .survivors()
        .map(|survivor| {
            json!({
                "file": survivor.mutant.file,
                "span": survivor.mutant.span,
                "function": survivor.key.function,
                "kind": survivor.key.kind,
                "replacement": survivor.key.replacement,
                "rule": survivor.rule,
                "example": survivor.example,
                "no_example": survivor.no_example,
            })
        })
        .collect();
    json!({
        "name": measure.subject.name,
        "folder": measure.subject.folder,
        "floor_percent": measure.subject.floor_percent,
        "whole": measure.is_whole(),
        "score": score(measure.total()),
        "rules": rules,
        "survivors": survivors,
        "waiting": measure.waiting(),
        "skips": measure.skips,
        "findings": verdict.findings,
        "notes": verdict.notes,
        "passed": verdict.findings.is_empty(),
    })
}

fn score(tally: Tally) -> Value {
    let mut value = json!(tally);
    value["percent"] = json!(tally.percent());
    value
}

//! The findings as SARIF 2.1.0, which code review tools show beside the line.

use serde_json::{Value, json};

use crate::measure::Measure;
use crate::verdict::{Finding, FindingKind, Verdict};

const KINDS: &[(FindingKind, &str)] = &[
    (FindingKind::NewSurvivor, "No test notices a change to this rule."),
    (FindingKind::ReasonWithoutMutant, "A reason is given for a mutant that does not survive."),
    (FindingKind::FewerMutants, "Logic of this rule went where nobody mutates it, or is gone."),
    (FindingKind::NewSkip, "Something is kept from being mutated."),
    (FindingKind::BelowFloor, "Fewer mutants are caught than must be."),
];

/// What closes the gate of some packages, as one run of one tool.
pub fn sarif(reports: &[(Measure, Verdict)]) -> Value {
    let rules: Vec<Value> = KINDS
        .iter()
        .map(|(kind, text)| json!({ "id": kind, "shortDescription": { "text": text } }))
        .collect();
    let results: Vec<Value> = reports.iter().flat_map(|(_, verdict)| &verdict.findings).map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo xtask mutants",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(finding: &Finding) -> Value {
    let rule = finding.rule.as_ref().map(|rule| format!(" in {rule}")).unwrap_or_default();
    let mut parts = finding.place.rsplitn(3, ':');
    let (last, middle, first) = (parts.next(), parts.next(), parts.next());
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<usize>().ok());
    let place = match (first, number(middle), number(last)) {
        (Some(file), Some(line), Some(column)) => json!({
            "artifactLocation": { "uri": file },
            "region": { "startLine": line, "startColumn": column },
        }),
        _ => json!({ "artifactLocation": { "uri": finding.place } }),
    };
    json!({
        "ruleId": finding.kind,
        "level": "error",
        "message": { "text": format!("{}{rule}; {}", finding.message, finding.remedy) },
        "locations": [{ "physicalLocation": place }],
    })
}

//! The report of the mutation-testing-report schema, version 2, which `mutation-testing-elements` shows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::measure::{Judged, Measure};
use crate::mutant::{Outcome, inside};
use crate::sources::Sources;

/// The report of one package. `sources` has the text of the files.
pub fn elements(measure: &Measure, sources: &Sources) -> Value {
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (number, judged) in measure.judged.iter().enumerate() {
        let path = inside(&measure.subject.folder, &judged.mutant.file);
        files.entry(path).or_default().push(mutant(number, judged));
    }
    let files: BTreeMap<&str, Value> = files
        .into_iter()
        .map(|(path, mutants)| {
            let source = sources.text(path).unwrap_or_default();
            (path, json!({ "language": "rust", "source": source, "mutants": mutants }))
        })
        .collect();
    let high = measure.subject.floor_percent.unwrap_or(90);
    json!({
        "$schema": "https://git.io/mutation-testing-schema",
        "schemaVersion": "2",
        "thresholds": { "high": high, "low": high * 2 / 3 },
        "files": files,
    })
}

fn mutant(number: usize, judged: &Judged) -> Value {
    let status = match judged.outcome {
        Outcome::Caught => "Killed",
        Outcome::Missed => "Survived",
        Outcome::Timeout => "Timeout",
        Outcome::Unviable => "CompileError",
        Outcome::NotRun => "Pending",
    };
    json!({
        "id": number.to_string(),
        "location": judged.mutant.span,
        "mutatorName": judged.key.kind,
        "replacement": judged.mutant.replacement,
        "description": format!("{}: {}", judged.rule, judged.key.replacement),
        "status": status,
    })
}

/// A page that shows `report.json` by `mutation-test-elements.js`, both beside it. Script and page are files of their
/// own, so that a server may forbid inline script.
pub fn page(title: &str) -> [(&'static str, String); 2] {
    let title: String = title.chars().filter(|each| each.is_ascii_alphanumeric() || *each == '-').collect();
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Mutants of {title}</title>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self'\">\n\
         <script defer src=\"mutation-test-elements.js\"></script>\n<script defer src=\"page.js\"></script>\n\
         <body>\n<mutation-test-report-app title-postfix=\"{title}\" src=\"report.json\">\n\
         Your browser shows no custom elements.\n</mutation-test-report-app>\n</body>\n</html>\n"
    );
    // A page that is opened as a file may not fetch another one; the report is handed over as a script then.
    let script = "\
const app = document.querySelector('mutation-test-report-app');
if (location.protocol === 'file:') {
  app.removeAttribute('src');
  const report = document.createElement('script');
  report.src = 'report.js';
  report.onload = () => { app.report = globalThis.mutationReport; };
  document.head.append(report);
}
";
    [("index.html", html), ("page.js", script.to_owned())]
}

//! `slo validate` and `slo explain`: which files are read, exit codes, stdout and stderr.

use std::path::Path;
use std::process::Output;

use crate::{code, text, tool, workspace, xtask};

const VALID: &str = include_str!("../../../crates/slo/tests/openslo/valid.yaml");

/// A repository with the valid documents in two files: what is owned, and what is generated.
fn repository() -> tempfile::TempDir {
    let folder = workspace();
    std::fs::create_dir_all(folder.path().join("slo/generated")).expect("writable");
    let is_sli = |document: &&str| document.contains("kind: SLI\n");
    let (slis, owned): (Vec<_>, Vec<_>) = VALID.split("---\n").partition(is_sli);
    write(folder.path(), "slo/generated/shop.slis.yaml", &slis.join("---\n"));
    write(folder.path(), "slo/shop.yaml", &owned.join("---\n"));
    folder
}

fn write(folder: &Path, file: &str, text: &str) {
    std::fs::write(folder.join(file), text).expect("writable");
}

fn validate(folder: &Path, arguments: &[&str]) -> Output {
    let mut tool = tool();
    tool.current_dir(folder).args(["slo", "validate"]).args(arguments).output().expect("the tool runs")
}

#[test]
fn without_arguments_all_documents_of_the_repository_are_read() {
    let folder = repository();
    write(folder.path(), "slo/receivers.yaml", "receivers: []\n");
    write(folder.path(), "slo/shop.rules.yaml", "groups: []\n");
    let output = validate(folder.path(), &[]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let expected = "slo/shop.yaml: valid, 3 SLOs\nslo/generated/shop.slis.yaml: valid, 0 SLOs\n";
    assert_eq!(text(&output.stdout), expected);
    assert!(text(&output.stderr).contains("warning[MS402]"), "{}", text(&output.stderr));
}

#[test]
fn references_from_one_file_lead_to_generated_slis_beside_it() {
    let folder = repository();
    let output = validate(folder.path(), &["slo/shop.yaml"]);
    assert_eq!((code(&output), text(&output.stdout)), (0, "slo/shop.yaml: valid, 3 SLOs\n".to_owned()));
    std::fs::remove_file(folder.path().join("slo/generated/shop.slis.yaml")).expect("it is there");
    let output = validate(folder.path(), &["slo/shop.yaml"]);
    assert_eq!((code(&output), text(&output.stdout)), (1, String::new()));
    assert!(text(&output.stderr).contains("error[MS015]: there is no SLI `shop-availability`"));
}

#[test]
fn a_document_with_mistakes_is_refused_with_all_of_them_on_stderr() {
    let folder = repository();
    let broken =
        VALID.replace("Occurrences", "Occurences").replace("targetPercent: 99.9", "targetPercent: 100");
    write(folder.path(), "elsewhere.yaml", &broken);
    let output = validate(folder.path(), &["elsewhere.yaml"]);
    assert_eq!((code(&output), text(&output.stdout)), (1, String::new()));
    let shown = text(&output.stderr);
    for part in
        ["elsewhere.yaml:63:20", "did you mean `Occurrences`?", "elsewhere.yaml:66:22", "2 errors, 1 warning"]
    {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    assert!(shown.contains("`cargo xtask explain MS008` explains the first"), "{shown}");
}

#[test]
fn what_is_valid_and_not_generated_is_named_at_its_slo() {
    let folder = repository();
    write(folder.path(), "elsewhere.yaml", VALID);
    let output = validate(folder.path(), &["elsewhere.yaml"]);
    let shown = text(&output.stderr);
    assert_eq!(code(&output), 0, "{shown}");
    let warning = "warning[MS401]: `alertWhenNoData: true` of the alert policy `fast-burn` is valid OpenSLO, but not generated yet";
    assert!(shown.contains(warning), "{shown}");
}

#[test]
fn findings_as_json_go_to_stdout_only() {
    let folder = repository();
    write(folder.path(), "slo/shop.yaml", "kind: SLO\n");
    let output = validate(folder.path(), &["--json"]);
    assert_eq!((code(&output), text(&output.stderr)), (1, String::new()));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["diagnostics"][0]["file"], "slo/shop.yaml");
}

#[test]
fn without_documents_the_command_line_is_wrong() {
    let output = validate(workspace().path(), &[]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("no file slo/*.yaml"), "{}", text(&output.stderr));
}

#[test]
fn a_file_that_cannot_be_read_is_refused() {
    let output = xtask(&["slo", "validate", "no-such-file.yaml"]);
    assert_eq!(code(&output), 1);
    assert!(text(&output.stderr).contains("failed to read `no-such-file.yaml`"));
}

#[test]
fn codes_of_documents_are_explained() {
    let output = xtask(&["explain", "ms101"]);
    assert_eq!(code(&output), 0);
    assert!(text(&output.stdout).starts_with("MS101 (error): a target outside its range"));
    assert!(text(&output.stderr).contains("next: correct it, then run `cargo xtask slo validate`"));
}

#[test]
fn an_objective_is_explained_in_minutes_and_events() {
    let output = xtask(&["slo", "explain", "lc-application-availability", "--events-per-day", "50000"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let told = text(&output.stdout);
    for part in
        ["spends it in 43 min 12 s of 30 days", "1,500 of 1,500,000 may be bad", "14.4 × 0.001 = 0.0144"]
    {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    let output = xtask(&["slo", "explain", "lc-application", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(document["slos"].as_array().is_some_and(|slos| slos.len() >= 4), "{document}");
}

#[test]
fn an_unknown_slo_has_a_suggestion() {
    let output = xtask(&["slo", "explain", "lc-aplication-latency"]);
    assert_eq!((code(&output), text(&output.stdout)), (2, String::new()));
    assert!(
        text(&output.stderr).contains("did you mean `lc-application-latency`?"),
        "{}",
        text(&output.stderr)
    );
}

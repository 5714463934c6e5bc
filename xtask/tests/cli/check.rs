//! `check`: finds files that differ from what Macadam would write.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{code, repository, text, tool, workspace};

const CONTEXT: &str = "services/payments";

/// A repository with one context, after a change to its files.
fn payments(change: impl FnOnce(&Path)) -> tempfile::TempDir {
    let workspace = workspace();
    let made = tool()
        .current_dir(workspace.path())
        .args([
            "new",
            "payments",
            "--aggregate",
            "Payment",
            "--command",
            "Capture:Captured",
            "--actor",
            "Clerk",
        ])
        .output()
        .expect("the tool runs");
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    change(&workspace.path().join(CONTEXT));
    workspace
}

/// The result of `check`: its exit code, and the path and the drift of each file.
fn checked(workspace: &Path) -> (i32, Vec<(String, String)>) {
    let output = tool().current_dir(workspace).args(["check", "--json"]).output().expect("the tool runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON and nothing else");
    let schema = fs::read_to_string(repository().join("docs/schemas/check.schema.json")).expect("a schema");
    let schema = serde_json::from_str(&schema).expect("a schema is JSON");
    jsonschema::validate(&schema, &report).unwrap_or_else(|error| panic!("{error}: {report}"));
    let drifted = report["contexts"][0]["drifted"].as_array().expect("a list");
    let word = |row: &Value, key: &str| row[key].as_str().expect("a text").to_owned();
    let rows = drifted.iter().map(|row| {
        (word(row, "path").trim_start_matches(CONTEXT).trim_start_matches('/').to_owned(), word(row, "drift"))
    });
    (code(&output), rows.collect())
}

/// What `check` says of all that is generated from SLOs.
fn slos(change: impl FnOnce(&Path)) -> (i32, Vec<(String, String)>) {
    let workspace = payments(|_| ());
    change(workspace.path());
    let output =
        tool().current_dir(workspace.path()).args(["check", "--json"]).output().expect("the tool runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON and nothing else");
    let word = |row: &Value, key: &str| row[key].as_str().expect("a text").to_owned();
    let rows = report["slos"].as_array().expect("a list").iter();
    (code(&output), rows.map(|row| (word(row, "path"), word(row, "drift"))).collect())
}

fn append(file: &Path, line: &str) {
    let before = fs::read_to_string(file).expect("it exists");
    fs::write(file, before + line).expect("writable");
}

#[track_caller]
fn finds(expected: &[(&str, &str)], change: impl FnOnce(&Path)) {
    let workspace = payments(change);
    let expected = expected.iter().map(|(path, drift)| ((*path).to_owned(), (*drift).to_owned())).collect();
    assert_eq!(checked(workspace.path()), (4, expected));
}

#[test]
fn a_fresh_context_has_not_drifted_nor_has_one_whose_owned_files_were_changed() {
    assert_eq!(checked(payments(|_| ()).path()), (0, vec![]));
    let worked_on = payments(|context| {
        append(&context.join("domain/src/payment/capture.rs"), "// decided\n");
        append(&context.join("service/Cargo.toml"), "# ours\n");
        fs::remove_file(context.join("mutants.toml")).expect("it exists");
    });
    assert_eq!(checked(worked_on.path()), (0, vec![]));
}

#[test]
fn a_hand_edit_of_a_managed_file_is_found() {
    finds(&[("domain/src/lib.rs", "edited")], |context| {
        append(&context.join("domain/src/lib.rs"), "// mine\n");
    });
}

#[test]
fn a_managed_file_that_is_gone_is_missing() {
    finds(&[("service/src/main.rs", "missing")], |context| {
        fs::remove_file(context.join("service/src/main.rs")).expect("it exists");
    });
}

#[test]
fn files_rendered_before_the_board_changed_are_behind() {
    let behind =
        [(".road/lock.toml", "behind"), ("docs/context.md", "behind"), ("service/src/wiring.rs", "behind")];
    finds(&behind, |context| {
        let board = context.join("context.toml");
        let before = fs::read_to_string(&board).expect("it exists");
        let changed = before.replacen("summary = \"", "summary = \"Now: ", 1);
        assert_ne!(before, changed);
        fs::write(&board, changed).expect("writable");
    });
}

#[test]
fn an_edited_region_of_an_owned_file_and_a_missing_mark_are_found() {
    for (from, to) in [
        ("macadam-chassis.workspace = true\n", ""),
        ("# </boilerplate>", "serde.workspace = true\n# </boilerplate>"),
        ("# </boilerplate>\n", ""),
        ("# </boilerplate>", "# </boilerplate>\n# </boilerplate>"),
    ] {
        finds(&[("service/Cargo.toml", "region-edited")], |context| {
            let file = context.join("service/Cargo.toml");
            let before = fs::read_to_string(&file).expect("it exists");
            assert!(before.contains(from), "{before}");
            fs::write(&file, before.replace(from, to)).expect("writable");
        });
    }
}

#[test]
fn a_file_that_is_marked_as_managed_but_is_not_is_an_orphan() {
    finds(&[("domain/src/old.rs", "orphan")], |context| {
        let lib = fs::read(context.join("domain/src/lib.rs")).expect("it exists");
        fs::write(context.join("domain/src/old.rs"), lib).expect("writable");
    });
}

#[test]
fn each_row_has_a_remedy_and_update_corrects_it() {
    let workspace = payments(|context| append(&context.join("domain/src/lib.rs"), "// mine\n"));
    let run = |arguments: &[&str]| {
        tool().current_dir(workspace.path()).args(arguments).output().expect("the tool runs")
    };
    let output = run(&["check", "payments"]);
    assert_eq!(code(&output), 4);
    assert_eq!(
        text(&output.stdout),
        "edited         services/payments/domain/src/lib.rs  — `cargo xtask update payments` writes it again and removes the edit\n"
    );
    assert_eq!(code(&run(&["update", "payments"])), 0);
    assert_eq!(checked(workspace.path()), (0, vec![]));
}

#[test]
fn an_unknown_context_gets_a_suggestion() {
    let output = tool().current_dir(repository()).args(["check", "lc-aplication"]).output();
    let output = output.expect("the tool runs");
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("did you mean `lc-application`?"), "{}", text(&output.stderr));
}

#[test]
fn an_invalid_board_is_refused() {
    let workspace = payments(|context| append(&context.join("context.toml"), "[nonsense]\n"));
    let output = tool().current_dir(workspace.path()).arg("check").output().expect("the tool runs");
    assert_eq!((code(&output), text(&output.stdout).as_str()), (1, ""));
}

#[test]
fn what_is_generated_from_slos_drifts_when_it_or_its_source_is_changed() {
    let found = |path: &str, drift: &str| (4, vec![(path.to_owned(), drift.to_owned())]);
    let rules = "slo/generated/payments.rules.yaml";
    assert_eq!(slos(|root| append(&root.join(rules), "# ours\n")), found(rules, "behind"));
    assert_eq!(slos(|root| fs::remove_file(root.join(rules)).expect("it exists")), found(rules, "missing"));
    let old = "slo/generated/shop.rules.yaml";
    assert_eq!(
        slos(|root| fs::write(root.join(old), "groups: []\n").expect("writable")),
        found(old, "orphan")
    );
    let (exit, drifted) = slos(|root| {
        let objectives = root.join("slo/payments.yaml");
        let text = fs::read_to_string(&objectives).expect("it exists");
        fs::write(objectives, text.replace("99.9", "99.5")).expect("writable");
    });
    let drifted: Vec<&str> = drifted.iter().map(|(path, _)| path.as_str()).collect();
    let resource = "slo/generated/payments.prometheusrule.yaml";
    assert_eq!((exit, drifted), (4, vec![resource, rules, "slo/generated/payments.tests.yaml"]));
}

#[test]
fn each_alert_has_its_entry_in_the_runbook_and_a_lost_one_is_missed() {
    let runbook = "services/payments/docs/runbook.md";
    let drifted = slos(|root| {
        let text = fs::read_to_string(root.join(runbook)).expect("it exists");
        assert!(text.contains("## PaymentsStuck"), "{text}");
        fs::write(root.join(runbook), text.replace("## PaymentsStuck", "## Another")).expect("writable");
    });
    assert_eq!(drifted, (4, vec![(runbook.to_owned(), "behind".to_owned())]));
}

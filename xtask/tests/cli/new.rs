//! `new`, `update`, and missing tools.

use std::path::Path;
use std::process::{Output, Stdio};

use crate::{code, repository, text, tool, workspace};

const PAYMENTS: &[&str] =
    &["new", "payments", "--aggregate", "Payment", "--command", "Capture:Captured", "--actor", "Clerk"];

fn run(workspace: &Path, arguments: &[&str]) -> Output {
    tool().current_dir(workspace).args(arguments).stdin(Stdio::null()).output().expect("the tool runs")
}

#[test]
fn a_context_is_created_from_flags_and_the_next_step_is_printed() {
    let workspace = workspace();
    let output = run(workspace.path(), PAYMENTS);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("services/payments/domain/src/payment/capture.rs"));
    assert!(text(&output.stderr).contains("next: cargo test -p payments-domain"));
    assert!(workspace.path().join("services/payments/service/src/wiring.rs").is_file());
}

#[test]
fn a_second_run_is_refused_and_changes_nothing() {
    let workspace = workspace();
    run(workspace.path(), PAYMENTS);
    let before = std::fs::read(workspace.path().join("Cargo.lock")).expect("a lock file");
    let output = run(workspace.path(), PAYMENTS);
    assert_eq!(code(&output), 1);
    assert!(text(&output.stderr).contains("`services/payments` exists"));
    assert_eq!(std::fs::read(workspace.path().join("Cargo.lock")).expect("a lock file"), before);
}

#[test]
fn the_plan_as_json_matches_its_schema() {
    let workspace = workspace();
    let output = run(workspace.path(), &[PAYMENTS, &["--dry-run", "--json"]].concat());
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let plan: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON and nothing else");
    let schema =
        std::fs::read_to_string(repository().join("docs/schemas/plan.schema.json")).expect("a schema");
    let schema = serde_json::from_str(&schema).expect("a schema is JSON");
    jsonschema::validate(&schema, &plan).unwrap_or_else(|error| panic!("{error}: {plan}"));
    assert!(!workspace.path().join("services").exists(), "a dry run writes nothing");
}

#[test]
fn bad_names_are_refused_before_anything_is_written() {
    let names =
        ["../../x", "Payments", "type", "con", "1abc", "a/b", "zahlungsverkehr-für-alle", &"x".repeat(41)];
    for name in names {
        let workspace = workspace();
        let output = run(workspace.path(), &[&["new", name], &PAYMENTS[2..]].concat());
        assert_eq!(code(&output), 1, "{name}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains("error[MB1"), "{name}: {}", text(&output.stderr));
        assert!(!workspace.path().join("services").exists(), "{name}");
    }
}

#[test]
fn an_invalid_board_is_refused_with_all_its_mistakes() {
    let workspace = workspace();
    let broken = repository().join("crates/board/tests/golden/ten_mistakes.toml");
    let output = run(workspace.path(), &["new", "--from", &broken.display().to_string()]);
    assert_eq!(code(&output), 1);
    assert_eq!(
        text(&output.stderr).matches("\nerror[MB").count() + 1,
        text(&output.stderr).matches("error[MB").count()
    );
    assert!(text(&output.stderr).matches("error[MB").count() >= 9, "{}", text(&output.stderr));
    assert!(!workspace.path().join("services").exists());
}

#[test]
fn without_a_terminal_missing_flags_are_an_error() {
    let workspace = workspace();
    let output = run(workspace.path(), &["new", "payments"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("give --aggregate, --command, --actor, or --from <file>"));
}

#[test]
fn a_missing_tool_ends_with_6_and_its_installation_command() {
    let workspace = workspace();
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    let output = tool()
        .current_dir(workspace.path())
        .args(PAYMENTS)
        .env("PATH", nowhere.path())
        .output()
        .expect("the tool runs");
    assert_eq!(code(&output), 6, "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("rustup component add rustfmt"));
    assert!(!workspace.path().join("services").exists());
}

#[test]
fn tests_fail_if_a_tool_is_missing() {
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    // A cargo without subcommands, like a toolchain without its components.
    let output = tool()
        .current_dir(repository())
        .arg("test")
        .env("PATH", nowhere.path())
        .env("CARGO", nowhere.path().join("cargo"))
        .output()
        .expect("the tool runs");
    assert_eq!(code(&output), 6, "{}", text(&output.stderr));
    assert!(
        text(&output.stderr).contains("is missing: run `rustup component add"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn an_update_of_an_unknown_context_gets_a_suggestion() {
    let workspace = workspace();
    run(workspace.path(), PAYMENTS);
    let output = run(workspace.path(), &["update", "payment"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("did you mean `payments`?"));
    let output = run(workspace.path(), &["update", "payments"]);
    assert_eq!(code(&output), 0);
    assert!(text(&output.stdout).contains("nothing to do"), "{}", text(&output.stdout));
}

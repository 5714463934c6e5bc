//! `board check` and `explain`: exit codes, stdout and stderr.

use crate::{code, text, xtask};

const VALID_BOARD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/examples/hotel-bookings.toml");
const INVALID_BOARD: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/board/tests/golden/ten_mistakes.toml");

#[test]
fn a_valid_board_ends_with_0_and_the_next_step() {
    let output = xtask(&["board", "check", VALID_BOARD]);
    assert_eq!(code(&output), 0);
    assert!(text(&output.stdout).contains("the board of `hotel-bookings` is valid"));
    assert!(text(&output.stderr).contains("next: `cargo xtask new --from"));
}

#[test]
fn an_invalid_board_is_refused_with_findings_on_stderr() {
    let output = xtask(&["board", "check", VALID_BOARD, INVALID_BOARD]);
    assert_eq!(code(&output), 1);
    assert!(text(&output.stdout).lines().all(|line| line.contains("is valid")));
    assert!(text(&output.stderr).contains("ten_mistakes.toml:4:8"));
}

#[test]
fn findings_as_json_go_to_stdout_only() {
    let output = xtask(&["board", "check", "--json", INVALID_BOARD]);
    assert_eq!(code(&output), 1);
    assert!(text(&output.stdout).starts_with("{\n  \"version\": 1,"));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let escape = '\u{1b}';
    assert!(!text(&xtask(&["board", "check", INVALID_BOARD]).stderr).contains(escape));
    assert!(!text(&xtask(&["--color", "never", "board", "check", INVALID_BOARD]).stderr).contains(escape));
    assert!(text(&xtask(&["board", "check", INVALID_BOARD, "--color", "always"]).stderr).contains(escape));
}

#[test]
fn a_file_that_cannot_be_read_is_refused() {
    let output = xtask(&["board", "check", "no-such-board.toml"]);
    assert_eq!(code(&output), 1);
    assert!(text(&output.stderr).contains("failed to read the board `no-such-board.toml`"));
}

#[test]
fn a_code_is_explained_and_a_misspelled_code_gets_a_suggestion() {
    let output = xtask(&["explain", "mb201"]);
    assert_eq!(code(&output), 0);
    assert!(text(&output.stdout).starts_with("MB201 (error): an event that no command"));
    let output = xtask(&["explain", "MB2O1"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("did you mean `MB201`?"));
}

#[test]
fn a_misspelled_command_is_a_usage_error_with_a_suggestion() {
    let output = xtask(&["bord"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("'board'"));
}

#[test]
fn help_begins_with_an_example_and_ends_with_references() {
    for arguments in
        [&["--help"][..], &["board", "--help"], &["board", "check", "--help"], &["explain", "-h"]]
    {
        let output = xtask(arguments);
        let help = text(&output.stdout);
        assert_eq!(code(&output), 0);
        assert!(help.starts_with("Example: cargo xtask "), "{help}");
        assert!(help.trim_end().lines().last().is_some_and(|line| line.starts_with("Read more:")), "{help}");
    }
}

//! What of a context has drifted from what would be written.

use std::fs;
use std::path::Path;

use macadam_board::Board;
use macadam_scaffold::{Drift, check, create};

use crate::{board, repository, workspace};

fn hotel() -> (Board, String) {
    board(&repository().join("docs/examples/hotel-bookings.toml"))
}

/// What has drifted of the hotel's bookings, after a change to their folder.
fn drifted(board: &Board, change: impl FnOnce(&Path)) -> Vec<(String, Drift, String)> {
    let workspace = workspace();
    let (first, text) = hotel();
    create(workspace.path(), &first, &text, false).expect("a context");
    change(&workspace.path().join("services/hotel-bookings"));
    let drifted = check(workspace.path(), board).expect("it is compared");
    let inside = |path: String| path.trim_start_matches("services/hotel-bookings/").to_owned();
    drifted.into_iter().map(|row| (inside(row.path), row.drift, row.remedy)).collect()
}

fn edit(file: &Path, from: &str, to: &str) {
    let before = fs::read_to_string(file).expect("it is there");
    assert!(before.contains(from), "{before}");
    fs::write(file, before.replacen(from, to, 1)).expect("writable");
}

#[test]
fn a_new_context_has_not_drifted_and_what_is_owned_never_does() {
    let (board, _) = hotel();
    let found = drifted(&board, |context| {
        fs::write(context.join("domain/src/room/state.rs"), "// changed by hand\n").expect("writable");
        fs::remove_file(context.join("docs/runbook.md")).expect("it is there");
    });
    assert_eq!(found, []);
}

#[test]
fn each_kind_of_drift_is_reported_with_its_remedy() {
    let (board, _) = hotel();
    let found = drifted(&board, |context| {
        fs::copy(context.join("domain/src/lib.rs"), context.join("domain/src/room/old.rs"))
            .expect("writable");
        edit(&context.join("domain/src/lib.rs"), "\n", "\n// mine\n");
        fs::remove_file(context.join("service/src/main.rs")).expect("it is there");
        edit(&context.join("service/Cargo.toml"), "macadam-chassis.workspace = true\n", "");
    });
    let rows: Vec<_> = found.iter().map(|(path, drift, _)| (path.as_str(), *drift)).collect();
    assert_eq!(
        rows,
        [
            ("domain/src/lib.rs", Drift::Edited),
            ("domain/src/room/old.rs", Drift::Orphan),
            ("service/Cargo.toml", Drift::RegionEdited),
            ("service/src/main.rs", Drift::Missing),
        ]
    );
    let remedies: Vec<_> = found.iter().map(|(.., remedy)| remedy.as_str()).collect();
    assert_eq!(remedies[0], "`cargo xtask update hotel-bookings` writes it again and removes the edit");
    assert_eq!(remedies[1], "delete the file, or delete its first line to make it an owned file");
    assert_eq!(remedies[2], "`cargo xtask update hotel-bookings` writes the lines between the marks again");
    assert_eq!(remedies[3], "`cargo xtask update hotel-bookings` writes it");
}

#[test]
fn what_was_rendered_from_an_earlier_board_is_behind_unless_it_was_edited_too() {
    let (_, text) = hotel();
    let (later, _) = Board::parse("context.toml", &text.replacen("summary = \"", "summary = \"Now: ", 1));
    let found = drifted(&later.expect("a board"), |context| {
        edit(&context.join("docs/context.md"), "\n", "\nmine\n");
    });
    let rows: Vec<_> = found.iter().map(|(path, drift, _)| (path.as_str(), *drift)).collect();
    assert_eq!(
        rows,
        [
            (".road/lock.toml", Drift::Behind),
            ("docs/context.md", Drift::Edited),
            ("service/src/wiring.rs", Drift::Behind),
        ]
    );
}

/// Every file that is managed there was rendered from its board, down to who may see what.
#[test]
fn the_context_of_this_repository_is_as_it_would_be_written() {
    let (board, _) = board(&repository().join("services/lc-application/context.toml"));
    assert_eq!(check(&repository(), &board).expect("it is compared"), []);
}

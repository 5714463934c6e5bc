//! Tests of this repository: generated files, dependencies and public items.

mod compose;
mod links;

use std::path::{Path, PathBuf};

use macadam_board::Board;
use macadam_runner::fitness::{Graph, impurities, unused_public};
use macadam_runner::workspace::contexts;
use macadam_scaffold::check;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository exists")
}

/// A valid board with its text.
fn board(path: &Path) -> (Board, String) {
    let text = std::fs::read_to_string(path).expect("the board can be read");
    let (board, findings) = Board::parse("context.toml", &text);
    (board.unwrap_or_else(|| panic!("{findings:?}")), text)
}

#[test]
fn the_managed_files_of_every_context_are_up_to_date() {
    let root = repository();
    let names = contexts(&root);
    assert!(names.contains(&"lc-application".to_owned()), "{names:?}");
    for name in names {
        let (board, _) = board(&root.join("services").join(&name).join("context.toml"));
        assert_eq!(check(&root, &board).expect("it renders"), [], "{name} has drifted");
    }
}

#[test]
fn the_golden_board_of_lc_application_is_its_board_with_seeds() {
    let root = repository();
    let (golden, text) = board(&root.join("crates/board/tests/golden/lc-application.toml"));
    let (own, _) = board(&root.join("services/lc-application/context.toml"));
    let (bare, _) = Board::parse("bare", &Board::without_seeds(&text));
    let commands = |board: &Board| -> Vec<String> {
        board.commands().map(|(_, command)| command.name.to_string()).collect()
    };
    let events =
        |board: &Board| -> Vec<String> { board.events().map(|(_, event)| event.name.to_string()).collect() };
    assert_eq!(commands(&golden), commands(&own));
    assert_eq!(events(&bare.expect("still valid")), events(&own));
}

#[test]
fn crates_depend_only_on_lower_layers() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let arguments = ["metadata", "--format-version", "1", "--filter-platform", &target];
    let output = std::process::Command::new(cargo)
        .current_dir(repository())
        .args(arguments)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let graph = Graph::of(&serde_json::from_slice(&output.stdout).expect("metadata is JSON"));
    assert_eq!(graph.violations(), Vec::<String>::new());
}

#[test]
fn every_public_item_is_used_by_another_crate() {
    let found = unused_public(&repository()).expect("the sources can be read");
    assert!(found.is_empty(), "{} items:\n{}", found.len(), found.join("\n"));
}

#[test]
fn pure_crates_do_not_use_impure_modules_of_std() {
    assert_eq!(impurities(&repository()).expect("the sources can be read"), Vec::<String>::new());
}

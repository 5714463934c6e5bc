//! This repository is what its boards and rules say.

use macadam_road::board::Board;
use macadam_road::fitness::Graph;
use macadam_road::scaffold::check;
use macadam_road::workspace::contexts;

use crate::{board, repository};

#[test]
fn the_managed_files_of_every_context_are_what_its_board_renders() {
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
    let (golden, text) = board(&root.join("crates/road/tests/golden/lc-application.toml"));
    let (own, _) = board(&root.join("services/lc-application/context.toml"));
    let (bare, _) = Board::parse("bare", &Board::without_seeds(&text));
    let commands = |board: &Board| -> Vec<String> {
        board.commands().map(|(_, command)| command.name.to_string()).collect()
    };
    let events =
        |board: &Board| -> Vec<String> { board.events().map(|(_, event)| event.name.to_string()).collect() };
    assert_eq!(commands(&golden), commands(&own));
    assert_eq!(events(&bare.expect("still sound")), events(&own));
}

#[test]
fn crates_depend_on_each_other_only_as_the_design_says() {
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

//! Tests of lints that need the boards of other contexts.

use std::fs;
use std::path::Path;

use macadam_board::{Board, Neighbour, Neighbours};

use super::VALID_BOARD;

fn neighbour(name: &str, more: &str) -> Neighbour {
    let text = VALID_BOARD.replace("\"library\"", &format!("\"{name}\"")) + more;
    let (board, findings) = Board::parse(name, &text);
    assert!(board.is_some(), "{findings:?}");
    Neighbour { name: name.to_owned(), board }
}

fn codes_among(more: &str, others: &[(&str, &str)]) -> Vec<&'static str> {
    let mut neighbours = Neighbours::default();
    for (name, more) in others {
        neighbours.add(neighbour(name, more));
    }
    let text = VALID_BOARD.to_owned() + more;
    let (_, findings) = Board::parse_among("context.toml", &text, &neighbours);
    findings.iter().map(|found| found.code.as_str()).collect()
}

const ACL: &str = "translation = \"anti-corruption-layer\"\n";

#[test]
fn a_board_in_a_services_folder_has_those_beside_it_for_neighbours() {
    let services = tempfile::tempdir().unwrap();
    for (folder, file, text) in [
        ("members", "context.toml", VALID_BOARD),
        ("accounts", "context.toml", "[oops\n"),
        ("notes", "notes.toml", VALID_BOARD),
    ] {
        fs::create_dir(services.path().join(folder)).unwrap();
        fs::write(services.path().join(folder).join(file), text).unwrap();
    }
    let neighbours = Neighbours::around(&services.path().join("library/context.toml"));
    assert_eq!(neighbours.names().collect::<Vec<_>>(), ["accounts", "members"]);
    let is_read = |name| neighbours.get(name).map(|neighbour: &Neighbour| neighbour.board.is_some());
    let read = ["accounts", "members", "notes"].map(is_read);
    assert_eq!(read, [Some(false), Some(true), None], "a refused board is a neighbour without one");
}

#[test]
fn a_board_that_stands_elsewhere_has_the_contexts_of_this_folder_for_neighbours() {
    // Tests run in the folder of their crate, where no services are.
    assert_eq!(Neighbours::around(Path::new("../../services/x/draft.toml")).names().count(), 0);
    assert_eq!(Neighbours::in_services(Path::new("no/such/folder")).names().count(), 0);
}

#[test]
fn a_neighbour_that_is_added_again_is_replaced() {
    let mut neighbours = Neighbours::default();
    for board in [None, neighbour("members", "").board] {
        neighbours.add(Neighbour { name: "members".to_owned(), board });
        neighbours.add(Neighbour { name: "accounts".to_owned(), board: None });
    }
    assert_eq!(neighbours.names().collect::<Vec<_>>(), ["members", "accounts"]);
    assert!(neighbours.get("members").is_some_and(|members| members.board.is_some()));
}

#[test]
fn an_upstream_exists_or_is_planned() {
    let calls = "[upstream.members]\ntranslation = \"conformist\"\ncalls = [\"GET /members\"]\n";
    assert_eq!(codes_among(calls, &[]), ["MB271"]);
    assert_eq!(codes_among(calls, &[("members", "")]), [""; 0]);
    assert_eq!(codes_among(&format!("{calls}planned = true\n"), &[]), [""; 0]);
    assert_eq!(codes_among(&format!("{calls}planned = true\n"), &[("members", "")]), ["MB277"]);
}

#[test]
fn a_board_checked_alone_gets_no_findings_about_other_boards() {
    let text = format!("{VALID_BOARD}[upstream.members]\n{ACL}calls = [\"GET /members\"]\n");
    assert_eq!(Board::parse("context.toml", &text).1, []);
}

#[test]
fn only_published_events_are_consumed() {
    let consumes = format!("[upstream.members]\n{ACL}consumes = [\"Lent\"]\n");
    assert_eq!(codes_among(&consumes, &[("members", "")]), ["MB278"]);
    let published = "[aggregate.Loan.event.Lent]\npublished = true\nversion = 1\n";
    assert_eq!(codes_among(&consumes, &[("members", published)]), [""; 0]);
}

#[test]
fn a_partnership_is_declared_by_both_boards() {
    let said =
        |name: &str| format!("[upstream.{name}]\ntranslation = \"partnership\"\ncalls = [\"GET /x\"]\n");
    assert_eq!(codes_among(&said("members"), &[("members", "")]), ["MB274"]);
    let both = said("library").replace("calls", "consumes").replace("GET /x", "Lent");
    assert_eq!(codes_among(&said("members"), &[("members", &both)]), [""; 0]);
}

#[test]
fn a_chain_of_three_calls_is_reported() {
    let calls = |name: &str| format!("[upstream.{name}]\n{ACL}calls = [\"GET /x\"]\n");
    let external = "[external.post]\ncalls = [\"POST /letters\"]\n";
    let two = [("members", calls("accounts")), ("accounts", String::new())];
    let two: Vec<_> = two.iter().map(|(name, more)| (*name, more.as_str())).collect();
    assert_eq!(codes_among(&calls("members"), &two), [""; 0]);
    let third = [("members", calls("accounts")), ("accounts", external.to_owned())];
    let third: Vec<_> = third.iter().map(|(name, more)| (*name, more.as_str())).collect();
    assert_eq!(codes_among(&calls("members"), &third), ["MB275"]);
}

#[test]
fn calls_in_a_cycle_are_refused() {
    let calls = |name: &str| format!("[upstream.{name}]\n{ACL}calls = [\"GET /x\"]\n");
    assert_eq!(codes_among(&calls("members"), &[("members", &calls("library"))]), ["MB276"]);
    let elsewhere = [("members", calls("accounts")), ("accounts", calls("members"))];
    let elsewhere: Vec<_> = elsewhere.iter().map(|(name, more)| (*name, more.as_str())).collect();
    assert_eq!(codes_among(&calls("members"), &elsewhere), ["MB275"], "a circle elsewhere ends the walk");
}

//! Compares whole boards and outputs with golden files; `BLESS_GOLDEN=1` rewrites these.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use macadam_board::{Board, Scope, Source};
use macadam_board::{codes, diagnostic, json_schema, reference};

pub(crate) fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// The path of a board: one of the examples in the documentation, or a golden file.
fn board_file(name: &str) -> PathBuf {
    let example = docs("examples").join(name);
    if example.exists() { example } else { golden(name) }
}

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n")
}

#[track_caller]
pub(crate) fn check(path: &Path, actual: &str) {
    if std::env::var_os("BLESS_GOLDEN").is_some() {
        std::fs::write(path, actual).expect("golden files can be written");
    }
    assert_eq!(read(path), actual, "{} differs; BLESS_GOLDEN=1 rewrites it", path.display());
}

fn valid_board(name: &str) -> Board {
    let text = read(&board_file(name));
    let (board, findings) = Board::parse(name, &text);
    assert!(findings.is_empty(), "{}", diagnostic::render(&findings, &text, false));
    board.expect("a board without findings is returned")
}

#[test]
fn ten_mistakes_give_ten_findings() {
    let text = read(&golden("ten_mistakes.toml"));
    let (board, findings) = Board::parse("ten_mistakes.toml", &text);
    assert!(board.is_none(), "an invalid board is not returned");
    check(&golden("ten_mistakes.stderr"), &diagnostic::render(&findings, &text, false));
    check(&golden("ten_mistakes.json"), &(diagnostic::to_json(&findings) + "\n"));
    let kinds: BTreeSet<_> = findings.iter().map(|found| found.code).collect();
    assert_eq!((findings.len(), kinds.len()), (10, 10));
}

#[test]
fn coloured_output_differs_in_colour_only() {
    let text = read(&golden("ten_mistakes.toml"));
    let (_, findings) = Board::parse("ten_mistakes.toml", &text);
    let plain = diagnostic::render(&findings, &text, false);
    let coloured = diagnostic::render(&findings, &text, true);
    assert!(!plain.contains('\u{1b}') && coloured.contains('\u{1b}'));
}

#[test]
fn the_letter_of_credit_application_is_a_valid_board() {
    let board = valid_board("lc-application.toml");
    let aggregate = &board.aggregates[0];
    assert_eq!(aggregate.commands.len(), 17);
    let events: Vec<_> = aggregate.events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(events.len(), 18);
    assert_eq!((events[0], events[17]), ("Started", "ApprovalPastDue"));
    assert!(!aggregate.events[17].declared, "an event needs no table");
    assert_eq!(*aggregate.visible_to[0].scope, Scope::Field("applicant_id".to_owned()));
    let approve = board.command("Approve").expect("a command").1;
    let actors: Vec<_> = approve.actors.iter().map(|actor| actor.as_str()).collect();
    assert_eq!(actors, ["TradeFinanceManager", "system"]);
    let party = board.values.iter().find(|value| value.name == *"Party").expect("a value");
    let types: Vec<_> = party.fields.iter().map(|field| field.ty.to_string()).collect();
    assert_eq!(types, ["String", "Address", "Country", "Option<Sensitive<String>>"]);
    assert_eq!(board.deadlines[0].after[2].duration.as_secs(), 30 * 24 * 3600);
    assert_eq!(board.slis[0].objective.ratio, "0.99");
}

#[test]
fn the_hotel_is_a_valid_board() {
    let board = valid_board("hotel-bookings.toml");
    let plurals: Vec<_> = board.aggregates.iter().map(|aggregate| aggregate.plural.as_str()).collect();
    assert_eq!(plurals, ["rooms", "bookings"]);
    assert!(matches!(&board.read_models[2].source, Source::Tally { of, .. } if *of == *"Arrivals"));
    assert_eq!(board.event("RoomHeld").expect("an event").0.name, *"Room");
}

#[test]
fn a_claim_is_parsed_with_its_positions() {
    let text = read(&board_file("library-loans.toml"));
    let claim = valid_board("library-loans.toml").claims.remove(0);
    assert_eq!((claim.name.as_str(), claim.field.as_str()), ("LentBook", "book"));
    assert_eq!((claim.taken_by[0].as_str(), claim.released_by[0].as_str()), ("Lent", "TakenBack"));
    assert_eq!(&text[claim.rejects.span], "\"AlreadyLent\"");
}

#[test]
fn a_board_without_seeds_is_the_same_except_for_fields() {
    for name in ["lc-application.toml", "hotel-bookings.toml", "library-loans.toml"] {
        let text = read(&board_file(name));
        let bare = Board::without_seeds(&text);
        assert!(!bare.contains("fields =") && !bare.contains("[value"), "{bare}");
        let (board, findings) = Board::parse(name, &bare);
        assert_eq!(findings, [], "{name}");
        let (before, after) = (valid_board(name), board.expect("still valid"));
        let names = |board: &Board| -> Vec<String> {
            let commands = board.commands().map(|(_, command)| command.name.value.clone());
            commands.chain(board.events().map(|(_, event)| event.name.value.clone())).collect()
        };
        assert_eq!(names(&before), names(&after));
        assert!(after.values.is_empty() && after.commands().all(|(_, command)| command.fields.is_none()));
    }
    check(&golden("hotel.bare.toml"), &Board::without_seeds(&read(&board_file("hotel-bookings.toml"))));
}

#[test]
fn the_schema_for_editors_is_that_of_the_parser() {
    check(&docs("schemas/board.schema.json"), &json_schema());
}

#[test]
fn the_documented_lints_are_those_of_the_code() {
    check(&docs("book/lints.md"), &codes::markdown());
}

#[test]
fn the_reference_has_the_keys_of_the_parser() {
    check(&docs("book/board-reference.md"), &reference());
}

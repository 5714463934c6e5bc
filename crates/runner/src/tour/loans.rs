//! A new context of another domain, from its board to a command over HTTP, in a copy of the repository.

use std::path::Path;

use serde_json::json;

use super::{FAMILIES, Metrics, Progress, chapter};
use crate::service::Service;
use crate::verify::{Scratch, Tests};
use crate::{RunError, io};
use macadam_board::Board;
use macadam_hal::Client;
use macadam_scaffold::{Owner, create};

const CONTEXT: &str = "library-loans";
const BOARD: &str = include_str!("../../../../docs/examples/library-loans.toml");
/// The decision that an engineer would write: one file with its examples.
const EXTEND: &str = include_str!("../../assets/tour/extend.rs");

pub(super) fn run(root: &Path, print: Progress<'_>) -> Result<(), RunError> {
    chapter(print, "7  A new context from a board, in a copy of this repository");
    let scratch = Scratch::of(root)?;
    let (board, findings) = Board::parse("docs/examples/library-loans.toml", BOARD);
    let board = board.ok_or_else(|| RunError::Unexpected {
        what: "the board is valid".to_owned(),
        answer: macadam_board::diagnostic::render(&findings, BOARD, false),
    })?;
    let files = create(scratch.path(), &board, BOARD, false)?;
    for owner in [Owner::Owned, Owner::Managed] {
        let own: Vec<_> = files.iter().filter(|file| file.owner == owner).collect();
        let lines: usize = own.iter().map(|file| file.lines).sum();
        print(&format!("{} {:?} files, {lines} lines", own.len(), owner));
    }

    chapter(print, "8  One decision is implemented: domain/src/loan/extend.rs, with its examples");
    let place = scratch.path().join("services").join(CONTEXT).join("domain/src/loan/extend.rs");
    std::fs::write(&place, EXTEND).map_err(io("write", &place))?;
    for line in EXTEND.lines().skip_while(|line| !line.contains("fn decide")).take(8) {
        print(line);
    }
    let verdict = Tests::of(&scratch.cargo, &[&format!("{CONTEXT}-domain")]).run()?;
    if let Some(fault) = verdict.faults.first() {
        return Err(RunError::Unexpected { what: "its examples pass".to_owned(), answer: fault.clone() });
    }
    print("its examples pass; the examples of these commands are still to be written:");
    verdict.awaiting.iter().for_each(|name| print(&format!("  · {name}")));

    chapter(print, "9  It is built and started, receives commands, and exports telemetry");
    let binary = scratch.cargo.binaries(&[format!("{CONTEXT}-service")])?.remove(0);
    let folder = scratch.path().join(".macadam");
    let mut service = Service::start(CONTEXT, &binary, &folder, &folder.join("issuer"))?;
    let before = Metrics::read(&service)?;
    let librarian = Client::new(&service.http, Some(service.token("desk", &["Librarian"])?));
    let reader = Client::new(&service.http, Some(service.token("ada", &["Reader"])?));
    let loan = json!({"reader_id": "ada", "book": "Middlemarch", "due": "2099-06-01"});
    let lent = librarian.accept(&librarian.get("/")?, "lend", &loan)?;
    let at = reader.follow(&lent, "self")?;
    print(&format!("lent {}; the reader is offered: {}", at.body["book"], at.offered().join(", ")));
    let another = json!({"reader_id": "ben", "book": "Middlemarch", "due": "2099-06-01"});
    let twice = librarian.submit(&librarian.get("/")?, "lend", &another)?;
    print(&format!("then to another reader → {} {}", twice.status, twice.body["rule"]));
    if twice.status != 422 {
        return Err(twice.unexpected("that a book that is on loan is not lent again").into());
    }
    let extended = reader.accept(&at, "extend", &json!({"due": "2099-06-15"}))?;
    let again = reader.submit(&extended, "extend", &json!({"due": "2099-05-01"}))?;
    print(&format!("extended; then to an earlier day → {} {}", again.status, again.body["rule"]));
    if again.status != 422 {
        return Err(again.unexpected("that an earlier day is rejected").into());
    }
    Metrics::read(&service)?.changed_since(&before, FAMILIES).iter().for_each(|line| print(line));
    let log = std::fs::read_to_string(&service.log).unwrap_or_default();
    log.lines().take(2).for_each(|line| print(&format!("log: {line}")));
    service.stop();
    Ok(())
}

//! A new context is created completely or not at all.

use std::fs;
use std::path::Path;

use macadam_board::Board;
use macadam_scaffold::{Action, Owner, RegionError, ScaffoldError, Written, create, update};

use crate::{board, repository, tree, workspace};

fn hotel() -> (Board, String) {
    board(&repository().join("docs/examples/hotel-bookings.toml"))
}

fn paths(files: &[Written], owner: Owner) -> Vec<&str> {
    files.iter().filter(|file| file.owner == owner).map(|file| file.path.as_str()).collect()
}

#[test]
fn a_dry_run_lists_the_files_of_a_run_and_writes_nothing() {
    let workspace = workspace();
    let (board, text) = hotel();
    let before = tree(workspace.path());
    let planned = create(workspace.path(), &board, &text, true).expect("a plan");
    assert_eq!(tree(workspace.path()), before, "a dry run writes nothing");
    let made = create(workspace.path(), &board, &text, false).expect("a context");
    assert_eq!(made, planned);
    for file in &made {
        let path = workspace.path().join(&file.path);
        let found = fs::read_to_string(&path).expect("every listed file exists");
        assert_eq!(found.lines().count(), file.lines, "{}", file.path);
    }
}

#[test]
fn the_first_line_of_every_managed_file_says_that_it_is_managed() {
    let workspace = workspace();
    let (board, text) = hotel();
    let made = create(workspace.path(), &board, &text, false).expect("a context");
    let managed = paths(&made, Owner::Managed);
    assert!(managed.len() > 10, "{managed:?}");
    for path in managed.into_iter().filter(|path| !path.ends_with(".road/seed.toml")) {
        let text = fs::read_to_string(workspace.path().join(path)).expect("a file");
        assert!(text.lines().next().is_some_and(|line| line.contains("Managed by Macadam")), "{path}");
    }
}

#[test]
fn the_board_is_written_without_seeds_and_the_lock_file_has_the_crates() {
    let workspace = workspace();
    let (board, text) = hotel();
    create(workspace.path(), &board, &text, false).expect("a context");
    let folder = workspace.path().join("services/hotel-bookings");
    assert_eq!(
        fs::read_to_string(folder.join("context.toml")).expect("a board"),
        Board::without_seeds(&text)
    );
    let locked = fs::read_to_string(workspace.path().join("Cargo.lock")).expect("a lock file");
    assert!(
        locked.contains("name = \"hotel-bookings-domain\"")
            && locked.contains("name = \"hotel-bookings-service\"")
    );
    assert!(
        !workspace.path().join(".macadam").read_dir().is_ok_and(|mut left| left.next().is_some()),
        "the staging folder is empty"
    );
}

#[test]
fn the_base_of_later_merges_is_what_was_rendered() {
    let workspace = workspace();
    let (board, text) = hotel();
    let made = create(workspace.path(), &board, &text, false).expect("a context");
    let folder = workspace.path().join("services/hotel-bookings");
    for path in paths(&made, Owner::Owned).into_iter().filter(|path| !path.ends_with("context.toml")) {
        let inside = path.strip_prefix("services/hotel-bookings/").expect("inside the context");
        let base = fs::read(folder.join(".road/base").join(inside)).expect("a base");
        assert_eq!(base, fs::read(folder.join(inside)).expect("a file"), "{path}");
    }
}

#[test]
fn an_existing_context_is_not_changed() {
    let workspace = workspace();
    let (board, text) = hotel();
    create(workspace.path(), &board, &text, false).expect("a context");
    let before = tree(workspace.path());
    let error = create(workspace.path(), &board, &text, false).expect_err("it exists");
    assert!(matches!(error, ScaffoldError::Exists { .. }), "{error}");
    assert_eq!(tree(workspace.path()), before);
}

#[test]
fn nothing_is_written_if_the_lock_file_has_an_unknown_form() {
    let workspace = workspace();
    fs::write(workspace.path().join("Cargo.lock"), "# not a lock file\n").expect("writable");
    let (board, text) = hotel();
    let error = create(workspace.path(), &board, &text, false).expect_err("no lock file");
    assert!(matches!(error, ScaffoldError::LockFile), "{error}");
    assert!(!workspace.path().join("services").exists());
}

#[test]
fn an_update_renders_managed_files_again_and_keeps_owned_ones() {
    let workspace = workspace();
    let (first, text) = hotel();
    create(workspace.path(), &first, &text, false).expect("a context");
    let folder = workspace.path().join("services/hotel-bookings");
    let (owned, managed) = (folder.join("domain/src/room/state.rs"), folder.join("domain/src/messages.rs"));
    for path in [&owned, &managed] {
        fs::write(path, "// changed by hand\n").expect("writable");
    }
    let files = update(workspace.path(), &first, false).expect("it renders");
    assert_eq!(changed(&files), ["services/hotel-bookings/domain/src/messages.rs"]);
    assert_eq!(fs::read_to_string(&owned).expect("a file"), "// changed by hand\n");
    let again = update(workspace.path(), &first, false).expect("it renders");
    assert_eq!(changed(&again), Vec::<&str>::new(), "a second run changes nothing");
}

#[test]
fn an_update_writes_what_is_managed_within_an_owned_file_and_nothing_else_of_it() {
    let workspace = workspace();
    let (board, text) = hotel();
    create(workspace.path(), &board, &text, false).expect("a context");
    let folder = workspace.path().join("services/hotel-bookings");
    let (file, base) = (folder.join("service/Cargo.toml"), folder.join(".road/base/service/Cargo.toml"));
    let rendered = fs::read_to_string(&file).expect("a file");
    // As a context is that was made before tests had a kit of their own, whose team has added a dependency.
    let region = "# <boilerplate> kept by `cargo xtask update hotel-bookings`\nmacadam-testkit.workspace = true\n# </boilerplate>\n";
    assert!(rendered.contains(region), "{rendered}");
    let before = rendered.replace(region, "");
    fs::write(&base, &before).expect("writable");
    fs::write(&file, format!("{before}\n[features]\nmine = []\n")).expect("writable");
    let listed = update(workspace.path(), &board, true).expect("it renders");
    assert_eq!(changed(&listed), ["services/hotel-bookings/service/Cargo.toml"]);
    assert_eq!(fs::read_to_string(&base).expect("a base"), before, "a dry run writes nothing");
    let files = update(workspace.path(), &board, false).expect("it renders");
    assert_eq!(changed(&files), ["services/hotel-bookings/service/Cargo.toml"]);
    assert_eq!(fs::read_to_string(&file).expect("a file"), format!("{rendered}\n[features]\nmine = []\n"));
    assert_eq!(fs::read_to_string(&base).expect("a base"), rendered);
    let again = update(workspace.path(), &board, false).expect("it renders");
    assert_eq!(changed(&again), Vec::<&str>::new(), "a second run does nothing");
    fs::write(&file, before.replace("# </boilerplate>\n", "")).expect("writable");
    let error = update(workspace.path(), &board, false).expect_err("the marks do not pair");
    assert!(matches!(error, ScaffoldError::Region { source: RegionError::Marks, .. }), "{error}");
}

fn changed(files: &[Written]) -> Vec<&str> {
    files.iter().filter(|file| file.action != Action::Unchanged).map(|file| file.path.as_str()).collect()
}

#[test]
fn seeds_emit_the_event_if_the_command_has_all_its_fields() {
    let workspace = workspace();
    let (board, text) = board(&repository().join("docs/examples/library-loans.toml"));
    create(workspace.path(), &board, &text, false).expect("a context");
    let read = |path: &str| {
        let file = workspace.path().join("services/library-loans/domain/src").join(Path::new(path));
        fs::read_to_string(file).expect("a file")
    };
    assert!(
        read("loan/lend.rs")
            .contains("Ok(Lent { reader_id: self.reader_id, book: self.book, due: self.due })")
    );
    assert!(
        read("loan/extend.rs").contains("Err(Rejection::Undecided)"),
        "the event has more fields than the command"
    );
    assert!(read("rejection.rs").contains("Undecided"));
}

#[test]
fn a_claim_on_the_board_is_in_wiring_documentation_and_rejections() {
    let workspace = workspace();
    let (loans, text) = board(&repository().join("docs/examples/library-loans.toml"));
    create(workspace.path(), &loans, &text, false).expect("a context");
    let folder = workspace.path().join("services/library-loans");
    let read = |path: &str| fs::read_to_string(folder.join(path)).expect("a file");
    let wiring: String = read("service/src/wiring.rs").split_whitespace().collect();
    let call = r#".claim(chassis::ClaimDef::new("LentBook","Loan","book",&["Lent"],"already-lent").released_by(&["TakenBack"]),)"#;
    assert!(wiring.contains(call), "{wiring}");
    assert!(
        read("docs/context.md")
            .contains("| LentBook | Loan | `book` | Lent | TakenBack | \"already-lent\" |")
    );
    assert!(read("domain/src/rejection.rs").contains("AlreadyLent,"));
    assert!(read("context.toml").contains("[claim.LentBook]"));
}

#[test]
fn without_seeds_a_claim_adds_its_field_to_command_and_event() {
    let workspace = workspace();
    let (_, text) = board(&repository().join("docs/examples/library-loans.toml"));
    let text = Board::without_seeds(&text);
    let (board, findings) = Board::parse("context.toml", &text);
    create(workspace.path(), &board.unwrap_or_else(|| panic!("{findings:?}")), &text, false)
        .expect("a context");
    let source = workspace.path().join("services/library-loans/domain/src");
    for path in ["events/lent.rs", "loan/lend.rs"] {
        let file = fs::read_to_string(source.join(path)).expect("a file");
        assert!(file.contains("pub book: String,"), "{path}: {file}");
    }
}

#[test]
fn a_deprecation_is_in_the_wiring_and_stays_on_the_board() {
    let workspace = workspace();
    let (_, text) = hotel();
    let text = text
        .replace("rejects = [\"NotHeld\"], ", "rejects = [\"NotHeld\"], deprecated = { since = \"2026-11-01\" }, ")
        .replace(
            "[read_model.Arrivals]\n",
            "[read_model.Arrivals]\ndeprecated = { since = \"2026-11-01\", sunset = \"2027-05-01\", see = \"https://hotel.example/\" }\n",
        );
    let (board, findings) = Board::parse("context.toml", &text);
    let board = board.unwrap_or_else(|| panic!("{findings:?}"));
    create(workspace.path(), &board, &text, false).expect("a context");
    let folder = workspace.path().join("services/hotel-bookings");
    let wiring = fs::read_to_string(folder.join("service/src/wiring.rs")).expect("a file");
    let wiring: String = wiring.split_whitespace().collect();
    for call in [
        r#".deprecated("ReleaseRoom",chassis::Deprecation::since("2026-11-01"))"#,
        r#".deprecated(chassis::Deprecation::since("2026-11-01").sunset("2027-05-01").see("https://hotel.example/"),)"#,
    ] {
        assert!(wiring.contains(call), "{call} in {wiring}");
    }
    let kept = fs::read_to_string(folder.join("context.toml")).expect("a file");
    assert!(kept.contains("deprecated = { since = \"2026-11-01\" }"), "{kept}");
}

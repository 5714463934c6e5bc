//! Tests new contexts, generated from real boards and from random ones.

use std::path::Path;

use crate::contracts::derive;
use crate::schemathesis::validate;
use crate::tour::letter;
use crate::verify::{Scratch, Tests, Verdict};
use crate::{RunError, io, random};
use macadam_board::{Board, Neighbours};
use macadam_scaffold::{create, update};

const HOTEL: &str = include_str!("../../../docs/examples/hotel-bookings.toml");

/// Creates a context with two aggregates, a process and a deadline in a copy of the repository, and checks it: it must
/// be formatted, free of clippy warnings and served as its board describes. One example of each command must fail,
/// because it is still to be written; no other test may fail.
pub fn fresh_context(root: &Path) -> Result<Verdict, RunError> {
    let scratch = Scratch::of(root)?;
    let mut verdict = verify_context(&scratch, "docs/examples/hotel-bookings.toml", HOTEL)?;
    verdict.faults.extend(clock_calls_accepted_by_clippy(&scratch)?);
    rename_plural(&scratch)?;
    Ok(verdict)
}

/// Calls that read a clock.
const CLOCKS: [&str; 4] = [
    "std::time::SystemTime::now()",
    "std::time::Instant::now()",
    "macadam_kernel::jiff::Timestamp::now()",
    "macadam_kernel::jiff::Zoned::now()",
];

/// Adds each call to the new domain crate; clippy must report every one.
fn clock_calls_accepted_by_clippy(scratch: &Scratch) -> Result<Vec<String>, RunError> {
    let file = scratch.path().join("services/hotel-bookings/domain/src/rejection.rs");
    let text = std::fs::read_to_string(&file).map_err(io("read", &file))?;
    let lines: String = CLOCKS.iter().map(|clock| format!("    drop({clock});\n")).collect();
    let planted = format!("{text}\npub(crate) fn planted() {{\n{lines}}}\n");
    std::fs::write(&file, planted).map_err(io("write", &file))?;
    let arguments = ["clippy", "--package", "hotel-bookings-domain", "--message-format", "short"];
    let output = scratch.cargo.command(&arguments).output();
    let output = output.map_err(|source| RunError::Start { program: "cargo".to_owned(), source })?;
    std::fs::write(&file, &text).map_err(io("write", &file))?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    let missed = CLOCKS.iter().filter(|clock| !report.contains(clock.trim_end_matches("()")));
    Ok(missed.map(|clock| format!("clippy does not report {clock} in a domain crate:\n{report}")).collect())
}

/// Changes the path of lc-application. A client that follows links must still work.
fn rename_plural(scratch: &Scratch) -> Result<(), RunError> {
    let file = scratch.path().join("services/lc-application/context.toml");
    let text = std::fs::read_to_string(&file).map_err(io("read", &file))?;
    let renamed = text.replace("plural = \"lc-applications\"", "plural = \"requests-for-credit\"");
    if renamed == text {
        return Err(RunError::Unexpected {
            what: "expected the plural on the board".to_owned(),
            answer: text,
        });
    }
    std::fs::write(&file, &renamed).map_err(io("write", &file))?;
    let board = parse_board(scratch.path(), "services/lc-application/context.toml", &renamed)?;
    update(scratch.path(), &board, false)?;
    let mut output = String::new();
    let outcome = letter::run(&scratch.cargo, &mut |line| output.push_str(line));
    // The copy shares the target folder with the repository, and cargo compares only the age of files: build the
    // original again, so that the binary with the other plural is not taken for it.
    std::fs::write(&file, &text).map_err(io("write", &file))?;
    update(
        scratch.path(),
        &parse_board(scratch.path(), "services/lc-application/context.toml", &text)?,
        false,
    )?;
    scratch.cargo.binaries(&["lc-application-service".to_owned()])?;
    outcome
}

/// Creates one context from `text` and tests it.
pub(super) fn verify_context(scratch: &Scratch, file: &str, text: &str) -> Result<Verdict, RunError> {
    let board = parse_board(scratch.path(), file, text)?;
    create(scratch.path(), &board, text, false)?;
    let name = board.context.name.to_string();
    let (domain, service) = (format!("{name}-domain"), format!("{name}-service"));
    let packages = [domain.as_str(), service.as_str()];
    let mut clippy = vec!["clippy", "--quiet", "--all-targets", "--no-deps"];
    let mut format = vec!["fmt", "--check"];
    for package in packages {
        clippy.extend(["--package", package]);
        format.extend(["--package", package]);
    }
    clippy.extend(["--", "--deny", "warnings"]);
    let mut faults = Vec::new();
    for arguments in [format, clippy] {
        match scratch.cargo.run(&arguments) {
            Ok(()) => {}
            Err(RunError::Failed { command, .. }) => {
                faults.push(format!("{name} is not formatted or has clippy warnings: {command}"));
            }
            Err(error) => return Err(error),
        }
    }
    let binaries = scratch.cargo.binaries(std::slice::from_ref(&service))?;
    derive(scratch.path(), &[(name.clone(), binaries[0].clone())], false)?;
    let mut verdict = Tests::of(&scratch.cargo, &packages).run()?;
    let expected = board.commands().count();
    if verdict.awaiting.len() != expected {
        faults.push(format!(
            "{name} has {expected} commands, but {} examples that are still to be written",
            verdict.awaiting.len()
        ));
    }
    verdict.faults.extend(faults);
    // They belong to the copy, which is deleted before anybody could read the list.
    verdict.awaiting.clear();
    Ok(verdict)
}

pub(crate) fn parse_board(root: &Path, file: &str, text: &str) -> Result<Board, RunError> {
    let neighbours = Neighbours::in_services(&root.join("services"));
    let (board, findings) = Board::parse_among(file, text, &neighbours);
    board.ok_or_else(|| RunError::Unexpected {
        what: format!("expected that the board {file} is valid"),
        answer: macadam_board::diagnostic::render(&findings, text, false),
    })
}

/// An empty home folder, for commands that run in a new clone.
pub(super) fn empty_home() -> Result<tempfile::TempDir, RunError> {
    tempfile::Builder::new().prefix("macadam-home-").tempdir().map_err(io("create", Path::new("a folder")))
}

/// The number of random boards that are also built and run: with one, two and three aggregates.
const BUILT: usize = 3;

/// Renders this many random boards, and tests three of them like every new context. rustfmt formats every file of each
/// board, so every file is valid Rust.
pub fn random_boards(root: &Path, boards: u64) -> Result<Verdict, RunError> {
    let scratch = Scratch::of(root)?;
    let mut built: Vec<usize> = Vec::new();
    let mut verdict = Verdict::default();
    for seed in 0..boards {
        let text = random::board(seed);
        let board = parse_board(scratch.path(), &format!("random-{seed}"), &text)?;
        create(scratch.path(), &board, &text, true)?;
        let aggregates = board.aggregates.len();
        if built.len() < BUILT && !built.contains(&aggregates) {
            built.push(aggregates);
            let found = verify_context(&scratch, &format!("random-{seed}"), &text)?;
            verdict.faults.extend(found.faults);
            verdict.faults.extend(validate(root, scratch.path())?);
            std::fs::remove_dir_all(scratch.path().join("services").join(format!("random-{seed}")))
                .map_err(io("remove", scratch.path()))?;
        }
    }
    if built.len() < BUILT {
        verdict.faults.push(format!("only {} of {BUILT} random boards were built", built.len()));
    }
    Ok(verdict)
}

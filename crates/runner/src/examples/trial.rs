//! Holds the search to what it promises: mutants that nothing notices, of every kind of rule, each with an example.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use macadam_board::Board;
use macadam_mutants::example::{Change, Example, mutated, pasted};
use macadam_scaffold::create;

use super::examples;
use super::hotel::DECISIONS;
use super::scratch::{Built, Ran, Scratch};
use crate::verify::{self, Verdict};
use crate::{RunError, io};

const HOTEL: &str = include_str!("../../../../docs/examples/hotel-bookings.toml");
const TIME_MAX: Duration = Duration::from_mins(15);

/// A file below the domain's `src`, what a mutant replaces there, and by what.
type Planted = (&'static str, &'static str, &'static str);

/// A guard, decisions, events, read models, a deadline, what a client is shown, and values.
const LETTER: &[Planted] = &[
    (
        "lc_application/submit.rs",
        "            LcApplication::Cancelled(_) => Err(Rejection::AlreadyCancelled),\n",
        "",
    ),
    ("lc_application/submit.rs", "shipment.latest > expiry.date", "shipment.latest >= expiry.date"),
    ("lc_application/remind_of_approval.rs", "nth <= submitted.reminders", "nth < submitted.reminders"),
    ("lc_application/change_beneficiary.rs", "sanctioned.contains(beneficiary.country)", "false"),
    ("events/approval_pending.rs", "submitted.reminders = event.nth;", ""),
    ("read_models/pending_decision.rs", "credit_pending: false, ..view?", "..view?"),
    ("read_models/overdue.rs", "Some(Self { past_due_since: heard.recorded_at })", "None"),
    ("lc_application/remind_of_approval.rs", "Self { nth: due.nth }", "Self { nth: 1 }"),
    ("lc_application/view.rs", "remarks: approved.remarks.clone(),\n", "\n"),
    ("values/terms.rs", "self.date > now", "self.date >= now"),
    ("values/terms.rs", "(1..=Self::DAYS_MAX).contains(&days)", "true"),
    ("values/parties.rs", "2 | 5", "2 | 6"),
];

/// The same of a context that has neither examples nor samples; with a process.
const BOOKINGS: &[Planted] = &[
    ("booking/check_in.rs", "active.progress == super::state::Progress::Confirmed", "true"),
    (
        "booking/request.rs",
        "self.stay.departure <= self.stay.arrival",
        "self.stay.departure < self.stay.arrival",
    ),
    ("events/room_released.rs", "*booking != event.booking_id", "true"),
    ("processes/allocation.rs", "state.map(release).into_iter().collect()", "vec![]"),
    ("processes/allocation.rs", "event.booking_id.to_string()", "heard.stream.to_string()"),
    ("read_models/free_rooms.rs", "view.rate = Some(event.rate)", "()"),
    ("values.rs", "self.arrival < other.departure", "self.arrival <= other.departure"),
];

/// Takes all tests out of two contexts, plants mutants, and holds the search to an example for each of them: with it
/// alone in the crate, the crate's tests pass, and with the mutant they fail.
pub fn survivors(root: &Path) -> Result<Verdict, RunError> {
    let copy = verify::Scratch::of(root)?;
    let (board, findings) = Board::parse("docs/examples/hotel-bookings.toml", HOTEL);
    let board = board.ok_or_else(|| RunError::Unexpected {
        what: "the hotel's board is sound".to_owned(),
        answer: format!("{findings:?}"),
    })?;
    create(copy.path(), &board, HOTEL, false)?;
    let mut verdict = Verdict::default();
    for (context, decisions, planted) in
        [("lc-application", &[][..], LETTER), ("hotel-bookings", DECISIONS, BOOKINGS)]
    {
        let domain = PathBuf::from("services").join(context).join("domain");
        let source = copy.path().join(&domain).join("src");
        for (file, from, by) in decisions {
            let text = read(&source.join(file))?;
            write(&source.join(file), &text.replacen(found(&text, from)?.1, by, 1))?;
        }
        without_tests(&source)?;
        let changes: Vec<_> = planted.iter().map(|one| change(&source, one)).collect::<Result<_, _>>()?;
        let folder = root.join("target/examples").join(context);
        fs::create_dir_all(&folder).map_err(io("make", &folder))?;
        let sought = examples(copy.path(), &domain, &changes, &folder, TIME_MAX)?;
        let scratch = Scratch::prepare(copy.path(), &domain, &folder)?;
        for (change, sought) in changes.iter().zip(sought) {
            let name = format!("{context}: {} by `{}`", change.file.display(), change.replacement.trim());
            let fault = match &sought.example {
                Some(example) => fault(&scratch, change, example)?,
                None => sought.reason,
            };
            verdict.faults.extend(fault.map(|fault| format!("{name}: {fault}")));
        }
    }
    Ok(verdict)
}

/// What is wrong with an example as the only test of its crate.
fn fault(scratch: &Scratch, change: &Change, example: &Example) -> Result<Option<&'static str>, RunError> {
    let file = &example.file;
    let text = scratch.read(file)?;
    let changed = scratch.read(&change.file)?;
    let mut fault = None;
    let alone = pasted(&text, example).unwrap_or_default();
    scratch.write(file, &alone)?;
    if outcome(scratch)? != Some(true) {
        fault = Some("the example does not pass in the code as it is");
    }
    let mutant = mutated(&changed, change).unwrap_or_default();
    scratch.write(&change.file, &mutant)?;
    let both = if change.file == *file { pasted(&mutant, example).unwrap_or_default() } else { alone };
    scratch.write(file, &both)?;
    if outcome(scratch)? != Some(false) {
        fault = Some("the example does not fail in the mutant");
    }
    scratch.write(file, &text)?;
    scratch.write(&change.file, &changed)?;
    Ok(fault)
}

/// Whether the one test of the crate passes; none where it does not compile.
fn outcome(scratch: &Scratch) -> Result<Option<bool>, RunError> {
    let Built::Program(program) = scratch.build()? else { return Ok(None) };
    Ok(match scratch.run_all(&program)? {
        Ran::Ended { success, printed } if printed.contains("running 1 test\n") => Some(success),
        _ => None,
    })
}

/// Takes every test out of every file, and leaves what they share.
fn without_tests(folder: &Path) -> Result<(), RunError> {
    for entry in fs::read_dir(folder).map_err(io("read", folder))? {
        let path = entry.map_err(io("read", folder))?.path();
        if path.is_dir() {
            without_tests(&path)?;
            continue;
        }
        let mut text = read(&path)?;
        while let Some(start) = text.find("    #[test]\n") {
            let Some(end) = text[start..].find("\n    }\n") else { break };
            let lines: Vec<_> = text[..start].split_inclusive('\n').collect();
            let documented = lines.iter().rev().take_while(|line| line.starts_with("    ///"));
            let start_of_all = start - documented.map(|line| line.len()).sum::<usize>();
            text.replace_range(start_of_all..start + end + "\n    }\n".len(), "");
        }
        write(&path, &text)?;
    }
    Ok(())
}

fn change(source: &Path, (file, from, by): &Planted) -> Result<Change, RunError> {
    let text = read(&source.join(file))?;
    let (at, from) = found(&text, from)?;
    let place = |at: usize| {
        let before = &text[..at];
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        (before.matches('\n').count() + 1, column + 1)
    };
    Ok(Change {
        file: Path::new("src").join(file),
        start: place(at),
        end: place(at + from.len()),
        replacement: (*by).to_owned(),
    })
}

fn found<'a>(text: &str, wanted: &'a str) -> Result<(usize, &'a str), RunError> {
    let missing =
        || RunError::Unexpected { what: "expected in the source".to_owned(), answer: wanted.to_owned() };
    text.find(wanted).map(|at| (at, wanted)).ok_or_else(missing)
}

fn read(path: &Path) -> Result<String, RunError> {
    fs::read_to_string(path).map_err(io("read", path))
}

fn write(path: &Path, text: &str) -> Result<(), RunError> {
    fs::write(path, text).map_err(io("write", path))
}

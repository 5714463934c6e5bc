//! `cargo xtask new`: generates a context from a board, from flags, or from answers.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;
use inquire::Text;
use macadam_board::{Board, Neighbours};
use macadam_runner::exit::Exit;
use macadam_runner::slo::generate::{Planned, write};
use macadam_scaffold::{Flags, create};

use crate::report::{boards, refused, root, run_error, scaffold_error, written};
use crate::slo::generate::{as_written, planned};
use crate::terminal::{MORE, message};

/// Generate a new context
#[derive(Args)]
#[command(before_help = "Examples: cargo xtask new --from boards/hotel.toml
          cargo xtask new payments --aggregate Payment --command Capture:Captured --actor Clerk", after_help = MORE)]
pub(crate) struct New {
    /// The context's name, in kebab-case.
    #[arg(conflicts_with = "from")]
    name: Option<String>,
    /// The board to generate it from.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// An aggregate; repeat it for several.
    #[arg(long = "aggregate", value_name = "NAME", conflicts_with = "from")]
    aggregates: Vec<String>,
    /// A command and its events, `Capture:Captured` or `Payment.Capture:Captured,Declined`; the first one creates the
    /// aggregate.
    #[arg(long = "command", value_name = "COMMAND:EVENT", conflicts_with = "from")]
    commands: Vec<String>,
    /// A role that sends the commands; repeat it for several.
    #[arg(long = "actor", value_name = "ROLE", conflicts_with = "from")]
    actors: Vec<String>,
    /// One sentence that says what the context is for.
    #[arg(long, conflicts_with = "from")]
    summary: Option<String>,
    /// The team that owns it.
    #[arg(long, conflicts_with = "from")]
    owner: Option<String>,
    /// Print the plan and the files; write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Report as JSON (docs/schemas/plan.schema.json).
    #[arg(long)]
    json: bool,
}

impl New {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        let (file, text) = match self.board() {
            Ok(board) => board,
            Err(exit) => return exit,
        };
        let neighbours = Neighbours::in_services(&root.join("services"));
        let (board, findings) = Board::parse_among(&file, &text, &neighbours);
        refused(&findings, &text);
        let Some(board) = board else { return Exit::Refused };
        let name = board.context.name.to_string();
        // Before anything is written: an SLO of another context may have a mistake.
        let slos = match slos(&root, &board) {
            Ok(slos) => slos,
            Err(exit) => return exit,
        };
        let mut files = match create(&root, &board, &text, self.dry_run) {
            Ok(files) => files,
            Err(error) => return scaffold_error(&error),
        };
        let slos = if self.dry_run { Ok(slos) } else { slos_written(&root, &board) };
        let Ok(slos) = slos else { return Exit::Gate };
        files.extend(as_written(&slos).into_iter().filter(|file| !file.path.ends_with("runbook.md")));
        written(&name, &files, self.dry_run, self.json);
        next(&name, self.dry_run);
        Exit::Done
    }

    /// The board's name for messages, and its text.
    fn board(&self) -> Result<(String, String), Exit> {
        if let Some(file) = &self.from {
            return read(file);
        }
        let mut flags = Flags {
            name: self.name.clone().unwrap_or_default(),
            summary: self.summary.clone(),
            owner: self.owner.clone(),
            aggregates: self.aggregates.clone(),
            commands: self.commands.clone(),
            actors: self.actors.clone(),
        };
        complete(&mut flags)?;
        match flags.board() {
            Ok(text) => Ok((flags.file(), text)),
            Err(error) => {
                message(&format!("error: {error}"));
                Err(Exit::Usage)
            }
        }
    }
}

/// The files of SLOs that change with this context.
fn slos(root: &Path, board: &Board) -> Result<Vec<Planned>, Exit> {
    let mut all = boards(root, &[])?;
    let name = board.context.name.to_string();
    if all.iter().all(|(other, _)| *other != name) {
        all.push((name, board.clone()));
    }
    planned(root, &all)
}

/// The same, once the context is there.
fn slos_written(root: &Path, board: &Board) -> Result<Vec<Planned>, Exit> {
    let slos = slos(root, board)?;
    write(root, &slos).map_err(|error| run_error(&error))?;
    Ok(slos)
}

fn read(file: &Path) -> Result<(String, String), Exit> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok((file.display().to_string(), text)),
        Err(error) => {
            message(&format!("error: read the board `{}`: {error}", file.display()));
            Err(Exit::Refused)
        }
    }
}

/// Asks on a terminal for missing flags; without a terminal, prints which flags are missing.
fn complete(flags: &mut Flags) -> Result<(), Exit> {
    let asks = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let missing = [
        flags.name.is_empty(),
        flags.aggregates.is_empty(),
        flags.commands.is_empty(),
        flags.actors.is_empty(),
    ];
    if !asks && missing.contains(&true) {
        let names = ["<name>", "--aggregate", "--command", "--actor"];
        let wanted: Vec<&str> =
            names.into_iter().zip(missing).filter(|(_, missing)| *missing).map(|(name, _)| name).collect();
        message(&format!(
            "error: missing arguments, and no terminal to ask for them: give {}, or --from <file>",
            wanted.join(", ")
        ));
        return Err(Exit::Usage);
    }
    if flags.name.is_empty() {
        flags.name = ask("Name of the context", "kebab-case, for example hotel-bookings")?;
    }
    if flags.aggregates.is_empty() {
        flags.aggregates =
            list(&ask("Aggregates", "PascalCase, separated by spaces, for example Booking Room")?);
    }
    if flags.actors.is_empty() {
        flags.actors = list(&ask(
            "Roles that send its commands",
            "PascalCase, separated by spaces, for example Guest Clerk",
        )?);
    }
    if flags.commands.is_empty() {
        let help = "for example Book:Booked Cancel:Cancelled; the first one creates the aggregate";
        let several = "for example Booking.Book:Booked Room.Open:RoomOpened; the first one of each aggregate creates it";
        flags.commands = list(&ask(
            "Commands with their events",
            if flags.aggregates.len() > 1 { several } else { help },
        )?);
    }
    if flags.summary.is_none() && missing.contains(&true) {
        flags.summary = Some(ask("Purpose of the context", "one sentence")?).filter(|text| !text.is_empty());
    }
    Ok(())
}

fn ask(question: &str, help: &str) -> Result<String, Exit> {
    Text::new(question).with_help_message(help).prompt().map(|answer| answer.trim().to_owned()).map_err(
        |_| {
            message("nothing was written");
            Exit::Usage
        },
    )
}

/// Splits at spaces: commas separate the events of one command.
fn list(answer: &str) -> Vec<String> {
    answer.split_whitespace().map(|word| word.trim_end_matches(',').to_owned()).collect()
}

fn next(name: &str, dry_run: bool) {
    if dry_run {
        message("\nnothing was written. next: run it again without --dry-run");
    } else {
        message(&format!(
            "\nnext: cargo test -p {name}-domain   shows the examples that are still to be written; replace them one by one\n      \
             cargo xtask up               starts it with all other contexts"
        ));
    }
}

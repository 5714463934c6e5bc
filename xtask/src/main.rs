//! The command line of Macadam: parses arguments, calls the libraries, prints results.

mod bench;
mod board;
mod check;
mod contracts;
mod events;
mod explain;
mod mutants;
mod new;
mod operate;
#[cfg(test)]
mod reference;
mod report;
mod slo;
mod terminal;
mod test;
mod token;
mod tour;
mod up;
mod update;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use macadam_runner::exit::Exit;

/// The paved road for bounded contexts
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
#[command(before_help = terminal::EXAMPLE, after_help = terminal::MORE)]
struct Cli {
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: terminal::Color,
    #[command(subcommand)]
    command: Command,
}

/// Each subcommand has a file of its own, and returns the exit code.
#[derive(Subcommand)]
enum Command {
    Tour(tour::Tour),
    New(new::New),
    Up(up::Up),
    Token(token::Token),
    #[command(subcommand)]
    Events(events::Events),
    Rebuild(operate::Rebuild),
    Backup(operate::Backup),
    Restore(operate::Restore),
    Export(operate::Export),
    Import(operate::Import),
    Golden(operate::Golden),
    Test(test::Test),
    Mutants(mutants::Mutants),
    Bench(bench::Bench),
    Update(update::Update),
    Check(check::Check),
    Contracts(contracts::Contracts),
    #[command(subcommand)]
    Slo(slo::Slo),
    #[command(subcommand)]
    Board(board::Board),
    Explain(explain::Explain),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.color.apply();
    let run = || match &cli.command {
        Command::Tour(tour) => tour.run(),
        Command::New(new) => new.run(),
        Command::Up(up) => up.run(),
        Command::Token(token) => token.run(),
        Command::Events(events) => events.run(),
        Command::Rebuild(rebuild) => rebuild.run(),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
        Command::Export(export) => export.run(),
        Command::Import(import) => import.run(),
        Command::Golden(golden) => golden.run(),
        Command::Test(test) => test.run(),
        Command::Mutants(mutants) => mutants.run(),
        Command::Bench(bench) => bench.run(),
        Command::Update(update) => update.run(),
        Command::Check(check) => check.run(),
        Command::Contracts(contracts) => contracts.run(),
        Command::Slo(slo) => slo.run(),
        Command::Board(board) => board.run(),
        Command::Explain(explain) => explain.run(),
    };
    // The panic has printed its message; the exit code marks it as a bug of the tool.
    std::panic::catch_unwind(run).unwrap_or(Exit::Bug).into()
}

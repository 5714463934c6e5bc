//! The reference of the command line for the book, written from the commands themselves.

use std::fmt::Write as _;
use std::path::Path;

use clap::{Command, CommandFactory};

use crate::Cli;

const HEAD: &str = "\
# The command line

Written from the commands in `xtask/src` by a test under `BLESS_GOLDEN=1`; edits belong there. `cargo xtask <command>
--help` prints the same.

Results are written to stdout, messages to stderr. Every command takes `--color <auto|always|never>`; without it, colour
is used on a terminal unless `NO_COLOR` is set or `TERM` is `dumb`. The data formats of `--json` are described under
`docs/schemas`.

## Exit codes

| code | meaning |
| --: | --- |
| 0 | done |
| 1 | an input was refused: a board, an OpenSLO document, a file that cannot be read |
| 2 | the command line is wrong |
| 3 | a check failed: a test, a new surviving mutant, a ratio of the benchmarks, a service that did not start or drain |
| 4 | files differ from what Macadam would write, as `check`, `contracts --dry-run` and `mutants --accept --dry-run` find |
| 5 | a merge left conflicts (not used yet) |
| 6 | a tool is missing; the message says how to get it |
| 7 | what the command compares with was already broken: tests that fail without any mutant |
| 70 | a bug in the tool |
";

fn reference() -> String {
    let mut text = HEAD.to_owned();
    let mut root = Cli::command();
    root.build();
    for command in root.get_subcommands().filter(|command| command.get_name() != "help") {
        write(&mut text, command, "cargo xtask");
    }
    text
}

/// A section for each command that does something itself; one that has subcommands stands for these.
fn write(text: &mut String, command: &Command, parent: &str) {
    let name = format!("{parent} {}", command.get_name());
    let inner: Vec<_> = command.get_subcommands().filter(|inner| inner.get_name() != "help").collect();
    if !inner.is_empty() {
        for inner in inner {
            write(text, inner, &name);
        }
        return;
    }
    // What every help text has stands once, at the top of the page.
    let mut command = command.clone().after_help("").disable_help_flag(true);
    for argument in ["color", "help"] {
        if command.get_arguments().any(|known| known.get_id() == argument) {
            command = command.mut_arg(argument, |argument| argument.hide(true));
        }
    }
    let help = command.bin_name(&name).render_long_help().to_string();
    let lines: Vec<_> = help.trim().lines().map(str::trim_end).collect();
    let _ = write!(text, "\n## `{name}`\n\n```text\n{}\n```\n", lines.join("\n"));
}

#[test]
fn the_documented_commands_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/book/command-reference.md");
    let text = reference();
    if std::env::var_os("BLESS_GOLDEN").is_some() {
        std::fs::write(&path, &text).expect("the reference can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, text, "BLESS_GOLDEN=1 cargo test -p xtask reference   rewrites it");
}

//! Terminal output: results to stdout, messages to stderr, with colour where it is wanted.

use std::io::Write;

use clap::ValueEnum;

/// The beginning of the help as a whole.
pub(crate) const EXAMPLE: &str =
    "Example: cargo xtask new payments --aggregate Payment --command Capture:Captured --actor Clerk";

/// The end of each help text.
pub(crate) const MORE: &str = "\
Exit codes: 0 done, 1 input refused, 2 wrong usage, 3 check failed, 4 drift, 5 conflicts, 6 tool missing, 7 baseline
broken, 70 bug in the tool.
Read more: docs/book/ (the book), docs/book/lints.md for every code, docs/schemas/ for the formats.";

/// When to use colour.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set or TERM is dumb.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Sets it for the whole run.
    pub(crate) fn apply(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

/// Prints a result to stdout. Errors are ignored: the reader of a pipe may stop early.
pub(crate) fn result(text: &str) {
    let _ = writeln!(anstream::stdout(), "{text}");
}

/// Prints a message to stderr. The text may be coloured; colour is removed where it is not wanted.
pub(crate) fn message(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

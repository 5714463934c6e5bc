//! Where text goes: results to stdout, messages to stderr, colour where it is wanted.

use std::io::Write;

use clap::ValueEnum;

/// The beginning of the help as a whole.
pub(crate) const EXAMPLE: &str =
    "Example: cargo xtask new payments --aggregate Payment --command Capture:Captured --actor Clerk";

/// The end of each help text.
pub(crate) const MORE: &str = "\
Exit codes: 0 done, 1 input refused, 2 usage, 3 gate failed, 4 drift, 5 conflicts, 6 prerequisite missing, 7 baseline
broken, 70 a bug in the tool.
Read more: docs/book/ (the book), docs/book/lints.md for every code, docs/schemas/ for the formats.";

/// When to use colour.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` or TERM=dumb say otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Decides for the whole run.
    pub(crate) fn apply(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

/// Prints what was asked for. A reader that has gone away wanted no more.
pub(crate) fn result(text: &str) {
    let _ = writeln!(anstream::stdout(), "{text}");
}

/// Prints what people should know besides. It may be coloured; colour is taken out where it is not wanted.
pub(crate) fn message(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

//! `cargo xtask events`: reads a context's event log.

use clap::{Args, Subcommand};
use macadam_runner::exit::Exit;

use crate::operate::{Target, pass};
use crate::terminal::MORE;

/// Read a context's event log, also while it runs
#[derive(Subcommand)]
pub(crate) enum Events {
    Tail(Tail),
    Show(Show),
    Stats(Stats),
}

/// Print the newest events; with --follow, also those that are recorded from now on
#[derive(Args)]
#[command(before_help = "Example: cargo xtask events tail lc-application --follow", after_help = MORE)]
pub(crate) struct Tail {
    #[command(flatten)]
    target: Target,
    /// Print events as they are recorded, until Ctrl-C.
    #[arg(long, short)]
    follow: bool,
    /// Begin after this position; without it, print the last 20.
    #[arg(long, value_name = "POSITION")]
    after: Option<i64>,
    /// Only events of this type; repeat it for several.
    #[arg(long = "type", value_name = "EVENT")]
    kinds: Vec<String>,
}

/// Print one event in full, or all events of a stream
#[derive(Args)]
#[command(before_help = "Example: cargo xtask events show lc-application 1", after_help = MORE)]
pub(crate) struct Show {
    #[command(flatten)]
    target: Target,
    /// A position, or the id of a stream.
    which: String,
}

/// Print figures of the log, and how far views, processes and deadlines are
#[derive(Args)]
#[command(before_help = "Example: cargo xtask events stats lc-application", after_help = MORE)]
pub(crate) struct Stats {
    #[command(flatten)]
    target: Target,
}

impl Events {
    pub(crate) fn run(&self) -> Exit {
        match self {
            Self::Tail(tail) => {
                let mut arguments = vec!["events".into(), "tail".into()];
                arguments.extend(tail.follow.then(|| "--follow".into()));
                arguments.extend(tail.after.map(|after| format!("--after={after}").into()));
                arguments.extend(tail.kinds.iter().map(|kind| format!("--type={kind}").into()));
                let next = "cargo xtask events show <context> <position>";
                tail.target.run(arguments, next)
            }
            Self::Show(show) => {
                let arguments = pass(&["events", "show", "--", &show.which]);
                show.target.run(arguments, "cargo xtask events stats <context>")
            }
            Self::Stats(stats) => {
                let next = "cargo xtask events tail <context> --follow";
                stats.target.run(pass(&["events", "stats"]), next)
            }
        }
    }
}

//! The crash suite with many repetitions: every context, and the shop of the chassis's tests, is killed under load.

use std::path::Path;

use crate::cargo::Cargo;
use crate::verify::Verdict;
use crate::workspace::contexts;
use crate::{RunError, io};

/// The names of the suite's tests end so, in the chassis and in every context.
const SUITE: &str = "killed_under_load";

/// How often the services are killed.
#[derive(Debug, Clone, Copy)]
pub enum Kills {
    /// This many kills in total: another context does not make it take longer.
    Shared(usize),
    /// This many kills of each service.
    Each(usize),
}

impl Kills {
    /// The number of kills per suite; at least one.
    fn for_each_of(self, suites: usize) -> usize {
        match self {
            Self::Shared(kills) => kills.div_ceil(suites.max(1)),
            Self::Each(kills) => kills,
        }
    }
}

/// Runs the crash suite of every context, and shows its output.
pub fn crashes(root: &Path, kills: Kills) -> Result<Verdict, RunError> {
    // One more for the shop of the chassis's tests.
    let kills = kills.for_each_of(contexts(root).len() + 1).to_string();
    let cargo = Cargo::at(root);
    let filter = format!("test(/{SUITE}$/)");
    let arguments: Vec<&str> = if cargo.has("nextest") {
        vec![
            "nextest",
            "run",
            "--workspace",
            "-E",
            &filter,
            "--success-output",
            "immediate",
            "--no-fail-fast",
        ]
    } else {
        vec!["test", "--workspace", "--tests", "--", SUITE, "--nocapture"]
    };
    let status = cargo.command(&arguments).env("CRASH_KILLS", &kills).status();
    let status = status.map_err(io("call cargo in", root))?;
    let fault = || format!("the crash suite fails: CRASH_KILLS={kills} cargo {}", arguments.join(" "));
    Ok(Verdict { faults: (!status.success()).then(fault).into_iter().collect(), ..Verdict::default() })
}

#[cfg(test)]
mod tests {
    use super::Kills;

    #[test]
    fn shared_kills_add_up_to_the_total_and_every_suite_has_at_least_one() {
        assert_eq!(Kills::Shared(1000).for_each_of(2), 500);
        assert_eq!(Kills::Shared(1000).for_each_of(3), 334);
        assert_eq!(Kills::Shared(1).for_each_of(5), 1);
        assert_eq!(Kills::Each(1000).for_each_of(5), 1000);
    }
}

//! The crash suite at length: every context, and the chassis's own shop, killed many times under load.

use std::path::Path;

use crate::cargo::Cargo;
use crate::verify::Verdict;
use crate::workspace::contexts;
use crate::{RunError, io};

/// How the tests of the suite end, in the chassis and in every context.
const SUITE: &str = "killed_under_load";

/// How often they are killed.
#[derive(Debug, Clone, Copy)]
pub enum Kills {
    /// So often in all: shared, so that a context more does not take longer.
    Shared(usize),
    /// Each so often.
    Each(usize),
}

impl Kills {
    /// How often each of so many suites kills; never less than once.
    fn for_each_of(self, suites: usize) -> usize {
        match self {
            Self::Shared(kills) => kills.div_ceil(suites.max(1)),
            Self::Each(kills) => kills,
        }
    }
}

/// Runs the crash suite of every context; what it prints is shown.
pub fn crashes(root: &Path, kills: Kills) -> Result<Verdict, RunError> {
    // The shop of the chassis's own tests is one more.
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
    fn shared_kills_are_at_least_as_many_in_all_and_none_is_left_out() {
        assert_eq!(Kills::Shared(1000).for_each_of(2), 500);
        assert_eq!(Kills::Shared(1000).for_each_of(3), 334);
        assert_eq!(Kills::Shared(1).for_each_of(5), 1);
        assert_eq!(Kills::Each(1000).for_each_of(5), 1000);
    }
}

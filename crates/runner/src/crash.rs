//! The crash suite at length: every context, and the chassis's own shop, killed a thousand times under load.

use std::path::Path;

use crate::cargo::Cargo;
use crate::verify::Verdict;
use crate::{RunError, io};

/// How often each is killed.
const KILLS: &str = "1000";
/// How the tests of the suite end, in the chassis and in every context.
const SUITE: &str = "killed_under_load";

/// Runs the crash suite of every context with a thousand kills; what it prints is shown.
pub fn crashes(root: &Path) -> Result<Verdict, RunError> {
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
    let status = cargo.command(&arguments).env("CRASH_KILLS", KILLS).status();
    let status = status.map_err(io("call cargo in", root))?;
    let fault = || format!("the crash suite fails: CRASH_KILLS={KILLS} cargo {}", arguments.join(" "));
    Ok(Verdict { faults: (!status.success()).then(fault).into_iter().collect(), ..Verdict::default() })
}

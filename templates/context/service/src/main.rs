// Managed by Macadam: {{ origin }}
//! The service of {{ name }}: configure, build, run.

mod custom;
mod facts;
mod wiring;

use std::process::ExitCode;

fn main() -> ExitCode {
    macadam_chassis::cli::main(wiring::context)
}

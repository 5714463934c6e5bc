// Managed by Macadam: generated from services/lc-application/context.toml by `cargo xtask update lc-application`. Do not edit.
//! The service of lc-application: configure, build, run.

mod custom;
mod facts;
mod wiring;

use std::process::ExitCode;

fn main() -> ExitCode {
    macadam_chassis::cli::main(wiring::context)
}

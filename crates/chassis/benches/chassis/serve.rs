//! The servers that are measured, each in a process of its own.

use std::process::ExitCode;

use macadam_chassis::{Config, cli};

/// Serves until it is killed.
pub(crate) fn run(server: &str) -> ExitCode {
    let config = Config::load(None).expect("a sound configuration");
    match server {
        "shop" => cli::serve(crate::shop::context(&config), config).expect("the shop is served"),
        other => panic!("no server `{other}`"),
    }
}

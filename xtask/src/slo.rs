//! `cargo xtask slo`: objectives, the alerts that guard them, and how much of their budgets is left.

mod chosen;
mod explain;
pub(crate) mod generate;
mod prove;
mod validate;

use clap::Subcommand;
use macadam_runner::exit::Exit;

/// Service-level objectives: validate them, and derive rules, alerts and dashboards
#[derive(Subcommand)]
pub(crate) enum Slo {
    Validate(validate::Validate),
    Generate(generate::Generate),
    Prove(prove::Prove),
    Explain(explain::Explain),
}

impl Slo {
    pub(crate) fn run(&self) -> Exit {
        match self {
            Self::Validate(validate) => validate.run(),
            Self::Generate(generate) => generate.run(),
            Self::Prove(prove) => prove.run(),
            Self::Explain(explain) => explain.run(),
        }
    }
}

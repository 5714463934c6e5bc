//! `cargo xtask slo`: objectives, the alerts that guard them, and how much of their budgets is left.

mod backtest;
mod chosen;
mod explain;
mod gate;
pub(crate) mod generate;
mod prove;
mod source;
mod status;
mod validate;

use clap::Subcommand;
use macadam_runner::exit::Exit;

use crate::terminal::MORE;

/// Service-level objectives: what they mean, how their budgets stand, and the rules, alerts and dashboards for them
#[derive(Subcommand)]
#[command(before_help = "Example: cargo xtask slo status --prometheus http://127.0.0.1:9090", after_help = MORE)]
pub(crate) enum Slo {
    Validate(validate::Validate),
    Generate(generate::Generate),
    Prove(prove::Prove),
    Explain(explain::Explain),
    Status(status::Status),
    Backtest(backtest::Backtest),
    BudgetGate(gate::Gate),
}

impl Slo {
    pub(crate) fn run(&self) -> Exit {
        match self {
            Self::Validate(validate) => validate.run(),
            Self::Generate(generate) => generate.run(),
            Self::Prove(prove) => prove.run(),
            Self::Explain(explain) => explain.run(),
            Self::Status(status) => status.run(),
            Self::Backtest(backtest) => backtest.run(),
            Self::BudgetGate(gate) => gate.run(),
        }
    }
}

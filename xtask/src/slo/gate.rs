//! `cargo xtask slo budget-gate`: stops a release while a budget is spent.

use clap::Args;
use jiff::Timestamp;
use macadam_runner::exit::Exit;
use macadam_runner::slo::observe::standings;
use macadam_runner::workspace::committer;
use macadam_slo::budget::{Standing, Verdict};
use serde_json::{Value, json};

use super::chosen::chosen;
use super::source::Source;
use super::status::unknown;
use crate::report::{root, run_error};
use crate::terminal::{MORE, message, result};

/// End with 3 when the budget of an SLO is spent that says `macadam.dev/gate: "true"`
#[derive(Args)]
#[command(
    before_help = "Example: cargo xtask slo budget-gate lc-application --prometheus http://127.0.0.1:9090",
    after_help = MORE,
    after_long_help = "\
It ends with 0 when each of these SLOs has some budget left, with 3 when one is spent, and with 6 when one has no data: then
nothing is known, and the pipeline decides what that means. --override lets a release pass in both cases; who, when and why
is printed, so that the log of the pipeline has it.

Exit codes: 0 done, 1 input refused, 2 wrong usage, 3 check failed, 6 no data.
Read more: docs/book/slos.md, docs/schemas/slo-gate.schema.json."
)]
pub(crate) struct Gate {
    /// SLOs, or contexts for all of theirs; without a name, all.
    #[arg(value_name = "SLO|CONTEXT")]
    names: Vec<String>,
    #[command(flatten)]
    source: Source,
    /// Let it pass, whatever the budgets say.
    #[arg(long = "override", requires = "reason")]
    overridden: bool,
    /// Why it may pass.
    #[arg(long, value_name = "TEXT", requires = "overridden", value_parser = reason)]
    reason: Option<String>,
    /// Report as JSON (docs/schemas/slo-gate.schema.json).
    #[arg(long)]
    json: bool,
}

/// A reason that says something.
fn reason(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() { Err("say why") } else { Ok(text.to_owned()) }
}

impl Gate {
    pub(crate) fn run(&self) -> Exit {
        match self.judged() {
            Ok(exit) | Err(exit) => exit,
        }
    }

    fn judged(&self) -> Result<Exit, Exit> {
        let root = root().ok_or(Exit::Usage)?;
        let prometheus = self.source.prometheus()?;
        let mut slos = chosen(&root, &self.names)?;
        slos.retain(|(_, slo)| slo.gate);
        let asked = standings(&prometheus, &slos, self.source.now()).map_err(|error| run_error(&error));
        let (standings, exit) = match asked {
            Ok(standings) => {
                let exit = exit(&standings);
                (standings, exit)
            }
            // Without a Prometheus nothing is known, and an emergency does not wait for one.
            Err(exit) => (Vec::new(), exit),
        };
        let overridden = self.reason.as_ref().filter(|_| self.overridden).map(
            |reason| json!({ "by": committer(&root), "at": Timestamp::now().to_string(), "reason": reason }),
        );
        let passes = exit == Exit::Done || overridden.is_some();
        self.show(&standings, passes, overridden.as_ref());
        if slos.is_empty() {
            message(
                "no SLO here stops a release; the annotation `macadam.dev/gate: \"true\"` on an SLO makes it do so",
            );
        } else if let Some(missing) = unknown(&standings) {
            message(&missing);
        }
        if exit == Exit::Gate && !passes {
            message(
                "error: a budget is spent\nhelp: `cargo xtask slo status` says what burns it; \
                 `--override --reason TEXT` lets this release pass",
            );
        }
        Ok(if passes { Exit::Done } else { exit })
    }

    fn show(&self, standings: &[Standing], passes: bool, overridden: Option<&Value>) {
        if self.json {
            let slos: Vec<Value> = standings
                .iter()
                .map(|one| {
                    json!({
                        "slo": one.slo, "context": one.context, "verdict": one.verdict,
                        "budget_left": one.budget_left, "coverage": one.coverage,
                    })
                })
                .collect();
            result(
                &json!({ "format": 1, "passes": passes, "slos": slos, "override": overridden }).to_string(),
            );
            return;
        }
        for standing in standings {
            result(&standing.gate_line());
        }
        if let Some(given) = overridden {
            let text = |key: &str| given[key].as_str().unwrap_or_default().to_owned();
            result(&format!("overridden by {} at {}: {}", text("by"), text("at"), text("reason")));
        }
    }
}

/// What is spent stops it, whatever else is not known.
fn exit(standings: &[Standing]) -> Exit {
    let is = |verdict: Verdict| standings.iter().any(|standing| standing.verdict == verdict);
    if is(Verdict::Spent) {
        Exit::Gate
    } else if is(Verdict::Unknown) {
        Exit::Prerequisite
    } else {
        Exit::Done
    }
}

//! `cargo xtask slo explain`: what objectives mean, in minutes, events and alerts.

use clap::Args;
use macadam_runner::exit::Exit;
use macadam_slo::budget::{Meaning, Traffic, meaning};
use serde_json::json;

use super::chosen::chosen;
use crate::report::root;
use crate::terminal::{MORE, message, result};

/// Say what an objective means: its budget in minutes and events, and when it alerts whom
#[derive(Args)]
#[command(
    before_help = "Example: cargo xtask slo explain lc-application-availability --events-per-day 50000",
    after_help = MORE
)]
pub(crate) struct Explain {
    /// SLOs, or contexts for all of theirs; without a name, all.
    #[arg(value_name = "SLO|CONTEXT")]
    names: Vec<String>,
    /// So much happens: then budgets are said in events, too, and whether there is enough traffic for each alert.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    events_per_day: Option<u64>,
    /// Report as JSON (docs/schemas/slo-explain.schema.json).
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        let slos = match chosen(&root, &self.names) {
            Ok(slos) => slos,
            Err(exit) => return exit,
        };
        let given = self.events_per_day.map(|events| {
            #[expect(
                clippy::cast_precision_loss,
                reason = "above 2^53 events a day nobody counts single ones"
            )]
            let events_per_day = events as f64;
            Traffic { events_per_day, quietest: None }
        });
        let meanings: Vec<Meaning> =
            slos.iter().map(|(about, slo)| meaning(about, slo, |_| given.clone())).collect();
        if self.json {
            result(&json!({ "format": 1, "slos": meanings }).to_string());
        } else {
            let texts: Vec<String> = meanings.iter().map(Meaning::text).collect();
            result(&texts.join("\n\n"));
        }
        message("next: cargo xtask slo status   how much of each budget is left");
        Exit::Done
    }
}

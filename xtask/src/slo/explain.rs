//! `cargo xtask slo explain`: what objectives mean, in minutes, events and alerts.

use clap::Args;
use macadam_runner::exit::Exit;
use macadam_runner::slo::observe::traffic;
use macadam_slo::budget::{Meaning, Traffic, meaning};
use serde_json::json;

use super::chosen::chosen;
use super::source::Source;
use crate::report::{root, run_error};
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
    /// So much happens: then budgets are said in events, too, and whether there is enough traffic for each alert. With
    /// --prometheus this is what happened in the period.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    events_per_day: Option<u64>,
    #[command(flatten)]
    source: Source,
    /// Report as JSON (docs/schemas/slo-explain.schema.json).
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(crate) fn run(&self) -> Exit {
        match self.meanings() {
            Ok(meanings) if self.json => {
                result(&json!({ "format": 1, "slos": meanings }).to_string());
                Exit::Done
            }
            Ok(meanings) => {
                let texts: Vec<String> = meanings.iter().map(Meaning::text).collect();
                result(&texts.join("\n\n"));
                message("next: cargo xtask slo status   how much of each budget is left");
                Exit::Done
            }
            Err(exit) => exit,
        }
    }

    fn meanings(&self) -> Result<Vec<Meaning>, Exit> {
        let root = root().ok_or(Exit::Usage)?;
        let slos = chosen(&root, &self.names)?;
        if let Some(events) = self.events_per_day {
            #[expect(
                clippy::cast_precision_loss,
                reason = "above 2^53 events a day nobody counts single ones"
            )]
            let given = Traffic { events_per_day: events as f64, quietest: None };
            return Ok(slos
                .iter()
                .map(|(about, slo)| meaning(about, slo, |_| Some(given.clone())))
                .collect());
        }
        if self.source.prometheus.is_none() {
            return Ok(slos.iter().map(|(about, slo)| meaning(about, slo, |_| None)).collect());
        }
        let prometheus = self.source.prometheus()?;
        let explained = slos.iter().map(|(about, slo)| {
            let known = traffic(&prometheus, slo, self.source.now()).map_err(|error| run_error(&error))?;
            Ok(meaning(about, slo, |objective| known.get(&objective.map(str::to_owned)).cloned()))
        });
        explained.collect()
    }
}

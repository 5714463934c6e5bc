//! `cargo xtask slo status`: how much of each budget is left, what burns it, and when it is gone.

use std::collections::BTreeMap;

use clap::Args;
use macadam_runner::RunError;
use macadam_runner::exit::Exit;
use macadam_runner::slo::observe::{machinery, standings};
use macadam_slo::budget::{Agreement, Firing, Standing, Verdict, agreement};
use serde_json::json;

use super::chosen::agreed;
use super::source::Source;
use crate::report::{root, run_error};
use crate::terminal::{MORE, message, result};

/// Say how much of each error budget is left, what fires, and when the budget is gone
#[derive(Args)]
#[command(
    before_help = "Example: cargo xtask slo status lc-application --prometheus http://127.0.0.1:9090",
    after_help = MORE
)]
pub(crate) struct Status {
    /// SLOs, or contexts for all of theirs; without a name, all.
    #[arg(value_name = "SLO|CONTEXT")]
    names: Vec<String>,
    #[command(flatten)]
    source: Source,
    /// Report as JSON (docs/schemas/slo-status.schema.json).
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(crate) fn run(&self) -> Exit {
        match self.report() {
            Ok(exit) | Err(exit) => exit,
        }
    }

    fn report(&self) -> Result<Exit, Exit> {
        let root = root().ok_or(Exit::Usage)?;
        let prometheus = self.source.prometheus()?;
        let ((slos, agreed), now) = (agreed(&root, &self.names)?, self.source.now());
        let standings = standings(&prometheus, &slos, now).map_err(|error| run_error(&error))?;
        let mut beneath: BTreeMap<&str, Vec<Firing>> = BTreeMap::new();
        for (about, _) in &slos {
            let firing = machinery(&prometheus, &about.context, now);
            let firing = firing.map_err(|error| run_error(&RunError::from(error)))?;
            beneath.insert(&about.context, firing);
        }
        let agreements: Vec<Agreement> = agreed.iter().filter_map(|sla| agreement(sla, &standings)).collect();
        if self.json {
            let report = json!({
                "format": 1, "slos": standings, "slas": agreements, "machinery": beneath,
            });
            result(&report.to_string());
        } else {
            show(&standings, &agreements, &beneath);
        }
        Ok(unknown(&standings).map_or(Exit::Done, |missing| {
            message(&missing);
            Exit::Prerequisite
        }))
    }
}

fn show(standings: &[Standing], agreements: &[Agreement], beneath: &BTreeMap<&str, Vec<Firing>>) {
    let texts: Vec<String> = standings.iter().map(Standing::text).collect();
    result(&texts.join("\n\n"));
    for agreement in agreements {
        result(&format!("\n{}", agreement.text()));
    }
    for (context, firing) in beneath {
        let mut names: Vec<String> =
            firing.iter().map(|alert| format!("{} ({})", alert.alert, alert.severity)).collect();
        names.dedup();
        if !names.is_empty() {
            result(&format!("\n{context}, beneath its SLOs: FIRING {}", names.join(", ")));
        }
    }
}

/// Names what nothing was recorded of, if anything, with the remedy.
pub(super) fn unknown(standings: &[Standing]) -> Option<String> {
    let unknown = standings.iter().filter(|standing| standing.verdict == Verdict::Unknown);
    let names: Vec<&str> = unknown.map(|standing| standing.slo.as_str()).collect();
    let first = standings.iter().find(|standing| standing.verdict == Verdict::Unknown)?;
    Some(format!(
        "error: no data of {}\nhelp: does this Prometheus scrape {context} (job `{context}`) and load \
         slo/generated/{context}.rules.yaml (`rule_files`)?",
        names.join(", "),
        context = first.context
    ))
}

//! `cargo xtask slo backtest`: what would have paged, and when.

use std::path::Path;

use clap::Args;
use jiff::Timestamp;
use macadam_board::diagnostic::nearest;
use macadam_runner::RunError;
use macadam_runner::exit::Exit;
use macadam_runner::slo::backtest::{Target, tried};
use macadam_runner::slo::query::Prometheus;
use macadam_runner::slo::replay::Replay;
use macadam_slo::budget::{Elapsed, trial};
use macadam_slo::generate::About;
use macadam_slo::model::Slo;
use serde_json::json;

use super::chosen::chosen;
use crate::report::{root, run_error};
use crate::terminal::{MORE, message, result};

/// Say what would have paged, and when, by the raw series of a Prometheus or of an OpenMetrics file
#[derive(Args)]
#[command(
    before_help = "Example: cargo xtask slo backtest lc-application-latency --against http://127.0.0.1:9090 --objective 99.5%",
    after_help = MORE,
    after_long_help = "\
The alerts that `slo generate` would make for the objective are evaluated for each minute, by the Prometheus that has the raw
series, or by one that is started on the file (each sample with its timestamp, and `# EOF` at the end). The raw series have to
begin a long window (3 days for 30 days) before the time that is tried; where they do not, the missing part counts as good. Rules of
windows above six hours are in fact evaluated each three minutes, so that their alerts may come that much later.

Exit codes: 0 done, 1 input refused, 2 wrong usage, 6 no data, or no Prometheus.
Read more: docs/book/slos.md, docs/schemas/slo-backtest.schema.json."
)]
pub(crate) struct Backtest {
    /// The SLO.
    #[arg(value_name = "SLO")]
    slo: String,
    /// The address of a Prometheus, or the path of an OpenMetrics file.
    #[arg(long, value_name = "URL|FILE", env = "MACADAM_PROMETHEUS", hide_env_values = true)]
    against: String,
    /// Try this objective in place of the document's, such as 99.5%.
    #[arg(long, value_name = "PERCENT")]
    objective: Option<Target>,
    /// From this time on; otherwise from the beginning of the period, or of the file.
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Up to this time; otherwise now, or the end of the file.
    #[arg(long, value_name = "TIME")]
    to: Option<Timestamp>,
    /// Report as JSON (docs/schemas/slo-backtest.schema.json).
    #[arg(long)]
    json: bool,
}

impl Backtest {
    pub(crate) fn run(&self) -> Exit {
        match self.tried() {
            Ok(exit) | Err(exit) => exit,
        }
    }

    fn tried(&self) -> Result<Exit, Exit> {
        let root = root().ok_or(Exit::Usage)?;
        let (about, slo) = self.slo(&root)?;
        let trial = trial(&about, &slo).map_err(|error| {
            message(&format!("error: {error}"));
            Exit::Refused
        })?;
        let failed = |error: RunError| run_error(&error);
        let is_address = self.against.contains("://");
        let replay = if is_address {
            None
        } else {
            message(&format!("reading {}", self.against));
            Some(Replay::of_openmetrics(Path::new(&self.against)).map_err(failed)?)
        };
        let prometheus = match &replay {
            Some(replay) => replay.prometheus().map_err(failed)?,
            None => Prometheus::at(&self.against).map_err(|error| failed(error.into()))?,
        };
        let (from, to) = self.bounds(&slo, replay.as_ref())?;
        let done =
            tried(&prometheus, &about, &slo, &trial, from, to).map_err(|error| failed(error.into()))?;
        let Some(backtest) = done else {
            message(&format!("error: no data of {} in {}", slo.name, self.against));
            for count in &trial.counts {
                message(&format!("help: nothing answers to {}", count.total));
            }
            return Err(Exit::Prerequisite);
        };
        if self.json {
            result(&json!({ "format": 1, "backtest": backtest }).to_string());
        } else {
            result(&backtest.text());
        }
        Ok(Exit::Done)
    }

    /// The SLO, with the objective that is tried.
    fn slo(&self, root: &Path) -> Result<(About, Slo), Exit> {
        let all = chosen(root, &[])?;
        let names: Vec<String> = all.iter().map(|(_, slo)| slo.name.clone()).collect();
        let Some((about, mut slo)) = all.into_iter().find(|(_, slo)| slo.name == self.slo) else {
            let near = nearest(&self.slo, names.iter().map(String::as_str));
            let hint = near.map_or_else(|| names.join(", "), |near| format!("did you mean `{near}`?"));
            message(&format!("error: no SLO `{}`\nhelp: {hint}", self.slo));
            return Err(Exit::Usage);
        };
        match (&self.objective, &mut slo.objectives[..]) {
            (None, _) => {}
            (Some(target), [only]) => only.target = target.0,
            (Some(_), several) => {
                message(&format!(
                    "error: `{}` has {} objectives, and --objective would be one\nhelp: change them in {}",
                    slo.name,
                    several.len(),
                    slo.place.file
                ));
                return Err(Exit::Usage);
            }
        }
        Ok((about, slo))
    }

    /// The first and the last second.
    fn bounds(&self, slo: &Slo, replay: Option<&Replay>) -> Result<(i64, i64), Exit> {
        let to = self.to.map_or_else(
            || replay.map_or_else(|| Timestamp::now().as_second(), |replay| replay.last),
            Timestamp::as_second,
        );
        let from = match (self.from, replay) {
            (Some(from), _) => from.as_second(),
            (None, Some(replay)) => replay.first,
            (None, None) => began(slo, to).map_err(|why| {
                message(&format!("error: no period of `{}` ends then: {why}", slo.name));
                Exit::Usage
            })?,
        };
        if from < to {
            return Ok((from, to));
        }
        message("error: nothing lies between --from and --to\nhelp: give --from an earlier time");
        Err(Exit::Usage)
    }
}

/// When the period began in which that second is.
fn began(slo: &Slo, to: i64) -> Result<i64, String> {
    let now = Timestamp::from_second(to).map_err(|error| error.to_string())?;
    Ok(Elapsed::at(&slo.window, now)?.start.as_second())
}

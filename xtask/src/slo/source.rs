//! Which Prometheus is asked, and for what time.

use clap::Args;
use jiff::Timestamp;
use macadam_runner::RunError;
use macadam_runner::exit::Exit;
use macadam_runner::slo::query::Prometheus;

use crate::report::run_error;
use crate::terminal::message;

/// A Prometheus that evaluates the generated rules.
#[derive(Args)]
pub(super) struct Source {
    /// The Prometheus that evaluates slo/generated/*.rules.yaml, such as `http://127.0.0.1:9090`.
    #[arg(long, value_name = "URL", env = "MACADAM_PROMETHEUS", hide_env_values = true)]
    pub(super) prometheus: Option<String>,
    /// As it was at this time, such as 2026-11-28T06:00:00Z; otherwise now.
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
}

impl Source {
    /// The Prometheus, which has to be given; prints how.
    pub(super) fn prometheus(&self) -> Result<Prometheus, Exit> {
        let Some(address) = &self.prometheus else {
            message(
                "error: which Prometheus?\nhelp: give --prometheus http://127.0.0.1:9090, or set MACADAM_PROMETHEUS",
            );
            return Err(Exit::Usage);
        };
        Prometheus::at(address).map_err(|error| run_error(&RunError::from(error)))
    }

    /// The time that is asked for.
    pub(super) fn now(&self) -> Timestamp {
        self.at.unwrap_or_else(Timestamp::now)
    }
}

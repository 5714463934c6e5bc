//! A Prometheus of its own for recorded samples: on a free loopback port, on data in a temporary folder.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;
use tempfile::TempDir;

use super::query::Prometheus;
use crate::program::{Program, free_port};
use crate::{RunError, io, prometheus};

/// Prometheus takes the free port a moment after it was found: somebody else may have been quicker.
const ATTEMPTS: usize = 3;

/// A running Prometheus that scrapes nothing. It is stopped, and its data removed, when this is dropped.
pub struct Replay {
    address: String,
    /// The first second of which it has samples.
    pub first: i64,
    /// The last one.
    pub last: i64,
    _program: Program,
    _folder: TempDir,
}

/// What a block says of itself.
#[derive(Deserialize)]
struct Meta {
    /// Milliseconds.
    #[serde(rename = "minTime")]
    min_time: i64,
    /// Milliseconds, excluded.
    #[serde(rename = "maxTime")]
    max_time: i64,
}

impl Replay {
    /// Starts one with the samples of a file in the form of OpenMetrics, each with its timestamp.
    pub fn of_openmetrics(file: &Path) -> Result<Self, RunError> {
        let refused = |answer| RunError::Samples { path: file.display().to_string(), answer };
        let programs = prometheus::installed()?;
        let folder = tempfile::tempdir().map_err(io("create", &std::env::temp_dir()))?;
        let data = folder.path().join("data");
        let mut import = Command::new(programs.join("promtool"));
        // With blocks of two hours, as it makes them otherwise, the file would be read once for each of them.
        import.args(["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=720h"]);
        let output = import.arg(file).arg(&data).stdin(Stdio::null()).output();
        let output = output.map_err(|source| RunError::Start { program: "promtool".to_owned(), source })?;
        if !output.status.success() {
            let answer = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(refused(format!(
                "{answer} (it has to be OpenMetrics, each sample with its timestamp, and `# EOF` at the end)"
            )));
        }
        let (first, last) = bounds(&data)?.ok_or_else(|| refused("it has none".to_owned()))?;
        let configuration = folder.path().join("prometheus.yml");
        std::fs::write(&configuration, "global: {}\n").map_err(io("write", &configuration))?;
        let mut started = start(&programs, folder.path());
        for _ in 1..ATTEMPTS {
            started = started.or_else(|_| start(&programs, folder.path()));
        }
        let (program, address) = started?;
        Ok(Self { address, first, last, _program: program, _folder: folder })
    }

    /// Where it answers, such as `http://127.0.0.1:39001`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// To ask it.
    pub fn prometheus(&self) -> Result<Prometheus, RunError> {
        Ok(Prometheus::at(&self.address)?)
    }
}

/// The first and the last second of all blocks.
fn bounds(data: &Path) -> Result<Option<(i64, i64)>, RunError> {
    let mut bounds: Option<(i64, i64)> = None;
    for entry in std::fs::read_dir(data).map_err(io("read", data))?.flatten() {
        let file = entry.path().join("meta.json");
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let Meta { min_time, max_time } =
            serde_json::from_str(&text).map_err(|error| RunError::Unexpected {
                what: format!("expected a block's description in `{}`", file.display()),
                answer: error.to_string(),
            })?;
        let (first, last) = (min_time.div_euclid(1_000), (max_time - 1).div_euclid(1_000));
        bounds = Some(bounds.map_or((first, last), |(one, other)| (one.min(first), other.max(last))));
    }
    Ok(bounds)
}

fn start(programs: &Path, folder: &Path) -> Result<(Program, String), RunError> {
    let address = format!("127.0.0.1:{}", free_port()?);
    let mut command = Command::new(programs.join("prometheus"));
    command.arg(format!("--config.file={}", folder.join("prometheus.yml").display()));
    command.arg(format!("--storage.tsdb.path={}", folder.join("data").display()));
    // Samples may be of any age.
    command.args(["--storage.tsdb.retention.time=100y", "--log.level=warn"]);
    command.arg(format!("--web.listen-address={address}"));
    let mut program = Program::start(&mut command, folder.join("prometheus.log"))?;
    let address = format!("http://{address}");
    program.until("a Prometheus that is ready", |_| ureq::get(format!("{address}/-/ready")).call().ok())?;
    Ok((program, address))
}

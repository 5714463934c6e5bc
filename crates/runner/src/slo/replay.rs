//! A Prometheus of its own for recorded samples: on a free loopback port, on data in a temporary folder.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;
use tempfile::TempDir;

use super::query::Prometheus;
use crate::{RunError, io, prometheus};

/// It is ready after less than a second; a slow machine gets this long.
const PATIENCE: Duration = Duration::from_mins(1);
/// Prometheus takes the free port a moment after it was found: somebody else may have been quicker.
const ATTEMPTS: usize = 3;

/// A running Prometheus that scrapes nothing. It is stopped, and its data removed, when this is dropped.
pub struct Replay {
    process: Child,
    address: String,
    /// The first second of which it has samples.
    pub first: i64,
    /// The last one.
    pub last: i64,
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
        let programs = prometheus::installed()?;
        let folder = tempfile::tempdir().map_err(io("create", &std::env::temp_dir()))?;
        let data = folder.path().join("data");
        let mut import = Command::new(programs.join("promtool"));
        // With blocks of two hours, as it makes them otherwise, the file would be read once for each of them.
        import.args(["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=720h"]);
        let output = import.arg(file).arg(&data).stdin(Stdio::null()).output();
        let output = output.map_err(|source| RunError::Start { program: "promtool".to_owned(), source })?;
        if !output.status.success() {
            return Err(RunError::Unexpected {
                what: format!(
                    "expected OpenMetrics with a timestamp for each sample and `# EOF` at the end in `{}`",
                    file.display()
                ),
                answer: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            });
        }
        let (first, last) = bounds(&data)?.ok_or_else(|| RunError::Unexpected {
            what: format!("expected samples in `{}`", file.display()),
            answer: "it has none".to_owned(),
        })?;
        let configuration = folder.path().join("prometheus.yml");
        std::fs::write(&configuration, "global: {}\n").map_err(io("write", &configuration))?;
        for _ in 1..ATTEMPTS {
            if let Ok((process, address)) = start(&programs, folder.path()) {
                return Ok(Self { process, address, first, last, _folder: folder });
            }
        }
        let (process, address) = start(&programs, folder.path())?;
        Ok(Self { process, address, first, last, _folder: folder })
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

impl Drop for Replay {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
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

fn start(programs: &Path, folder: &Path) -> Result<(Child, String), RunError> {
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|bound| bound.local_addr());
    let port = port.map_err(io("find", Path::new("a free port")))?.port();
    let log = folder.join("prometheus.log");
    let written = std::fs::File::create(&log).map_err(io("create", &log))?;
    let mut command = Command::new(programs.join("prometheus"));
    command.arg(format!("--config.file={}", folder.join("prometheus.yml").display()));
    command.arg(format!("--storage.tsdb.path={}", folder.join("data").display()));
    // Samples may be of any age.
    command.args(["--storage.tsdb.retention.time=100y", "--log.level=warn"]);
    command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(written);
    let mut process =
        command.spawn().map_err(|source| RunError::Start { program: "prometheus".to_owned(), source })?;
    let address = format!("http://127.0.0.1:{port}");
    let began = Instant::now();
    loop {
        if ureq::get(format!("{address}/-/ready")).call().is_ok() {
            return Ok((process, address));
        }
        let ended = process.try_wait().map_err(io("wait for", Path::new("prometheus")))?;
        if ended.is_some() || began.elapsed() > PATIENCE {
            let _ = process.kill();
            let _ = process.wait();
            let tail = std::fs::read_to_string(&log).unwrap_or_default();
            return Err(RunError::Unexpected {
                what: "expected Prometheus to become ready".to_owned(),
                answer: tail.lines().rev().take(5).collect::<Vec<_>>().join("\n"),
            });
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

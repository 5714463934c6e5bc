//! Asks a real Prometheus, which scrapes a context under load and evaluates its rules, every query of the dashboards. A
//! panel that shows nothing then is broken, unless it says that nothing is as it should be.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use macadam_hal::Client;
use macadam_slo::dashboard::without_variables;
use serde_json::{Value, json};

use super::promtool::check_alertmanager;
use crate::cargo::Cargo;
use crate::program::{PATIENCE, Program, free_port};
use crate::service::Service;
use crate::tour::letter;
use crate::verify::Verdict;
use crate::{RunError, io, prometheus};

const CONTEXT: &str = "lc-application";
/// What panels begin with that are empty while nothing is wrong.
const GOOD: &str = "Good: ";
/// So many clients give up waiting, which no budget of 0.1% survives.
const GIVE_UP: usize = 20;
/// Panels that are empty until something fails, and must not be then.
const AFTER_FAULTS: &[&str] =
    &["Alerts that fire", "Errors", "Errors by route", "$slo: windows that fire", "Time to exhaustion"];

/// One query of one panel.
struct Asked {
    dashboard: &'static str,
    panel: String,
    expr: String,
    /// What the panel shows in the place of nothing.
    empty: String,
}

/// Asks all queries, first under load and then after faults.
pub fn panels(root: &Path) -> Result<Verdict, RunError> {
    let programs = prometheus::installed()?;
    let mut verdict = Verdict { faults: configuration(root, &programs)?, ..Verdict::default() };
    let binary = Cargo::at(root).binaries(&[format!("{CONTEXT}-service")])?.remove(0);
    let folder = tempfile::tempdir().map_err(io("create", Path::new("a folder")))?;
    let service =
        Service::start(CONTEXT, &binary, &folder.path().join("context"), &folder.path().join("issuer"))?;
    let (program, address) = scraping(root, &programs, folder.path(), &service)?;
    let mut run = Run { service, program, address, asked: asked(root)? };
    back_up(&binary, folder.path())?;
    let all = run.asked.len();
    let load = Client::new(&run.service.http, Some(run.service.token("acme", &["Importer"])?));
    let must = |asked: &Asked| !asked.empty.starts_with(GOOD);
    let empty = run.until_found(must, || letter::submitted(&load).map(drop))?;
    eprintln!("{} of {all} queries found series under load", all - run.asked.len());
    verdict.faults.extend(empty);
    // What is broken stays broken after faults.
    if !verdict.faults.is_empty() {
        return Ok(verdict);
    }
    run.give_up(&load)?;
    let must = |asked: &Asked| AFTER_FAULTS.iter().any(|title| asked.panel.starts_with(title));
    verdict.faults.extend(run.until_found(must, || Ok(()))?);
    eprintln!("{} of {all} found series once clients had given up", all - run.asked.len());
    Ok(verdict)
}

/// What promtool and amtool say against the configurations that the compose file mounts.
fn configuration(root: &Path, programs: &Path) -> Result<Vec<String>, RunError> {
    let file = root.join("deploy/observability/prometheus.yaml");
    let mut promtool = Command::new(programs.join("promtool"));
    let output = promtool.args(["check", "config"]).arg(&file).output();
    let output = output.map_err(|source| RunError::Start { program: "promtool".to_owned(), source })?;
    let mut faults = check_alertmanager(&root.join("slo/generated/alertmanager.yaml"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        faults.push(format!("promtool check config: {said}"));
    }
    Ok(faults)
}

/// A Prometheus that scrapes the service each second and evaluates its rules as often; and its address.
fn scraping(
    root: &Path,
    programs: &Path,
    folder: &Path,
    service: &Service,
) -> Result<(Program, String), RunError> {
    let rules = root.join(format!("slo/generated/{CONTEXT}.rules.yaml"));
    let text = std::fs::read_to_string(&rules).map_err(io("read", &rules))?;
    // What is recorded every three minutes would be waited for as long. The expressions stay as they are.
    let hurried = text.lines().fold(String::new(), |mut hurried, line| {
        let indent = line.len() - line.trim_start().len();
        let line = if line.trim_start().starts_with("interval: ") {
            format!("{}interval: 1s", " ".repeat(indent))
        } else {
            line.to_owned()
        };
        let _ = writeln!(hurried, "{line}");
        hurried
    });
    let write = |name: &str, text: &str| -> Result<PathBuf, RunError> {
        let file = folder.join(name);
        std::fs::write(&file, text).map_err(io("write", &file))?;
        Ok(file)
    };
    let rules = write("rules.yaml", &hurried)?;
    let config = json!({
        "global": { "scrape_interval": "1s", "evaluation_interval": "1s" },
        "rule_files": [rules],
        "scrape_configs": [{
            "job_name": CONTEXT,
            "static_configs": [{ "targets": [service.admin.trim_start_matches("http://")] }],
        }],
    });
    // JSON is valid YAML.
    let config = write("prometheus.yaml", &config.to_string())?;
    let address = format!("127.0.0.1:{}", free_port()?);
    let mut command = Command::new(programs.join("prometheus"));
    command
        .arg(format!("--config.file={}", config.display()))
        .arg(format!("--storage.tsdb.path={}", folder.join("tsdb").display()))
        .arg(format!("--web.listen-address={address}"))
        .arg("--log.level=warn");
    let program = Program::start(&mut command, folder.join("prometheus.log"))?;
    Ok((program, format!("http://{address}")))
}

/// Every query of the panels, of both dashboards.
fn asked(root: &Path) -> Result<Vec<Asked>, RunError> {
    let mut asked = Vec::new();
    for dashboard in [CONTEXT, "overview"] {
        let file = root.join(format!("dashboards/generated/{dashboard}.json"));
        let text = std::fs::read_to_string(&file).map_err(io("read", &file))?;
        let read: Value = serde_json::from_str(&text).unwrap_or_default();
        for panel in read["panels"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (title, empty) = (text(&panel["title"]), text(&panel["fieldConfig"]["defaults"]["noValue"]));
            let targets = panel["targets"].as_array().into_iter().flatten();
            asked.extend(targets.map(|target| Asked {
                dashboard,
                panel: title.clone(),
                expr: without_variables(&text(&target["expr"])),
                empty: empty.clone(),
            }));
        }
    }
    if asked.is_empty() {
        return Err(RunError::Unexpected {
            what: "expected panels in dashboards/generated".to_owned(),
            answer: "none".to_owned(),
        });
    }
    Ok(asked)
}

/// Makes a backup beside the running service, whose age is then known.
fn back_up(binary: &Path, folder: &Path) -> Result<(), RunError> {
    let mut command = Command::new(binary);
    command.arg("backup").arg(folder.join("backup.db")).env("MACADAM_DATA__DIR", folder.join("context/data"));
    let program = binary.display().to_string();
    let output = command.output().map_err(|source| RunError::Start { program: program.clone(), source })?;
    if output.status.success() {
        return Ok(());
    }
    Err(RunError::Failed { command: format!("{program} backup"), status: output.status })
}

struct Run {
    service: Service,
    program: Program,
    address: String,
    /// What has found no series yet.
    asked: Vec<Asked>,
}

impl Run {
    /// Asks until each query that `must` has series, with a load between two rounds; returns what is still empty then.
    fn until_found(
        &mut self,
        must: impl Fn(&Asked) -> bool,
        mut load: impl FnMut() -> Result<(), RunError>,
    ) -> Result<Vec<String>, RunError> {
        let started = Instant::now();
        loop {
            load()?;
            let mut waiting = Vec::new();
            for asked in std::mem::take(&mut self.asked) {
                if !self.finds(&asked)? {
                    waiting.push(asked);
                }
            }
            self.asked = waiting;
            let empty: Vec<&Asked> = self.asked.iter().filter(|asked| must(asked)).collect();
            if empty.is_empty() {
                return Ok(Vec::new());
            }
            if started.elapsed() > PATIENCE {
                let faults = empty.into_iter().map(|Asked { dashboard, panel, expr, empty }| {
                    format!("the panel `{panel}` of {dashboard} is empty and says `{empty}`: {expr}")
                });
                return Ok(faults.collect());
            }
        }
    }

    /// Whether Prometheus has series for it; an error if it refuses the query.
    fn finds(&mut self, asked: &Asked) -> Result<bool, RunError> {
        let url = format!("{}/api/v1/query", self.address);
        let answer = self.program.until("Prometheus to answer", |_| {
            let response = ureq::get(&url).config().http_status_as_error(false).build();
            response.query("query", &asked.expr).call().ok()?.body_mut().read_json::<Value>().ok()
        })?;
        match answer["data"]["result"].as_array() {
            Some(series) => Ok(!series.is_empty()),
            None => Err(RunError::Unexpected {
                what: format!("expected that the panel `{}` of {} asks PromQL", asked.panel, asked.dashboard),
                answer: format!("{answer}: {}", asked.expr),
            }),
        }
    }

    /// Clients begin to wait for what comes after the last event, and go away before there is any.
    fn give_up(&self, load: &Client) -> Result<(), RunError> {
        let last = letter::submitted(load)?.position();
        let token = self.service.token("reader", &["consumer"])?;
        let address = self.service.http.trim_start_matches("http://");
        let request = format!(
            "GET /events?after={last}&timeout=25 HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        let admin = Client::new(&self.service.admin, None);
        let clients = (0..GIVE_UP).map(|_| {
            let mut client = TcpStream::connect(address)?;
            client.write_all(request.as_bytes())?;
            Ok(client)
        });
        let clients: Vec<TcpStream> =
            clients.collect::<Result<_, std::io::Error>>().map_err(io("connect to", Path::new(address)))?;
        let waiting = format!("macadam_limit_used{{context=\"{CONTEXT}\",limit=\"polls\"}} {GIVE_UP}");
        let started = Instant::now();
        while !admin.get("/metrics")?.text.lines().any(|line| line == waiting) {
            if started.elapsed() > PATIENCE {
                return Err(RunError::Unexpected {
                    what: format!("expected {GIVE_UP} clients that wait"),
                    answer: admin.get("/metrics")?.text,
                });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(clients);
        Ok(())
    }
}

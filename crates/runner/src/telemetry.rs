//! Tests the telemetry of a context with independent programs: OpenTelemetry's Python classes, rotel, Prometheus and
//! the reference parser of OpenMetrics.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::cargo::Cargo;
use crate::program::{Program, free_port};
use crate::python::venv;
use crate::service::Service;
use crate::tour::letter;
use crate::verify::Verdict;
use crate::{RunError, io, prometheus};
use macadam_hal::Client;

const CONTEXT: &str = "lc-application";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CLIENT: &str = "00f067aa0ba902b7";

const RECEIVER: &str = include_str!("../assets/telemetry/receiver.py");
const COLLECTOR: &str = include_str!("../assets/telemetry/collector.py");
const PARSER: &str = include_str!("../assets/telemetry/openmetrics.py");

const PACKAGES: &[&str] = &["opentelemetry-proto", "prometheus-client", "pyyaml", "rotel"];

/// Installs the tools that the test needs; called before other steps, so that a missing tool fails early.
pub(crate) fn prerequisites(root: &Path) -> Result<(PathBuf, PathBuf), RunError> {
    Ok((venv(root, "telemetry", PACKAGES)?, prometheus::installed()?))
}

/// Sends the telemetry of lc-application to these programs, and compares what they received with what was done.
pub fn telemetry(root: &Path) -> Result<Verdict, RunError> {
    let (bin, prometheus) = prerequisites(root)?;
    let binary = Cargo::at(root).binaries(&[format!("{CONTEXT}-service")])?.remove(0);
    let folder = tempfile::tempdir().map_err(io("create", Path::new("a folder")))?;
    let setup = Setup { bin, prometheus, binary, folder: folder.path() };
    let mut verdict = Verdict::default();
    verdict.faults.extend(setup.collectors_configuration(root)?);
    verdict.faults.extend(setup.decoded_by_opentelemetry()?);
    verdict.faults.extend(setup.understood_by_rotel()?);
    Ok(verdict)
}

/// The programs and the folder of the test.
struct Setup<'a> {
    bin: PathBuf,
    prometheus: PathBuf,
    binary: PathBuf,
    folder: &'a Path,
}

impl Setup<'_> {
    fn service(&self, name: &str, collector: &str) -> Result<Service, RunError> {
        let folder = self.folder.join(name);
        let settings = [
            ("MACADAM_TELEMETRY__OTLP_ENDPOINT", collector),
            ("MACADAM_TELEMETRY__SAMPLE_RATIO", "1.0"),
            ("MACADAM_TELEMETRY__EXPORT_INTERVAL_MS", "100"),
            ("MACADAM_TELEMETRY__ENVIRONMENT", "proof"),
        ];
        Service::start_with(CONTEXT, &self.binary, &folder, &folder.join("issuer"), &settings)
    }

    /// Checks the structure of the collector's configuration; the collector itself is in no package registry.
    fn collectors_configuration(&self, root: &Path) -> Result<Option<String>, RunError> {
        let file = root.join("deploy/collector/config.yaml");
        let config = std::fs::read_to_string(&file).map_err(io("read", &file))?;
        let script = self.write("collector.py", COLLECTOR)?;
        let output = run_with_input(Command::new(self.bin.join("python")).arg(script), &config)?;
        Ok(output.err().map(|output| format!("{}: {output}", file.display())))
    }

    /// Submits one application in one trace; Python's classes read the spans, and Prometheus the metrics.
    fn decoded_by_opentelemetry(&self) -> Result<Vec<String>, RunError> {
        let script = self.write("receiver.py", RECEIVER)?;
        let mut python = Command::new(self.bin.join("python"));
        let mut receiver = Program::start(python.arg(script), self.folder.join("received"))?;
        let port =
            receiver.until("the receiver's port", |output| output.lines().next()?.parse::<u16>().ok())?;
        let mut service = self.service("decoded", &format!("http://127.0.0.1:{port}"))?;
        let importer = client(&service, "Importer")?;
        letter::submitted(&importer)?;
        let feed = client(&service, "consumer")?.get("/events?after=0")?;

        let mut faults = self.read_by_prometheus(&service)?;
        faults.extend(self.checked_as_text(&service)?);
        if !service.stop() {
            faults.push("the service did not drain".to_owned());
        }
        let spans: Vec<Value> =
            receiver.output().lines().skip(1).filter_map(|line| serde_json::from_str(line).ok()).collect();
        faults.extend(spans_are_right(&spans, &feed.body));
        eprintln!("opentelemetry-proto decoded {} spans of one application", spans.len());
        Ok(faults)
    }

    /// Checks metrics and exemplars in Prometheus.
    fn read_by_prometheus(&self, service: &Service) -> Result<Vec<String>, RunError> {
        let target = service.admin.trim_start_matches("http://");
        let scrape = json!({
            "global": { "scrape_interval": "1s" },
            "scrape_configs": [{ "job_name": "macadam", "static_configs": [{ "targets": [target] }] }],
        });
        // JSON is valid YAML.
        let config = self.write("prometheus.yml", &scrape.to_string())?;
        let address = format!("127.0.0.1:{}", free_port()?);
        let mut command = Command::new(self.prometheus.join("prometheus"));
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", self.folder.join("tsdb").display()))
            .arg(format!("--web.listen-address={address}"))
            .args(["--enable-feature=exemplar-storage", "--log.level=warn"]);
        let mut prometheus = Program::start(&mut command, self.folder.join("prometheus.log"))?;
        let client = Client::new(&format!("http://{address}"), None);
        let ask = |query: &str| {
            let answer = client.get(query).ok()?.body;
            answer["data"]
                .as_array()
                .or(answer["data"]["result"].as_array())
                .filter(|found| !found.is_empty())
                .cloned()
        };
        let submits = "macadam_commands_total%7Bcommand%3D%22Submit%22%2Coutcome%3D%22accepted%22%7D";
        let count = prometheus
            .until("a command in Prometheus", |_| ask(&format!("/api/v1/query?query={submits}")))?;
        let exemplars = prometheus.until("exemplars in Prometheus", |_| {
            ask(&format!(
                "/api/v1/query_exemplars?query=http_server_request_duration_seconds_bucket&start={}&end={}",
                seconds_from_now(-600),
                seconds_from_now(600)
            ))
        })?;
        let mut faults = Vec::new();
        if count[0]["value"][1] != "1" {
            faults.push(format!("Prometheus counts {} submissions", count[0]["value"]));
        }
        let traces = exemplars.iter().flat_map(|series| series["exemplars"].as_array().into_iter().flatten());
        if !traces.clone().any(|exemplar| exemplar["labels"]["trace_id"] == TRACE) {
            faults.push(format!("no exemplar in Prometheus names the trace: {exemplars:?}"));
        }
        eprintln!("Prometheus returned {} exemplars of latency buckets", traces.count());
        Ok(faults)
    }

    /// Checks both text formats with the parsers of their authors.
    fn checked_as_text(&self, service: &Service) -> Result<Vec<String>, RunError> {
        let mut faults = Vec::new();
        let plain = Client::new(&service.admin, None).get("/metrics")?;
        let mut promtool = Command::new(self.prometheus.join("promtool"));
        if let Err(output) = run_with_input(promtool.args(["check", "metrics"]), &plain.text)? {
            faults.push(format!("promtool check metrics: {output}"));
        }
        let open = Client::new(&service.admin, None).with_header("accept", "application/openmetrics-text");
        let open = open.get("/metrics")?;
        let script = self.write("openmetrics.py", PARSER)?;
        match run_with_input(Command::new(self.bin.join("python")).arg(script), &open.text)? {
            Ok(exemplars) if exemplars.contains(TRACE) => {
                eprintln!("promtool and the reference parser read both texts of /metrics");
            }
            Ok(exemplars) => faults.push(format!("the OpenMetrics parser finds no exemplar: {exemplars}")),
            Err(output) => faults.push(format!("the OpenMetrics parser: {output}")),
        }
        Ok(faults)
    }

    /// Checks spans with rotel, an independent collector, which prints every attribute.
    fn understood_by_rotel(&self) -> Result<Vec<String>, RunError> {
        let packages = self.bin.join("../lib").canonicalize().map_err(io("find", &self.bin))?;
        let agent = find(&packages, "rotel-agent").ok_or(RunError::Missing {
            program: "rotel-agent",
            remedy: "remove the folder python/telemetry in the folder of tools, then run it again",
        })?;
        let (http, grpc) = (free_port()?, free_port()?);
        let mut command = Command::new(agent);
        command
            .args(["start", "--exporter", "blackhole", "--debug-log", "traces"])
            .args(["--debug-log-verbosity", "detailed"])
            .arg(format!("--otlp-http-endpoint=127.0.0.1:{http}"))
            .arg(format!("--otlp-grpc-endpoint=127.0.0.1:{grpc}"));
        let mut rotel = Program::start(&mut command, self.folder.join("rotel.log"))?;
        rotel.until("rotel to start", |output| output.contains("Starting Rotel").then_some(()))?;
        let mut service = self.service("rotel", &format!("http://127.0.0.1:{http}"))?;
        client(&service, "Importer")?.get("/")?;
        service.stop();
        let wanted =
            [TRACE, CLIENT, "http.route", "http.response.status_code", "service.name", CONTEXT, "proof"];
        let understood = rotel.until("rotel to print the span", |output| {
            wanted.iter().all(|part| output.contains(part)).then_some(())
        });
        if understood.is_ok() {
            eprintln!("rotel received the span of a request with all its attributes");
        }
        Ok(understood.err().map(|error| error.chain()).into_iter().collect())
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf, RunError> {
        let file = self.folder.join(name);
        std::fs::write(&file, text).map_err(io("write", &file))?;
        Ok(file)
    }
}

/// Compares the exported spans with the client's requests and with the stored events.
fn spans_are_right(spans: &[Value], feed: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut expect = |holds: bool, what: &str| {
        if !holds {
            faults.push(format!("{what}, in {} spans", spans.len()));
        }
    };
    // The first attempt was rejected.
    let accepted =
        |span: &&Value| span["name"] == "Submit" && span["attributes"]["macadam.outcome"] == "accepted";
    let command = spans.iter().find(accepted).cloned().unwrap_or_default();
    let request = spans.iter().find(|span| span["span"] == command["parent"]).cloned().unwrap_or_default();
    expect(
        request["name"] == "POST /lc-applications/{id}/submit",
        "the command is not a child of its request",
    );
    expect(
        request["trace"] == TRACE && request["parent"] == CLIENT,
        "the request does not continue the client's trace",
    );
    expect(request["kind"] == "SPAN_KIND_SERVER", "the request's span does not have the kind server");
    expect(request["nanoseconds"].as_i64() > Some(0), "the request has no duration");
    for (key, value) in [
        ("http.request.method", json!("POST")),
        ("http.route", json!("/lc-applications/{id}/submit")),
        ("http.response.status_code", json!(200)),
        ("url.scheme", json!("http")),
    ] {
        expect(request["attributes"][key] == value, &format!("the request's {key} is not {value}"));
    }
    expect(request["resource"]["service.name"] == CONTEXT, "the resource has no service.name");
    expect(request["resource"]["deployment.environment.name"] == "proof", "the resource has no environment");
    let under = |parent: &Value, name: &str| {
        let child = spans.iter().find(|span| span["parent"] == parent["span"] && span["name"] == name);
        child.cloned().unwrap_or_default()
    };
    let append = under(&command, "append");
    expect(append["attributes"]["macadam.events"] == "Submitted", "no append of Submitted under its command");
    let stored = format!("00-{TRACE}-{}-01", text(&append["span"]));
    let published = feed.as_array().into_iter().flatten();
    expect(
        published.clone().any(|event| event["traceparent"] == stored),
        "the feed's event does not point to its append",
    );
    let view = under(&append, "project Applications");
    expect(
        view["links"][0]["span"] == append["span"] && view["trace"] == TRACE,
        "the view's span is not linked to the event",
    );
    expect(view["kind"] == "SPAN_KIND_CONSUMER", "the view's span does not have the kind consumer");
    let exported = json!(spans).to_string();
    for sent in ["PO-4711", "Hansa Stahl", "steel coil", "9000.00"] {
        expect(!exported.contains(sent), &format!("a span contains data of the request: {sent}"));
    }
    faults
}

fn client(service: &Service, role: &str) -> Result<Client, RunError> {
    let token = service.token("acme", &[role])?;
    Ok(Client::new(&service.http, Some(token)).with_header("traceparent", &format!("00-{TRACE}-{CLIENT}-01")))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Runs a program with this input; returns its output, or its messages if it fails.
fn run_with_input(command: &mut Command, input: &str) -> Result<Result<String, String>, RunError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |source| RunError::Start { program: program.clone(), source };
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().map_err(failed)?;
    // Both programs read all input before they print.
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(failed)?;
    let [printed, complained] =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    // promtool prints warnings about style, but ends with success.
    Ok(if output.status.success() && complained.is_empty() {
        Ok(printed)
    } else {
        Err(printed + &complained)
    })
}

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    std::fs::read_dir(folder).ok()?.flatten().find_map(|entry| {
        let path = entry.path();
        if path.is_dir() { find(&path, name) } else { (entry.file_name() == name).then_some(path) }
    })
}

fn seconds_from_now(seconds: i64) -> i64 {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    i64::try_from(now).unwrap_or_default() + seconds
}

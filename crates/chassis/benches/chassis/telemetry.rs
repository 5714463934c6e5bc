//! What telemetry costs: nanoseconds of CPU that a request takes with its layers and without.

use std::time::Duration;

use tempfile::TempDir;

use crate::child::{Child, drive};
use crate::report::Report;
use crate::sink::Sink;
use crate::stats::Of;

/// Requests of a round, and the connections that they come by.
const REQUESTS: usize = 20_000;
const APPENDS: usize = 16_000;
const CONNECTIONS: usize = 16;
const WRITERS: usize = 64;

/// Milliseconds between two batches of spans, and the pause after which the last of a round was sent.
const INTERVAL_MS: &str = "50";
const LAST_BATCH: Duration = Duration::from_millis(200);

const UNIT: &str = "ns CPU/request";

/// The thread that sends spans, as far as the system keeps its name.
const EXPORTER: &str = "OpenTelemetry";

/// A server that is measured again and again.
struct Server {
    child: Child,
    sink: Sink,
    /// Nanoseconds of CPU for each request, a figure for each round.
    each: Vec<f64>,
    /// What the thread that sends spans had of it.
    exporting: Vec<f64>,
    requests: usize,
    _folder: TempDir,
}

impl Server {
    fn start(server: &str, ratio: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let sink = Sink::start();
        let endpoint = format!("http://{}", sink.address);
        let settings = [
            ("MACADAM_TELEMETRY__OTLP_ENDPOINT", endpoint.as_str()),
            ("MACADAM_TELEMETRY__SAMPLE_RATIO", ratio),
            ("MACADAM_TELEMETRY__EXPORT_INTERVAL_MS", INTERVAL_MS),
            // Room for all spans of a round: one that is dropped would cost nothing.
            ("MACADAM_TELEMETRY__QUEUE_MAX_SPANS", "65536"),
        ];
        let child = Child::of_this(server, folder.path(), &settings);
        Self { child, sink, each: Vec::new(), exporting: Vec::new(), requests: 0, _folder: folder }
    }

    /// One round; what spans cost that are sent after it is part of it.
    fn round(&mut self, connections: usize, requests: usize, text: &str) {
        let before = (self.child.cpu(), self.child.cpu_of(EXPORTER));
        drive(self.child.http, connections, requests, &|_| text.as_bytes().to_vec());
        std::thread::sleep(LAST_BATCH);
        #[expect(clippy::cast_precision_loss, reason = "a count of requests fits")]
        let count = requests as f64;
        self.each.push((self.child.cpu() - before.0) / count);
        self.exporting.push((self.child.cpu_of(EXPORTER) - before.1) / count);
        self.requests += requests;
    }

    /// Spans that were sent for each request, and what sending them had of the CPU.
    fn note(&self) -> String {
        #[expect(clippy::cast_precision_loss, reason = "a count of requests fits")]
        let spans = self.sink.spans() as f64 / self.requests as f64;
        let share = self.exporting.iter().sum::<f64>() / self.each.iter().sum::<f64>() * 100.0;
        format!("{spans:.2} spans sent per request, {share:.0} % of the CPU by the thread that sends")
    }

    /// The figures of all rounds but the first, which warms up.
    fn figures(&self) -> &[f64] {
        &self.each[1..]
    }
}

/// The layers alone, and around what a durable command does at the least.
pub(crate) fn layers(report: &mut Report, rounds: usize) {
    let get = "GET /hello/world HTTP/1.1\r\nhost: localhost:8080\r\n\r\n";
    let mut servers = [("bare", "0.0"), ("telemetry", "0.0"), ("telemetry", "0.1"), ("telemetry", "1.0")]
        .map(|(server, ratio)| Server::start(server, ratio));
    for _ in 0..=rounds {
        for server in &mut servers {
            server.round(CONNECTIONS, REQUESTS, get);
        }
    }
    let [bare, telling @ ..] = &servers;
    for (server, sampled) in telling.iter().zip([0, 10, 100]) {
        let name = format!("telemetry, {sampled} % sampled");
        report.ratio(&name, (server.figures(), bare.figures()), UNIT, Of::Least, &server.note());
    }
    drop(servers);
    let post = "POST /notes HTTP/1.1\r\nhost: localhost:8080\r\ncontent-length: 0\r\n\r\n";
    let mut servers = [("durable", "0.0"), ("durable-telemetry", "0.1")]
        .map(|(server, ratio)| Server::start(server, ratio));
    for _ in 0..=rounds {
        for server in &mut servers {
            server.round(WRITERS, APPENDS, post);
        }
    }
    let [bare, telling] = &servers;
    let name = "telemetry around a durable append, 10 % sampled";
    report.ratio(name, (telling.figures(), bare.figures()), UNIT, Of::Least, &telling.note());
}

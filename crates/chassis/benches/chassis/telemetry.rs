//! What telemetry costs: nanoseconds of CPU that a request takes with its layers and without.

use std::time::Duration;

use tempfile::TempDir;

use crate::child::{Child, Connection, drive_on};
use crate::report::Report;
use crate::sink::Sink;
use crate::stats::Of;

/// Turns that each server has in a round, one after the other and so short that whoever else is on the machine disturbs
/// some of them and not all: a round's figure is the least of its turns.
const TURNS: usize = 7;
/// Requests of a turn, and the connections that they come by.
const REQUESTS: usize = 4_000;
const APPENDS: usize = 3_200;
const CONNECTIONS: usize = 16;
const WRITERS: usize = 64;

/// Milliseconds between two batches of spans, and the pause after which the last of a turn was sent.
const INTERVAL_MS: &str = "50";
const LAST_BATCH: Duration = Duration::from_millis(150);

const UNIT: &str = "ns CPU/request";

/// The thread that sends spans, as far as the system keeps its name.
const EXPORTER: &str = "OpenTelemetry";

/// A server that is measured again and again.
struct Server {
    child: Child,
    /// Kept, so that no turn is about accepting them.
    connections: Vec<Connection>,
    sink: Sink,
    /// Nanoseconds of CPU for each request, a figure for each round.
    each: Vec<f64>,
    /// Nanoseconds of CPU that all turns took, and what the thread that sends spans had of it.
    all: f64,
    exporting: f64,
    requests: usize,
    _folder: TempDir,
}

impl Server {
    fn start((server, ratio): (&str, &str), connections: usize) -> Self {
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
        let connections = (0..connections).map(|_| Connection::to(child.http)).collect();
        Self {
            child,
            connections,
            sink,
            each: Vec::new(),
            all: 0.0,
            exporting: 0.0,
            requests: 0,
            _folder: folder,
        }
    }

    /// One turn, and the CPU that each request took; what spans cost that are sent after it is part of it.
    fn turn(&mut self, requests: usize, text: &str) -> f64 {
        let before = (self.child.cpu(), self.child.cpu_of(EXPORTER));
        drive_on(&mut self.connections, requests, &|_| text.as_bytes().to_vec());
        std::thread::sleep(LAST_BATCH);
        #[expect(clippy::cast_precision_loss, reason = "a count of requests fits")]
        let count = requests as f64;
        let took = self.child.cpu() - before.0;
        self.all += took;
        self.exporting += self.child.cpu_of(EXPORTER) - before.1;
        self.requests += requests;
        took / count
    }

    /// Spans that were sent for each request, and what sending them had of the CPU.
    fn note(&self) -> String {
        #[expect(clippy::cast_precision_loss, reason = "a count of requests fits")]
        let spans = self.sink.spans() as f64 / self.requests as f64;
        let share = self.exporting / self.all * 100.0;
        format!("{spans:.2} spans sent per request, {share:.0} % of the CPU by the thread that sends")
    }

    /// The figures of all rounds but the first, which warms up.
    fn figures(&self) -> &[f64] {
        &self.each[1..]
    }
}

/// So many rounds of all servers, and one in front of them.
fn alternate(servers: &mut [Server], rounds: usize, requests: usize, text: &str) {
    for _ in 0..=rounds {
        let mut least = vec![f64::INFINITY; servers.len()];
        for _ in 0..TURNS {
            for (server, least) in servers.iter_mut().zip(&mut least) {
                *least = least.min(server.turn(requests, text));
            }
        }
        servers.iter_mut().zip(least).for_each(|(server, least)| server.each.push(least));
    }
}

/// The layers alone, and around what a durable command does at the least.
pub(crate) fn layers(report: &mut Report, rounds: usize) {
    let get = "GET /hello/world HTTP/1.1\r\nhost: localhost:8080\r\n\r\n";
    let mut servers = [("bare", "0.0"), ("telemetry", "0.0"), ("telemetry", "0.1"), ("telemetry", "1.0")]
        .map(|server| Server::start(server, CONNECTIONS));
    alternate(&mut servers, rounds, REQUESTS, get);
    let [bare, telling @ ..] = &servers;
    for (server, sampled) in telling.iter().zip([0, 10, 100]) {
        let name = format!("telemetry, {sampled} % sampled");
        report.ratio(&name, (server.figures(), bare.figures()), UNIT, Of::Least, &server.note());
    }
    drop(servers);
    let post = "POST /notes HTTP/1.1\r\nhost: localhost:8080\r\ncontent-length: 0\r\n\r\n";
    let mut servers =
        [("durable", "0.0"), ("durable-telemetry", "0.1")].map(|server| Server::start(server, WRITERS));
    alternate(&mut servers, rounds, APPENDS, post);
    let [bare, telling] = &servers;
    let name = "telemetry around a durable append, 10 % sampled";
    report.ratio(name, (telling.figures(), bare.figures()), UNIT, Of::Least, &telling.note());
}

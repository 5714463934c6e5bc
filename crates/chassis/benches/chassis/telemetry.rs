//! What telemetry costs: nanoseconds of CPU that a request takes with its layers and without.

use std::time::Duration;

use tempfile::TempDir;

use crate::child::{Child, Connection, drive_on};
use crate::report::Report;
use crate::sink::Sink;
use crate::stats::Of;

/// Turns that each server has in a round, one after the other and so short that whoever else is on the machine disturbs
/// some of them and not all: a round's figure is the least of its turns. The first warms up.
const TURNS: usize = 6;
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

/// A server of one round.
struct Server {
    child: Child,
    /// Kept, so that no turn is about accepting them.
    connections: Vec<Connection>,
    sink: Sink,
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
            // Room for all spans of a turn, since one that is dropped would cost nothing; and no more: the queue is a ring
            // that is written from end to end, and one of many megabytes is never in a cache.
            ("MACADAM_TELEMETRY__QUEUE_MAX_SPANS", "4096"),
        ];
        let child = Child::of_this(server, folder.path(), &settings);
        let connections = (0..connections).map(|_| Connection::to(child.http)).collect();
        Self { child, connections, sink, _folder: folder }
    }

    /// One turn, and the nanoseconds of CPU that it took; what spans cost that are sent after it is part of it.
    fn turn(&mut self, requests: usize, text: &str) -> f64 {
        let before = self.child.cpu();
        drive_on(&mut self.connections, requests, &|_| text.as_bytes().to_vec());
        std::thread::sleep(LAST_BATCH);
        self.child.cpu() - before
    }
}

/// What was measured of servers of one kind.
#[derive(Default)]
struct Figures {
    /// Nanoseconds of CPU for each request, a figure for each round.
    each: Vec<f64>,
    /// Nanoseconds of CPU in all, and what the threads that send spans had of it.
    all: f64,
    exporting: f64,
    requests: usize,
    spans: usize,
}

impl Figures {
    /// Spans that were sent for each request, and what sending them had of the CPU.
    fn note(&self) -> String {
        #[expect(clippy::cast_precision_loss, reason = "a count of requests fits")]
        let spans = self.spans as f64 / self.requests as f64;
        let share = self.exporting / self.all * 100.0;
        format!("{spans:.2} spans sent per request, {share:.0} % of the CPU by the thread that sends")
    }
}

/// What each kind of server took, in rounds that have them all, a turn of each after the other. Each round has processes
/// of its own: where one's memory and threads come to lie is luck that stays with it.
fn in_turns<const KINDS: usize>(
    kinds: [(&str, &str); KINDS],
    rounds: usize,
    (connections, requests): (usize, usize),
    text: &str,
) -> [Figures; KINDS] {
    let mut figures = std::array::from_fn(|_| Figures::default());
    for _ in 0..rounds {
        let mut servers = kinds.map(|kind| Server::start(kind, connections));
        let mut least = [f64::INFINITY; KINDS];
        for turn in 0..TURNS {
            for (server, least) in servers.iter_mut().zip(&mut least) {
                let took = server.turn(requests, text);
                *least = if turn == 0 { f64::INFINITY } else { least.min(took) };
            }
        }
        for ((server, least), figures) in servers.iter().zip(least).zip(&mut figures) {
            #[expect(clippy::cast_precision_loss, reason = "a count of requests fits")]
            figures.each.push(least / requests as f64);
            figures.all += server.child.cpu();
            figures.exporting += server.child.cpu_of(EXPORTER);
            figures.requests += TURNS * requests;
            figures.spans += server.sink.spans();
        }
    }
    figures
}

/// The layers alone, and around what a durable command does at the least.
pub(crate) fn layers(report: &mut Report, rounds: usize) {
    let get = "GET /hello/world HTTP/1.1\r\nhost: localhost:8080\r\n\r\n";
    let kinds = [("bare", "0.0"), ("telemetry", "0.0"), ("telemetry", "0.1"), ("telemetry", "1.0")];
    let [bare, telling @ ..] = in_turns(kinds, rounds, (CONNECTIONS, REQUESTS), get);
    for (figures, sampled) in telling.iter().zip([0, 10, 100]) {
        let name = format!("telemetry, {sampled} % sampled");
        report.ratio(&name, (&figures.each, &bare.each), UNIT, Of::Least, &figures.note());
    }
    let post = "POST /notes HTTP/1.1\r\nhost: localhost:8080\r\ncontent-length: 0\r\n\r\n";
    let kinds = [("durable", "0.0"), ("durable-telemetry", "0.1")];
    let [bare, telling] = in_turns(kinds, rounds, (WRITERS, APPENDS), post);
    let name = "telemetry around a durable append, 10 % sampled";
    report.ratio(name, (&telling.each, &bare.each), UNIT, Of::Least, &telling.note());
}

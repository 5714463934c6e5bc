//! A whole context: what a durable command costs, how soon it is ready, how much memory it takes, and how all of that
//! grows with its log.

use std::path::Path;
use std::time::{Duration, Instant};

use macadam_chassis::DevIssuer;
use macadam_chassis::config::AuthSettings;
use tokio::runtime::Runtime;

use crate::child::{Child, Connection, cpu_each, drive, wait};
use crate::log::{Rest, fill};
use crate::report::Report;
use crate::stats::{Of, summary};

const SMALL: u32 = 10_000;
const LARGE: u32 = 1_000_000;
const COMMANDS: usize = 2_000;

/// How soon a real context is ready, and what it takes when nobody asks anything of it.
pub(crate) fn start(report: &mut Report, binary: &Path, rounds: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (mut starts, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..=rounds * 2 {
        let child = Child::start(binary, &[], folder.path(), &[]);
        starts.push(child.started.as_secs_f64() * 1_000.0);
        std::thread::sleep(Duration::from_millis(200));
        memory.push(child.memory());
    }
    // The first start makes databases and a key.
    report.figure(
        "ready after",
        summary(&starts[1..], Of::Median),
        "ms",
        "lc-application, the process included",
    );
    report.figure("first ready after", starts[0], "ms", "databases and a key are made");
    report.figure("idle memory", summary(&memory[1..], Of::Median), "MiB", "resident");
    #[expect(clippy::cast_precision_loss, reason = "a file's size fits")]
    let size = std::fs::metadata(binary).expect("it is there").len() as f64;
    report.figure("binary, stripped", size / 1_048_576.0, "MiB", "release");
}

/// The shop over a log of ten thousand and of a million events.
pub(crate) fn growth(report: &mut Report, runtime: &Runtime) {
    let mut latencies = Vec::new();
    for events in [SMALL, LARGE] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        std::fs::create_dir_all(&data).expect("the folder is writable");
        fill(&data.join("log.db"), runtime, events, Rest::Mixed);
        let of = |name: &str| format!("{name}, {events} events");
        let began = Instant::now();
        let child = Child::of_this("shop", folder.path(), &[]);
        let (reached, listeners) = caught_up(&child);
        #[expect(clippy::cast_precision_loss, reason = "a count of events fits")]
        let rate = (reached * listeners) as f64 / began.elapsed().as_secs_f64();
        let note = "three views at once, each through the whole log";
        report.figure(&of("all views built"), rate, "events/s", note);
        report.figure(&of("memory once built"), child.memory(), "MiB", "resident");
        drop(child);
        let child = Child::of_this("shop", folder.path(), &[]);
        report.figure(&of("ready after"), child.started.as_secs_f64() * 1_000.0, "ms", "");
        let token = token(folder.path());
        let place = |_| placing(&token);
        drive(child.http, 8, 200, &place);
        let mut socket = Connection::to(child.http);
        let latency = |_| {
            let began = Instant::now();
            socket.exchange(&placing(&token));
            began.elapsed().as_secs_f64() * 1_000.0
        };
        let alone: Vec<f64> = (0..200).map(latency).collect();
        latencies.push(summary(&alone, Of::Median));
        report.figure(&of("a command alone"), summary(&alone, Of::Median), "ms", "median of 200, one client");
        let took = drive(child.http, 64, COMMANDS, &place).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a count of commands fits")]
        let rate = COMMANDS as f64 / took;
        report.figure(&of("commands"), rate, "commands/s", "64 clients");
        let cpu = cpu_each(&child, 64, COMMANDS, &place) / 1_000.0;
        report.figure(&of("CPU of a command"), cpu, "µs", "token, decision, commit, views, answer");
        report.figure(&of("memory after load"), child.memory(), "MiB", "resident");
        #[expect(clippy::cast_precision_loss, reason = "a file's size fits")]
        let bytes =
            std::fs::metadata(data.join("log.db")).expect("it is there").len() as f64 / f64::from(events);
        report.figure(&of("log"), bytes, "bytes/event", "");
    }
    report.figure(
        "growth of a command's latency",
        latencies[1] / latencies[0],
        "×",
        "a million events over ten thousand",
    );
}

/// Waits until all views have read the whole log: where that is, and how many they are. The process began at its end.
fn caught_up(child: &Child) -> (i64, i64) {
    let told = child.admin("GET /views");
    let head = told["head"].as_i64().expect("a position");
    wait("the views are built", Duration::from_millis(5), || child.views_are_built());
    let views = told["views"].as_array().map_or(0, Vec::len);
    (head, i64::try_from(views).unwrap_or_default())
}

fn token(folder: &Path) -> String {
    let auth = AuthSettings { dev_issuer_dir: folder.join("issuer"), ..AuthSettings::default() };
    let issuer = DevIssuer::open(&auth).expect("the issuer's key is there");
    issuer.token("bea", &["Buyer".to_owned()], 3_600).expect("it signs")
}

fn placing(token: &str) -> Vec<u8> {
    let body = r#"{"buyer":"bea","card":"4711-0815"}"#;
    format!(
        "POST /orders/place HTTP/1.1\r\nhost: shop\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

//! A server in a process of its own, whose CPU, memory and time to start can be seen from outside.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child as Process, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const PATIENCE: Duration = Duration::from_mins(2);

/// A running server; killed when dropped.
pub(crate) struct Child {
    process: Process,
    /// From its start to the moment at which it was ready.
    pub started: Duration,
    pub http: SocketAddr,
    pub admin: SocketAddr,
}

impl Child {
    /// Starts a program that writes its addresses to a ready file, with its data in `folder`.
    pub(crate) fn start(
        program: &Path,
        arguments: &[&str],
        folder: &Path,
        settings: &[(&str, &str)],
    ) -> Self {
        let ready = folder.join("ready.json");
        let _ = std::fs::remove_file(&ready);
        let began = Instant::now();
        let process = Command::new(program)
            .args(arguments)
            .env("MACADAM_DATA__DIR", folder.join("data"))
            .env("MACADAM_AUTH__DEV_ISSUER_DIR", folder.join("issuer"))
            .env("MACADAM_RUNTIME__READY_FILE", &ready)
            .env("MACADAM_LOG__FILTER", "error")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("start {}: {error}", program.display()));
        wait("the server is ready", Duration::from_micros(200), || ready.exists());
        let started = began.elapsed();
        let text = std::fs::read_to_string(&ready).expect("the ready file is readable");
        let addresses: Value = serde_json::from_str(&text).expect("the ready file is JSON");
        let address =
            |name: &str| addresses[name].as_str().and_then(|text| text.parse().ok()).expect("an address");
        Self { process, started, http: address("http"), admin: address("admin") }
    }

    /// This program, as one of its servers.
    pub(crate) fn of_this(server: &str, folder: &Path, settings: &[(&str, &str)]) -> Self {
        let this = std::env::current_exe().expect("this program has a path");
        Self::start(&this, &["--serve", server], folder, settings)
    }

    /// Nanoseconds that its threads have had a core for.
    pub(crate) fn cpu(&self) -> f64 {
        self.cpu_of("")
    }

    /// The same for those of its threads whose names begin like this.
    pub(crate) fn cpu_of(&self, name: &str) -> f64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).expect("it runs");
        let text = |task: &std::fs::DirEntry, file: &str| {
            std::fs::read_to_string(task.path().join(file)).unwrap_or_default()
        };
        let of = |task: std::fs::DirEntry| {
            let all = text(&task, "schedstat");
            all.split(' ').next().and_then(|text| text.parse::<f64>().ok()).unwrap_or_default()
        };
        tasks.flatten().filter(|task| text(task, "comm").starts_with(name)).map(of).sum()
    }

    /// Its resident memory in MiB.
    pub(crate) fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a resident size");
        let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse().expect("a number");
        kib / 1_024.0
    }

    /// What its operator's port answers: a method and a path, as in `GET /views`.
    pub(crate) fn admin(&self, what: &str) -> Value {
        let mut socket = Connection::to(self.admin);
        let request = format!("{what} HTTP/1.1\r\nhost: admin\r\ncontent-length: 0\r\n\r\n");
        let (status, body) = socket.exchange(request.as_bytes());
        assert!(matches!(status, 200 | 202), "{what}: {status}");
        serde_json::from_slice(&body).expect("JSON")
    }

    /// Whether all its views have read the whole log.
    pub(crate) fn views_are_built(&self) -> bool {
        let told = self.admin("GET /views");
        let views = told["views"].as_array().cloned().unwrap_or_default();
        views.iter().all(|view| view["build"].is_null() && view["position"] == told["head"])
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Polls until it holds.
pub(crate) fn wait(what: &str, pause: Duration, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(pause);
    }
}

/// A connection that is kept: as little as a client can cost.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn to(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).expect("the server listens");
        socket.set_nodelay(true).expect("an option");
        Self(BufReader::new(socket))
    }

    /// Sends a request and reads its answer: status and body.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> (u16, Vec<u8>) {
        self.0.get_mut().write_all(request).expect("the server reads");
        let (mut status, mut length, mut line) = (0, 0, String::new());
        loop {
            line.clear();
            self.0.read_line(&mut line).expect("the server answers");
            let text = line.trim_end();
            if text.is_empty() {
                break;
            }
            if let Some(rest) = text.strip_prefix("HTTP/1.1 ") {
                status = rest.get(..3).and_then(|text| text.parse().ok()).unwrap_or_default();
            } else if let Some((name, value)) = text.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("the server answers");
        (status, body)
    }
}

/// Sends `count` requests from so many connections at once; the nanoseconds of CPU that each cost the server.
pub(crate) fn cpu_each(
    child: &Child,
    connections: usize,
    count: usize,
    request: &(dyn Fn(usize) -> Vec<u8> + Sync),
) -> f64 {
    let before = child.cpu();
    drive(child.http, connections, count, request);
    #[expect(clippy::cast_precision_loss, reason = "a count of requests fits")]
    let count = count as f64;
    (child.cpu() - before) / count
}

/// Sends `count` requests from so many connections at once; how long that took.
pub(crate) fn drive(
    address: SocketAddr,
    connections: usize,
    count: usize,
    request: &(dyn Fn(usize) -> Vec<u8> + Sync),
) -> Duration {
    let began = Instant::now();
    let mut connections: Vec<_> = (0..connections).map(|_| Connection::to(address)).collect();
    drive_on(&mut connections, count, request);
    began.elapsed()
}

/// Sends `count` requests from all of these connections at once.
pub(crate) fn drive_on(
    connections: &mut [Connection],
    count: usize,
    request: &(dyn Fn(usize) -> Vec<u8> + Sync),
) {
    let step = connections.len();
    std::thread::scope(|scope| {
        for (first, connection) in connections.iter_mut().enumerate() {
            scope.spawn(move || {
                for number in (first..count).step_by(step) {
                    let (status, body) = connection.exchange(&request(number));
                    assert!(matches!(status, 200 | 201), "{status}: {}", String::from_utf8_lossy(&body));
                }
            });
        }
    });
}

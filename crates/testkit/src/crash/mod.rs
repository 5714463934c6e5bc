//! The crash suite: a context is killed under load, at random and at named points around each commit, again and again.
//! What clients were told is the oracle.

mod load;
mod oracle;
mod sample;

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use macadam_event_log::Point;
use macadam_http::kebab;
use rustix::process::Signal;
use serde_json::Value;
use uuid::Uuid;

use self::load::{Commands, Left, Outcome, Sent, Told};
use self::oracle::{Oracle, documents, reached};
use self::sample::Sampler;
use crate::client::Client;
use crate::service::{Service, eventually};

/// How often a context is killed where nobody says otherwise.
const KILLS: usize = 12;
/// Says otherwise.
const KILLS_VARIABLE: &str = "CRASH_KILLS";
const CLIENTS: usize = 6;
/// Passages of a named point before the kill, at the most.
const PASSAGES: usize = 12;
/// Acknowledged commands before a kill at a random moment, at the most.
const RANDOM: usize = 40;
/// Acknowledged commands after which a point that was not reached will not be.
const UNREACHED: usize = 200;
/// How long a load may find nothing that is accepted.
const PATIENCE: Duration = Duration::from_secs(30);
/// Kills between two comparisons of views with the log.
const COMPARED: usize = 250;
/// What an unwritten decision answers.
const UNDECIDED: &str = "undecided";

/// What a run of the suite did.
#[derive(Debug, Default)]
pub struct Crashes {
    /// How often the context was killed.
    pub kills: usize,
    /// Of these, how often at each named point.
    pub at_points: BTreeMap<&'static str, usize>,
    /// Commands that were acknowledged.
    pub acknowledged: usize,
    /// Requests without an answer when the context was killed; sent again under their keys after the restart.
    pub in_flight: usize,
    /// Kills that had requests in flight.
    pub under_load: usize,
    /// Acknowledged commands that were sent again under their keys, and answered as the first time.
    pub repeated: usize,
    /// Events in the log at the end.
    pub events: i64,
    /// Of each deadline: to how many aggregates it was set and never cleared, and how often it was sent to them.
    pub uncleared: BTreeMap<String, (i64, i64)>,
}

/// Kills `binary` under load, `CRASH_KILLS` times or twelve, and holds what is left against what was told.
pub fn crashes(binary: impl AsRef<Path>) {
    crashes_as(binary, &[], &[]);
}

/// The same for a program with arguments and further settings.
pub fn crashes_as(program: impl AsRef<Path>, arguments: &[&str], settings: &[(&str, &str)]) -> Crashes {
    let kills = std::env::var(KILLS_VARIABLE).ok();
    let kills = kills.map_or(KILLS, |text| text.parse().expect("CRASH_KILLS is a number"));
    let mut suite = Suite::of(program.as_ref(), arguments, settings);
    if suite.waits_for_decisions() {
        println!("crash suite: nothing is decided yet, so nothing can be stored or lost");
        return suite.crashes;
    }
    let began = Instant::now();
    for kill in 0..kills {
        suite.cycle(kill);
        if (kill + 1) % COMPARED == 0 {
            suite.compare();
            let seconds = began.elapsed().as_secs();
            println!("{} of {kills} kills, {seconds} s: {}", kill + 1, suite.crashes.line());
        }
    }
    suite.settle();
    suite.compare();
    println!("crash suite: {}", suite.crashes.line());
    let Crashes { under_load, acknowledged, .. } = suite.crashes;
    assert!(acknowledged > 0, "nothing was accepted: {:?}", suite.refusals);
    assert!(under_load > 0, "no kill had a request in flight: nothing was tested");
    suite.crashes
}

impl Crashes {
    fn line(&self) -> String {
        let points: Vec<_> = self.at_points.iter().map(|(point, count)| format!("{point} {count}")).collect();
        format!(
            "{} kills ({} at named points: {}), {} acknowledged, {} in flight, {} kills with requests in flight, \
             {} answered again as before, {} events; nothing lost, nothing doubled",
            self.kills,
            self.at_points.values().sum::<usize>(),
            points.join(", "),
            self.acknowledged,
            self.in_flight,
            self.under_load,
            self.repeated,
            self.events,
        )
    }
}

struct Suite {
    service: Service,
    roles: Vec<String>,
    commands: Commands,
    own: Vec<String>,
    deadlines: Vec<(String, usize)>,
    description: Value,
    points: Vec<Point>,
    random: Rng,
    /// Sent, not answered, and to be sent again.
    open: Vec<Sent>,
    /// Acknowledged, and sent again after the next start: the answer must be the same.
    again: Vec<(Sent, Told)>,
    /// The last that was told of each aggregate.
    last: BTreeMap<Uuid, Told>,
    refusals: Vec<String>,
    crashes: Crashes,
}

impl Suite {
    fn of(program: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let probe = Service::start_as(program, arguments, settings);
        let description = probe.admin().get("/describe").body;
        drop(probe);
        let deadlines = list(&description["deadlines"]);
        // Times that come within the run, so that deadlines are among what is cut off.
        let short: Vec<(String, String)> = deadlines
            .iter()
            .map(|deadline| {
                let times = list(&deadline["after_ms"]).len();
                let after: Vec<_> = (1..=times).map(|nth| format!("\"{}ms\"", nth * 40)).collect();
                (format!("MACADAM_DEADLINES__{}", text(&deadline["name"])), format!("[{}]", after.join(", ")))
            })
            .collect();
        let mut settings = settings.to_vec();
        settings.extend(short.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let random = Rng::with_seed(0x004d_6163_6164_616d);
        Self {
            service: Service::start_as(program, arguments, &settings),
            roles: roles(&description),
            commands: commands(&description),
            own: own_fields(&description),
            deadlines: deadlines
                .iter()
                .map(|deadline| (text(&deadline["name"]).to_owned(), list(&deadline["after_ms"]).len()))
                .collect(),
            points: points(&description),
            description,
            random,
            open: Vec::new(),
            again: Vec::new(),
            last: BTreeMap::new(),
            refusals: Vec::new(),
            crashes: Crashes::default(),
        }
    }

    fn client(&self) -> Client {
        let roles: Vec<&str> = self.roles.iter().map(String::as_str).collect();
        self.service.client("crash-suite", &roles)
    }

    /// Whether each creation is refused because nobody has written its decision.
    fn waits_for_decisions(&self) -> bool {
        let (client, sampler) = (self.client(), Sampler::new(1, &self.own, "crash-suite"));
        let undecided = |(path, schema): &(String, Value)| {
            (0..10).any(|_| client.post(path, &sampler.body(schema)).rule() == Some(UNDECIDED))
        };
        self.commands.creations.iter().all(undecided)
    }

    /// Starts, sends again what was open, loads, and dies; then looks at what is left.
    fn cycle(&mut self, number: usize) {
        // Every other kill is at a named point; which of them comes next goes round.
        let point = (number % 2 == 1 && !self.points.is_empty())
            .then(|| (self.points[number / 2 % self.points.len()], self.random.usize(1..=PASSAGES)));
        let armed = point.map(|(point, passage)| format!("{}:{passage}", point.name()));
        self.service.kill();
        self.crashes.kills += 1;
        let arm: Vec<_> = armed.iter().map(|at| ("CRASH_AT", at.as_str())).collect();
        if let Err(ended) = self.service.try_restart_with(&arm) {
            // What it has to catch up with at its start passes the points, too.
            let (point, _) = point
                .filter(|_| ended.status.signal() == Some(Signal::KILL.as_raw()))
                .unwrap_or_else(|| panic!("{ended}"));
            *self.crashes.at_points.entry(point.name()).or_default() += 1;
            return;
        }
        let (mut in_flight, mut told) = self.repeat_open();
        let (left, reached) = self.load(point.is_some());
        let repeated = told.len();
        for left in left {
            told.extend(left.told);
            self.again.extend(left.first);
            in_flight += left.in_flight.len();
            self.open.extend(left.in_flight);
            self.refusals = left.refusals;
        }
        self.crashes.acknowledged += told.len() - repeated;
        self.crashes.in_flight += in_flight;
        self.crashes.under_load += usize::from(in_flight > 0);
        if let Some((point, _)) = point.filter(|_| reached) {
            *self.crashes.at_points.entry(point.name()).or_default() += 1;
        }
        let oracle = Oracle::of(&self.service.data(), &self.deadlines);
        oracle.holds(&told);
        self.remember(told);
        if number.is_multiple_of(10) {
            oracle.is_sound();
            self.still_there(&oracle);
        }
    }

    /// Six clients until the context is gone; whether it ended by itself, at its named point.
    fn load(&mut self, armed: bool) -> (Vec<Left>, bool) {
        let acknowledged = AtomicUsize::new(0);
        let enough = if armed { UNREACHED } else { self.random.usize(1..=RANDOM) };
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| (self.client(), Sampler::new(self.random.u64(..), &self.own, "crash-suite")))
            .collect();
        let commands = &self.commands;
        let service = &mut self.service;
        std::thread::scope(|scope| {
            let run = |(client, sampler): (Client, Sampler)| {
                let acknowledged = &acknowledged;
                scope.spawn(move || load::run(&client, commands, &sampler, acknowledged))
            };
            let running: Vec<_> = clients.into_iter().map(run).collect();
            let began = Instant::now();
            let reached = loop {
                if let Some(status) = service.ended() {
                    let killed = status.signal() == Some(Signal::KILL.as_raw());
                    assert!(armed && killed, "it ended by itself, {status}:\n{}", service.log_text());
                    break true;
                }
                if acknowledged.load(Ordering::SeqCst) >= enough || began.elapsed() > PATIENCE {
                    service.kill();
                    break false;
                }
                std::thread::sleep(Duration::from_micros(200));
            };
            (running.into_iter().map(|client| client.join().expect("a client ends")).collect(), reached)
        })
    }

    /// Sends again, under the same keys, what had no answer, and some that had one, which must be the same. What has
    /// none again stays open. Tells how many were in flight this time, and what was acknowledged.
    fn repeat_open(&mut self) -> (usize, Vec<Told>) {
        let client = self.client();
        for (sent, told) in std::mem::take(&mut self.again) {
            if let Outcome::Answered(reply) = sent.send(&client)
                && reply.status != 503
            {
                let again = sent.acknowledged(&reply);
                assert_eq!(
                    again.as_ref(),
                    Some(&told),
                    "{} was answered otherwise: {}",
                    sent.path,
                    reply.text
                );
                self.crashes.repeated += 1;
            }
        }
        let mut told = Vec::new();
        let mut in_flight = 0;
        for sent in std::mem::take(&mut self.open) {
            match sent.send(&client) {
                Outcome::Answered(reply) if reply.status == 503 => self.open.push(sent),
                Outcome::Answered(reply) => told.extend(sent.acknowledged(&reply)),
                Outcome::InFlight => {
                    in_flight += 1;
                    self.open.push(sent);
                }
                Outcome::Unsent => self.open.push(sent),
            }
        }
        self.crashes.acknowledged += told.len();
        self.remember(told.clone());
        (in_flight, told)
    }

    /// Whatever was ever acknowledged is there still, however often the context has recovered since.
    fn still_there(&self, oracle: &Oracle) {
        for Told { stream, version, .. } in self.last.values() {
            let kept = oracle.version(*stream);
            assert!(kept >= *version, "lost: {stream} is at version {kept}, {version} was acknowledged");
        }
    }

    fn remember(&mut self, told: Vec<Told>) {
        for told in told {
            let newer = self.last.get(&told.stream).is_none_or(|known| known.version <= told.version);
            if newer {
                self.last.insert(told.stream, told);
            }
        }
    }

    /// All that was open is answered, each aggregate is shown as it was told, no deadline is overdue.
    fn settle(&mut self) {
        self.service.kill();
        self.service.restart_with(&[]);
        self.repeat_open();
        assert!(self.open.is_empty(), "without an answer though nobody was killed: {:?}", self.open);
        let service = &self.service;
        eventually("every deadline is sent or cleared", || {
            Oracle::of(&service.data(), &[]).deadlines_waiting() == 0
        });
        let (client, oracle) = (self.client(), Oracle::of(&self.service.data(), &self.deadlines));
        oracle.is_sound();
        self.still_there(&oracle);
        for deadline in list(&self.description["deadlines"]) {
            let cleared: Vec<_> =
                list(&deadline["cleared_by"]).iter().map(|kind| text(kind).to_owned()).collect();
            let counts = oracle.uncleared(text(&deadline["name"]), text(&deadline["set_by"]), &cleared);
            self.crashes.uncleared.insert(text(&deadline["name"]).to_owned(), counts);
        }
        for told in self.last.values().filter(|told| oracle.version(told.stream) == told.version) {
            let href = told.state["_links"]["self"]["href"].as_str().expect("a link");
            let mut state = client.get(href).body;
            state.as_object_mut().map(|members| members.remove("_templates"));
            assert_eq!(state, told.state, "{href} is shown otherwise than it was told");
        }
        self.crashes.events = oracle.head();
    }

    /// Builds all views and processes again from the log alone: they come out the same, and the log stays as it is.
    fn compare(&mut self) {
        self.service.kill();
        self.service.restart_with(&[]);
        let data = self.service.data();
        eventually("deadlines, processes and views have caught up", || {
            let oracle = Oracle::of(&data, &[]);
            oracle.deadlines_waiting() == 0 && reached(&data).0 == oracle.head()
        });
        assert!(self.service.stop().success(), "it drains");
        let (before, live) = (Oracle::of(&data, &self.deadlines), documents(&data));
        let (_, subscriptions) = reached(&data);
        before.is_sound();
        self.crashes.events = before.head();
        for file in ["views.db", "views.db-wal", "views.db-shm"] {
            let _ = std::fs::remove_file(data.join(file));
        }
        self.service.restart_with(&[]);
        eventually("views and processes are built again", || {
            let (position, again) = reached(&data);
            position >= before.head() && again >= subscriptions
        });
        assert!(self.service.stop().success(), "it drains");
        assert_eq!(Oracle::of(&data, &[]).head(), before.head(), "a process did again what it had done");
        for (table, rows) in &live {
            assert_eq!(documents(&data).get(table), Some(rows), "{table} is not the fold of the log");
        }
        self.service.restart_with(&[]);
    }
}

fn roles(description: &Value) -> Vec<String> {
    let commands = list(&description["aggregates"]).iter().flat_map(|of| list(&of["commands"]));
    let mut roles: Vec<_> = commands.flat_map(|command| list(&command["actors"])).map(text).collect();
    roles.extend(
        list(&description["aggregates"])
            .iter()
            .filter_map(|of| of["visible_to"].as_object())
            .flat_map(|visible| visible.keys().map(String::as_str)),
    );
    roles.sort_unstable();
    roles.dedup();
    roles.into_iter().map(ToOwned::to_owned).collect()
}

fn own_fields(description: &Value) -> Vec<String> {
    let visible = list(&description["aggregates"]).iter().filter_map(|of| of["visible_to"].as_object());
    let fields = visible.flat_map(|roles| roles.values().map(text)).filter(|field| *field != "*");
    fields.map(ToOwned::to_owned).collect()
}

fn commands(description: &Value) -> Commands {
    let (mut creations, mut changes) = (Vec::new(), Vec::new());
    for aggregate in list(&description["aggregates"]) {
        for command in list(&aggregate["commands"]) {
            let name = kebab(text(&command["name"]));
            if command["creates"] == true {
                creations
                    .push((format!("/{}/{name}", text(&aggregate["plural"])), command["schema"].clone()));
            } else {
                changes.push((name, command["schema"].clone()));
            }
        }
    }
    Commands { creations, changes }
}

/// The points that this context can come to.
fn points(description: &Value) -> Vec<Point> {
    let has = |what: &str| !list(&description[what]).is_empty();
    let comes_to = |point: &Point| match point {
        Point::GroupTaken | Point::GroupWritten | Point::GroupCommitted | Point::CallerAnswered => true,
        Point::ViewWritten | Point::ViewCommitted => has("read_models"),
        Point::ProcessSent | Point::ProcessAdvanced => has("processes"),
        Point::DeadlineSent => has("deadlines"),
    };
    // A release has no points to come to.
    if cfg!(debug_assertions) { Point::ALL.iter().copied().filter(comes_to).collect() } else { Vec::new() }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

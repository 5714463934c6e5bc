//! Killed under load, again and again: what was acknowledged is there, and everything tells the same story.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use macadam_chassis::testing::{Client, Reply, Service};
use serde_json::{Value, json};

use crate::seen::is_faultless;
use crate::support::{People, events_of, listed, pages};
use crate::{BINARY, bodies};

const KILLS: usize = 5;
const CLIENTS: usize = 6;
/// Acknowledged commands between a start and the kill.
const LOAD: usize = 40;
const PATIENCE: Duration = Duration::from_secs(30);

/// The last that a client was told of an application: its version and its state.
type Told = (i64, Value);

/// One client: it sends until it is not answered, and tells what was acknowledged.
struct Sending {
    client: Client,
    killed: Arc<AtomicBool>,
    told: Sender<(String, Told)>,
}

/// A command without an answer; whether it had been sent before the kill.
struct Unanswered {
    in_flight: bool,
}

impl Sending {
    /// Starts applications, changes their amounts and cancels every other one.
    fn run(&self, start: &str) -> Unanswered {
        for turn in 0.. {
            if let Err(unanswered) = self.apply(start, turn % 2 == 0) {
                return unanswered;
            }
        }
        unreachable!("it sends until the context is killed")
    }

    fn apply(&self, start: &str, cancel: bool) -> Result<(), Unanswered> {
        let mut reply = self.send(start, &bodies::start("acme"))?;
        for amount in ["1.00", "2.00", "3.00"] {
            reply = self.send(target(&reply, "change-amount"), &bodies::amount(amount))?;
        }
        if cancel {
            self.send(target(&reply, "cancel"), &json!({"reason": "no need"}))?;
        }
        Ok(())
    }

    fn send(&self, target: &str, body: &Value) -> Result<Reply, Unanswered> {
        let in_flight = !self.killed.load(Ordering::SeqCst);
        let (headers, body) = ([("content-type", "application/json")], body.to_string());
        let sent = self.client.try_send("POST", target, &headers, Some(body.as_bytes()));
        let reply = sent.map_err(|_| Unanswered { in_flight })?;
        assert!(matches!(reply.status, 200 | 201), "{target}: {}", reply.text);
        let href = reply.body["_links"]["self"]["href"].as_str().expect("a link").to_owned();
        self.told.send((href, told(&reply))).expect("the test listens");
        Ok(reply)
    }
}

fn target<'a>(reply: &'a Reply, template: &str) -> &'a str {
    reply.body["_templates"][template]["target"].as_str().expect("a template")
}

fn told(reply: &Reply) -> Told {
    let version = reply.version();
    let mut state = reply.body.clone();
    state.as_object_mut().expect("a state").remove("_templates");
    (version.expect("an ETag"), state)
}

/// What a kill left: the last that clients were told of each application, and how much was sent and not answered.
struct Left {
    acknowledged: BTreeMap<String, Told>,
    answers: usize,
    in_flight: usize,
}

/// Loads the context from several clients, and kills it under them.
fn load_and_kill(service: &mut Service) -> Left {
    let (told, heard) = channel();
    let killed = Arc::new(AtomicBool::new(false));
    let start =
        service.client("acme", &["Importer"]).home().reply.body["_templates"]["start"]["target"].clone();
    let start = start.as_str().expect("a template").to_owned();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let client = service.client("acme", &["Importer"]);
            let (sending, start) =
                (Sending { client, killed: killed.clone(), told: told.clone() }, start.clone());
            std::thread::spawn(move || sending.run(&start))
        })
        .collect();
    drop(told);
    let (mut acknowledged, mut answers) = (BTreeMap::new(), 0);
    let mut take = |(href, told)| {
        acknowledged.insert(href, told);
        answers += 1;
    };
    for _ in 0..LOAD {
        take(heard.recv_timeout(PATIENCE).expect("the context answers under load"));
    }
    killed.store(true, Ordering::SeqCst);
    service.kill();
    heard.into_iter().for_each(take);
    let unanswered = clients.into_iter().map(|client| client.join().expect("a client ends"));
    let in_flight = unanswered.filter(|unanswered| unanswered.in_flight).count();
    Left { acknowledged, answers, in_flight }
}

/// What was acknowledged is there, at its version or at one that was in flight after it.
fn check_kept(people: &People, acknowledged: &BTreeMap<String, Told>) {
    for (href, (version, state)) in acknowledged {
        let (kept, now) = told(&people.importer.at(href).reply);
        assert!(kept == *version || kept == version + 1, "{href} is at {kept}, acknowledged at {version}");
        assert!(kept > *version || now == *state, "{href}: {now}, acknowledged as {state}");
    }
}

/// The log has no holes; views and feed say what the applications say. Returns how many applications there are.
fn check_agreement(people: &People, consumer: &Client) -> usize {
    let last = people.started();
    let question = format!("limit=200&after={}", last.position());
    let all = |view: &str, reader: &Client| pages(reader, view, &question).concat();
    let items = all("Applications", &people.manager);
    let mut positions = BTreeSet::new();
    let (mut cancelled, mut drafts) = (BTreeSet::new(), BTreeSet::new());
    for item in &items {
        let application = people.manager.at(item["_links"]["self"]["href"].as_str().expect("a link"));
        let state = &application.reply.body;
        for field in ["state", "amount", "applicant_id", "client_reference"] {
            assert_eq!(item[field], state[field], "{field} of {item}");
        }
        let id = state["id"].as_str().expect("an id").to_owned();
        let of_state = if state["state"] == "cancelled" { &mut cancelled } else { &mut drafts };
        of_state.insert(id);
        for (at, event) in events_of(&application).iter().enumerate() {
            assert_eq!(event["version"], at + 1, "{event}");
            assert!(positions.insert(event["position"].as_i64().expect("a position")), "{event} twice");
        }
    }
    assert!(positions.iter().copied().eq(1..=last.position()), "the log has holes: {positions:?}");
    let keys = |items: &[Value]| -> BTreeSet<String> {
        items.iter().filter_map(|item| item["key"].as_str()).map(str::to_owned).collect()
    };
    assert_eq!(keys(&all("Drafts", &people.importer)), drafts);
    let counts: u64 = listed(&people.manager, "Portfolio", last.position())
        .iter()
        .map(|cell| cell["count"].as_u64().expect("a count"))
        .sum();
    assert_eq!(counts, items.len() as u64);
    let feed = consumer.at(&consumer.home().link("events")).reply.body;
    let subjects: Vec<_> =
        feed.as_array().expect("a batch").iter().map(|event| event["subject"].clone()).collect();
    assert_eq!(subjects.len(), cancelled.len(), "each cancellation is published once");
    assert!(subjects.iter().all(|subject| cancelled.contains(subject.as_str().unwrap_or_default())));
    items.len()
}

#[test]
fn what_was_acknowledged_survives_kills_under_load() {
    let mut service = Service::start(BINARY);
    let mut acknowledged = BTreeMap::new();
    let (mut answers, mut in_flight) = (0, 0);
    for _ in 0..KILLS {
        let left = load_and_kill(&mut service);
        (answers, in_flight) = (answers + left.answers, in_flight + left.in_flight);
        service.restart();
        check_kept(&People::of(&service), &left.acknowledged);
        acknowledged.extend(left.acknowledged);
    }
    check_kept(&People::of(&service), &acknowledged);
    let there = check_agreement(&People::of(&service), &service.client("issuance", &["consumer"]));
    println!("{KILLS} kills: {answers} acknowledged, {in_flight} in flight, {there} applications");
    assert!(in_flight > 0, "no request was in flight at any kill: nothing was tested");
    let founded = acknowledged.len() + 1;
    assert!((founded..=founded + in_flight).contains(&there), "{there} applications, {founded} acknowledged");
    is_faultless(&service);
}

#[test]
fn what_was_acknowledged_is_read_again_after_a_kill() {
    let mut service = Service::start(BINARY);
    let people = People::of(&service);
    let approved = people.approved();
    let (href, position) = (approved.link("self"), approved.position());
    let (before, history) = (approved.follow("self").reply.body, events_of(&approved));
    service.kill();
    service.restart();
    let people = People::of(&service);
    assert_eq!(people.manager.at(&href).reply.body, before);
    assert_eq!(events_of(&people.manager.at(&href)), history);
    assert_eq!(listed(&people.manager, "Applications", position)[0]["state"], "approved");
    assert!(listed(&people.manager, "PendingDecision", position).is_empty());
}

//! What every context does, whatever its domain: the same checks for all of them, against the running binary.

use std::path::Path;
use std::process::Command;

use macadam_http::kebab;
use serde_json::{Value, json};

use crate::client::{Client, Reply};
use crate::forgery::{Forgery, Signer};
use crate::provider::Provider;
use crate::service::{Service, eventually};

pub(crate) const UNKNOWN: &str = "00000000-0000-7000-8000-000000000000";

/// It serves its home, schemas, views, feed, health, metrics and description, as its board says.
pub fn serves(binary: impl AsRef<Path>) {
    let service = Service::start(binary);
    let description = describe(&service);
    for aggregate in list(&description["aggregates"]) {
        serves_aggregate(&service, aggregate);
    }
    for view in list(&description["read_models"]).iter().chain(list(&description["tallies"])) {
        serves_view(&service, view);
    }
    let feed = service.client("reader", &["consumer"]).get("/events?after=0");
    assert_eq!((feed.status, &feed.body), (200, &json!([])), "{}", feed.text);
    assert!(feed.header("macadam-log").is_some() && feed.header("link").is_some());
    for path in ["/health/live", "/health/ready", "/health/startup"] {
        assert_eq!(service.admin().get(path).status, 200, "{path}");
    }
    for deadline in list(&description["deadlines"]) {
        zero(
            &service,
            "macadam_deadlines_total",
            &[("deadline", text(&deadline["name"])), ("outcome", "missed")],
        );
    }
    for process in list(&description["processes"]) {
        zero(
            &service,
            "macadam_processes_total",
            &[("process", text(&process["name"])), ("outcome", "started")],
        );
    }
}

/// Every command is offered to its actors and to nobody else, and every series is there at zero.
fn serves_aggregate(service: &Service, aggregate: &Value) {
    for command in list(&aggregate["commands"]) {
        let name = text(&command["name"]);
        let schema = service.client_with(None).get(&format!("/schemas/{name}"));
        assert_eq!(schema.body, command["schema"], "/schemas/{name}");
        for outcome in ["accepted", "failed"] {
            zero(service, "macadam_commands_total", &[("command", name), ("outcome", outcome)]);
        }
        for rule in list(&command["rejects"]) {
            let labels = [("command", name), ("outcome", "rejected"), ("rule", text(rule))];
            zero(service, "macadam_commands_total", &labels);
        }
        if command["creates"] == true {
            for role in list(&command["actors"]).iter().map(text) {
                let templates = service.client("somebody", &[role]).home().reply.body["_templates"].clone();
                let targets =
                    templates.as_object().into_iter().flatten().map(|(_, form)| text(&form["target"]));
                let own = format!("/{}/", text(&aggregate["plural"]));
                assert!(
                    targets.into_iter().any(|target| target.starts_with(&own)),
                    "{name} for {role}: {templates}"
                );
            }
            let offered = service.client("somebody", &["Nobody"]).home().offered();
            assert!(offered.is_empty(), "a role without commands is offered {offered:?}");
        }
    }
    for event in list(&aggregate["events"]) {
        zero(service, "macadam_events_total", &[("event", text(&event["name"]))]);
    }
}

fn serves_view(service: &Service, view: &Value) {
    let (name, path) = (text(&view["name"]), text(&view["path"]));
    for (role, _) in view["readers"].as_object().into_iter().flatten() {
        let reader = service.client("somebody", &[role]);
        let page = reader.home().view(name);
        assert_eq!(page.reply.status, 200, "{name} for {role}: {}", page.reply.text);
        assert!(page.items().is_empty(), "{name} holds something before anything has happened");
    }
    assert_eq!(service.client("somebody", &["Nobody"]).get(path).status, 403, "{name} for nobody");
}

/// It refuses strangers, foreign and unknown ids, malformed and huge bodies, and stores nothing of it.
pub fn refuses(binary: impl AsRef<Path>) {
    refuses_whom_its_provider_does_not_know(binary.as_ref());
    let service = Service::start_with(binary, &[("MACADAM_HTTP__BODY_MAX_BYTES", "2000")]);
    let description = describe(&service);
    for aggregate in list(&description["aggregates"]) {
        let plural = text(&aggregate["plural"]);
        for command in list(&aggregate["commands"]) {
            refuses_command(&service, plural, command);
        }
        for (role, _) in aggregate["visible_to"].as_object().into_iter().flatten() {
            let client = service.client("somebody", &[role]);
            for path in [
                format!("/{plural}/{UNKNOWN}"),
                format!("/{plural}/no-id"),
                format!("/{plural}/{UNKNOWN}/history"),
            ] {
                problem(&client.get(&path), 404);
            }
        }
    }
    let path = format!("/{}/{UNKNOWN}", text(&description["aggregates"][0]["plural"]));
    refuses_forgeries(&service, &Signer::of_dev_issuer(&service.auth()), &path);
    problem(&service.client("somebody", &["Nobody"]).get("/events"), 403);
    problem(&service.client("somebody", &["Nobody"]).get("/no/such/path"), 404);
    problem(&service.client("somebody", &["Nobody"]).send("DELETE", "/", &[], None), 405);
    for aggregate in list(&description["aggregates"]) {
        for event in list(&aggregate["events"]) {
            zero(&service, "macadam_events_total", &[("event", text(&event["name"]))]);
        }
    }
}

/// With an identity provider: its tokens are believed, others are not, and nobody is made the road itself.
fn refuses_whom_its_provider_does_not_know(binary: &Path) {
    let provider = Provider::start();
    let settings = provider.settings();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let service = Service::start_with(binary, &settings);
    eventually("keys are fetched", || service.admin().get("/health/ready").status == 200);
    assert_eq!(service.client_with(Some(provider.token("somebody", &["Nobody"]))).get("/").status, 200);
    refuses_forgeries(&service, &provider.signer(), "/");
    let system = service.client_with(Some(provider.token("somebody", &["system"])));
    let description = describe(&service);
    for view in list(&description["read_models"]) {
        problem(&system.get(text(&view["path"])), 403);
    }
    let issued = service.issuer().token("somebody", &["system".to_owned()], 600).expect("it signs");
    problem(&service.client_with(Some(issued)).get("/"), 401);
}

fn refuses_forgeries(service: &Service, signer: &Signer, path: &str) {
    for forgery in Forgery::ALL {
        let reply = service.client_with(signer.forge(*forgery)).get(path);
        assert_eq!(reply.status, 401, "{forgery:?}: {}", reply.text);
        problem(&reply, 401);
        assert!(
            reply.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Bearer")),
            "{forgery:?}"
        );
    }
}

fn refuses_command(service: &Service, plural: &str, command: &Value) {
    let path = kebab(text(&command["name"]));
    let role = list(&command["actors"]).first().map(text).unwrap_or_default();
    let client = service.client("somebody", &[role]);
    if command["creates"] == true {
        let path = format!("/{plural}/{path}");
        problem(&client.post(&path, &json!({ "no such field": true })), 400);
        problem(&client.send("POST", &path, &[("content-type", "application/json")], Some(b"{")), 400);
        problem(
            &client.send("POST", &path, &[("content-type", "application/json")], Some(&[b' '; 2_001])),
            413,
        );
        problem(&client.send("POST", &path, &[("content-type", "text/plain")], Some(b"{}")), 415);
        problem(&service.client("somebody", &["Nobody"]).post(&path, &json!({})), 403);
        problem(&service.client_with(None).post(&path, &json!({})), 401);
    } else {
        problem(&client.post(&format!("/{plural}/{UNKNOWN}/{path}"), &json!({})), 404);
        problem(&client.post(&format!("/{plural}/no-id/{path}"), &json!({})), 404);
        problem(&service.client_with(None).post(&format!("/{plural}/{UNKNOWN}/{path}"), &json!({})), 401);
    }
}

/// What is committed for others to build on is what the code says of itself.
pub fn keeps_its_contracts(binary: impl AsRef<Path>, folder: impl AsRef<Path>) {
    let folder = folder.as_ref();
    let context = folder.file_name().unwrap_or_default().to_string_lossy();
    let remedy = format!(
        "run `cargo xtask contracts {context}` and commit contracts/{context}/; where the change was not meant to reach \
         those who build on it, mend the code instead"
    );
    for document in ["openapi", "metrics"] {
        let output =
            std::process::Command::new(binary.as_ref()).args(["describe", "--document", document]).output();
        let output = output.unwrap_or_else(|error| panic!("start {}: {error}", binary.as_ref().display()));
        assert!(output.status.success(), "describe: {}", String::from_utf8_lossy(&output.stderr));
        let file = folder.join(format!("{document}.json"));
        let committed = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("contracts/{context}/{document}.json: {error}; {remedy}"));
        let said = String::from_utf8_lossy(&output.stdout);
        let differs = committed.lines().zip(said.lines()).position(|(one, other)| one != other);
        let line = differs.unwrap_or_else(|| committed.lines().count().min(said.lines().count()));
        if let Ok(said) = serde_json::from_str::<Value>(&said)
            && let Some(series) = said.get("series")
        {
            let (at_most, budget) = (series["at_most"].as_u64(), series["budget"].as_u64());
            assert!(
                at_most <= budget,
                "{at_most:?} series, and {budget:?} are the budget: drop a label or a value"
            );
        }
        assert!(
            committed == said,
            "contracts/{context}/{document}.json differs from line {}: {remedy}",
            line + 1
        );
    }
}

/// Told to end under load, it lets a waiting reader go, answers no more, and exits with success within its deadline.
pub fn drains(binary: impl AsRef<Path>) {
    let mut service = Service::start(binary);
    let reader = service.client("reader", &["consumer"]);
    let waiting = std::thread::spawn(move || reader.try_send("GET", "/events?after=0&timeout=25", &[], None));
    eventually("the reader waits", || {
        service.metric("macadam_http_requests_in_flight", &[]).is_some_and(|waiting| waiting >= 1.0)
    });
    let others: Vec<_> = (0..8).map(|_| asks_to_the_end(service.client("somebody", &["Nobody"]))).collect();
    service.terminate();
    assert!(service.wait().success());
    for other in others {
        other.join().expect("others are answered as a whole, or not at all");
    }
    let reply = waiting.join().expect("the reader ends").expect("the reader is answered");
    assert_eq!((reply.status, reply.body), (200, json!([])));
}

/// Asks over and over, until nobody answers.
fn asks_to_the_end(client: Client) -> std::thread::JoinHandle<()> {
    let first = client.get("/");
    assert_eq!(first.status, 200, "{}", first.text);
    std::thread::spawn(move || {
        while let Ok(reply) = client.try_send("GET", "/", &[], None) {
            assert!(matches!(reply.status, 200 | 503), "{}", reply.text);
            assert!(reply.body.is_object(), "{}", reply.text);
        }
    })
}

/// What its read models make of the events recorded in `folder` is what they made when their versions were recorded.
pub fn folds(binary: impl AsRef<Path>, folder: impl AsRef<Path>) {
    let (binary, folder) = (binary.as_ref(), folder.as_ref());
    let mut check = Command::new(binary);
    let output = check.args(["golden", "check"]).arg(folder).output().expect("the binary can be started");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    print!("{}", text(&output.stdout));
    assert!(output.status.success(), "{}", text(&output.stderr));
}

pub(crate) fn describe(service: &Service) -> Value {
    let reply = service.admin().get("/describe");
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.body
}

/// A problem in the form of RFC 9457.
#[track_caller]
fn problem(reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{}", reply.text);
    assert_eq!(reply.body["status"], status);
    assert!(reply.body["detail"].is_string() && reply.body["title"].is_string(), "{}", reply.text);
}

#[track_caller]
fn zero(service: &Service, name: &str, labels: &[(&str, &str)]) {
    assert_eq!(service.metric(name, labels), Some(0.0), "{name} {labels:?}");
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

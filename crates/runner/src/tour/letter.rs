//! A letter of credit, from a draft to its approval, by clients that follow links.

use std::path::Path;

use serde_json::{Value, json};

use super::{FAMILIES, Metrics, Say, chapter};
use crate::RunError;
use crate::cargo::Cargo;
use crate::hal::{Answer, Client};
use crate::service::Service;

const CONTEXT: &str = "lc-application";

/// Takes an application to its submission.
pub(crate) fn submitted(importer: &Client) -> Result<Answer, RunError> {
    let mut told = String::new();
    let say = &mut |line: &str| told.push_str(line);
    let draft = start(importer, say)?;
    fill_in_and_submit(importer, draft, say)
}

/// Takes an application to its approval in the workspace of `cargo`.
pub(crate) fn run(cargo: &Cargo, say: Say<'_>) -> Result<(), RunError> {
    chapter(say, "1  Build and start lc-application (its data goes to a folder that is removed afterwards)");
    let binary = cargo.binaries(&[format!("{CONTEXT}-service")])?.remove(0);
    let folder = tempfile::tempdir().map_err(crate::io("make", Path::new("a folder")))?;
    let mut service = Service::start(CONTEXT, &binary, folder.path(), &folder.path().join("issuer"))?;
    say(&format!("API {}   health and metrics {}", service.http, service.admin));
    let before = Metrics::read(&service)?;

    let importer = Client::new(&service.http, Some(service.token("acme", &["Importer"])?));
    let manager = Client::new(&service.http, Some(service.token("maria", &["TradeFinanceManager"])?));
    let checks = Client::new(&service.http, Some(service.token("compliance", &["system"])?));

    let draft = start(&importer, say)?;
    let submitted = fill_in_and_submit(&importer, draft, say)?;
    let approved = decide(&manager, &checks, &submitted, say)?;
    look(&importer, &manager, &approved, say)?;

    chapter(say, "6  What an SRE sees: the metrics that moved");
    Metrics::read(&service)?.moved_since(&before, FAMILIES).iter().for_each(|line| say(line));
    let drained = service.stop();
    say(if drained {
        "the service was told to end, and drained"
    } else {
        "the service did not drain in time"
    });
    Ok(())
}

fn start(importer: &Client, say: Say<'_>) -> Result<Answer, RunError> {
    chapter(say, "2  An importer starts an application, and is told no");
    let home = importer.get("/")?;
    say(&format!("home offers: {}", home.offered().join(", ")));
    let draft =
        importer.accept(&home, "start", &json!({"applicant_id": "acme", "client_reference": "PO-4711"}))?;
    say(&format!("started {}; offered next: {}", text(&draft.body["id"]), draft.offered().join(", ")));
    let refused = importer.submit(&draft, "submit", &json!({}))?;
    if refused.status != 422 {
        return Err(refused.unexpected("an empty application is refused"));
    }
    say(&format!(
        "submit → {} {}: {}",
        refused.status,
        text(&refused.body["rule"]),
        text(&refused.body["detail"])
    ));
    for fault in refused.body["faults"].as_array().into_iter().flatten() {
        say(&format!("  · {fault}"));
    }
    Ok(draft)
}

/// What an applicant fills in, step by step.
fn parts() -> Vec<(&'static str, Value)> {
    let usd = |amount: &str| json!({"amount": amount, "currency": "USD"});
    vec![
        ("change-amount", json!({"amount": usd("9000.00")})),
        (
            "change-beneficiary",
            json!({"beneficiary": {"name": "Hansa Stahl", "address": "Kai 7, Hamburg", "country": "DE"}}),
        ),
        (
            "change-advising-bank",
            json!({"advising_bank": {"bic": "DEUTDEFF", "name": "Deutsche Bank", "country": "DE"}}),
        ),
        (
            "change-merchandise",
            json!({"merchandise": {"packaging": "crates", "hazardous": false, "items": [
                {"product_id": "steel-coil", "description": "steel coil", "quantity": 2, "unit_price": usd("4000.00")},
            ]}}),
        ),
        ("change-tenor", json!({"tenor": "at-sight"})),
        ("change-expiry", json!({"date": "2099-06-30", "place": "Hamburg"})),
        (
            "change-shipment",
            json!({"latest": "2099-06-01", "from": "Hamburg", "to": "Santos", "partial": false, "transhipment": true}),
        ),
        (
            "change-documents",
            json!({"documents": [{"title": "commercial invoice", "originals": 3, "copies": 1}]}),
        ),
    ]
}

fn fill_in_and_submit(importer: &Client, draft: Answer, say: Say<'_>) -> Result<Answer, RunError> {
    chapter(say, "3  Task by task, to submission");
    let mut at = draft;
    for (template, body) in parts() {
        at = importer.accept(&at, template, &body)?;
        say(&format!("{template}: accepted"));
    }
    let submitted = importer.accept(&at, "submit", &json!({}))?;
    say(&format!("submit: accepted; offered next: {}", submitted.offered().join(", ")));
    Ok(submitted)
}

fn decide(manager: &Client, checks: &Client, submitted: &Answer, say: Say<'_>) -> Result<Answer, RunError> {
    chapter(say, "4  The checks come in, and a trade finance manager approves");
    let passed = json!({"approved": true, "remarks": null});
    let mut at = checks.follow(submitted, "self")?;
    for (template, body) in [
        ("record-product-value", json!({"product_id": "steel-coil", "decision": passed})),
        ("record-product-legality", json!({"product_id": "steel-coil", "decision": passed})),
        ("record-applicant-credit", json!({"decision": passed})),
    ] {
        let early = manager.follow(submitted, "self")?;
        say(&format!("the manager is offered: {}", list(&early.offered())));
        at = checks.accept(&at, template, &body)?;
        say(&format!("{template}: accepted"));
    }
    let pending = manager.view(&manager.get("/")?, "PendingDecision", at.position)?;
    let item = pending
        .items()
        .into_iter()
        .find(|item| item["id"] == submitted.body["id"] || item["key"] == submitted.body["id"]);
    let item = item.ok_or_else(|| pending.unexpected("the application waits for a decision"))?;
    say(&format!("the manager finds it among the pending decisions; offered: {}", list(&offered(item))));
    let item = Answer { body: item.clone(), ..pending.clone() };
    let approved = manager.accept(&item, "approve", &json!({"remarks": "in order"}))?;
    say(&format!("approve: accepted; state {}", text(&approved.body["state"])));
    Ok(approved)
}

fn look(importer: &Client, manager: &Client, approved: &Answer, say: Say<'_>) -> Result<(), RunError> {
    chapter(say, "5  Read models, history");
    let own = importer.view(&importer.get("/")?, "Applications", approved.position)?;
    for item in own.items() {
        say(&format!(
            "Applications: {} {} {}",
            text(&item["client_reference"]),
            text(&item["state"]),
            item["amount"]
        ));
    }
    let portfolio = manager.view(&manager.get("/")?, "Portfolio", approved.position)?;
    portfolio.items().iter().for_each(|cell| say(&format!("Portfolio: {cell}")));
    let history = importer.follow(approved, "history")?;
    for event in history.body["_embedded"]["events"].as_array().into_iter().flatten() {
        let actor = &event["actor"];
        say(&format!(
            "{:>3}  {:24} by {} as {}",
            event["version"].to_string(),
            text(&event["event"]),
            text(&actor["subject"]),
            text(&actor["role"])
        ));
    }
    Ok(())
}

fn offered(item: &Value) -> Vec<&str> {
    item["_templates"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "nothing yet".to_owned() } else { names.join(", ") }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("–")
}

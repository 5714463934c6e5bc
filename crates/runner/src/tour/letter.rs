//! A letter of credit from draft to approval, by clients that follow links.

use std::path::Path;

use serde_json::{Value, json};

use super::{FAMILIES, Metrics, Progress, chapter};
use crate::RunError;
use crate::cargo::Cargo;
use crate::service::Service;
use macadam_hal::{Client, Reply};

const CONTEXT: &str = "lc-application";

/// Starts an application and submits it.
pub(crate) fn submitted(importer: &Client) -> Result<Reply, RunError> {
    let mut output = String::new();
    let print = &mut |line: &str| output.push_str(line);
    let draft = start(importer, print)?;
    fill_in_and_submit(importer, draft, print)
}

/// Takes an application from start to approval, with the service of the workspace of `cargo`.
pub(crate) fn run(cargo: &Cargo, print: Progress<'_>) -> Result<(), RunError> {
    chapter(print, "1  Build and start lc-application (with its data in a temporary folder)");
    let binary = cargo.binaries(&[format!("{CONTEXT}-service")])?.remove(0);
    let folder = tempfile::tempdir().map_err(crate::io("make", Path::new("a folder")))?;
    let mut service = Service::start(CONTEXT, &binary, folder.path(), &folder.path().join("issuer"))?;
    print(&format!("API {}   health and metrics {}", service.http, service.admin));
    let before = Metrics::read(&service)?;

    let importer = Client::new(&service.http, Some(service.token("acme", &["Importer"])?));
    let manager = Client::new(&service.http, Some(service.token("maria", &["TradeFinanceManager"])?));
    let checks = Client::new(&service.http, Some(service.token("compliance", &["system"])?));

    let draft = start(&importer, print)?;
    let submitted = fill_in_and_submit(&importer, draft, print)?;
    let approved = decide(&manager, &checks, &submitted, print)?;
    look(&importer, &manager, &approved, print)?;

    chapter(print, "6  The metrics that changed");
    Metrics::read(&service)?.changed_since(&before, FAMILIES).iter().for_each(|line| print(line));
    let drained = service.stop();
    print(if drained { "the service was stopped, and drained" } else { "the service did not drain in time" });
    Ok(())
}

fn start(importer: &Client, print: Progress<'_>) -> Result<Reply, RunError> {
    chapter(print, "2  An importer starts an application; an early submission is rejected");
    let home = importer.get("/")?;
    print(&format!("home offers: {}", home.offered().join(", ")));
    let draft =
        importer.accept(&home, "start", &json!({"applicant_id": "acme", "client_reference": "PO-4711"}))?;
    print(&format!("started {}; offered next: {}", text(&draft.body["id"]), draft.offered().join(", ")));
    let refused = importer.submit(&draft, "submit", &json!({}))?;
    if refused.status != 422 {
        return Err(refused.unexpected("that an empty application is rejected").into());
    }
    print(&format!(
        "submit → {} {}: {}",
        refused.status,
        text(&refused.body["rule"]),
        text(&refused.body["detail"])
    ));
    for fault in refused.body["faults"].as_array().into_iter().flatten() {
        print(&format!("  · {fault}"));
    }
    Ok(draft)
}

/// The commands that an applicant sends before submission, with their bodies.
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

fn fill_in_and_submit(importer: &Client, draft: Reply, print: Progress<'_>) -> Result<Reply, RunError> {
    chapter(print, "3  The importer completes the application and submits it");
    let mut at = draft;
    for (template, body) in parts() {
        at = importer.accept(&at, template, &body)?;
        print(&format!("{template}: accepted"));
    }
    let submitted = importer.accept(&at, "submit", &json!({}))?;
    print(&format!("submit: accepted; offered next: {}", submitted.offered().join(", ")));
    Ok(submitted)
}

fn decide(
    manager: &Client,
    checks: &Client,
    submitted: &Reply,
    print: Progress<'_>,
) -> Result<Reply, RunError> {
    chapter(print, "4  The checks are recorded, and a trade finance manager approves");
    let passed = json!({"approved": true, "remarks": null});
    let mut at = checks.follow(submitted, "self")?;
    for (template, body) in [
        ("record-product-value", json!({"product_id": "steel-coil", "decision": passed})),
        ("record-product-legality", json!({"product_id": "steel-coil", "decision": passed})),
        ("record-applicant-credit", json!({"decision": passed})),
    ] {
        let early = manager.follow(submitted, "self")?;
        print(&format!("the manager is offered: {}", list(&early.offered())));
        at = checks.accept(&at, template, &body)?;
        print(&format!("{template}: accepted"));
    }
    let pending = manager.view(&manager.get("/")?, "PendingDecision", at.position())?;
    let item = pending
        .items()
        .into_iter()
        .find(|item| item["id"] == submitted.body["id"] || item["key"] == submitted.body["id"]);
    let item = item.ok_or_else(|| pending.unexpected("the application among the pending decisions"))?;
    let item = Reply { body: item, ..pending };
    let offered = list(&item.offered());
    print(&format!("the manager finds it among the pending decisions; offered: {offered}"));
    let approved = manager.accept(&item, "approve", &json!({"remarks": "in order"}))?;
    print(&format!("approve: accepted; state {}", text(&approved.body["state"])));
    Ok(approved)
}

fn look(importer: &Client, manager: &Client, approved: &Reply, print: Progress<'_>) -> Result<(), RunError> {
    chapter(print, "5  Read models and history");
    let own = importer.view(&importer.get("/")?, "Applications", approved.position())?;
    for item in own.items() {
        print(&format!(
            "Applications: {} {} {}",
            text(&item["client_reference"]),
            text(&item["state"]),
            item["amount"]
        ));
    }
    let portfolio = manager.view(&manager.get("/")?, "Portfolio", approved.position())?;
    portfolio.items().iter().for_each(|cell| print(&format!("Portfolio: {cell}")));
    let history = importer.follow(approved, "history")?;
    for event in history.body["_embedded"]["events"].as_array().into_iter().flatten() {
        let actor = &event["actor"];
        print(&format!(
            "{:>3}  {:24} by {} as {}",
            event["version"].to_string(),
            text(&event["event"]),
            text(&actor["subject"]),
            text(&actor["role"])
        ));
    }
    Ok(())
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "nothing yet".to_owned() } else { names.join(", ") }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("–")
}

//! The context over HTTP, as its clients meet it.

use macadam_chassis::testing::Service;
use serde_json::json;

const BINARY: &str = env!("CARGO_BIN_EXE_lc-application-service");

#[test]
fn a_client_that_only_follows_links_starts_an_application_and_changes_its_amount() {
    let service = Service::start(BINARY);
    let importer = service.client("acme", &["Importer"]);
    let home = importer.home();
    let draft = home.accept("start", &json!({"applicant_id": "acme", "client_reference": "PO-4711"}));
    assert_eq!(draft.reply.status, 201);
    let amount = json!({"amount": "100.00", "currency": "USD"});
    let changed = draft.accept("change-amount", &json!({ "amount": amount }));
    assert_eq!(changed.follow("self").reply.body["amount"], amount);
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let mut service = Service::start(BINARY);
    let importer = service.client("acme", &["Importer"]);
    let draft =
        importer.home().accept("start", &json!({"applicant_id": "acme", "client_reference": "PO-4711"}));
    let amount = json!({"amount": "100.00", "currency": "USD"});
    let href = draft.accept("change-amount", &json!({ "amount": amount })).link("self");
    service.kill();
    service.restart();
    let again = service.client("acme", &["Importer"]);
    assert_eq!(again.at(&href).reply.body["amount"], amount);
}

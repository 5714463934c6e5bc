//! `POST /orders/…`: how a command is accepted, rejected or not understood.

use macadam_testkit::{Client, Reply};
use serde_json::{Value, json};

use crate::shop::{place, shop, usd};

#[track_caller]
fn problem<'a>(reply: &'a Reply, status: u16, kind: &str) -> &'a Value {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    assert_eq!(reply.body["type"], format!("urn:macadam:problem:{kind}"), "{}", reply.text);
    assert_eq!(reply.body["status"], status);
    &reply.body
}

#[test]
fn what_is_created_has_an_address_a_tag_and_next_commands() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    assert_eq!(order.reply.status, 201);
    assert_eq!(order.reply.header("location"), Some(order.link("self").as_str()));
    assert_eq!(order.reply.version(), Some(1));
    assert_eq!(order.reply.header("vary"), Some("Accept, Authorization"));
    assert_eq!(order.position(), 1);
    assert_eq!(order.offered(), ["add-line", "cancel", "note", "pay", "promise", "quote"]);
    assert_eq!(order.reply.body["total"], Value::Null);
}

#[test]
fn a_guard_says_409_and_a_decision_422_each_with_its_rule_and_what_it_tells() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    let refused = order.submit("pay", &json!({})).reply;
    assert_eq!(problem(&refused, 422, "rejected")["rule"], "nothing-to-pay");
    let refused = order.submit("add-line", &json!({ "price": usd("0.00") })).reply;
    let body = problem(&refused, 422, "rejected");
    assert_eq!(body["rule"], "price-not-positive");
    assert_eq!(body["price"], usd("0.00"));
    assert_eq!(body["detail"], "a price is more than nothing");
    order.accept("cancel", &json!({}));
    let refused = order.submit("add-line", &json!({ "price": usd("1.00") })).reply;
    let body = problem(&refused, 409, "rejected");
    assert_eq!((&body["rule"], &body["stage"]), (&json!("not-open"), &json!("cancelled")));
    assert!(order.follow("self").offered() == ["note"]);
}

#[test]
fn a_creation_that_is_rejected_founds_nothing() {
    let shop = shop();
    // A clerk is no buyer; the road may do everything but is bound by the rules.
    let buyer = shop.client("", &["Buyer"]);
    let refused = buyer.post("/orders/place", &json!({ "buyer": "", "card": "1" }));
    assert_eq!(refused.status, 401, "nobody has no name");
    let both = shop.client("bea", &["Buyer", "Clerk"]);
    let refused = both.post("/orders/place", &json!({ "buyer": "", "card": "1" }));
    assert_eq!(problem(&refused, 422, "rejected")["rule"], "buyer-blank");
    assert_eq!(shop.metric("macadam_events_total", &[]), Some(0.0));
}

fn faults(client: &Client, body: &str) -> Vec<(String, String)> {
    let reply =
        client.send("POST", "/orders/place", &[("content-type", "application/json")], Some(body.as_bytes()));
    let errors = problem(&reply, 400, "malformed")["errors"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    errors.iter().map(|error| (text(&error["pointer"]), text(&error["detail"]))).collect()
}

#[test]
fn what_does_not_fit_is_400_with_its_place() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let check = |body: &str, pointer: &str, detail: &str| {
        let found = faults(&buyer, body);
        assert!(found.iter().any(|(at, what)| at == pointer && what.contains(detail)), "{body}: {found:?}");
    };
    check(r#"{"buyer": "bea", "card": "1", "colour": "red"}"#, "/colour", "unknown field");
    check(r#"{"buyer": 7, "card": "1"}"#, "/buyer", "expected a string");
    check(r#"{"buyer": "bea", "card": "1", "priority": -1}"#, "/priority", "invalid value");
    check(r#"{"card": "1"}"#, "", "missing field `buyer`");
    check("", "", "missing field");
    check("[]", "", "");
    check("{", "", "EOF");
    check(r#"{"buyer": "bea", "card": "1"} x"#, "", "trailing characters");
    let order = place(&buyer, "bea");
    let reply = order.submit("add-line", &json!({ "price": {"amount": "1.00", "currency": "USX"} })).reply;
    let errors = &problem(&reply, 400, "malformed")["errors"];
    assert!(errors[0]["pointer"].as_str().is_some_and(|at| at.starts_with("/price")), "{errors}");
}

#[test]
fn a_secret_of_the_wrong_type_is_not_repeated() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let found = faults(&buyer, r#"{"buyer": "bea", "card": 47110815}"#);
    assert_eq!(found[0].0, "/card");
    assert!(!format!("{found:?}").contains("47110815"), "{found:?}");
}

#[test]
fn an_empty_body_is_a_command_without_fields() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea").accept("add-line", &json!({ "price": usd("5") }));
    let paid = buyer.send("POST", &format!("{}/pay", order.link("self")), &[], None);
    assert_eq!(paid.status, 200, "{}", paid.text);
    assert_eq!(paid.body["status"], "paid");
}

#[test]
fn a_body_that_is_no_json_is_415() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    for headers in [&[("content-type", "text/plain")][..], &[]] {
        let reply = buyer.send("POST", "/orders/place", headers, Some(b"{}"));
        problem(&reply, 415, "unsupported-media-type");
    }
    let json = [("content-type", "Application/Vnd.Shop+JSON; charset=utf-8")];
    let body = json!({ "buyer": "bea", "card": "1" }).to_string();
    let reply = buyer.send("POST", "/orders/place", &json, Some(body.as_bytes()));
    assert_eq!(reply.status, 201, "{}", reply.text);
}

#[test]
fn a_command_that_changes_nothing_leaves_the_version_as_it_is() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let once = place(&buyer, "bea").accept("note", &json!({ "text": "ring twice" }));
    let again = once.accept("note", &json!({ "text": "ring twice" }));
    assert_eq!((again.reply.status, again.reply.version()), (200, Some(2)));
    assert_eq!(again.position(), 2);
    assert_eq!(shop.metric("macadam_events_total", &[("event", "Noted")]), Some(1.0));
    let accepted = [("command", "Note"), ("outcome", "accepted")];
    assert_eq!(shop.metric("macadam_commands_total", &accepted), Some(2.0));
}

#[test]
fn correlation_and_trace_are_taken_over_returned_and_stored() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    let (id, trace) =
        ("0192f0c1-2d3e-7f4a-8b5c-6d7e8f901234", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let headers = [("content-type", "application/json"), ("correlation-id", id), ("traceparent", trace)];
    let path = order.link("self");
    let reply = buyer.send("POST", &format!("{path}/note"), &headers, Some(br#"{"text": "x"}"#));
    assert_eq!(reply.header("correlation-id"), Some(id));
    let history = order.follow("history").reply.body;
    assert_eq!(history["_embedded"]["events"][1]["correlation_id"], id);
    assert_eq!(history["_embedded"]["events"][1]["actor"], json!({"role": "Buyer", "subject": "bea"}));
    assert_eq!(stored_trace(&shop, 2).as_deref(), Some(trace));
    for bad in [
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
    ] {
        let headers =
            [("content-type", "application/json"), ("correlation-id", "no uuid"), ("traceparent", bad)];
        let body = json!({ "text": bad }).to_string();
        let reply = buyer.send("POST", &format!("{path}/note"), &headers, Some(body.as_bytes()));
        let given = reply.header("correlation-id").unwrap_or_default();
        assert!(given.len() == 36 && given != "no uuid", "{given}");
        let position = reply.header("macadam-position").and_then(|text| text.parse().ok());
        let fresh = stored_trace(&shop, position.expect("a position")).unwrap_or_default();
        assert!(fresh.ends_with("-00") && fresh[..52] != bad[..52.min(bad.len())], "{bad}: {fresh}");
    }
}

fn stored_trace(shop: &macadam_testkit::InProcess, position: i64) -> Option<String> {
    let log = rusqlite::Connection::open(shop.data().join("log.db")).expect("the log is there");
    log.query_row("SELECT traceparent FROM events WHERE position = ?1", [position], |row| row.get(0))
        .expect("the event is there")
}

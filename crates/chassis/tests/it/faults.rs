//! Faults: what is nobody's rule is told apart from every rule, and the service goes on.

use std::io::{Read, Write};
use std::net::TcpStream;

use macadam_testkit::eventually;
use serde_json::json;

use crate::shop::{place, shop, shop_with};

#[test]
fn a_fact_that_cannot_be_looked_up_is_503_and_counted_as_a_failure() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    let reply = order.submit("quote", &json!({ "supplier": "closed" })).reply;
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")), "{}", reply.text);
    assert!(!reply.text.contains("10.0.0.1"), "why is not for the client: {}", reply.text);
    let failed = [("command", "Quote"), ("outcome", "failed")];
    assert_eq!(shop.metric("macadam_commands_total", &failed), Some(1.0));
    assert_eq!(order.accept("quote", &json!({ "supplier": "good" })).reply.status, 200);
}

#[test]
fn a_rejection_is_never_counted_as_a_failure() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    assert_eq!(order.submit("pay", &json!({})).reply.status, 422);
    order.accept("cancel", &json!({}));
    assert_eq!(order.submit("pay", &json!({})).reply.status, 409);
    let count = |labels: &[(&str, &str)]| shop.metric("macadam_commands_total", labels);
    assert_eq!(count(&[("outcome", "failed")]), Some(0.0));
    assert_eq!(count(&[("command", "Pay"), ("outcome", "rejected"), ("rule", "nothing-to-pay")]), Some(1.0));
    assert_eq!(count(&[("command", "Pay"), ("outcome", "rejected"), ("rule", "not-open")]), Some(1.0));
}

#[test]
fn what_takes_too_long_is_503_counted_as_a_failure_and_holds_nobody_up() {
    let shop = shop_with(|config| config.http.request_timeout_ms = 200);
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    let reply = order.submit("quote", &json!({ "supplier": "slow" })).reply;
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")), "{}", reply.text);
    assert!(reply.header("correlation-id").is_some());
    let failed = [("command", "Quote"), ("outcome", "failed")];
    assert_eq!(shop.metric("macadam_commands_total", &failed), Some(1.0));
    assert_eq!(order.accept("note", &json!({ "text": "next" })).reply.status, 200);
    assert_eq!(shop.metric("macadam_http_requests_in_flight", &[]), Some(0.0));
}

#[test]
fn what_is_stored_after_its_client_was_told_to_wait_is_counted_as_accepted() {
    let shop = shop_with(|config| config.http.request_timeout_ms = 200);
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    // The disk is busy with somebody else's write for longer than the client is kept.
    let busy = rusqlite::Connection::open(shop.data().join("log.db")).expect("it opens");
    busy.execute_batch("BEGIN IMMEDIATE").expect("the lock is free");
    let reply = order.submit("note", &json!({ "text": "late" })).reply;
    assert_eq!((reply.status, &reply.body["type"]), (503, &json!("urn:macadam:problem:timeout")));
    busy.execute_batch("ROLLBACK").expect("the lock is given back");
    let count = |outcome| shop.metric("macadam_commands_total", &[("command", "Note"), ("outcome", outcome)]);
    eventually("the command is counted", || count("accepted") == Some(1.0));
    assert_eq!(count("failed"), Some(0.0));
    assert_eq!(order.follow("self").reply.body["note"], "late");
}

#[test]
fn a_panic_is_500_counted_as_a_failure_and_the_service_goes_on() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    let reply = order.submit("quote", &json!({ "supplier": "mad" })).reply;
    assert_eq!(reply.status, 500, "{}", reply.text);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    assert!(reply.header("correlation-id").is_some() && !reply.text.contains("mad"), "{}", reply.text);
    let failed = [("command", "Quote"), ("outcome", "failed")];
    assert_eq!(shop.metric("macadam_commands_total", &failed), Some(1.0));
    assert_eq!(order.accept("quote", &json!({ "supplier": "good" })).reply.status, 200);
}

#[test]
fn a_huge_body_is_413_whether_its_length_is_told_or_not() {
    let shop = shop_with(|config| config.http.body_max_bytes = 1_000);
    let buyer = shop.client("bea", &["Buyer"]);
    let huge = vec![b' '; 1_001];
    let reply = buyer.send("POST", "/orders/place", &[("content-type", "application/json")], Some(&huge));
    assert_eq!((reply.status, &reply.body["max_bytes"]), (413, &json!(1_000)), "{}", reply.text);
    let base = buyer.base().trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(&base).expect("the shop listens");
    let token = buyer.token().expect("a token");
    let head = format!(
        "POST /orders/place HTTP/1.1\r\nhost: {base}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).expect("written");
    socket
        .write_all(format!("{:x}\r\n{}\r\n0\r\n\r\n", huge.len(), " ".repeat(huge.len())).as_bytes())
        .expect("written");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let exact = format!("{:<1000}", json!({ "buyer": "bea", "card": "1" }));
    let reply =
        buyer.send("POST", "/orders/place", &[("content-type", "application/json")], Some(exact.as_bytes()));
    assert_eq!(reply.status, 201, "{}", reply.text);
}

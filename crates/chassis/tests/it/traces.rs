//! Traces: from a request to what is stored, and on to whoever hears of it.

use std::collections::BTreeSet;

use macadam_testkit::{Client, Collector, InProcess, Logs, Reply, Span, eventually};
use serde_json::{Value, json};

use crate::shop::{shop, shop_with};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CLIENT: &str = "00f067aa0ba902b7";

/// A trace that somebody else began and records.
fn sampled() -> String {
    format!("00-{TRACE}-{CLIENT}-01")
}

fn told(collector: &Collector) -> InProcess {
    shop_with(|config| collector.take_all(config))
}

fn post(client: &Client, path: &str, traceparent: &str, body: &Value) -> Reply {
    let headers = [("content-type", "application/json"), ("traceparent", traceparent)];
    client.send("POST", path, &headers, Some(body.to_string().as_bytes()))
}

fn place(client: &Client, traceparent: &str) -> Reply {
    let placed = post(client, "/orders/place", traceparent, &json!({ "buyer": "bea", "card": "4711-0815" }));
    assert_eq!(placed.status, 201, "{}", placed.text);
    placed
}

/// The traceparent of what is stored, by name of the event.
fn stored(shop: &InProcess, event: &str) -> Option<String> {
    let connection = rusqlite::Connection::open(shop.data().join("log.db")).expect("the log is there");
    let sql = "SELECT traceparent FROM events WHERE kind = ?1";
    connection.query_row(sql, [event], |row| row.get(0)).expect("the event is stored")
}

#[test]
fn a_request_is_a_span_of_its_clients_trace() {
    let collector = Collector::start();
    let shop = told(&collector);
    let placed = place(&shop.client("bea", &["Buyer"]), &sampled());
    let span = collector.span("the request", |span| span.name == "POST /orders/place");
    assert_eq!((span.trace.as_str(), span.parent.as_deref()), (TRACE, Some(CLIENT)));
    let expected = [
        ("http.request.method", json!("POST")),
        ("http.response.status_code", json!(201)),
        ("http.route", json!("/orders/place")),
        ("macadam.correlation.id", json!(placed.header("correlation-id"))),
        ("url.path", json!("/orders/place")),
        ("url.scheme", json!("http")),
    ];
    let told: Vec<_> = span.attributes.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    assert_eq!(told, expected, "these and no others");
    assert_eq!(span.resource["service.name"], "shop");
    assert!(
        span.resource.contains_key("service.version") && span.resource.contains_key("service.instance.id")
    );
}

#[test]
fn a_span_keeps_little_of_what_a_client_chose() {
    let collector = Collector::start();
    let shop = told(&collector);
    shop.client("bea", &["Buyer"]).get(&format!("/nowhere/{}", "x".repeat(5_000)));
    let span = collector.span("the request", |span| span.name == "GET");
    let path = span.attributes["url.path"].as_str().expect("a path");
    assert!(path.starts_with("/nowhere/xxx") && path.len() <= 256, "{path}");
    assert_eq!(span.attributes["http.response.status_code"], 404);
    assert!(!span.attributes.contains_key("http.route"));
}

/// The part of `parent` that has this name; it may still be on its way.
fn child(collector: &Collector, parent: &Span, name: &str) -> Span {
    let is_it = |span: &Span| span.parent.as_ref() == Some(&parent.id) && span.name == name;
    collector.span(&format!("`{name}` in `{}`", parent.name), is_it)
}

/// What `span` is a part of.
fn parent(collector: &Collector, span: &Span) -> Span {
    collector.span(&format!("the parent of `{}`", span.name), |other| span.parent.as_ref() == Some(&other.id))
}

#[test]
fn one_trace_tells_command_event_process_and_the_next_command() {
    let collector = Collector::start();
    let shop = told(&collector);
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, &sampled()).header("location").expect("where it is").to_owned();
    let line = json!({ "price": { "amount": "1.25", "currency": "USD" } });
    post(&buyer, &format!("{order}/add-line"), &sampled(), &line);
    post(&buyer, &format!("{order}/pay"), &sampled(), &json!({}));
    // Fulfilment hears of it and sends two commands; what these store is projected, too.
    collector.span("the last of it", |span| {
        span.name == "process Fulfilment" && span.attributes["macadam.event"] == "Dispatched"
    });
    collector.span("the shipping", |span| span.attributes.get("macadam.events") == Some(&json!("Shipped")));
    let request = collector.span("the request", |span| span.name == "POST /orders/{id}/pay");
    let command = child(&collector, &request, "Pay");
    assert_eq!(command.attributes["macadam.outcome"], "accepted");
    assert_eq!(command.attributes["macadam.aggregate"], "Order");
    let append = child(&collector, &command, "append");
    assert_eq!(append.attributes["macadam.events"], "Paid");
    assert_eq!(stored(&shop, "Paid"), Some(format!("00-{TRACE}-{}-01", append.id)));

    let process = child(&collector, &append, "process Fulfilment");
    assert_eq!((&process.links, process.kind as i32), (&vec![append.id.clone()], 5), "a consumer, linked");
    let dispatch = child(&collector, &process, "Dispatch");
    let dispatched = child(&collector, &dispatch, "append");
    assert_eq!(stored(&shop, "Dispatched"), Some(format!("00-{TRACE}-{}-01", dispatched.id)));
    let view = child(&collector, &append, "project Orders");
    assert_eq!((&view.links, &view.attributes["macadam.view"]), (&vec![append.id.clone()], &json!("Orders")));
    let spans = collector.spans();
    assert!(spans.iter().all(|span| span.trace == TRACE), "{spans:#?}");
}

#[test]
fn a_deadline_goes_on_with_the_story_of_what_set_it() {
    let collector = Collector::start();
    let shop = shop_with(|config| {
        collector.take_all(config);
        config.deadlines.insert("PaymentReminder".to_owned(), vec!["1ms".to_owned()]);
    });
    place(&shop.client("bea", &["Buyer"]), &sampled());
    let reminded = collector
        .span("the reminder", |span| span.attributes.get("macadam.events") == Some(&json!("Reminded")));
    let command = parent(&collector, &reminded);
    let deadline = parent(&collector, &command);
    assert_eq!((command.name.as_str(), deadline.name.as_str()), ("Remind", "deadline PaymentReminder"));
    let placed = parent(&collector, &deadline);
    assert_eq!(placed.attributes["macadam.events"], "Placed");
    assert_eq!(reminded.trace, TRACE);
}

#[test]
fn ids_go_on_where_nothing_is_recorded() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    place(&buyer, &sampled());
    assert_eq!(stored(&shop, "Placed"), Some(sampled()), "what the client says is passed on as it is");
}

#[test]
fn a_client_without_a_trace_is_given_one_that_is_not_sampled() {
    let shop = shop();
    place(&shop.client("bea", &["Buyer"]), "no trace");
    let fresh = stored(&shop, "Placed").expect("each event has one");
    assert!(fresh.len() == 55 && fresh.starts_with("00-") && fresh.ends_with("-00"), "{fresh}");
}

#[test]
fn a_trace_that_its_client_does_not_record_is_not_recorded_here() {
    let collector = Collector::start();
    let shop = told(&collector);
    let buyer = shop.client("bea", &["Buyer"]);
    let unsampled = sampled().replace("-01", "-00");
    place(&buyer, &unsampled);
    assert_eq!(stored(&shop, "Placed"), Some(unsampled));
    buyer.get("/");
    collector.span("what came after it", |span| span.name == "GET /");
    assert!(collector.spans().iter().all(|span| span.trace != TRACE), "{:#?}", collector.spans());
}

#[test]
fn a_share_of_nothing_records_what_clients_record_and_no_more() {
    let collector = Collector::start();
    let shop = shop_with(|config| {
        collector.take_all(config);
        config.telemetry.sample_ratio = 0.0;
    });
    let buyer = shop.client("bea", &["Buyer"]);
    for _ in 0..20 {
        buyer.get("/");
    }
    place(&buyer, &sampled());
    collector.span("the client's", |span| span.trace == TRACE && span.name.starts_with("POST"));
    assert!(collector.spans().iter().all(|span| span.trace == TRACE));
}

#[test]
fn a_fault_is_an_error_and_a_refusal_is_none() {
    let collector = Collector::start();
    let shop = told(&collector);
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, &sampled()).header("location").expect("where it is").to_owned();
    assert_eq!(post(&buyer, &format!("{order}/pay"), &sampled(), &json!({})).status, 422);
    let closed = post(&buyer, &format!("{order}/quote"), &sampled(), &json!({ "supplier": "closed" }));
    assert_eq!(closed.status, 503, "{}", closed.text);
    let refused = collector.span("the refusal", |span| span.name == "Pay");
    assert_eq!(refused.attributes["macadam.outcome"], "rejected");
    assert_eq!((&refused.attributes["macadam.rule"], refused.failed), (&json!("nothing-to-pay"), false));
    let request = collector.span("the fault", |span| span.name == "POST /orders/{id}/quote");
    assert_eq!((request.failed, &request.attributes["error.type"]), (true, &json!("503")));
    let command = child(&collector, &request, "Quote");
    assert_eq!((command.failed, &command.attributes["macadam.outcome"]), (true, &json!("failed")));
    let look_up = child(&collector, &command, "look up");
    assert_eq!((look_up.failed, &look_up.attributes["error.type"]), (true, &json!("look-up")));
}

#[test]
fn neither_spans_nor_lines_hold_what_somebody_sent() {
    let logs = Logs::catch();
    let collector = Collector::start();
    let shop = told(&collector);
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, &sampled()).header("location").expect("where it is").to_owned();
    let secret = "4711-0815";
    post(&buyer, "/orders/place", &sampled(), &json!({ "buyer": secret, "card": [secret], secret: secret }));
    post(&buyer, &format!("{order}/quote"), &sampled(), &json!({ "supplier": "closed", "note": secret }));
    buyer.get(&format!("/views/orders?buyer={secret}"));
    post(&buyer, &format!("{order}/quote"), &sampled(), &json!({ "supplier": "closed" }));
    collector.span("the last of it", |span| span.name.ends_with("/quote") && span.failed);
    let told = format!("{:?} {:?}", collector.spans(), logs.of(TRACE));
    assert!(told.contains("Place") && told.contains("look up the facts of"), "{told}");
    assert!(!told.contains(secret), "{told}");
}

#[test]
fn lines_carry_the_ids_of_what_they_belong_to() {
    let logs = Logs::catch();
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let trace = "11111111111111111111111111111111";
    let traceparent = format!("00-{trace}-{CLIENT}-00");
    let placed = place(&buyer, &traceparent);
    let order = placed.header("location").expect("where it is").to_owned();
    let failed = post(&buyer, &format!("{order}/quote"), &traceparent, &json!({ "supplier": "closed" }));
    let lines = logs.of(trace);
    let line = lines.iter().find(|line| line["log.level"] == "error").expect("the fault is logged");
    assert_eq!(line["span.id"], CLIENT);
    assert_eq!(line["correlation.id"].as_str(), failed.header("correlation-id"));
    assert_eq!(line["command"], "Quote");
    let answered: BTreeSet<_> = lines.iter().filter_map(|line| line["status"].as_u64()).collect();
    assert_eq!(answered, [201, 503].into(), "{lines:#?}");
}

#[test]
fn a_process_logs_within_the_story_of_the_event_it_heard() {
    let logs = Logs::catch();
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let trace = "22222222222222222222222222222222";
    let traceparent = format!("00-{trace}-{CLIENT}-00");
    let order = place(&buyer, &traceparent).header("location").expect("where it is").to_owned();
    // More than anybody carries: the process is refused, and says so.
    let line = json!({ "price": { "amount": "1000000.00", "currency": "USD" } });
    assert_eq!(post(&buyer, &format!("{order}/add-line"), &traceparent, &line).status, 200);
    assert_eq!(post(&buyer, &format!("{order}/pay"), &traceparent, &json!({})).status, 200);
    eventually("the process says so", || logs.of(trace).iter().any(|line| line["process"] == "Fulfilment"));
    let lines = logs.of(trace);
    let line = lines.iter().find(|line| line["process"] == "Fulfilment").expect("it was there");
    assert_eq!(line["rule"], "too-heavy");
    assert!(line["correlation.id"].is_string());
}

#[test]
fn metrics_and_spans_say_the_version_of_the_context_and_not_of_the_chassis() {
    let collector = Collector::start();
    let shop = InProcess::start_with(
        |config| crate::shop::context(config).version("2.3.4"),
        |config| collector.take_all(config),
    );
    place(&shop.client("bea", &["Buyer"]), &sampled());
    let span = collector.span("the request", |span| span.name == "POST /orders/place");
    assert_eq!(span.resource["service.version"], "2.3.4");
    assert_eq!(shop.metric("macadam_context_info", &[("version", "2.3.4")]), Some(1.0));
}

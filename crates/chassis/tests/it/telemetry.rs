//! `/metrics` and `/health` on the operator's port.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;

use macadam_testkit::{Client, Collector, eventually};
use serde_json::json;

use crate::shop::{place, shop, shop_with, usd};

#[test]
fn every_series_exists_at_zero_from_the_start() {
    let shop = shop();
    let text = shop.admin().get("/metrics").text;
    for series in [
        r#"macadam_commands_total{command="Place",context="shop",outcome="accepted",rule=""} 0"#,
        r#"macadam_commands_total{command="Place",context="shop",outcome="failed",rule=""} 0"#,
        r#"macadam_commands_total{command="Pay",context="shop",outcome="rejected",rule="nothing-to-pay"} 0"#,
        r#"macadam_command_duration_seconds_count{command="Deliver",context="shop"} 0"#,
        r#"macadam_events_total{context="shop",event="Delivered"} 0"#,
        r#"macadam_amount_total{context="shop",currency="USD",event="LineAdded"} 0"#,
        r#"macadam_events_published_total{context="shop"} 0"#,
        r#"macadam_processes_total{context="shop",outcome="started",process="Fulfilment"} 0"#,
        r#"macadam_processes_total{context="shop",outcome="Delivered",process="Fulfilment"} 0"#,
        r#"macadam_deadlines_total{context="shop",deadline="PaymentReminder",outcome="missed"} 0"#,
        r#"macadam_deadlines_overdue{context="shop",deadline="PaymentReminder"} 0"#,
        r#"macadam_subscription_lag_events{context="shop",subscription="Orders"} 0"#,
        r#"macadam_subscription_lag_seconds{context="shop",subscription="Fulfilment"} 0"#,
        r#"macadam_subscription_ticks_total{context="shop",outcome="stale",subscription="Fulfilment"} 0"#,
        r#"macadam_subscription_failures_total{context="shop",reason="step",subscription="Orders"} 0"#,
        r#"macadam_commands_oldest_seconds{context="shop"} 0"#,
        r#"macadam_log_commit_failures_total{context="shop",reason="full"} 0"#,
        r#"macadam_log_append_duration_seconds_bucket{context="shop",le="5"} 0"#,
        r#"macadam_log_queue_oldest_seconds{context="shop"} 0"#,
        r#"macadam_http_oldest_request_seconds{context="shop"} 0"#,
        r#"macadam_http_accept_failures_total{context="shop",reason="open_files"} 0"#,
        r#"macadam_limit_max{context="shop",limit="requests"} 256"#,
        r#"macadam_data_file_intact{context="shop",file="views"} 1"#,
        r#"macadam_last_backup_timestamp_seconds{context="shop"} 0"#,
        r#"http_server_request_duration_seconds_count{context="shop",http_request_method="POST",http_response_status_code="500",http_route="/orders/place"} 0"#,
        r#"http_server_request_duration_seconds_count{context="shop",http_request_method="POST",http_response_status_code="503",http_route="/orders/place"} 0"#,
        r#"http_server_request_duration_seconds_count{context="shop",http_request_method="GET",http_response_status_code="499",http_route="/events"} 0"#,
        r#"macadam_log_group_size_count{context="shop"} 0"#,
        r#"macadam_telemetry_spans_total{context="shop",outcome="dropped"} 0"#,
        r#"http_server_request_duration_seconds_count{context="shop",http_request_method="POST",http_response_status_code="201",http_route="/orders/place"} 0"#,
    ] {
        assert!(text.lines().any(|line| line == series), "{series} is missing in\n{text}");
    }
}

#[test]
fn amounts_are_summed_by_currency_in_major_units() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea").accept("add-line", &json!({ "price": usd("1.25") }));
    order.accept("add-line", &json!({ "price": usd("2.25") }));
    let sum = |currency| shop.metric("macadam_amount_total", &[("currency", currency)]);
    assert_eq!((sum("USD"), sum("EUR")), (Some(3.5), Some(0.0)));
}

#[test]
fn what_clients_invent_adds_no_labels() {
    let shop = shop();
    let clerk = shop.client("cleo", &["Clerk"]);
    for path in
        ["/no/such/path", "/orders/1", "/orders/2", "/views/unknown", "/custom/hello/a", "/custom/other/b"]
    {
        clerk.get(path);
    }
    for method in ["PUT", "PATCH", "DELETE"] {
        clerk.send(method, "/", &[], None);
        clerk.send(method, "/nowhere", &[], None);
    }
    brew(&clerk);
    let text = shop.admin().get("/metrics").text;
    let labels = |name: &str| -> BTreeSet<String> {
        let series =
            text.lines().filter(|line| line.starts_with("http_server_request_duration_seconds_count"));
        let value =
            |line: &str| Some(line.split_once(&format!("{name}=\""))?.1.split('"').next()?.to_owned());
        series.filter_map(value).collect()
    };
    let methods = labels("http_request_method");
    assert_eq!(methods, ["DELETE", "GET", "PATCH", "POST", "PUT", "_OTHER"].map(ToOwned::to_owned).into());
    let routes = labels("http_route");
    assert!(routes.contains("unmatched") && routes.contains("/orders/{id}"), "{routes:?}");
    for invented in ["/orders/1", "nowhere", "such", "unknown", "hello/a", "other"] {
        assert!(!routes.iter().any(|route| route.contains(invented)), "{invented}: {routes:?}");
    }
}

/// A method that no client library would send.
fn brew(client: &Client) {
    let address = client.base().trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).expect("the shop listens");
    let request = format!("BREW / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).expect("written");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
}

#[test]
fn the_exposition_is_well_formed() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    place(&buyer, "bea").submit("pay", &json!({}));
    let reply = shop.admin().get("/metrics");
    assert_eq!(reply.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let mut types = BTreeMap::new();
    let mut series = BTreeSet::new();
    for line in reply.text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a type");
            assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "{name} is told twice");
        } else if !line.starts_with('#') {
            let (key, value) = line.rsplit_once(' ').expect("a value");
            assert!(value.parse::<f64>().is_ok(), "{line}");
            assert!(series.insert(key.to_owned()), "{key} is there twice");
            let name = key.split('{').next().unwrap_or_default();
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            let family = types.get(name).or(base.and_then(|base| types.get(base)));
            assert!(family.is_some(), "{name} has no type");
        }
    }
    for (name, kind) in types.iter().filter(|(name, _)| name.starts_with("macadam_")) {
        assert_eq!(kind == "counter", name.ends_with("_total"), "{name} is a {kind}");
    }
}

/// Asks as Prometheus does.
const OPEN: &str = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
                    text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

#[test]
fn whoever_asks_for_openmetrics_gets_exemplars_of_sampled_traces() {
    let shop = shop();
    let order = place(&shop.client("bea", &["Buyer"]), "bea").link("self");
    let open = || shop.admin().send("GET", "/metrics", &[("accept", OPEN)], None);
    assert!(!open().text.contains(" # {"), "what nobody records is no example");

    let collector = Collector::start();
    let shop = shop_with(|config| collector.take_all(config));
    let buyer = shop.client("bea", &["Buyer"]);
    place(&buyer, "bea");
    assert_eq!(buyer.get(&order).status, 404);
    let reply = shop.admin().send("GET", "/metrics", &[("accept", OPEN)], None);
    let media = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(reply.header("content-type"), Some(media));
    assert!(reply.text.ends_with("\n# EOF\n"));
    assert!(reply.text.contains("\n# TYPE macadam_commands counter\n"), "{}", reply.text);
    assert!(reply.text.contains("\nmacadam_commands_total{"));
    let span = collector.span("the request", |span| span.name == "POST /orders/place");
    let command = collector.span("the command", |span| span.name == "Place");
    for (series, label, span) in [
        ("http_server_request_duration_seconds_bucket", "http_route=\"/orders/place\"", &span),
        ("macadam_command_duration_seconds_bucket", "command=\"Place\"", &command),
    ] {
        let exemplar = format!(" # {{trace_id=\"{}\",span_id=\"{}\"}} ", span.trace, span.id);
        let line = reply.text.lines().find(|line| line.contains(&exemplar)).expect("an exemplar");
        assert!(line.starts_with(series) && line.contains(label), "{line}");
        let (bucket, exemplar) = line.split_once(" # ").expect("a bucket and its exemplar");
        let value: f64 = exemplar.split(' ').nth(1).and_then(|text| text.parse().ok()).expect("a value");
        let bound = bucket.split("le=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a bound");
        assert!(value <= bound.replace("+Inf", "inf").parse().expect("a number"), "{line}");
    }
}

#[test]
fn both_forms_tell_the_same() {
    let shop = shop();
    place(&shop.client("bea", &["Buyer"]), "bea");
    let samples = |accept: &str| -> BTreeMap<String, String> {
        let text = shop.admin().send("GET", "/metrics", &[("accept", accept)], None).text;
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("process_"));
        let samples = lines.filter_map(|line| line.split(" # ").next()?.rsplit_once(' '));
        // One writes `le="1"`, the other `le="1.0"`.
        samples.map(|(key, value)| (key.replace(".0\"", "\""), value.to_owned())).collect()
    };
    assert!(samples("text/plain").len() > 500);
    // Views catch up and connections end a moment after the answer: between two readings figures may move.
    eventually("both forms tell the same", || samples("text/plain") == samples(OPEN));
}

#[test]
fn health_tells_that_it_is_ready() {
    let shop = shop();
    for path in ["/health/live", "/health/startup", "/health/ready"] {
        assert_eq!(shop.admin().get(path).status, 200, "{path}");
    }
    assert_eq!(shop.admin().get("/orders").status, 404);
    assert_eq!(shop.client("bea", &["Buyer"]).get("/metrics").status, 404, "not for clients");
}

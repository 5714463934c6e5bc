//! `/metrics` and `/health` on the operator's port.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use macadam_chassis::testing::Client;
use serde_json::json;

use crate::shop::{place, shop, usd};

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
        r#"macadam_log_group_size_count{context="shop"} 0"#,
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
    promtool(&reply.text);
}

/// Prometheus' own opinion, where it is installed.
fn promtool(text: &str) {
    let child = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        println!("SKIPPED: promtool is not installed, so Prometheus itself has not checked the metrics");
        return;
    };
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
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

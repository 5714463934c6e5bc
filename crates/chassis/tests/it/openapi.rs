//! The OpenAPI document and the metrics' contract, of a shop with odd shapes.

use std::collections::BTreeSet;

use macadam_chassis::{Config, describe, describe_metrics, describe_openapi};
use serde_json::Value;

use crate::shop::{context, place, shop, usd};

fn openapi() -> Value {
    describe_openapi(&context(&Config::default()))
}

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let methods = paths.iter().flat_map(|(path, methods)| {
        methods
            .as_object()
            .expect("methods")
            .iter()
            .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    methods.collect()
}

fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|inner| references(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}

#[test]
fn the_document_is_the_same_each_time() {
    assert_eq!(openapi().to_string(), openapi().to_string());
}

#[test]
fn every_reference_leads_somewhere() {
    let document = openapi();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100, "{}", found.len());
    for reference in found {
        let target = reference.strip_prefix('#').expect("within the document");
        assert!(document.pointer(target).is_some(), "{reference}");
    }
}

#[test]
fn every_route_is_an_operation_and_every_operation_a_route() {
    let described = describe(&context(&Config::default()));
    let mut routes: BTreeSet<(String, String)> = BTreeSet::new();
    for route in described["routes"].as_array().expect("routes") {
        let text = |member: &str| route[member].as_str().expect("text").to_owned();
        routes.insert((text("path"), text("method").to_lowercase()));
    }
    // Views are one route each in the document, and two for all of them in the router.
    for route in ["/views/{view}", "/views/{view}/{key}"] {
        assert!(routes.remove(&(route.to_owned(), "get".to_owned())));
    }
    for view in described["read_models"].as_array().expect("read models") {
        let path = view["path"].as_str().expect("a path");
        routes.insert((path.to_owned(), "get".to_owned()));
        routes.insert((format!("{path}/{{key}}"), "get".to_owned()));
    }
    for tally in described["tallies"].as_array().expect("tallies") {
        routes.insert((tally["path"].as_str().expect("a path").to_owned(), "get".to_owned()));
    }
    let document = openapi();
    let documented: BTreeSet<(String, String)> = operations(&document)
        .into_iter()
        .map(|(path, method, _)| (path.to_owned(), method.to_owned()))
        .collect();
    assert_eq!(documented, routes);
}

#[test]
fn each_operation_has_an_id_of_its_own_and_links_name_operations() {
    let document = openapi();
    let operations = operations(&document);
    let ids: BTreeSet<&str> =
        operations.iter().map(|(.., operation)| operation["operationId"].as_str().expect("an id")).collect();
    assert_eq!(ids.len(), operations.len());
    let links = &document["paths"]["/orders/place"]["post"]["responses"]["201"]["links"];
    let links = links.as_object().expect("links");
    assert!(links.len() > 8);
    for link in links.values() {
        assert!(ids.contains(link["operationId"].as_str().expect("an id")), "{link}");
    }
}

#[test]
fn a_command_names_its_actors_its_rules_and_what_it_takes() {
    let document = openapi();
    let add = &document["paths"]["/orders/{id}/add-line"]["post"];
    assert_eq!(add["x-macadam-actors"], serde_json::json!(["Buyer"]));
    let rules = &add["responses"]["422"]["content"]["application/problem+json"]["schema"]["allOf"][1];
    assert_eq!(
        rules["properties"]["rule"]["enum"],
        serde_json::json!(["not-open", "price-not-positive", "other-currency"])
    );
    for status in
        ["200", "400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "429", "500", "503"]
    {
        assert!(add["responses"].get(status).is_some(), "{status}");
    }
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["AddLine"]["additionalProperties"], false);
    assert_eq!(document["paths"]["/orders/place"]["post"]["x-macadam-own"], "buyer");
}

#[test]
fn what_is_deprecated_is_marked_with_the_headers_that_say_so() {
    let document = openapi();
    let marked = |path: &str, method: &str| {
        let operation = &document["paths"][path][method];
        let headers = operation["responses"]["200"]["headers"].as_object().expect("headers");
        let told = ["Deprecation", "Sunset"].map(|name| headers.contains_key(name));
        (operation["deprecated"] == true, told)
    };
    assert_eq!(marked("/orders/{id}/quote", "post"), (true, [true, true]));
    assert_eq!(marked("/views/fragile", "get"), (true, [true, false]));
    assert_eq!(marked("/orders/{id}/note", "post"), (false, [false, false]));
}

#[test]
fn filters_have_the_types_of_their_fields() {
    let document = openapi();
    let parameters = document["paths"]["/views/orders"]["get"]["parameters"].as_array().expect("parameters");
    let filter = |name: &str| {
        let found = parameters.iter().find(|parameter| parameter["name"] == name);
        found.map(|parameter| parameter["schema"].clone()).expect("a filter")
    };
    assert_eq!(
        filter("status"),
        serde_json::json!({ "type": "string", "enum": ["open", "paid", "cancelled"] })
    );
    assert_eq!(filter("priority"), serde_json::json!({ "type": "integer" }));
}

#[test]
fn every_series_of_a_running_shop_is_in_the_contract_of_its_metrics() {
    let contract = describe_metrics(&context(&Config::default()));
    let schema = include_str!("../../../../docs/schemas/metrics.schema.json");
    let schema = serde_json::from_str(schema).expect("a schema is JSON");
    jsonschema::validate(&schema, &contract).unwrap_or_else(|error| panic!("{error}"));
    let metrics = contract["metrics"].as_array().expect("metrics");
    let shop = shop();
    shop.client("bea", &["Buyer"]).home();
    let text = shop.admin().get("/metrics").text;
    let names = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).map(|line| {
        let (name, kind) = line.split_once(' ').expect("a name and a type");
        (name, kind)
    });
    for (name, kind) in names {
        let known = metrics.iter().find(|metric| metric["name"] == name);
        assert_eq!(known.map(|metric| &metric["type"]), Some(&Value::from(kind)), "{name}");
    }
    let series = text.lines().filter(|line| !line.starts_with('#')).count();
    let at_most = contract["series"]["at_most"].as_u64().expect("a number");
    assert!(at_most >= series as u64, "{at_most} and {series}");
    assert!(at_most <= contract["series"]["budget"].as_u64().expect("a number"));
    let commands =
        metrics.iter().find(|metric| metric["name"] == "macadam_commands_total").expect("commands");
    assert_eq!(commands["labels"]["outcome"], serde_json::json!(["accepted", "failed", "rejected"]));
    every_label_value_and_bucket_is_known(&text, metrics);
    let requests = metrics.iter().find(|metric| metric["name"] == "http_server_request_duration_seconds");
    let requests = requests.expect("requests");
    let has = |label: &str, value: &str| {
        requests["labels"][label].as_array().is_some_and(|values| values.iter().any(|known| known == value))
    };
    assert!(has("http_route", "unmatched") && has("http_route", "/orders/{id}/note"));
    assert!(has("http_request_method", "_OTHER") && has("http_request_method", "HEAD"));
    for status in ["200", "201", "408", "431", "499", "500", "503"] {
        assert!(has("http_response_status_code", status), "{status}");
    }
}

/// Holds each sample of a scrape against the contract.
fn every_label_value_and_bucket_is_known(text: &str, metrics: &[Value]) {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let series = line.rsplit_once(' ').expect("a value").0;
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
        let of = |name: &str| metrics.iter().find(|metric| metric["name"] == name);
        let metric = of(name).or(base.and_then(of)).unwrap_or_else(|| panic!("{line}"));
        for label in labels.trim_end_matches('}').split("\",").filter(|label| !label.is_empty()) {
            let (label, value) = label.split_once("=\"").expect("a label");
            let value = value.trim_end_matches('"');
            if label == "le" {
                let bound: f64 = value.replace("+Inf", "inf").parse().expect("a bound");
                let mut buckets =
                    metric["buckets"].as_array().expect("buckets").iter().filter_map(Value::as_f64);
                assert!(
                    bound.is_infinite() || buckets.any(|known| known.total_cmp(&bound).is_eq()),
                    "{line}"
                );
                continue;
            }
            let known = metric["labels"][label].as_array().unwrap_or_else(|| panic!("{label} in {line}"));
            let varies = known.is_empty() && name == "macadam_context_info";
            assert!(varies || known.iter().any(|known| known == value), "{label} in {line}");
        }
    }
}

#[test]
fn what_the_shop_answers_fits_its_document() {
    let document = openapi();
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let clerk = shop.client("carl", &["Clerk"]);
    let order = place(&buyer, "bea").accept("add-line", &serde_json::json!({ "price": usd("3.50") }));
    let (path, position) = (order.link("self"), order.position());
    let key = path.trim_start_matches("/orders/");
    let after = format!("after={position}");
    for (reply, route, method) in [
        (buyer.get("/"), "/", "get"),
        (buyer.get(&path), "/orders/{id}", "get"),
        (buyer.get(&format!("{path}/history")), "/orders/{id}/history", "get"),
        (clerk.get(&format!("/views/orders?{after}")), "/views/orders", "get"),
        (clerk.get(&format!("/views/orders/{key}?{after}")), "/views/orders/{key}", "get"),
        (clerk.get(&format!("/views/turnover?{after}")), "/views/turnover", "get"),
        (clerk.get("/views/by-urgency"), "/views/by-urgency", "get"),
        (clerk.get("/views/how-many"), "/views/how-many", "get"),
        (shop.client("reader", &["consumer"]).get("/events"), "/events", "get"),
        (buyer.post(&format!("{path}/pay"), &serde_json::json!({})), "/orders/{id}/pay", "post"),
        (buyer.post(&format!("{path}/cancel"), &serde_json::json!({})), "/orders/{id}/cancel", "post"),
        (buyer.get("/events"), "/events", "get"),
    ] {
        let answer = &document["paths"][route][method]["responses"][reply.status.to_string()];
        let shared = answer["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
        let answer = shared.unwrap_or(answer);
        let media = reply.header("content-type").expect("a media type");
        let mut schema = answer["content"][media]["schema"].clone();
        assert!(schema.is_object(), "{route}: {} {media}", reply.status);
        schema["components"] = document["components"].clone();
        if let Err(error) = jsonschema::validate(&schema, &reply.body) {
            panic!("{route}: {error} in {}", reply.text);
        }
        for (name, header) in answer["headers"].as_object().expect("headers") {
            let to = header["$ref"].as_str().expect("a reference").trim_start_matches('#');
            let required = document.pointer(to).expect("a header")["required"] == true;
            assert!(
                !required || reply.headers.contains_key(name.as_str()),
                "{route} {}: {name}",
                reply.status
            );
        }
    }
}

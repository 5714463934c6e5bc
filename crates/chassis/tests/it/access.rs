//! Who may see and do what: foreign aggregates do not exist, roles hold, and what is created is one's own.

use serde_json::json;

use crate::shop::{place, shop, usd};

#[test]
fn a_foreign_aggregate_does_not_exist_for_any_verb() {
    let shop = shop();
    let (owner, other) = (shop.client("bea", &["Buyer"]), shop.client("bob", &["Buyer"]));
    let path = place(&owner, "bea").link("self");
    for (method, path) in [
        ("GET", path.clone()),
        ("HEAD", path.clone()),
        ("GET", format!("{path}/history")),
        ("POST", format!("{path}/note")),
        ("POST", format!("{path}/pay")),
        ("POST", format!("{path}/remind")),
        ("GET", path.replace("orders", "shipments")),
    ] {
        let headers = [("content-type", "application/json"), ("if-match", "\"9\"")];
        let body = (method == "POST").then_some(&br#"{"no": "such field"}"#[..]);
        assert_eq!(other.send(method, &path, &headers, body).status, 404, "{method} {path}");
    }
    assert_eq!(shop.client("cleo", &["Clerk"]).get(&path).status, 200);
    assert_eq!(shop.client("bea", &["Courier"]).get(&path).status, 404);
}

#[test]
fn an_aggregate_is_found_under_its_own_plural_only() {
    let shop = shop();
    let path = place(&shop.client("bea", &["Buyer"]), "bea").link("self").replace("orders", "shipments");
    let road = shop.client("road", &["Courier", "Clerk"]);
    assert_eq!(road.get(&path).status, 404);
    assert_eq!(road.post(&format!("{path}/deliver"), &json!({})).status, 404);
}

#[test]
fn a_role_without_the_right_is_403_and_is_told_whose_it_is() {
    let shop = shop();
    let path = place(&shop.client("bea", &["Buyer"]), "bea").link("self");
    let clerk = shop.client("cleo", &["Clerk"]);
    let refused = clerk.post(&format!("{path}/pay"), &json!({}));
    assert_eq!((refused.status, &refused.body["actors"]), (403, &json!(["Buyer"])), "{}", refused.text);
    assert_eq!(clerk.post("/orders/place", &json!({})).status, 403);
    assert_eq!(clerk.at(&path).offered(), ["note"]);
    assert!(!clerk.home().offers("place"));
}

#[test]
fn a_creation_for_somebody_else_is_403_and_stores_nothing() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let refused = buyer.post("/orders/place", &json!({ "buyer": "bob", "card": "1" }));
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert!(refused.text.contains("`buyer`"), "{}", refused.text);
    assert_eq!(shop.metric("macadam_events_total", &[]), Some(0.0));
}

#[test]
fn history_tells_who_did_what_and_masks_secrets() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea").accept("add-line", &json!({ "price": usd("2.50") }));
    let history = order.follow("history").reply;
    assert_eq!(history.header("vary"), Some("Accept, Authorization"));
    let events = history.body["_embedded"]["events"].as_array().expect("a list").clone();
    let kinds: Vec<_> = events.iter().map(|event| event["event"].as_str()).collect();
    assert_eq!(kinds, [Some("Placed"), Some("LineAdded")]);
    assert_eq!(events[0]["data"]["card"], "***");
    assert_eq!(events[0]["data"]["buyer"], "bea");
    assert_eq!(events[1]["data"]["price"], usd("2.50"));
    assert!(!history.text.contains("4711-0815"), "{}", history.text);
}

#[test]
fn odd_paths_are_404_problems() {
    let shop = shop();
    let clerk = shop.client("cleo", &["Clerk"]);
    for path in [
        "/orders/no-id",
        "/orders/%FF",
        "/views/%FF",
        "/views/orders/%FF",
        "/schemas/%FF",
        "/views/views%2Forders",
        "/custom",
        "/custom/x",
    ] {
        let reply = clerk.get(path);
        assert_eq!(reply.status, 404, "{path}: {}", reply.text);
        assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{path}");
    }
}

#[test]
fn custom_routes_ask_for_a_token_too() {
    let shop = shop();
    assert_eq!(shop.client("bea", &["Buyer"]).get("/custom/hello/you").text, "hello");
    assert_eq!(shop.client_with(None).get("/custom/hello/you").status, 401);
}

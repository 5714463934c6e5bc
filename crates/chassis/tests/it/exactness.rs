//! A command is accepted once: under its key, and with what it claims.

use std::sync::Barrier;

use macadam_testkit::{Client, Reply};
use serde_json::{Value, json};

use crate::shop::{place, shop, shop_with, usd};

fn keyed(client: &Client, path: &str, key: &str, body: &Value) -> Reply {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    client.send("POST", path, &headers, Some(body.to_string().as_bytes()))
}

fn kind(reply: &Reply) -> &str {
    reply.body["type"].as_str().unwrap_or_default().trim_start_matches("urn:macadam:problem:")
}

/// All that a client can see of an answer, but for what tells one exchange from another.
fn seen(reply: &Reply) -> (u16, Value, [Option<String>; 3]) {
    let header = |name| reply.header(name).map(ToOwned::to_owned);
    (reply.status, reply.body.clone(), [header("etag"), header("location"), header("macadam-position")])
}

#[test]
fn a_repeated_command_gets_the_answer_that_was_given_and_happens_once() {
    let mut shop = shop();
    let body = json!({ "buyer": "bea", "card": "4711-0815" });
    let buyer = shop.client("bea", &["Buyer"]);
    let first = keyed(&buyer, "/orders/place", "k-1", &body);
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, None), "{}", first.text);
    let path = first.header("location").expect("a location").to_owned();
    let noted = keyed(&buyer, &format!("{path}/note"), "\"k-2\"", &json!({ "text": "a" }));
    assert_eq!(noted.status, 200, "{}", noted.text);
    assert_eq!(keyed(&buyer, &format!("{path}/cancel"), "k-3", &json!({})).status, 200);
    for restarted in [false, true] {
        if restarted {
            assert!(shop.stop());
            shop.resume();
        }
        let buyer = shop.client("bea", &["Buyer"]);
        let again = keyed(&buyer, "/orders/place", "k-1", &body);
        assert_eq!(seen(&again), seen(&first), "as it was answered then, not as it would be now");
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        // Quotes are the header's own, not the key's.
        let again = keyed(&buyer, &format!("{path}/note"), "k-2", &json!({ "text": "a" }));
        assert_eq!(seen(&again), seen(&noted), "though a cancelled order takes other notes by now");
        assert_eq!(keyed(&buyer, &format!("{path}/cancel"), "k-3", &json!({})).status, 200);
        let history = buyer.get(&format!("{path}/history")).body;
        assert_eq!(history["_embedded"]["events"].as_array().map(Vec::len), Some(3));
    }
    assert_eq!(shop.client("bea", &["Buyer"]).home().view("Orders").items().len(), 0, "one order, cancelled");
}

#[test]
fn a_command_that_changes_nothing_keeps_its_key_too() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let path = place(&buyer, "bea").link("self");
    let note = format!("{path}/note");
    let same = json!({ "text": "" });
    let first = keyed(&buyer, &note, "k", &same);
    assert_eq!((first.status, first.version()), (200, Some(1)), "{}", first.text);
    keyed(&buyer, &note, "other", &json!({ "text": "b" }));
    let again = keyed(&buyer, &note, "k", &same);
    assert_eq!(seen(&again), seen(&first));
    assert_eq!(buyer.get(&path).body["note"], "b", "the repetition was not carried out");
}

#[test]
fn a_key_with_another_request_is_422_and_a_malformed_one_400() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let path = place(&buyer, "bea").link("self");
    let note = |text: &str| keyed(&buyer, &format!("{path}/note"), "k", &json!({ "text": text }));
    assert_eq!(note("a").status, 200);
    for reused in [note("b"), keyed(&buyer, &format!("{path}/cancel"), "k", &json!({}))] {
        assert_eq!((reused.status, kind(&reused)), (422, "idempotency-key-reused"), "{}", reused.text);
    }
    assert_eq!(buyer.get(&path).body["note"], "a");
    let long = "x".repeat(256);
    for malformed in ["", "\"\"", "two words", &long] {
        let reply = keyed(&buyer, &format!("{path}/note"), malformed, &json!({ "text": "c" }));
        assert_eq!((reply.status, kind(&reply)), (400, "malformed"), "{malformed}: {}", reply.text);
    }
    assert_eq!(shop.metric("macadam_commands_total", &[("outcome", "failed")]), Some(0.0));
}

#[test]
fn a_rejection_stores_nothing_so_that_the_same_key_may_succeed_later() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    let pay = format!("{}/pay", order.link("self"));
    assert_eq!(keyed(&buyer, &pay, "k", &json!({})).rule(), Some("nothing-to-pay"));
    order.accept("add-line", &json!({ "price": usd("5.00") }));
    assert_eq!(keyed(&buyer, &pay, "k", &json!({})).status, 200);
}

#[test]
fn a_key_belongs_to_its_subject_and_tells_nobody_else_anything() {
    let shop = shop();
    let (bea, bob) = (shop.client("bea", &["Buyer"]), shop.client("bob", &["Buyer"]));
    let path = place(&bea, "bea").link("self");
    assert_eq!(keyed(&bea, &format!("{path}/note"), "k", &json!({ "text": "a" })).status, 200);
    let foreign = keyed(&bob, &format!("{path}/note"), "k", &json!({ "text": "a" }));
    assert_eq!(foreign.status, 404, "{}", foreign.text);
    let own = keyed(&bob, "/orders/place", "k", &json!({ "buyer": "bob", "card": "1" }));
    assert_eq!((own.status, own.header("idempotent-replayed")), (201, None), "{}", own.text);
    let without_role = shop.client("bea", &["Courier"]);
    assert_eq!(keyed(&without_role, &format!("{path}/note"), "k", &json!({ "text": "a" })).status, 404);
}

#[test]
fn of_many_requests_at_once_under_one_key_one_happens_and_the_rest_are_told() {
    let shop = shop();
    let start = Barrier::new(8);
    let body = json!({ "buyer": "bea", "card": "4711-0815" });
    let clients: Vec<_> = (0..8).map(|_| shop.client("bea", &["Buyer"])).collect();
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let race = |client| {
            let (start, body) = (&start, &body);
            scope.spawn(move || {
                start.wait();
                keyed(client, "/orders/place", "k", body)
            })
        };
        let racing: Vec<_> = clients.iter().map(race).collect();
        racing.into_iter().map(|racer| racer.join().expect("an answer")).collect()
    });
    for reply in &replies {
        let under_way = reply.status == 409 && kind(reply) == "idempotency-key-in-flight";
        assert!(reply.status == 201 || under_way, "{}", reply.text);
    }
    let fresh =
        replies.iter().filter(|reply| reply.status == 201 && reply.header("idempotent-replayed").is_none());
    assert_eq!(fresh.count(), 1);
    assert_eq!(shop.metric("macadam_events_total", &[("event", "Placed")]), Some(1.0));
}

#[test]
fn a_request_under_way_holds_its_key_and_gives_it_back_when_it_is_cut_off() {
    let shop = shop_with(|config| config.http.request_timeout_ms = 1_000);
    let buyer = shop.client("bea", &["Buyer"]);
    let path = format!("{}/quote", place(&buyer, "bea").link("self"));
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| keyed(&buyer, &path, "k", &json!({ "supplier": "slow" })));
        let mut second = keyed(&buyer, &path, "k", &json!({ "supplier": "slow" }));
        // Whichever came second was told at once; were it the first, the one in the other thread was.
        let first = slow.join().expect("an answer");
        if second.status == 503 {
            second = first;
        }
        assert_eq!((second.status, kind(&second)), (409, "idempotency-key-in-flight"), "{}", second.text);
        assert_eq!(second.header("retry-after"), Some("1"));
    });
    assert_eq!(keyed(&buyer, &path, "k", &json!({ "supplier": "good" })).status, 200);
}

#[test]
fn a_key_that_has_expired_is_as_good_as_new() {
    let shop = shop_with(|config| config.data.idempotency_keys_kept_seconds = 0);
    let buyer = shop.client("bea", &["Buyer"]);
    let body = json!({ "buyer": "bea", "card": "4711-0815" });
    assert_eq!(keyed(&buyer, "/orders/place", "k", &body).status, 201);
    assert_eq!(keyed(&buyer, "/orders/place", "k", &body).header("idempotent-replayed"), None);
    assert_eq!(shop.metric("macadam_events_total", &[("event", "Placed")]), Some(2.0));
}

#[test]
fn what_another_aggregate_claims_is_422_with_its_rule_and_free_after_its_release() {
    let shop = shop();
    let (system, courier) = (shop.client("road", &["system"]), shop.client("carl", &["Courier"]));
    let body = json!({ "order": "01a1fd4b-d543-7476-b553-08d8a9ec5d10", "heavy": false });
    let first = system.post("/shipments/dispatch", &body);
    assert_eq!(first.status, 201, "{}", first.text);
    let second = system.post("/shipments/dispatch", &body);
    assert_eq!((second.status, second.rule()), (422, Some("already-dispatched")), "{}", second.text);
    let labels = [("command", "Dispatch"), ("outcome", "rejected"), ("rule", "already-dispatched")];
    assert_eq!(shop.metric("macadam_commands_total", &labels), Some(1.0));
    let path = first.header("location").expect("a location");
    assert_eq!(courier.post(&format!("{path}/deliver"), &json!({})).status, 200);
    assert_eq!(system.post("/shipments/dispatch", &body).status, 201);
}

//! `GET /events`: the published language for other contexts.

use macadam_testkit::{Client, Reply};
use serde_json::json;

use crate::shop::{place, shop};

fn next(reply: &Reply) -> &str {
    let link = reply.header("link").expect("a link");
    link.trim_start_matches('<').trim_end_matches(">; rel=\"next\"")
}

/// The next page's address without the log that it is of.
fn scanned(reply: &Reply) -> &str {
    next(reply).split_once("&log=").expect("the link names its log").0
}

fn cancelled(buyer: &Client) -> i64 {
    place(buyer, "bea").accept("note", &json!({ "text": "x" })).accept("cancel", &json!({})).position()
}

#[test]
fn the_feed_holds_what_is_published_and_says_how_far_it_has_scanned() {
    let shop = shop();
    let (buyer, consumer) = (shop.client("bea", &["Buyer"]), shop.client("compliance", &["consumer"]));
    let empty = consumer.get("/events");
    assert_eq!((empty.status, scanned(&empty)), (200, "/events?after=0&timeout=0"));
    assert_eq!(cancelled(&buyer), 3);
    assert_eq!(cancelled(&buyer), 6);
    place(&buyer, "bea");
    let page = consumer.get("/events?after=0");
    assert_eq!(page.header("content-type"), Some("application/cloudevents-batch+json"));
    let events = page.body.as_array().expect("a batch").clone();
    let told: Vec<_> =
        events.iter().map(|event| (event["type"].clone(), event["sequence"].clone())).collect();
    let cancel = |sequence: &str| (json!("shop.Cancelled.v1"), json!(sequence));
    assert_eq!(told, [cancel("3"), cancel("6")]);
    assert_eq!(
        (&events[0]["specversion"], &events[0]["source"]),
        (&json!("1.0"), &json!("urn:macadam:context:shop"))
    );
    assert_eq!(scanned(&page), "/events?after=7&timeout=0", "what is not published is not scanned again");
    assert_eq!(consumer.get(next(&page)).body, json!([]));
    assert_eq!(consumer.get("/events?after=3").body.as_array().map(Vec::len), Some(1));
}

#[test]
fn a_long_poll_is_answered_when_there_is_news_and_not_by_what_is_unpublished() {
    let shop = shop();
    let (buyer, consumer) = (shop.client("bea", &["Buyer"]), shop.client("compliance", &["consumer"]));
    let order = place(&buyer, "bea");
    let waiting = std::thread::spawn(move || consumer.get("/events?after=1&timeout=25"));
    macadam_testkit::eventually("the consumer waits", || {
        shop.metric("macadam_http_requests_in_flight", &[]) == Some(1.0)
    });
    order.accept("note", &json!({ "text": "unpublished" }));
    assert!(!waiting.is_finished());
    order.accept("cancel", &json!({}));
    let page = waiting.join().expect("no panic");
    assert_eq!(page.body.as_array().map(Vec::len), Some(1));
    assert_eq!(scanned(&page), "/events?after=3&timeout=25");
}

#[test]
fn the_feed_is_for_consumers_and_names_its_log() {
    let mut shop = shop();
    assert_eq!(shop.client("bea", &["Buyer"]).get("/events").status, 403);
    assert_eq!(shop.client_with(None).get("/events").status, 401);
    let log = |shop: &macadam_testkit::InProcess| {
        let reply = shop.client("compliance", &["consumer"]).get("/events");
        reply.header("macadam-log").map(ToOwned::to_owned)
    };
    let before = log(&shop);
    assert!(before.as_ref().is_some_and(|id| id.len() == 32), "{before:?}");
    assert!(shop.stop());
    shop.resume();
    assert_eq!(log(&shop), before);
}

#[test]
fn a_feed_is_not_asked_for_what_it_does_not_know() {
    let shop = shop();
    let consumer = shop.client("compliance", &["consumer"]);
    for query in ["after=x", "before=1", "timeout=-1", "after=-1"] {
        let reply = consumer.get(&format!("/events?{query}"));
        assert_eq!(reply.status, 400, "{query}: {}", reply.text);
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    }
}

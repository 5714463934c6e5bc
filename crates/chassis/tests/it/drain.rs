//! The end of a context: what is under way ends, or is told that it was cut off.

use macadam_testkit::{InProcess, eventually};
use serde_json::json;

use crate::shop::{place, shop, shop_with};

fn in_flight(shop: &InProcess, count: f64) {
    eventually("the request is under way", || {
        shop.metric("macadam_http_requests_in_flight", &[]) == Some(count)
    });
}

#[test]
fn a_waiting_reader_is_let_go_and_all_ends() {
    let mut shop = shop();
    let consumer = shop.client("compliance", &["consumer"]);
    let waiting = std::thread::spawn(move || consumer.get("/events?timeout=25"));
    in_flight(&shop, 1.0);
    assert!(shop.stop());
    assert_eq!(waiting.join().expect("no panic").status, 200);
}

#[test]
fn what_outlives_the_deadline_is_cut_off_and_told_so() {
    let mut shop = shop_with(|config| config.runtime.drain_timeout_ms = 50);
    let buyer = shop.client("bea", &["Buyer"]);
    let path = place(&buyer, "bea").link("self");
    let slow = buyer.clone();
    let slow_path = format!("{path}/quote");
    let waiting = std::thread::spawn(move || slow.post(&slow_path, &json!({ "supplier": "slow" })));
    in_flight(&shop, 1.0);
    assert!(!shop.stop(), "it did not end by itself");
    let reply = waiting.join().expect("no panic");
    assert_eq!((reply.status, &reply.body["type"]), (503, &json!("urn:macadam:problem:draining")));
    assert!(buyer.try_send("GET", &path, &[], None).is_err(), "nobody listens any more");
}

#[test]
fn what_was_stored_is_there_after_a_restart() {
    let mut shop = shop();
    let path = place(&shop.client("bea", &["Buyer"]), "bea").link("self");
    for _ in 0..3 {
        assert!(shop.stop());
        shop.resume();
        assert_eq!(shop.client("bea", &["Buyer"]).get(&path).status, 200);
    }
}

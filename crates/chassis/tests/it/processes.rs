//! Processes: started and ended by the board's kinds, and nothing that they send is lost or doubled.

use std::collections::BTreeMap;

use macadam_testkit::{InProcess, eventually};
use rusqlite::Connection;
use serde_json::json;

use crate::shop::{place, shop, usd};

fn count(shop: &InProcess, event: &str) -> u64 {
    whole(shop.metric("macadam_events_total", &[("event", event)]))
}

fn outcome(shop: &InProcess, outcome: &str) -> u64 {
    whole(shop.metric("macadam_processes_total", &[("outcome", outcome)]))
}

/// A paid order, once the process has done what it does about it; its path.
fn paid(shop: &InProcess, amount: &str) -> String {
    let (buyer, before) = (shop.client("bea", &["Buyer"]), count(shop, "Shipped"));
    let order = place(&buyer, "bea").accept("add-line", &json!({ "price": usd(amount) }));
    order.accept("pay", &json!({}));
    eventually("it is shipped", || count(shop, "Shipped") > before);
    idle(shop);
    order.link("self")
}

fn idle(shop: &InProcess) {
    let lag = [("subscription", "Fulfilment")];
    eventually("nothing is left to hear", || {
        let log = Connection::open(shop.data().join("log.db")).expect("the log is there");
        let head: i64 =
            log.query_row("SELECT max(position) FROM events", [], |row| row.get(0)).expect("a number");
        shop.metric("macadam_subscription_lag_events", &lag) == Some(0.0) && checkpoint(shop) == head
    });
}

fn checkpoint(shop: &InProcess) -> i64 {
    let sql = "SELECT position FROM checkpoints WHERE name = 'Fulfilment'";
    views(shop).query_row(sql, [], |row| row.get(0)).unwrap_or(0)
}

fn views(shop: &InProcess) -> Connection {
    Connection::open(shop.data().join("views.db")).expect("the views are there")
}

fn states(shop: &InProcess) -> BTreeMap<String, String> {
    let views = views(shop);
    let mut statement = views.prepare("SELECT key, state FROM processes").expect("the table is there");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.collect::<Result<_, _>>().expect("text")
}

fn shipments(shop: &InProcess) -> Vec<String> {
    let log = Connection::open(shop.data().join("log.db")).expect("the log is there");
    let mut statement = log
        .prepare("SELECT stream FROM events WHERE kind = 'Dispatched' ORDER BY position")
        .expect("the table is there");
    let rows = statement.query_map([], |row| row.get::<_, macadam_kernel::Uuid>(0)).expect("rows");
    rows.map(|id| format!("/shipments/{}", id.expect("an id"))).collect()
}

/// A counter's value.
fn whole(value: Option<f64>) -> u64 {
    value.expect("the series is there").to_string().parse().expect("a whole number")
}

#[test]
fn a_process_starts_and_ends_by_the_kinds_of_the_board() {
    let shop = shop();
    let order = paid(&shop, "1");
    assert_eq!((outcome(&shop, "started"), outcome(&shop, "Delivered")), (1, 0));
    let state = states(&shop);
    assert_eq!(state[order.trim_start_matches("/orders/")], r#"{"dispatched":true}"#);
    let shipment = shipments(&shop).remove(0);
    shop.client("carl", &["Courier"]).at(&shipment).accept("deliver", &json!({}));
    idle(&shop);
    assert_eq!((outcome(&shop, "started"), outcome(&shop, "Delivered")), (1, 1));
    assert!(states(&shop).is_empty());
}

#[test]
fn what_a_process_sends_names_its_cause() {
    let shop = shop();
    let order = paid(&shop, "1");
    let buyer = shop.client("bea", &["Buyer"]);
    let history = buyer.get(&format!("{order}/history")).body;
    let events = history["_embedded"]["events"].as_array().expect("a list");
    let (paid, shipped) = (&events[2], &events[3]);
    assert_eq!((&paid["event"], &shipped["event"]), (&json!("Paid"), &json!("Shipped")));
    assert_eq!(shipped["causation_id"], paid["event_id"]);
    assert_eq!(shipped["correlation_id"], paid["correlation_id"]);
    assert_eq!(shipped["actor"], json!({"role": "system", "subject": "Fulfilment"}));
    let courier = shop.client("carl", &["Courier"]);
    let opened = courier.get(&format!("{}/history", shipments(&shop)[0])).body;
    assert_eq!(opened["_embedded"]["events"][0]["causation_id"], paid["event_id"]);
}

#[test]
fn what_was_sent_before_a_crash_is_not_sent_again() {
    let mut shop = shop();
    paid(&shop, "1");
    let before = shipments(&shop);
    assert!(shop.stop());
    // As if it had crashed after its commands were stored, and before its own checkpoint was.
    let forget = "UPDATE checkpoints SET position = 0 WHERE name = 'Fulfilment'; DELETE FROM processes;";
    views(&shop).execute_batch(forget).expect("rows can be changed");
    shop.resume();
    idle(&shop);
    assert_eq!(shipments(&shop), before);
    for event in ["Dispatched", "Shipped"] {
        assert_eq!(count(&shop, event), 0, "{event} came once only");
    }
    assert_eq!(shop.metric("macadam_commands_total", &[]), Some(0.0), "nothing was counted twice");
    assert_eq!(states(&shop).len(), 1);
}

#[test]
fn half_of_what_was_to_be_sent_is_completed_after_a_crash() {
    let mut shop = shop();
    let order = paid(&shop, "1");
    assert!(shop.stop());
    let log = Connection::open(shop.data().join("log.db")).expect("the log is there");
    // `Dispatch` was stored, `MarkShipped` was not.
    log.execute_batch(
        "DELETE FROM events WHERE kind = 'Shipped';
         UPDATE events SET position = (SELECT count(*) FROM events AS e WHERE e.position <= events.position);
         DELETE FROM keys WHERE stream = (SELECT stream FROM events WHERE kind = 'Paid')",
    )
    .expect("rows can be changed");
    drop(log);
    let forget = "UPDATE checkpoints SET position = 2; DELETE FROM processes;";
    views(&shop).execute_batch(forget).expect("rows can be changed");
    shop.resume();
    idle(&shop);
    assert_eq!((count(&shop, "Dispatched"), count(&shop, "Shipped")), (0, 1));
    assert_eq!(shop.client("bea", &["Buyer"]).get(&order).body["shipped"], true);
}

#[test]
fn a_rejection_does_not_stop_a_process() {
    let shop = shop();
    paid(&shop, "1001");
    assert_eq!((count(&shop, "Dispatched"), count(&shop, "Shipped")), (0, 1));
    let rejected = [("command", "Dispatch"), ("outcome", "rejected"), ("rule", "too-heavy")];
    assert_eq!(shop.metric("macadam_commands_total", &rejected), Some(1.0));
    paid(&shop, "1");
    assert_eq!(count(&shop, "Dispatched"), 1);
}

#[test]
fn what_was_refused_before_a_crash_is_not_judged_again() {
    let mut shop = shop();
    paid(&shop, "1001");
    assert!(shop.stop());
    let forget = "UPDATE checkpoints SET position = 0 WHERE name = 'Fulfilment'; DELETE FROM processes;";
    views(&shop).execute_batch(forget).expect("rows can be changed");
    shop.resume();
    idle(&shop);
    let rejected = [("command", "Dispatch"), ("outcome", "rejected"), ("rule", "too-heavy")];
    assert_eq!(shop.metric("macadam_commands_total", &rejected), Some(0.0), "it was settled before");
    assert_eq!((count(&shop, "Dispatched"), count(&shop, "Shipped")), (0, 0));
}

#[test]
fn the_state_of_a_process_survives_a_restart() {
    let mut shop = shop();
    paid(&shop, "1");
    let before = states(&shop);
    assert!(shop.stop());
    shop.resume();
    assert_eq!(states(&shop), before);
    let shipment = shipments(&shop).remove(0);
    shop.client("carl", &["Courier"]).at(&shipment).accept("deliver", &json!({}));
    eventually("it ends", || outcome(&shop, "Delivered") == 1);
}

#[test]
fn an_idle_process_has_no_lag() {
    let shop = shop();
    place(&shop.client("bea", &["Buyer"]), "bea");
    eventually("nothing is left to hear", || checkpoint(&shop) == 1);
    eventually("no lag is shown", || {
        shop.metric("macadam_subscription_lag_events", &[]) == Some(0.0)
            && shop.metric("macadam_subscription_lag_seconds", &[]) == Some(0.0)
    });
}

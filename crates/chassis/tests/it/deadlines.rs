//! Deadlines: sent once, in order, also after a restart; never once they are cleared.

use macadam_testkit::{InProcess, eventually};
use serde_json::json;

use crate::shop::{place, shop, shop_with, usd};

fn times(after: &'static [&'static str]) -> impl FnOnce(&mut macadam_chassis::Config) {
    move |config| {
        let after = after.iter().map(ToString::to_string).collect();
        config.deadlines.insert("PaymentReminder".to_owned(), after);
    }
}

fn count(shop: &InProcess, outcome: &str) -> u64 {
    whole(shop.metric("macadam_deadlines_total", &[("outcome", outcome)]))
}

fn reminders(shop: &InProcess) -> u64 {
    whole(shop.metric("macadam_events_total", &[("event", "Reminded")]))
}

fn rows(shop: &InProcess) -> i64 {
    let log = rusqlite::Connection::open(shop.data().join("log.db")).expect("the log is there");
    log.query_row("SELECT count(*) FROM deadlines", [], |row| row.get(0)).expect("a count")
}

/// A counter's value.
fn whole(value: Option<f64>) -> u64 {
    value.expect("the series is there").to_string().parse().expect("a whole number")
}

#[test]
fn each_time_is_sent_once_and_in_order() {
    let shop = shop_with(times(&["1ms", "30ms", "60ms"]));
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    eventually("all are sent", || count(&shop, "missed") >= 3);
    let history = order.follow("history").reply.body;
    let events = history["_embedded"]["events"].as_array().expect("a list").clone();
    let nth: Vec<_> = events[1..].iter().map(|event| event["data"]["nth"].as_u64()).collect();
    assert_eq!(nth, [Some(1), Some(2), Some(3)]);
    assert_eq!(events[1]["actor"], json!({"role": "system", "subject": "PaymentReminder"}));
    for reminded in &events[1..] {
        assert_eq!(reminded["causation_id"], events[0]["event_id"], "its cause is what set it");
        assert_eq!(reminded["correlation_id"], events[0]["correlation_id"]);
    }
    assert_eq!((count(&shop, "set"), count(&shop, "met"), count(&shop, "missed")), (3, 0, 3));
    assert_eq!((rows(&shop), shop.metric("macadam_deadlines_overdue", &[])), (0, Some(0.0)));
}

#[test]
fn what_is_cleared_is_met_and_never_sent() {
    let mut shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    place(&buyer, "bea").accept("cancel", &json!({}));
    let paid = place(&buyer, "bea").accept("add-line", &json!({ "price": usd("1") }));
    paid.accept("pay", &json!({}));
    assert_eq!((count(&shop, "set"), count(&shop, "met")), (4, 4));
    assert_eq!(rows(&shop), 0);
    // One that fires shows that time goes by.
    assert!(shop.stop());
    shop.resume_with(times(&["1ms"]));
    place(&shop.client("bea", &["Buyer"]), "bea");
    eventually("the other one is sent", || count(&shop, "missed") >= 1);
    assert_eq!((reminders(&shop), count(&shop, "met")), (1, 0));
}

#[test]
fn deadlines_survive_a_restart() {
    let mut shop = shop();
    place(&shop.client("bea", &["Buyer"]), "bea");
    assert!(shop.stop());
    let log = rusqlite::Connection::open(shop.data().join("log.db")).expect("the log is there");
    // As if the service had been away for long.
    log.execute_batch("UPDATE deadlines SET due_at = set_at").expect("rows can be changed");
    drop(log);
    shop.resume();
    eventually("both are sent", || count(&shop, "missed") >= 2);
    assert_eq!((reminders(&shop), rows(&shop)), (2, 0));
}

#[test]
fn the_row_of_a_rejected_command_goes_too() {
    let mut shop = shop();
    place(&shop.client("bea", &["Buyer"]), "bea").accept("note", &json!({ "text": "do not disturb" }));
    assert!(shop.stop());
    let log = rusqlite::Connection::open(shop.data().join("log.db")).expect("the log is there");
    log.execute_batch("UPDATE deadlines SET due_at = set_at").expect("rows can be changed");
    drop(log);
    shop.resume();
    eventually("both are gone", || rows(&shop) == 0);
    eventually("both are counted", || count(&shop, "missed") >= 2);
    let rejected = [("command", "Remind"), ("rule", "not-wanted")];
    assert_eq!(shop.metric("macadam_commands_total", &rejected), Some(2.0));
    assert_eq!(reminders(&shop), 0);
}

#[test]
fn a_time_is_found_however_its_name_is_spelt() {
    let shop = shop_with(|config| {
        config.deadlines.insert("payment_reminder".to_owned(), vec!["1ms".to_owned()]);
    });
    place(&shop.client("bea", &["Buyer"]), "bea");
    eventually("it is sent", || count(&shop, "missed") >= 1);
    assert_eq!(count(&shop, "set"), 1);
}

#[test]
fn what_cannot_be_sent_is_overdue() {
    let mut shop = shop();
    place(&shop.client("bea", &["Buyer"]), "bea");
    assert!(shop.stop());
    let log = rusqlite::Connection::open(shop.data().join("log.db")).expect("the log is there");
    let broken =
        "UPDATE deadlines SET due_at = set_at; UPDATE events SET payload = '{}' WHERE kind = 'Placed'";
    log.execute_batch(broken).expect("rows can be changed");
    drop(log);
    shop.resume();
    eventually("both are overdue", || shop.metric("macadam_deadlines_overdue", &[]) == Some(2.0));
    assert_eq!((count(&shop, "missed"), rows(&shop)), (0, 2));
}

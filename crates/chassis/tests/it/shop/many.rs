//! More orders than anybody would place one by one.

use macadam_testkit::InProcess;
use rusqlite::Connection;
use serde_json::json;

use super::{place, usd};

/// Puts so many copies of one order into the log of a shop that does not run; their buyers are `b0` to `b49`.
pub(crate) fn copied(shop: &InProcess, count: u32) {
    let log = Connection::open(shop.data().join("log.db")).expect("the log is there");
    let sql = "
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
        INSERT INTO events (position, aggregate, stream, version, event_id, kind, schema_version, recorded_at, role,
            subject, correlation_id, published, payload)
        SELECT (SELECT max(position) FROM events) + i, aggregate, randomblob(16), 1, randomblob(16), kind,
            schema_version, (SELECT max(recorded_at) FROM events), role, subject, correlation_id, published,
            json_set(payload, '$.buyer', 'b' || (i % 50))
        FROM n, (SELECT * FROM events WHERE kind = 'Placed' LIMIT 1)";
    log.execute(sql, [count]).expect("the log takes them");
}

/// Puts so many streams of 20 events into the log of a shop that does not run, a thousand of them at a time.
pub(crate) fn grown(shop: &InProcess, streams: u32) {
    let log = Connection::open(shop.data().join("log.db")).expect("the log is there");
    let sql = "
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1 * 20)
        INSERT INTO events (position, aggregate, stream, version, event_id, kind, schema_version, recorded_at, role,
            subject, correlation_id, published, payload)
        SELECT (SELECT max(position) FROM events) + 1 + i, aggregate, unhex(printf('%032x', (i / 20000 * 1000 + i % 1000) << 16)), 1 + i / 1000 % 20,
            randomblob(16), kind, schema_version, recorded_at, role, subject, correlation_id, published, payload
        FROM n JOIN events ON events.position = CASE WHEN i / 1000 % 20 = 0 THEN 1 ELSE 2 END
        ORDER BY i";
    log.execute(sql, [streams]).expect("the log takes them");
}

/// A shop with so many orders, all of them in its views.
pub(crate) fn busy_shop(count: u32) -> InProcess {
    let mut shop = super::shop();
    place(&shop.client("bea", &["Buyer"]), "bea").accept("add-line", &json!({ "price": usd("1") }));
    assert!(shop.stop());
    copied(&shop, count);
    shop.resume();
    caught_up(&shop);
    shop
}

/// Waits until the views hold all that was recorded.
pub(crate) fn caught_up(shop: &InProcess) {
    macadam_testkit::eventually("all views have caught up", || {
        let body = shop.admin().get("/views").body;
        let views = body["views"].as_array().cloned().unwrap_or_default();
        views.iter().all(|view| view["build"].is_null() && view["position"] == body["head"])
    });
}

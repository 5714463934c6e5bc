//! `GET /views/…`: pages, single documents, counts, and how they come to be.

use macadam_testkit::{Client, InProcess, eventually};
use serde_json::{Value, json};

use crate::shop::{place, shop, usd};

/// Orders with these priorities, in this order; their keys, and the position to read from.
fn orders(buyer: &Client, name: &str, priorities: &[Option<u32>]) -> (Vec<String>, i64) {
    let mut position = 0;
    let place = |priority| {
        let body = json!({ "buyer": name, "card": "1", "priority": priority });
        let order = buyer.home().accept("place", &body);
        position = order.position();
        order.link("self").trim_start_matches("/orders/").to_owned()
    };
    let keys = priorities.iter().map(place).collect();
    (keys, position)
}

fn all_pages(client: &Client, path: &str) -> Vec<Value> {
    let (mut items, mut next) = (Vec::new(), Some(path.to_owned()));
    while let Some(path) = next {
        let page = client.get(&path);
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        let found = page.body["_embedded"]["items"].as_array().cloned().unwrap_or_default();
        assert!(!found.is_empty() || items.is_empty(), "a page that a link leads to holds something");
        items.extend(found);
        next = page.body["_links"]["next"]["href"].as_str().map(ToOwned::to_owned);
    }
    items
}

#[test]
fn paging_visits_each_document_once_in_index_order_the_absent_first() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let priorities = [Some(10), None, Some(9), Some(9), None, Some(0), Some(9), Some(100)];
    let (keys, position) = orders(&buyer, "bea", &priorities);
    let clerk = shop.client("cleo", &["Clerk"]);
    for limit in 1..=9 {
        let items = all_pages(&clerk, &format!("/views/orders?status=open&limit={limit}&after={position}"));
        let found: Vec<_> = items.iter().map(|item| item["priority"].as_u64()).collect();
        assert_eq!(
            found,
            [None, None, Some(0), Some(9), Some(9), Some(9), Some(10), Some(100)],
            "limit {limit}"
        );
        let mut seen: Vec<_> = items.iter().filter_map(|item| item["key"].as_str()).collect();
        seen.sort_unstable();
        let mut wanted: Vec<_> = keys.iter().map(String::as_str).collect();
        wanted.sort_unstable();
        assert_eq!(seen, wanted, "limit {limit}");
    }
}

#[test]
fn a_page_is_filtered_by_what_stands_in_front_of_an_index() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let (_, position) = orders(&buyer, "bea", &[Some(1), Some(2), None]);
    let clerk = shop.client("cleo", &["Clerk"]);
    let count = |query: &str| all_pages(&clerk, &format!("/views/orders?{query}&after={position}")).len();
    assert_eq!(count("status=open"), 3);
    assert_eq!(count("status=paid"), 0);
    assert_eq!(count("priority=2&status=open"), 1);
    assert_eq!(count("buyer=bea"), 3);
    assert_eq!(count("buyer=b%26b"), 0);
    for (query, says) in [
        ("colour=red", "`colour`: use status, then priority; or buyer, then placed_at"),
        ("priority=2", "`priority`"),
        ("status=open&buyer=bea", "`buyer`"),
        ("status=open&status=open", "`status`"),
        ("limit=0", "from 1 to 200"),
        ("limit=201", "from 1 to 200"),
        ("limit=x", "from 1 to 200"),
        ("after=x", "a whole number"),
        ("after=-1", "a whole number"),
        ("after=999", "does not exist yet"),
        ("cursor=00", "`next` link"),
        ("cursor=%C3%A4", "`next` link"),
        ("cursor=5b5d", "`next` link"),
    ] {
        let reply = clerk.get(&format!("/views/orders?{query}"));
        assert_eq!(reply.status, 400, "{query}: {}", reply.text);
        assert!(
            reply.body["detail"].as_str().is_some_and(|text| text.contains(says)),
            "{query}: {}",
            reply.text
        );
    }
    let elsewhere = clerk.get("/views/fragile?notes=1");
    assert!(elsewhere.text.contains("no index"), "{}", elsewhere.text);
}

#[test]
fn a_cursor_of_another_order_is_400() {
    let shop = shop();
    let (_, position) = orders(&shop.client("bea", &["Buyer"]), "bea", &[None, None]);
    let clerk = shop.client("cleo", &["Clerk"]);
    let page = clerk.get(&format!("/views/orders?limit=1&after={position}"));
    let next = page.body["_links"]["next"]["href"].as_str().expect("a second page").to_owned();
    let (_, cursor) = next.split_once("cursor=").expect("a cursor");
    assert_eq!(clerk.get(&next).body["_links"]["self"]["href"], next);
    assert_eq!(clerk.get(&format!("/views/orders?buyer=bea&cursor={cursor}")).status, 400);
}

#[test]
fn readers_see_their_own_documents_only() {
    let shop = shop();
    let (bea, bob) = (shop.client("bea", &["Buyer"]), shop.client("bob", &["Buyer"]));
    orders(&bea, "bea", &[None; 3]);
    let (keys, position) = orders(&bob, "bob", &[None; 2]);
    for (client, count) in [(&bea, 3), (&bob, 2)] {
        let found = all_pages(client, &format!("/views/orders?limit=1&after={position}"));
        assert_eq!(found.len(), count);
        assert_eq!(all_pages(client, "/views/orders?status=open").len(), count);
    }
    assert_eq!(all_pages(&bea, "/views/orders?buyer=bob").len(), 0);
    let path = format!("/views/orders/{}?after={position}", keys[0]);
    assert_eq!((bob.get(&path).status, bea.get(&path).status), (200, 404));
    assert_eq!(bob.get(&path).header("vary"), Some("Accept, Authorization"));
    assert_eq!(bob.get(&format!("/views/orders/{}?limit=1", keys[0])).status, 400);
    assert_eq!(shop.client("carl", &["Courier"]).get(&path).status, 403);
}

#[test]
fn items_carry_the_links_and_commands_of_their_aggregate() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    let path = order.link("self");
    let page = buyer.at(&format!("/views/orders?after={}", order.position()));
    let item = &page.items()[0];
    assert_eq!(item["_links"]["self"]["href"], path);
    assert_eq!(item["_templates"]["cancel"]["target"], format!("{path}/cancel"));
    let clerk = shop.client("cleo", &["Clerk"]);
    let seen = clerk.get(&format!("/views/orders/{}", item["key"].as_str().expect("a key")));
    let offered: Vec<_> = seen.body["_templates"].as_object().expect("templates").keys().cloned().collect();
    assert_eq!(offered, ["note"]);
    let canceled = order.accept("cancel", &json!({}));
    assert!(buyer.at(&format!("/views/orders?after={}", canceled.position())).items().is_empty());
}

#[test]
fn a_document_keeps_its_links_when_another_aggregate_changes_it() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea").accept("add-line", &json!({ "price": usd("1") }));
    order.accept("pay", &json!({}));
    let courier = shop.client("carl", &["Courier"]);
    let path = shipment(&shop);
    let delivered = courier.at(&path).accept("deliver", &json!({}));
    let clerk = shop.client("cleo", &["Clerk"]);
    let page = clerk.at(&format!("/views/deliveries?after={}", delivered.position()));
    let item = &page.items()[0];
    assert_eq!(
        (&item["delivered"], &item["_links"]["self"]["href"]),
        (&json!(true), &json!(order.link("self")))
    );
}

fn shipment(shop: &InProcess) -> String {
    let dispatched = [("event", "Dispatched")];
    eventually("it is dispatched", || shop.metric("macadam_events_total", &dispatched) == Some(1.0));
    let log = rusqlite::Connection::open(shop.data().join("log.db")).expect("the log is there");
    let sql = "SELECT stream FROM events WHERE kind = 'Dispatched'";
    let id: macadam_kernel::Uuid = log.query_row(sql, [], |row| row.get(0)).expect("it is stored");
    format!("/shipments/{id}")
}

#[test]
fn tallies_count_and_sum_money_by_currency() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let mut position = 0;
    for (amount, currency) in [("1.50", "USD"), ("2.25", "USD"), ("700", "JPY")] {
        let price = json!({ "amount": amount, "currency": currency });
        let body = json!({ "buyer": "bea", "card": "1", "urgent": currency == "JPY" });
        position =
            buyer.home().accept("place", &body).accept("add-line", &json!({ "price": price })).position();
    }
    place(&shop.client("bob", &["Buyer"]), "bob");
    position += 1;
    let clerk = shop.client("cleo", &["Clerk"]);
    let cells = clerk.at(&format!("/views/turnover?after={position}")).items();
    assert_eq!(
        cells,
        [
            json!({"status": "open", "count": 1, "sum": null}),
            json!({"status": "open", "count": 1, "sum": {"amount": "700", "currency": "JPY"}}),
            json!({"status": "open", "count": 2, "sum": {"amount": "3.75", "currency": "USD"}}),
        ]
    );
    assert_eq!(buyer.at("/views/turnover").items().len(), 2, "bob's is not counted for bea");
    let urgent = clerk.at("/views/by-urgency").items();
    assert_eq!(urgent, [json!({"urgent": false, "count": 3}), json!({"urgent": true, "count": 1})]);
    assert_eq!(clerk.at("/views/how-many").items(), [json!({"count": 4})]);
    assert_eq!(clerk.get("/views/turnover?status=open").status, 400);
}

#[test]
fn views_survive_a_restart_without_being_built_again() {
    let mut shop = shop();
    let (keys, position) = orders(&shop.client("bea", &["Buyer"]), "bea", &[Some(1)]);
    let path = format!("/views/orders/{}?after={position}", keys[0]);
    assert_eq!(shop.client("bea", &["Buyer"]).get(&path).status, 200);
    assert!(shop.stop());
    shop.resume();
    assert_eq!(shop.client("bea", &["Buyer"]).get(&path).status, 200);
    let delivered = [("subscription", "Orders"), ("outcome", "delivered")];
    assert_eq!(shop.metric("macadam_subscription_events_total", &delivered), Some(0.0));
}

/// Stops the shop, does this to its views, and starts it again; how many events `Orders` was built from anew.
fn tampered(sql: &str) -> Option<f64> {
    let mut shop = shop();
    let (_, position) = orders(&shop.client("bea", &["Buyer"]), "bea", &[None; 3]);
    let path = format!("/views/orders?after={position}");
    assert_eq!(shop.client("cleo", &["Clerk"]).at(&path).items().len(), 3);
    assert!(shop.stop());
    let views = rusqlite::Connection::open(shop.data().join("views.db")).expect("the views are there");
    views.execute_batch(sql).expect("they can be changed");
    drop(views);
    shop.resume();
    assert_eq!(shop.client("cleo", &["Clerk"]).at(&path).items().len(), 3);
    shop.metric("macadam_view_rebuild_events_total", &[("view", "Orders")])
}

#[test]
fn views_of_another_log_are_built_again() {
    assert_eq!(tampered("UPDATE source SET log_id = 'another'"), Some(3.0));
}

#[test]
fn views_that_are_ahead_of_a_restored_log_are_built_again() {
    assert_eq!(tampered("UPDATE tables SET position = position + 10"), Some(3.0));
}

#[test]
fn a_projection_that_breaks_stops_its_own_view_only() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea").accept("note", &json!({ "text": "break" }));
    let after = order.accept("add-line", &json!({ "price": usd("1") })).position();
    let clerk = shop.client("cleo", &["Clerk"]);
    assert_eq!(clerk.at(&format!("/views/orders?after={after}")).items()[0]["total"], usd("1.00"));
    assert_eq!(clerk.get(&format!("/views/deliveries?after={after}")).status, 200);
    let behind = clerk.get(&format!("/views/fragile?after={after}"));
    assert_eq!((behind.status, behind.header("retry-after")), (503, Some("1")), "{}", behind.text);
    let lag = |view: &str| shop.metric("macadam_subscription_lag_events", &[("subscription", view)]);
    assert_eq!(lag("Orders"), Some(0.0));
    assert!(lag("Fragile") >= Some(1.0), "{:?}", lag("Fragile"));
    let failed = |view, reason| {
        shop.metric("macadam_subscription_failures_total", &[("subscription", view), ("reason", reason)])
    };
    assert!(failed("Fragile", "step") >= Some(1.0), "it is its code");
    assert_eq!((failed("Fragile", "busy"), failed("Orders", "step")), (Some(0.0), Some(0.0)));
}

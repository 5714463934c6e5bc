//! Views that are built again: beside what is read, without a gap, also where another version was read until now.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use macadam_testkit::{Client, InProcess, eventually};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::shop::{busy_shop, caught_up, command, copied, grown, place, shop};

/// What a client has seen of the orders. Nothing of it may ever be taken back: nobody cancels here.
#[derive(Default)]
struct Seen {
    count: i64,
    position: i64,
    keys: BTreeSet<String>,
}

impl Seen {
    /// Looks again; says what a client would call a gap.
    fn look(&mut self, clerk: &Client) -> Result<(), String> {
        let tally = self.read(clerk, "/views/how-many")?;
        let count = tally["_embedded"]["items"][0]["count"].as_i64().unwrap_or(-1);
        if count < self.count {
            return Err(format!("{} orders became {count}", self.count));
        }
        self.count = count;
        let (mut keys, mut next) = (BTreeSet::new(), Some("/views/orders?buyer=b1&limit=100".to_owned()));
        while let Some(path) = next {
            let page = self.read(clerk, &path)?;
            let items = page["_embedded"]["items"].as_array().cloned().unwrap_or_default();
            keys.extend(items.iter().filter_map(|item| item["key"].as_str()).map(ToOwned::to_owned));
            next = page["_links"]["next"]["href"].as_str().map(ToOwned::to_owned);
        }
        if let Some(gone) = self.keys.difference(&keys).next() {
            return Err(format!("order {gone} is gone; {} of {} are left", keys.len(), self.keys.len()));
        }
        self.keys = keys;
        Ok(())
    }

    fn read(&mut self, clerk: &Client, path: &str) -> Result<Value, String> {
        let reply = clerk.get(path);
        if reply.status != 200 {
            return Err(format!("{path} is answered {}: {}", reply.status, reply.text));
        }
        let position = reply.body["position"].as_i64().unwrap_or(-1);
        if position < self.position {
            return Err(format!("position {} became {position}", self.position));
        }
        self.position = position;
        Ok(reply.body)
    }
}

/// Clients that look again and again.
#[derive(Default)]
struct Watch {
    over: AtomicBool,
    looks: AtomicU64,
    gaps: AtomicU64,
}

impl Watch {
    fn run(&self, clerk: &Client) -> Result<(), String> {
        let mut seen = Seen::default();
        while !self.over.load(Ordering::SeqCst) {
            let look = seen.look(clerk);
            self.gaps.fetch_add(u64::from(look.is_err()), Ordering::SeqCst);
            self.looks.fetch_add(1, Ordering::SeqCst);
            look?;
        }
        Ok(())
    }

    /// Waits until somebody has looked from now on, or there was a gap already.
    fn look(&self) {
        let before = self.looks.load(Ordering::SeqCst);
        // Two looks may have begun before.
        let enough =
            || self.looks.load(Ordering::SeqCst) > before + 2 || self.gaps.load(Ordering::SeqCst) > 0;
        eventually("somebody looks", enough);
    }
}

/// Two clients look again and again while `work` is done; what they call a gap.
fn watched(shop: &InProcess, work: impl FnOnce(&Watch)) -> Vec<String> {
    let (watch, clerk) = (Watch::default(), shop.client("cleo", &["Clerk"]));
    std::thread::scope(|scope| {
        let watchers = [scope.spawn(|| watch.run(&clerk)), scope.spawn(|| watch.run(&clerk))];
        // Also where the work fails: watchers that go on would keep its failure from being reported.
        let over = Over(&watch);
        watch.look();
        work(&watch);
        watch.look();
        drop(over);
        watchers.map(|watcher| watcher.join().expect("no panic").err()).into_iter().flatten().collect()
    })
}

/// Ends the watch when it is dropped.
struct Over<'a>(&'a Watch);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::SeqCst);
    }
}

fn rebuilds(shop: &InProcess, view: &str) -> Option<f64> {
    shop.metric("macadam_view_rebuilds_total", &[("view", view)])
}

fn views(shop: &InProcess) -> Connection {
    Connection::open(shop.data().join("views.db")).expect("the views are there")
}

fn live_table(views: &Connection, view: &str) -> String {
    let sql = "SELECT 'view_' || view || '_' || id FROM tables WHERE view = ?1 AND role = 'live'";
    views.query_row(sql, [view], |row| row.get(0)).expect("there is a live table")
}

#[test]
fn clients_see_no_gap_while_a_view_is_built_again_and_orders_come_in() {
    let mut shop = busy_shop(10_000);
    assert!(shop.stop());
    // However busy the machine is: a gap is what is looked for, and not a wait.
    shop.resume_with(|config| config.runtime.read_wait_max_ms = 60_000);
    let before = rebuilds(&shop, "Orders").expect("the series is there");
    let first = live_table(&views(&shop), "Orders");
    let gaps = watched(&shop, |_| {
        let reply = shop.admin().post("/views/Orders/rebuild", &json!({}));
        assert_eq!(reply.status, 202, "{}", reply.text);
        assert!(reply.body["views"][0]["build"]["wanted"].as_i64() >= Some(10_000), "{}", reply.text);
        let buyer = shop.client("bea", &["Buyer"]);
        while rebuilds(&shop, "Orders") == Some(before) {
            let order = place(&buyer, "bea");
            let own = format!("/views/orders/{}?after={}", key(&order.link("self")), order.position());
            assert_eq!(buyer.get(&own).status, 200, "the live view is carried forward meanwhile");
        }
    });
    assert_eq!(gaps, Vec::<String>::new());
    caught_up(&shop);
    let views = views(&shop);
    let second = live_table(&views, "Orders");
    assert_ne!(first, second);
    let left = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name LIKE 'view\\_Orders\\_%' ESCAPE '\\'";
    eventually("the table that was read before is dropped", || {
        views.query_row(left, [], |row| row.get::<_, i64>(0)).is_ok_and(|left| left == 1)
    });
    assert_eq!(shop.metric("macadam_view_rebuild_events_wanted", &[]), Some(0.0));
}

#[test]
fn clients_see_no_gap_while_a_raised_version_takes_over() {
    let mut shop = busy_shop(5_000);
    assert!(shop.stop());
    // Filled by another version, with the same columns.
    views(&shop).execute_batch("UPDATE tables SET layout = 'v0_other'").expect("they are another's");
    shop.resume();
    let gaps = watched(&shop, |_| caught_up(&shop));
    assert_eq!(gaps, Vec::<String>::new());
    assert_eq!(rebuilds(&shop, "Orders"), Some(1.0));
}

fn key(path: &str) -> &str {
    path.trim_start_matches("/orders/")
}

#[test]
fn the_same_clients_notice_a_view_that_is_built_again_in_place() {
    let shop = busy_shop(2_000);
    let gaps = watched(&shop, |watch| {
        let views = views(&shop);
        let table = live_table(&views, "Orders");
        views
            .execute_batch(&format!("CREATE TEMP TABLE kept AS SELECT * FROM {table}; DELETE FROM {table};"))
            .expect("it is emptied");
        let copy = format!("INSERT INTO {table} SELECT * FROM temp.kept WHERE rowid % 20 = ?1");
        for part in 0..20 {
            watch.look();
            views.execute(&copy, [part]).expect("it is filled again");
        }
    });
    assert!(!gaps.is_empty(), "nobody noticed");
}

#[test]
fn a_build_that_was_interrupted_goes_on_where_it_was() {
    let mut shop = busy_shop(1_000);
    assert!(shop.stop());
    // As a kill between two portions leaves it: what was built of the log's beginning, and no table that is read.
    let interrupted = "UPDATE tables SET role = 'building' WHERE view = 'Orders'";
    views(&shop).execute_batch(interrupted).expect("the registry can be changed");
    copied(&shop, 3_000);
    shop.resume();
    caught_up(&shop);
    let applied = shop.metric("macadam_view_rebuild_events_total", &[("view", "Orders")]);
    assert_eq!(applied, Some(3_000.0), "what was built already is not built again");
    let clerk = shop.client("cleo", &["Clerk"]);
    assert_eq!(clerk.at("/views/how-many").items(), [json!({ "count": 4_001 })]);
}

/// A shop whose `Fragile` is read as another version left it, since the build of this one cannot go on.
fn stuck(change: &str) -> InProcess {
    let mut shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    let clerk = shop.client("cleo", &["Clerk"]);
    assert_eq!(clerk.at(&format!("/views/fragile?after={}", order.position())).items().len(), 1);
    order.accept("note", &json!({ "text": "break" }));
    assert!(shop.stop());
    let views = views(&shop);
    let table = live_table(&views, "Fragile");
    views
        .execute_batch("UPDATE tables SET layout = 'v0_other' WHERE view = 'Fragile'")
        .expect("it is another's");
    views.execute_batch(&change.replace("TABLE", &table)).expect("its documents can be changed");
    shop.resume_with(|config| config.runtime.read_wait_max_ms = 50);
    shop
}

#[test]
fn what_another_version_left_is_read_in_this_versions_form_until_the_build_has_caught_up() {
    let shop = stuck("UPDATE TABLE SET doc = json_set(doc, '$.withdrawn', 'a secret')");
    let clerk = shop.client("cleo", &["Clerk"]);
    let page = clerk.get("/views/fragile?after=1");
    assert_eq!((page.status, &page.body["position"]), (200, &json!(1)), "{}", page.text);
    assert_eq!(page.body["_embedded"]["items"][0]["notes"], 0);
    assert!(!page.text.contains("withdrawn"), "{}", page.text);
    let behind = clerk.get("/views/fragile?after=2");
    assert_eq!((behind.status, behind.header("retry-after")), (503, Some("1")), "{}", behind.text);
    assert_eq!((&behind.body["position"], &behind.body["build"]["wanted"]), (&json!(1), &json!(2)));
    let status = shop.admin().get("/views").body;
    let fragile =
        status["views"].as_array().and_then(|views| views.iter().find(|view| view["view"] == "Fragile"));
    assert_eq!(fragile.map(|view| &view["serves"]), Some(&json!("previous")), "{status}");
    assert_eq!(shop.admin().get("/health/ready").status, 200);
}

#[test]
fn what_another_version_left_and_this_one_cannot_read_is_not_shown() {
    let shop = stuck("UPDATE TABLE SET doc = '{\"remarks\": 1}'");
    let clerk = shop.client("cleo", &["Clerk"]);
    let page = clerk.get("/views/fragile");
    assert_eq!((page.status, &page.body["build"]["done"]), (503, &json!(0)), "{}", page.text);
}

#[test]
fn what_another_version_cannot_answer_waits_for_the_build() {
    let mut shop = busy_shop(3_000);
    assert!(shop.stop());
    let other = "UPDATE tables SET layout = 'v0_other', columns = '[\"c_buyer\"]' WHERE view = 'Orders'";
    views(&shop).execute_batch(other).expect("it is another's");
    shop.resume_with(|config| config.runtime.read_wait_max_ms = 60_000);
    let clerk = shop.client("cleo", &["Clerk"]);
    assert_eq!(clerk.at("/views/orders?status=open&limit=1").items().len(), 1);
    let layout = "SELECT layout FROM tables WHERE view = 'Orders' AND role = 'live'";
    let layout: String = views(&shop).query_row(layout, [], |row| row.get(0)).expect("there is a live table");
    assert_ne!(layout, "v0_other", "it was built before it was read");
    // Readers may see it a moment before it is counted.
    eventually("the build is counted", || rebuilds(&shop, "Orders") == Some(1.0));
}

#[test]
fn tables_of_views_that_left_the_board_are_dropped() {
    let mut shop = busy_shop(1);
    assert!(shop.stop());
    let store = views(&shop);
    let table = live_table(&store, "Fragile");
    let gone = table.replace("Fragile", "Gone");
    store
        .execute_batch(&format!(
            "ALTER TABLE {table} RENAME TO {gone}; UPDATE tables SET view = 'Gone' WHERE view = 'Fragile';"
        ))
        .expect("it can be renamed");
    drop(store);
    shop.resume();
    caught_up(&shop);
    let (store, left) = (views(&shop), "SELECT count(*) FROM sqlite_master WHERE name = ?1");
    eventually("it is dropped", || {
        store.query_row(left, [&gone], |row| row.get::<_, i64>(0)).is_ok_and(|left| left == 0)
    });
    assert_eq!(shop.client("cleo", &["Clerk"]).at("/views/fragile?limit=200").items().len(), 2);
}

#[test]
fn a_build_is_asked_for_by_name_and_not_by_a_browser() {
    let shop = shop();
    let unknown = shop.admin().post("/views/order/rebuild", &json!({}));
    assert_eq!((unknown.status, unknown.text.contains("Orders")), (404, true), "{}", unknown.text);
    let headers = [("origin", "https://evil.example")];
    let page = shop.admin().send("POST", "/views/Orders/rebuild", &headers, None);
    assert_eq!(page.status, 403, "{}", page.text);
}

#[test]
#[ignore = "prints figures: cargo test --release -p macadam-chassis --test it how_fast -- --ignored --nocapture"]
fn how_fast_views_are_built() {
    const STREAMS: u32 = 25_000;
    let mut shop = busy_shop(0);
    assert!(shop.stop());
    grown(&shop, STREAMS);
    shop.resume();
    caught_up(&shop);
    for _ in 0..5 {
        let before = rebuilds(&shop, "Orders").expect("the series is there");
        let began = std::time::Instant::now();
        assert_eq!(shop.admin().post("/views/Orders/rebuild", &json!({})).status, 202);
        eventually("it is built", || rebuilds(&shop, "Orders") > Some(before));
        let seconds = began.elapsed().as_secs_f64();
        let rate = f64::from(STREAMS * 20) / seconds;
        println!("{STREAMS} streams of 20 events, two indexes: {seconds:.2} s, {rate:.0} events/s");
    }
}

#[test]
#[ignore = "prints figures: cargo test --release -p macadam-chassis --test it how_long -- --ignored --nocapture"]
fn how_long_a_restore_takes() {
    let mut shop = busy_shop(0);
    assert!(shop.stop());
    grown(&shop, 5_000);
    shop.resume();
    caught_up(&shop);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("backup");
    let file = file.to_str().expect("the path is text");
    let began = std::time::Instant::now();
    assert_eq!(command(&shop.data(), &["backup", file]).code, Some(0));
    println!("backup of 100000 events: {:.2} s", began.elapsed().as_secs_f64());
    assert!(shop.stop());
    let began = std::time::Instant::now();
    assert_eq!(command(&shop.data(), &["restore", file]).code, Some(0));
    println!("restored: {:.2} s", began.elapsed().as_secs_f64());
    shop.resume();
    println!("serving commands: {:.2} s", began.elapsed().as_secs_f64());
    caught_up(&shop);
    println!("serving all views: {:.2} s", began.elapsed().as_secs_f64());
}

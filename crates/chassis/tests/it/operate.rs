//! What operators do: look, build again, back up, restore, export and import, each as a command beside the service.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use macadam_testkit::{Client, InProcess, eventually};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::shop::{busy_shop, caught_up, command, copied, place, shop, start, usd};

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is text")
}

/// How many events of this kind the log holds.
fn stored(shop: &InProcess, kind: &str) -> i64 {
    let log = Connection::open(shop.data().join("log.db")).expect("the log is there");
    let sql = "SELECT count(*) FROM events WHERE kind = ?1";
    log.query_row(sql, [kind], |row| row.get(0)).expect("a number")
}

/// A paid order that waits for its courier; the path of its shipment.
fn under_way(shop: &InProcess) -> String {
    let before = stored(shop, "Shipped");
    let buyer = shop.client("bea", &["Buyer"]);
    place(&buyer, "bea").accept("add-line", &json!({ "price": usd("1") })).accept("pay", &json!({}));
    eventually("it is shipped", || stored(shop, "Shipped") > before);
    let lag = [("subscription", "Fulfilment")];
    eventually("the process is idle", || shop.metric("macadam_subscription_lag_events", &lag) == Some(0.0));
    let log = Connection::open(shop.data().join("log.db")).expect("the log is there");
    let sql = "SELECT stream FROM events WHERE kind = 'Dispatched' ORDER BY position DESC";
    let id: macadam_kernel::Uuid = log.query_row(sql, [], |row| row.get(0)).expect("it is stored");
    format!("/shipments/{id}")
}

fn next(consumer: &Client, path: &str) -> String {
    let page = consumer.get(path);
    assert_eq!(page.status, 200, "{}", page.text);
    let link = page.header("link").expect("a link");
    link.trim_start_matches('<').trim_end_matches(">; rel=\"next\"").to_owned()
}

#[test]
fn a_backup_under_load_is_restored_and_everything_goes_on_from_it() {
    let mut shop = busy_shop(1_000);
    let shipment = under_way(&shop);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("shop.backup");
    let over = AtomicBool::new(false);
    let backup = std::thread::scope(|scope| {
        let buyer = shop.client("bea", &["Buyer"]);
        let over = &over;
        scope.spawn(move || {
            while !over.load(Ordering::SeqCst) {
                place(&buyer, "bea");
            }
        });
        let told = command(&shop.data(), &["backup", text(&file), "--json"]);
        over.store(true, Ordering::SeqCst);
        told.report()
    });
    let position = backup["position"].as_i64().expect("a position");
    place(&shop.client("bea", &["Buyer"]), "bea");
    let consumer = shop.client("compliance", &["consumer"]);
    let (old, head) = (next(&consumer, "/events"), shop.admin().get("/views").body["head"].as_i64());
    let running = command(&shop.data(), &["restore", text(&file)]);
    assert!(running.refusal().contains("used by another process"), "{running:?}");
    let would = command(&shop.data(), &["restore", text(&file), "--dry-run", "--json"]).report();
    assert!(shop.stop());
    assert_eq!(would["lost"].as_i64(), head.map(|head| head - position));
    assert!(stored(&shop, "Placed") > 1_000, "nothing was changed");
    let restored = command(&shop.data(), &["restore", text(&file), "--json"]).report();
    assert_eq!((&restored["lost"], &restored["position"]), (&would["lost"], &would["position"]));
    let kept = restored["kept"].as_str().expect("what was there is kept");
    let kept = Connection::open(Path::new(kept).join("log.db")).expect("it is a database");
    let kept: Option<i64> = kept.query_row("SELECT max(position) FROM events", [], |row| row.get(0)).ok();
    assert_eq!(kept, head);
    // As if the restored backup were so old that the keys of its commands were gone.
    let log = Connection::open(shop.data().join("log.db")).expect("the log is there");
    log.execute("DELETE FROM keys", []).expect("keys can go");
    drop(log);
    let dispatched = stored(&shop, "Dispatched");

    shop.resume();
    caught_up(&shop);
    let consumer = shop.client("compliance", &["consumer"]);
    let told = consumer.get(&old);
    assert_eq!(
        (told.status, &told.body["type"]),
        (410, &json!("urn:macadam:problem:log-changed")),
        "{}",
        told.text
    );
    assert_ne!(next(&consumer, "/events"), old);
    let clerk = shop.client("cleo", &["Clerk"]);
    assert_eq!(clerk.at("/views/how-many").items(), [json!({ "count": stored(&shop, "Placed") })]);
    shop.client("carl", &["Courier"]).at(&shipment).accept("deliver", &json!({}));
    eventually("the process that was under way has ended", || {
        shop.metric("macadam_processes_total", &[("outcome", "Delivered")]) == Some(1.0)
    });
    assert_eq!(stored(&shop, "Dispatched"), dispatched, "nothing was sent again");
}

#[test]
fn a_log_that_is_broken_is_replaced_and_kept_and_its_views_are_nobodys() {
    let mut shop = busy_shop(50);
    let shipment = under_way(&shop);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("backup");
    command(&shop.data(), &["backup", text(&file), "--json"]).report();
    assert!(shop.stop());
    let log = shop.data().join("log.db");
    let garbage = vec![7; 8_192];
    std::fs::write(&log, &garbage).expect("writable");
    let restored = command(&shop.data(), &["restore", text(&file), "--json"]).report();
    let kept = Path::new(restored["kept"].as_str().expect("what was there is kept"));
    assert_eq!(std::fs::read(kept.join("log.db")).ok(), Some(garbage));
    // As if it had been killed between the log and the views, which then lie beside a log that is not theirs.
    std::fs::rename(kept.join("views.db"), shop.data().join("views.db")).expect("they can be moved");
    let again = folder.path().join("again");
    command(&shop.data(), &["backup", text(&again), "--json"]).report();
    shop.resume();
    caught_up(&shop);
    shop.client("carl", &["Courier"]).at(&shipment).accept("deliver", &json!({}));
    eventually("the process that was under way has ended", || {
        shop.metric("macadam_processes_total", &[("outcome", "Delivered")]) == Some(1.0)
    });
    let carried = Connection::open(&again).expect("it is a database");
    let sql = "SELECT count(*) FROM carried_states";
    assert_eq!(carried.query_row(sql, [], |row| row.get::<_, i64>(0)).ok(), Some(1));
}

#[test]
fn what_is_no_sound_backup_of_this_context_is_not_restored() {
    let mut shop = busy_shop(100);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("backup");
    command(&shop.data(), &["backup", text(&file), "--json"]).report();
    let again = command(&shop.data(), &["backup", text(&file)]);
    assert!(again.refusal().contains("choose another name"), "{again:?}");
    assert!(shop.stop());
    let head = stored(&shop, "Placed");
    let tampered = |name: &str, change: &str| {
        let copy = folder.path().join(name);
        std::fs::copy(&file, &copy).expect("it can be copied");
        let backup = Connection::open(&copy).expect("it is a database");
        backup.execute_batch(change).expect("it can be changed");
        copy
    };
    let garbage = folder.path().join("garbage");
    std::fs::write(&garbage, vec![7; 8_192]).expect("writable");
    let torn = folder.path().join("torn");
    let whole = std::fs::read(&file).expect("readable");
    std::fs::write(&torn, &whole[..whole.len() / 2]).expect("writable");
    for (file, says) in [
        (garbage, "is no event log"),
        (torn, "torn` is no"),
        (tampered("gap", "DELETE FROM events WHERE position = 50"), "holds 101 events"),
        (tampered("foreign", "UPDATE meta SET value = 'bank' WHERE name = 'context'"), "belongs to `bank`"),
        (tampered("newer", "PRAGMA user_version = 999"), "start the newer binary"),
        (folder.path().join("nowhere"), "no file"),
    ] {
        let told = command(&shop.data(), &["restore", text(&file)]);
        assert!(told.refusal().contains(says), "{says}: {told:?}");
        assert_eq!(stored(&shop, "Placed"), head);
    }
    shop.resume();
    caught_up(&shop);
}

#[test]
fn what_is_exported_is_imported_to_the_letter_into_an_empty_log_alone() {
    let mut shop = busy_shop(50);
    under_way(&shop);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (one, two) = (folder.path().join("one.jsonl"), folder.path().join("two.jsonl"));
    let exported = command(&shop.data(), &["export", text(&one), "--json"]).report();
    assert!(shop.stop());
    let full = command(&shop.data(), &["import", text(&one)]);
    assert!(full.refusal().contains("only an empty one is filled"), "{full:?}");
    let elsewhere = folder.path().join("data");
    let would = command(&elsewhere, &["import", text(&one), "--dry-run", "--json"]).report();
    assert!(!elsewhere.exists(), "nothing was made");
    let imported = command(&elsewhere, &["import", text(&one), "--json"]).report();
    assert_eq!((&would["position"], &would["lines"]), (&imported["position"], &imported["lines"]));
    assert_eq!((&imported["position"], &imported["lines"]), (&exported["position"], &exported["lines"]));

    let shop = InProcess::start_with(crate::shop::context, {
        let elsewhere = elsewhere.clone();
        move |config| config.data.dir = elsewhere
    });
    eventually("its views have caught up", || {
        let clerk = shop.client("cleo", &["Clerk"]);
        clerk.get("/views/how-many").body["_embedded"]["items"][0]["count"] == 52
    });
    command(&elsewhere, &["export", text(&two), "--json"]).report();
    let body = |path: &Path| {
        let text = std::fs::read_to_string(path).expect("readable");
        text.lines().skip(1).map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(body(&one), body(&two), "but for the header, which names the log");
}

#[test]
fn a_bad_line_is_named_and_nothing_is_imported() {
    let shop = busy_shop(3);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let good = folder.path().join("good.jsonl");
    command(&shop.data(), &["export", text(&good), "--json"]).report();
    let good = std::fs::read_to_string(&good).expect("readable");
    let lines: Vec<&str> = good.lines().collect();
    let with = |number: usize, from: &str, to: &str| {
        let mut changed: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert!(changed[number - 1].contains(from), "{from}: {}", changed[number - 1]);
        changed[number - 1] = changed[number - 1].replacen(from, to, 1);
        changed.join("\n")
    };
    for (export, says) in [
        (with(1, "\"context\":\"shop\"", "\"context\":\"bank\""), ":1: this belongs to `bank`"),
        (with(1, "\"format\":1", "\"format\":9"), ":1: this is format 9"),
        (lines[1..].join("\n"), ":1: the header is missing"),
        (with(3, "\"position\":2", "\"position\":7"), ":3: position 7 where 2 is next"),
        (with(3, "\"version\":2", "\"version\":3"), ":3: version 3 of stream"),
        (with(3, "\"kind\":\"LineAdded\"", "\"kind\":\"Painted\""), ":3: understand the event at position 2"),
        (with(3, "\"schema_version\":1", "\"schema_version\":9"), "start the newer binary"),
        (with(3, "\"payload\":\"{", "\"payload\":\""), ":3: understand the event"),
        (with(4, "\"aggregate\":\"Order\"", "\"aggregate\":\"Ship\""), ":4: shop has no aggregate `Ship`"),
        (with(2, "\"kind\"", "\"colour\":1,\"kind\""), ":2: this road knows no column `colour`"),
        (with(5, "{\"event\"", "{\"happening\""), ":5: unknown variant `happening`"),
        (with(2, "{", ""), ":2: "),
        (lines[..lines.len() - 1].join("\n"), "the file was cut off"),
        ([&lines[..3], &lines[4..]].concat().join("\n"), ":4: position 4 where 3 is next"),
    ] {
        let bad = folder.path().join("bad.jsonl");
        std::fs::write(&bad, export).expect("writable");
        let data = folder.path().join("data");
        let told = command(&data, &["import", text(&bad)]);
        assert!(told.refusal().contains(says), "{says}: {told:?}");
        let left: Vec<_> =
            std::fs::read_dir(&data).expect("the folder").flatten().map(|f| f.file_name()).collect();
        assert_eq!(left, ["lock"], "nothing is left of it");
    }
}

#[test]
fn events_are_shown_without_their_secrets() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea").accept("note", &json!({ "text": "hello" }));
    let data = shop.data();
    let events = |arguments: &[&str]| {
        let told = command(&data, &[&["events"], arguments, &["--json"]].concat());
        assert!(!told.out.contains("4711"), "{told:?}");
        let reports = told.reports();
        reports.iter().map(|event| (event["position"].clone(), event["type"].clone())).collect::<Vec<_>>()
    };
    let (placed, noted) = ((json!(1), json!("Placed")), (json!(2), json!("Noted")));
    assert_eq!(events(&["tail"]), [placed.clone(), noted.clone()]);
    assert_eq!(events(&["tail", "--after", "1"]), std::slice::from_ref(&noted));
    assert_eq!(events(&["tail", "--type", "Placed"]), std::slice::from_ref(&placed));
    assert_eq!(events(&["show", "1"]), std::slice::from_ref(&placed));
    let stream = order.link("self");
    assert_eq!(events(&["show", stream.trim_start_matches("/orders/")]), [placed, noted]);
    for (arguments, says) in [
        (["show", "99"], "nothing at `99`; the log ends at position 2"),
        (["show", "nonsense"], "neither a position nor the id of a stream"),
        (["tail", "--type=Place"], "did you mean `Placed`?"),
        (["tail", "--type=Painted"], "no event `Painted` in shop; there are: Placed"),
    ] {
        let told = command(&data, &["events", arguments[0], arguments[1]]);
        assert!(told.refusal().contains(says), "{told:?}");
    }
    let told = command(&data, &["events", "show", "1"]);
    assert!(told.out.contains("\"card\": \"***\""), "{told:?}");
}

#[test]
fn a_log_that_is_followed_is_printed_as_it_grows() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    place(&buyer, "bea");
    let mut following = start(&shop.data(), &["events", "tail", "--follow", "--json"]);
    let mut following = following.stdout(std::process::Stdio::piped()).spawn().expect("it starts");
    let out = std::io::BufReader::new(following.stdout.take().expect("its output"));
    let mut lines = std::io::BufRead::lines(out).map_while(Result::ok).filter(|line| line.starts_with('{'));
    assert!(lines.next().is_some_and(|line| line.contains("\"position\":1,")));
    place(&buyer, "bea");
    assert!(lines.next().is_some_and(|line| line.contains("\"position\":2,")));
    following.kill().expect("it can be ended");
    following.wait().expect("it ends");
}

#[test]
fn stats_tell_how_much_there_is_and_how_far_everybody_has_come() {
    let shop = busy_shop(20);
    under_way(&shop);
    caught_up(&shop);
    let stats = command(&shop.data(), &["events", "stats", "--json"]).report();
    let head = &stats["head"];
    assert_eq!(stats["streams"], 23, "{stats}");
    let placed =
        stats["events"].as_array().and_then(|kinds| kinds.iter().find(|kind| kind["type"] == "Placed"));
    assert_eq!(placed.map(|kind| &kind["count"]), Some(&json!(22)));
    let names = |followers: &Value| {
        let followers = followers.as_array().cloned().unwrap_or_default();
        for each in &followers {
            assert_eq!((&each["position"], &each["lag"]), (head, &json!(0)), "{each}");
        }
        followers.iter().filter_map(|each| each["name"].as_str().map(ToOwned::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(names(&stats["views"]), ["Deliveries", "Fragile", "Orders"]);
    assert_eq!(names(&stats["processes"]), ["Fulfilment"]);
    assert_eq!(stats["deadlines"][0]["name"], "PaymentReminder");
    let told = command(&shop.data(), &["events", "stats"]);
    assert!(told.out.contains("view Orders (live)"), "{told:?}");
}

#[test]
fn a_rebuild_is_done_by_the_running_service_or_from_its_next_start_on() {
    let mut shop = busy_shop(200);
    let rebuilds = |shop: &InProcess| shop.metric("macadam_view_rebuilds_total", &[("view", "Orders")]);
    let before = rebuilds(&shop);
    let done = command(&shop.data(), &["rebuild", "Orders", "--json"]).report();
    assert_eq!((&done["done"], &done["views"][0]["serves"]), (&json!(true), &json!("current")), "{done}");
    assert_eq!(rebuilds(&shop), before.map(|before| before + 1.0));
    let unknown = command(&shop.data(), &["rebuild", "Order"]);
    assert!(unknown.refusal().contains("did you mean `Orders`?; there are: Orders, Fragile"), "{unknown:?}");
    assert!(shop.stop());
    let marked = command(&shop.data(), &["rebuild", "--json"]).report();
    assert_eq!((&marked["done"], marked["views"].as_array().map(Vec::len)), (&json!(false), Some(3)));
    shop.resume();
    eventually("it is built", || rebuilds(&shop) == Some(1.0));
}

#[test]
fn a_service_that_has_drained_leaves_no_write_ahead_log() {
    let mut shop = busy_shop(100);
    place(&shop.client("bea", &["Buyer"]), "bea");
    assert!(shop.stop());
    for file in ["log.db-wal", "views.db-wal"] {
        let bytes = std::fs::metadata(shop.data().join(file)).map_or(0, |file| file.len());
        assert_eq!(bytes, 0, "{file}");
    }
}

#[test]
fn a_service_killed_while_a_view_is_built_goes_on_and_loses_nothing() {
    let mut shop = busy_shop(100);
    assert!(shop.stop());
    copied(&shop, 20_000);
    // Built by the other version: what is read must stay until the build, which is killed, has caught up.
    let views = Connection::open(shop.data().join("views.db")).expect("the views are there");
    views.execute_batch("UPDATE tables SET layout = 'v0_other'").expect("they are another's");
    let mut killed = start(&shop.data(), &["serve"]).spawn().expect("it starts");
    eventually("the build has begun", || {
        let sql = "SELECT count(*) FROM tables WHERE view = 'Orders' AND layout <> 'v0_other'";
        views.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number") > 0
    });
    killed.kill().expect("it can be killed");
    killed.wait().expect("it ends");
    shop.resume();
    caught_up(&shop);
    let clerk = shop.client("cleo", &["Clerk"]);
    assert_eq!(clerk.at("/views/how-many").items(), [json!({ "count": 20_101 })]);
}

#[test]
fn the_schema_of_reports_is_the_published_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas/operate.schema.json");
    let schema =
        serde_json::to_string_pretty(&macadam_chassis::report_schema()).expect("a schema is JSON") + "\n";
    if std::env::var_os("BLESS_GOLDEN").is_some() {
        std::fs::write(&file, &schema).expect("writable");
    }
    let published = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(published == schema, "BLESS_GOLDEN=1 cargo test -p macadam-chassis --test it schema_of_reports");
}

#[test]
fn a_restore_looks_at_whose_a_log_is_and_not_at_the_words_in_its_path() {
    let shop = busy_shop(1);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("backup");
    command(&shop.data(), &["backup", text(&file), "--json"]).report();
    let empty = folder.path().join("belongs to nobody");
    let restored = command(&empty, &["restore", text(&file), "--json"]).report();
    assert_eq!(restored["lost"], Value::Null);
    let log = Connection::open(empty.join("log.db")).expect("the log is there");
    log.execute("UPDATE meta SET value = 'bank' WHERE name = 'context'", []).expect("writable");
    drop(log);
    let refused = command(&empty, &["restore", text(&file)]);
    assert!(refused.refusal().contains("belongs to `bank`, this is `shop`"), "{refused:?}");
}

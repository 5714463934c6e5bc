//! Disks that fail: full, read-only, damaged. Each with a real one, in a mount namespace that ends with the process.

use std::path::Path;
use std::process::{Command, Stdio};

use macadam_testkit::{Client, EndedAtStart, Reply, Service, eventually};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::shop::command::{ARGUMENTS, AS_A_PROCESS};

/// Starts the shop after `script`, as root of a mount namespace of its own; nothing where this machine has none to give.
fn shop_after(script: &str) -> Option<Result<Service, EndedAtStart>> {
    let quiet = |arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command
            .args(arguments)
            .arg("true")
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    let kind = ["-m", "-rm"].into_iter().find(|kind| quiet(&[kind]))?;
    let exe = std::env::current_exe().expect("the test's own program");
    let script = format!("{script}\nexec \"$0\" \"$@\"");
    let mut all = vec![kind, "--", "sh", "-ec", &script, exe.to_str().expect("a path in UTF-8")];
    all.extend(AS_A_PROCESS);
    Some(Service::try_start_as("unshare", &all, &[(ARGUMENTS, "")]))
}

fn skipped() {
    println!("SKIPPED: this machine lets nobody have a mount namespace (unshare -m, unshare -rm)");
}

fn place(client: &Client, key: &str) -> Reply {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    // Large, so that the disk is full soon.
    let body = json!({ "buyer": "bea", "card": "4".repeat(4_000) });
    client.send("POST", "/orders/place", &headers, Some(body.to_string().as_bytes()))
}

#[test]
fn on_a_full_disk_a_command_is_503_nothing_acknowledged_is_lost_and_space_is_all_it_takes_to_go_on() {
    let script = "mkdir -p \"$MACADAM_DATA__DIR\"
        mount -t tmpfs -o size=2m none \"$MACADAM_DATA__DIR\"
        head -c 1200k /dev/zero > \"$MACADAM_DATA__DIR/filler\"";
    let Some(shop) = shop_after(script) else { return skipped() };
    let mut shop = shop.unwrap_or_else(|ended| panic!("{ended}"));
    let buyer = shop.client("bea", &["Buyer"]);
    let mut stored: Vec<String> = Vec::new();
    let failed = (0..2_000).map(|number| (number, place(&buyer, &format!("k-{number}")))).find_map(
        |(number, reply)| {
            if reply.status == 201 {
                stored.push(reply.header("location").expect("a location").to_owned());
                return None;
            }
            Some((format!("k-{number}"), reply))
        },
    );
    let (key, reply) = failed.expect("the disk is full at last");
    assert_eq!((reply.status, &reply.body["type"]), (503, &json!("urn:macadam:problem:outcome-unknown")));
    assert_eq!(reply.header("retry-after"), Some("1"));
    assert!(!stored.is_empty() && place(&buyer, "another").status == 503);
    assert!(shop.log_text().contains("the disk is full; free space"), "{}", shop.log_text());
    let scrape = shop.scrape();
    scrape.keep("disk-full");
    let failures = |reason| scrape.metric("macadam_log_commit_failures_total", &[("reason", reason)]);
    assert!(failures("full") >= Some(2.0), "{}", shop.log_text());
    assert_eq!((failures("busy"), failures("io")), (Some(0.0), Some(0.0)));
    let not_ready = || {
        let reply = shop.admin().get("/health/ready");
        assert_eq!((reply.status, &reply.body["type"]), (503, &json!("urn:macadam:problem:not-writable")));
        assert!(reply.text.contains("full") && reply.text.contains("free space"), "{}", reply.text);
    };
    not_ready();
    let seconds = || shop.metric("macadam_subscription_ticks_total", &[("subscription", "Orders")]);
    let since = seconds().expect("they are counted");
    eventually("it has been looked at the disk several times", || seconds() >= Some(since + 3.0));
    assert!(shop.metric("macadam_data_free_bytes", &[]) < Some(256.0 * 1_024.0));
    // A small commit of the service's own would find a place.
    not_ready();
    for path in &stored {
        assert_eq!(buyer.get(path).status, 200, "what is stored can be read meanwhile");
    }
    let inside = Path::new("/proc").join(shop.id().to_string()).join("root");
    let filler = shop.data().join("filler");
    std::fs::remove_file(inside.join(filler.strip_prefix("/").expect("an absolute path")))
        .expect("space is freed");
    eventually("it is ready again though nobody sends commands", || {
        shop.admin().get("/health/ready").status == 200
    });
    let again = place(&buyer, &key);
    assert_eq!(again.status, 201, "{}", again.text);
    stored.push(again.header("location").expect("a location").to_owned());
    let position = again.header("macadam-position").expect("a position").to_owned();
    assert_eq!(position, stored.len().to_string(), "what failed left nothing behind");
    let history = buyer.get(&format!("{}/history", stored[0])).body;
    assert_eq!(history["_embedded"]["events"].as_array().map(Vec::len), Some(1));
    eventually("the views have caught up", || {
        buyer.get(&format!("/views/orders?limit=200&after={position}")).status == 200
    });
    assert!(shop.stop().success());
}

#[test]
fn on_a_read_only_disk_a_context_does_not_start_and_says_what_to_do() {
    let script = "mkdir -p \"$MACADAM_DATA__DIR\"
        mount --bind \"$MACADAM_DATA__DIR\" \"$MACADAM_DATA__DIR\"
        mount -o remount,ro,bind \"$MACADAM_DATA__DIR\"";
    let Some(shop) = shop_after(script) else { return skipped() };
    let log = shop.err().expect("it does not start").log;
    assert!(log.contains("data folder") && log.contains("Read-only file system"), "{log}");
}

#[test]
fn with_a_read_only_log_a_context_does_not_start_and_says_what_to_do() {
    let script = "mkdir -p \"$MACADAM_DATA__DIR\"
        cd \"$MACADAM_DATA__DIR\" && touch log.db
        mount --bind log.db log.db && mount -o remount,ro,bind log.db && cd /";
    let Some(shop) = shop_after(script) else { return skipped() };
    let log = shop.err().expect("it does not start").log;
    assert!(log.contains("event log") && log.contains("it is read-only; let this user write"), "{log}");
}

/// A shop with orders, stopped, and the file of its log.
fn stopped() -> (Service, Vec<String>) {
    let exe = std::env::current_exe().expect("the test's own program");
    let mut shop = Service::start_as(exe, &AS_A_PROCESS, &[(ARGUMENTS, "")]);
    let buyer = shop.client("bea", &["Buyer"]);
    let stored = (0..40).map(|number| place(&buyer, &format!("k-{number}")));
    let stored = stored.map(|reply| reply.header("location").expect("a location").to_owned()).collect();
    assert!(shop.stop().success());
    (shop, stored)
}

fn overwrite(file: &Path, page: u32, page_size: u32) {
    use std::os::unix::fs::FileExt as _;
    let file = std::fs::File::options().write(true).open(file).expect("the file is there");
    let garbage = vec![0xAA; usize::try_from(page_size).expect("a page is small")];
    file.write_all_at(&garbage, u64::from(page - 1) * u64::from(page_size)).expect("writable");
}

#[test]
fn a_damaged_page_fails_those_who_need_it_by_name_and_nobody_else() {
    let (mut shop, stored) = stopped();
    let file = shop.data().join("log.db");
    let victim = stored[20].rsplit('/').next().and_then(|id| uuid::Uuid::try_parse(id).ok()).expect("an id");
    let (page, page_size): (u32, u32) = {
        let log = Connection::open(&file).expect("it opens");
        log.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("all is in the file");
        let page = log.query_row(
            "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET
                (SELECT count(*) / 2 FROM dbstat WHERE name = 'events' AND pagetype = 'leaf')",
            [],
            |row| row.get(0),
        );
        let size = log.query_row("PRAGMA page_size", [], |row| row.get(0));
        assert_eq!(
            log.query_row("SELECT count(*) FROM events WHERE stream = ?1", [victim], |row| row.get(0)),
            Ok(1)
        );
        (page.expect("a page"), size.expect("a size"))
    };
    overwrite(&file, page, page_size);
    shop.restart();
    let buyer = shop.client("bea", &["Buyer"]);
    let (there, lost): (Vec<_>, Vec<_>) = stored.iter().partition(|path| buyer.get(path).status == 200);
    assert!(!lost.is_empty() && there.len() > stored.len() / 2, "{} lost of {}", lost.len(), stored.len());
    for path in lost {
        let reply = buyer.get(path);
        assert_eq!((reply.status, &reply.body["type"]), (500, &json!("urn:macadam:problem:internal")));
        let note = buyer.post(&format!("{path}/note"), &json!({ "text": "a" }));
        assert_eq!(note.status, 500, "nothing is decided on half a history: {}", note.text);
    }
    assert!(shop.log_text().contains("the file is damaged; stop, keep a copy"), "{}", shop.log_text());
    assert_eq!(place(&buyer, "after").status, 201, "who does not need the page is served");
    assert_eq!(buyer.post(&format!("{}/note", there[0]), &json!({ "text": "a" })).status, 200);
}

#[test]
fn a_damaged_file_stops_the_start_and_the_error_says_what_to_do() {
    let (mut shop, _) = stopped();
    let file = shop.data().join("log.db");
    let log = Connection::open(&file).expect("it opens");
    log.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("all is in the file");
    drop(log);
    overwrite(&file, 1, 4_096);
    let log = shop.try_restart_with(&[]).expect_err("it does not start").log;
    assert!(log.contains("open the event log") && log.contains("restore a backup"), "{log}");
}

#[test]
fn when_the_clock_goes_back_history_and_decisions_do_not_and_deadlines_come_due_by_the_clock() {
    let exe = std::env::current_exe().expect("the test's own program");
    let times = ("MACADAM_DEADLINES__PaymentReminder", "[\"1ms\"]");
    let mut shop = Service::start_as(exe, &AS_A_PROCESS, &[(ARGUMENTS, ""), times]);
    let order =
        place(&shop.client("bea", &["Buyer"]), "k").header("location").expect("a location").to_owned();
    assert!(shop.stop().success());
    // As a machine leaves the log whose clock was a century ahead.
    let ahead = 7_258_118_400_000_000_i64;
    let log = Connection::open(shop.data().join("log.db")).expect("it opens");
    log.execute("UPDATE events SET recorded_at = ?1", [ahead]).expect("writable");
    drop(log);
    shop.restart();
    let buyer = shop.client("bea", &["Buyer"]);
    let quoted = buyer.post(&format!("{order}/quote"), &json!({ "supplier": "good" }));
    assert_eq!(quoted.status, 200, "{}", quoted.text);
    let events = buyer.get(&format!("{order}/history")).body["_embedded"]["events"].clone();
    let of = |event: &Value| (event["recorded_at"].clone(), event["data"]["at"].clone());
    let quoted = events.as_array().and_then(|events| events.iter().find(|event| event["event"] == "Quoted"));
    let (recorded, decided) = of(quoted.expect("it is stored"));
    assert_eq!((recorded, decided), (json!("2200-01-01T00:00:00Z"), json!("2200-01-01T00:00:00Z")));
    assert!(shop.log_text().contains("clock is behind the newest event"), "{}", shop.log_text());
    let second = place(&buyer, "k-2").header("location").expect("a location").to_owned();
    eventually("the reminder is sent though the log is a century ahead", || {
        buyer.get(&second).body["reminders"] == 1
    });
}

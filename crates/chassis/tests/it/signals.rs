//! What a scrape says of a context that something was done to from outside: each of these once went unseen. The text of
//! each scrape can be kept as data for the proof of alerts, see [`Scrape::keep`].

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use macadam_testkit::{Client, InProcess, Reply, Scrape, Service, eventually};
use rusqlite::Connection;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::json;

use crate::shop::command::{ARGUMENTS, AS_A_PROCESS};
use crate::shop::{command, place, shop, shop_with};

/// The views and the process of the shop.
const SUBSCRIPTIONS: [&str; 4] = ["Orders", "Fragile", "Deliveries", "Fulfilment"];

/// Holds a database of the shop as another program would that writes for long; until it is dropped.
fn hold(shop: &InProcess, file: &str) -> Connection {
    let held = Connection::open(shop.data().join(file)).expect("it opens");
    held.busy_timeout(Duration::from_mins(1)).expect("a time");
    held.execute_batch("BEGIN IMMEDIATE").expect("the lock is free in time");
    held
}

/// Scrapes until it holds.
#[track_caller]
fn scraped(shop: &InProcess, what: &str, holds: impl Fn(&Scrape) -> bool) -> Scrape {
    let mut scrape = shop.scrape();
    eventually(what, || {
        scrape = shop.scrape();
        holds(&scrape)
    });
    scrape
}

fn is_ready(admin: &Client) -> bool {
    admin.get("/health/ready").status == 200
}

/// Why it is not ready.
#[track_caller]
fn not_ready(admin: &Client) -> Reply {
    let mut reply = admin.get("/health/ready");
    eventually("it is not ready", || {
        reply = admin.get("/health/ready");
        reply.status == 503
    });
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    reply
}

/// Begins to send a command, and does not wait for what comes of it.
fn send_note(client: &Client, order: &str) -> TcpStream {
    let (address, token) = (client.base().trim_start_matches("http://"), client.token().expect("a token"));
    let body = json!({ "text": "written" }).to_string();
    let mut socket = TcpStream::connect(address).expect("the shop listens");
    let head = format!(
        "POST {order}/note HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(head.as_bytes()).expect("written");
    socket
}

#[test]
fn while_the_log_is_held_ages_rise_then_commits_fail_and_readiness_ends_until_it_is_given_back() {
    let shop = shop_with(|config| config.http.request_timeout_ms = 60_000);
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea").link("self");
    shop.scrape().keep("healthy");
    let held = hold(&shop, "log.db");
    let waiting = send_note(&buyer, &order);
    let ages = [
        "macadam_http_oldest_request_seconds",
        "macadam_commands_oldest_seconds",
        "macadam_log_queue_oldest_seconds",
    ];
    let first =
        scraped(&shop, "all ages rise", |scrape| ages.iter().all(|age| scrape.metric(age, &[]) > Some(0.2)));
    assert_eq!(first.metric("macadam_log_queue_depth", &[]), Some(1.0));
    scraped(&shop, "they go on to rise", |scrape| {
        ages.iter().all(|age| scrape.metric(age, &[]) > first.metric(age, &[]))
    })
    .keep("log-held");
    assert!(is_ready(&shop.admin()), "nothing has failed yet");
    let busy = [("reason", "busy")];
    let failed = scraped(&shop, "the commit fails", |scrape| {
        scrape.metric("macadam_log_commit_failures_total", &busy) >= Some(1.0)
    });
    failed.keep("log-held-commit-failed");
    assert_eq!(
        failed.metric("macadam_log_commit_failures_total", &[]),
        failed.metric("macadam_log_commit_failures_total", &busy)
    );
    let reply = not_ready(&shop.admin());
    assert_eq!(reply.body["type"], "urn:macadam:problem:not-writable");
    assert!(reply.text.contains("busy") && reply.text.contains("find the process"), "{}", reply.text);
    drop(held);
    eventually("it is ready again without a request", || is_ready(&shop.admin()));
    drop(waiting);
    scraped(&shop, "nothing is under way", |scrape| {
        ages.iter().all(|age| scrape.metric(age, &[]) == Some(0.0))
    });
}

#[test]
fn clients_that_give_up_are_499_and_their_commands_go_on_to_age() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea").link("self");
    let gone = [("http_route", "/orders/{id}/note"), ("http_response_status_code", "499")];
    let requests = "http_server_request_duration_seconds_count";
    assert_eq!(shop.scrape().metric(requests, &gone), Some(0.0), "a first one is a rise");
    let held = hold(&shop, "log.db");
    let clients: Vec<_> = (0..3).map(|_| send_note(&buyer, &order)).collect();
    scraped(&shop, "all are under way", |scrape| {
        scrape.metric("macadam_http_requests_in_flight", &[]) == Some(3.0)
            && scrape.metric("macadam_log_queue_depth", &[]) >= Some(1.0)
    });
    drop(clients);
    let scrape = scraped(&shop, "they are counted", |scrape| scrape.metric(requests, &gone) == Some(3.0));
    scrape.keep("clients-give-up");
    assert_eq!(scrape.metric("macadam_http_oldest_request_seconds", &[]), Some(0.0));
    assert!(scrape.metric("macadam_commands_oldest_seconds", &[]) > Some(0.0), "one is being stored");
    drop(held);
    scraped(&shop, "it has ended", |scrape| {
        scrape.metric("macadam_commands_oldest_seconds", &[]) == Some(0.0)
    });
}

#[test]
fn while_the_views_are_held_every_subscription_lags_and_its_seconds_are_stale() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    place(&buyer, "bea");
    let of = |scrape: &Scrape, name: &str, subscription: &str, more: &[(&str, &str)]| {
        let labels = [&[("subscription", subscription)], more].concat();
        scrape.metric(name, &labels).expect("the series is there")
    };
    let all = |scrape: &Scrape, holds: &dyn Fn(&Scrape, &str) -> bool| {
        SUBSCRIPTIONS.iter().all(|subscription| holds(scrape, subscription))
    };
    let lag = "macadam_subscription_lag_events";
    let ticks = "macadam_subscription_ticks_total";
    scraped(&shop, "all have caught up, and a second has passed", |scrape| {
        all(scrape, &|scrape, one| {
            of(scrape, lag, one, &[]) == 0.0 && of(scrape, ticks, one, &[("outcome", "fresh")]) >= 1.0
        })
    });
    let held = hold(&shop, "views.db");
    place(&buyer, "bea");
    let first = scraped(&shop, "all are behind", |scrape| {
        all(scrape, &|scrape, one| {
            of(scrape, lag, one, &[]) >= 1.0 && of(scrape, "macadam_subscription_lag_seconds", one, &[]) > 0.2
        })
    });
    assert!(
        all(&first, &|scrape, one| of(scrape, ticks, one, &[("outcome", "stale")]) == 0.0),
        "not for long"
    );
    place(&buyer, "bea");
    scraped(&shop, "the lag follows the log", |scrape| {
        all(scrape, &|scrape, one| of(scrape, lag, one, &[]) > of(&first, lag, one, &[]))
    });
    scraped(&shop, "their seconds are stale, and what failed is counted", |scrape| {
        all(scrape, &|scrape, one| of(scrape, ticks, one, &[("outcome", "stale")]) >= 2.0)
            && scrape.metric("macadam_subscription_failures_total", &[("reason", "busy")]) >= Some(1.0)
    })
    .keep("views-held");
    assert!(is_ready(&shop.admin()), "commands are stored all the same");
    drop(held);
    scraped(&shop, "all have caught up", |scrape| {
        all(scrape, &|scrape, one| {
            of(scrape, lag, one, &[]) == 0.0
                && of(scrape, "macadam_subscription_lag_seconds", one, &[]) == 0.0
        })
    });
}

#[test]
fn without_files_for_connections_accept_failures_are_counted_and_the_limit_is_seen_to_be_used_up() {
    let exe = std::env::current_exe().expect("the test's own program");
    let shop = Service::start_as(exe, &AS_A_PROCESS, &[(ARGUMENTS, "")]);
    // A scraper keeps its connection; a new one would not be accepted.
    let scraper = shop.admin();
    let files =
        |scrape: &Scrape, name: &str| scrape.metric(name, &[("limit", "open_files")]).expect("a limit");
    let open = files(&Scrape::of(&scraper), "macadam_limit_used");
    assert!(open > 3.0);
    let pid = i32::try_from(shop.id()).ok().and_then(Pid::from_raw).expect("a process id");
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of files")]
    let few = Some(open as u64 + 8);
    prlimit(Some(pid), Resource::Nofile, Rlimit { current: few, maximum: few }).expect("it may be lowered");
    let address = shop.client_with(None).base().trim_start_matches("http://").to_owned();
    // What the process cannot accept, the system does.
    let clients: Vec<_> =
        (0..32).map(|_| TcpStream::connect(&address).expect("the system accepts")).collect();
    let failures = |scrape: &Scrape| {
        scrape.metric("macadam_http_accept_failures_total", &[("reason", "open_files")]) >= Some(1.0)
    };
    let mut scrape = Scrape::of(&scraper);
    eventually("what could not be accepted is counted", || {
        scrape = Scrape::of(&scraper);
        failures(&scrape)
    });
    scrape.keep("few-open-files");
    assert!(
        files(&scrape, "macadam_limit_used") >= 0.8 * files(&scrape, "macadam_limit_max"),
        "{}",
        scrape.text
    );
    assert_eq!(scrape.metric("macadam_http_accept_failures_total", &[("reason", "other")]), Some(0.0));
    drop(clients);
    eventually("others are served again", || shop.client_with(None).try_send("GET", "/", &[], None).is_ok());
}

#[test]
fn a_database_that_is_renamed_is_not_intact_and_the_context_not_ready_until_it_is_back() {
    let shop = shop();
    let intact = |scrape: &Scrape, file| scrape.metric("macadam_data_file_intact", &[("file", file)]);
    assert_eq!(intact(&shop.scrape(), "log"), Some(1.0));
    for (name, file) in [("log", "log.db"), ("views", "views.db")] {
        let (path, away) = (shop.data().join(file), shop.data().join("away"));
        std::fs::rename(&path, &away).expect("it can be renamed");
        scraped(&shop, "it is seen", |scrape| intact(scrape, name) == Some(0.0))
            .keep(&format!("{name}-renamed"));
        let reply = not_ready(&shop.admin());
        assert_eq!(reply.body["type"], "urn:macadam:problem:data-replaced");
        assert!(reply.text.contains(file), "{}", reply.text);
        // Another file of that name is not the one that is open.
        std::fs::write(&path, "").expect("writable");
        scraped(&shop, "it is another", |scrape| intact(scrape, name) == Some(0.0));
        std::fs::rename(&away, &path).expect("it can be renamed");
        scraped(&shop, "it is back", |scrape| intact(scrape, name) == Some(1.0));
        assert!(is_ready(&shop.admin()));
    }
}

#[test]
fn a_reader_that_holds_the_write_ahead_log_is_seen_by_its_size_which_falls_afterwards() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let write = || {
        let body = json!({ "buyer": "bea", "card": "4".repeat(200_000) }).to_string();
        let headers = [("content-type", "application/json")];
        assert_eq!(buyer.send("POST", "/orders/place", &headers, Some(body.as_bytes())).status, 201);
    };
    write();
    let reader = Connection::open(shop.data().join("log.db")).expect("it opens");
    let count = "SELECT count(*) FROM events";
    reader.execute_batch("BEGIN").expect("it begins");
    assert!(reader.query_row(count, [], |row| row.get::<_, i64>(0)).is_ok_and(|count| count > 0));
    let bytes =
        |scrape: &Scrape| scrape.metric("macadam_data_file_bytes", &[("file", "log-wal")]).expect("a size");
    let kept = f64::from(8 << 20);
    for _ in 0..60 {
        write();
    }
    scraped(&shop, "it has grown beyond what SQLite lets it", |scrape| bytes(scrape) > 1.2 * kept)
        .keep("reader-holds-wal");
    drop(reader);
    eventually("it is cut when it begins anew", || {
        write();
        bytes(&shop.scrape()) <= kept
    });
}

#[test]
fn a_backup_beside_the_running_shop_is_seen() {
    let shop = shop();
    place(&shop.client("bea", &["Buyer"]), "bea");
    let at = |scrape: &Scrape| scrape.metric("macadam_last_backup_timestamp_seconds", &[]);
    assert_eq!(at(&shop.scrape()), Some(0.0), "never");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("backup");
    command(&shop.data(), &["backup", file.to_str().expect("a path in UTF-8"), "--json"]).report();
    let written = std::fs::metadata(shop.data().join("last-backup")).and_then(|marker| marker.modified());
    let written = written.expect("it is noted").duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let written = f64::from(u32::try_from(written.as_secs()).expect("before 2106"));
    scraped(&shop, "it is seen", |scrape| at(scrape) == Some(written));
}

#[test]
fn what_runs_is_told_by_version_log_schema_and_configuration() {
    let info = |shop: &InProcess, label: &str| {
        let text = shop.scrape().text;
        let line = text.lines().find(|line| line.starts_with("macadam_context_info{")).expect("it is there");
        assert!(line.ends_with(" 1"), "{line}");
        let value = line.split_once(&format!("{label}=\"")).and_then(|(_, rest)| rest.split('"').next());
        value.expect("a label").to_owned()
    };
    let mut shop = shop();
    let before = ["version", "commit", "log_id", "schema", "configuration"].map(|label| info(&shop, label));
    let log = Connection::open(shop.data().join("log.db")).expect("it opens");
    let id = log.query_row("SELECT value FROM meta WHERE name = 'log_id'", [], |row| row.get::<_, String>(0));
    assert!(id.expect("it has an id").starts_with(&before[2]) && before[2].len() >= 8);
    drop(log);
    assert_eq!((before[3].as_str(), before[4].len()), ("3", 12));
    assert!(shop.stop());
    shop.resume();
    assert_eq!(info(&shop, "configuration"), before[4], "nothing has changed");
    assert!(shop.stop());
    shop.resume_with(|config| config.limits.requests_max = 99);
    assert_ne!(info(&shop, "configuration"), before[4]);
    assert_eq!(info(&shop, "log_id"), before[2]);
}

#[test]
fn whoever_accepts_gzip_is_sent_a_fraction_of_the_bytes_with_the_same_series() {
    let shop = shop();
    let gzip = |accept: &str| {
        let address = shop.admin().base().trim_start_matches("http://").to_owned();
        let mut socket = TcpStream::connect(&address).expect("the shop listens");
        let request =
            format!("GET /metrics HTTP/1.0\r\nhost: {address}\r\naccept-encoding: {accept}\r\n\r\n");
        socket.write_all(request.as_bytes()).expect("written");
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).expect("an answer");
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
        (head, answer[end + 4..].to_vec())
    };
    let (head, plain) = gzip("identity");
    assert!(!head.contains("content-encoding"), "{head}");
    let (head, packed) = gzip("gzip");
    assert!(head.contains("content-encoding: gzip") && head.contains("vary: accept-encoding"), "{head}");
    assert!(packed.len() * 5 < plain.len(), "{} and {}", packed.len(), plain.len());
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut text).expect("it is gzip");
    let names = |text: &str| {
        let lines = text.lines().filter_map(|line| Some(line.rsplit_once(' ')?.0.to_owned()));
        lines.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(&text), names(&String::from_utf8(plain).expect("text")));
}

#[test]
fn a_rejection_is_counted_as_such_and_as_no_failure() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    assert_eq!(order.submit("pay", &json!({})).reply.status, 422);
    let scrape = scraped(&shop, "the rejection is counted", |scrape| {
        scrape.metric("macadam_commands_total", &[("outcome", "rejected")]) >= Some(1.0)
    });
    scrape.keep("rejections");
    assert_eq!(scrape.metric("macadam_commands_total", &[("outcome", "failed")]), Some(0.0));
}

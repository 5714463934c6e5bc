//! Load: too many, too quick and too slow clients hurt themselves, and an end under load halves no answer.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use macadam_chassis::{Config, Running};
use macadam_testkit::{Client, InProcess, eventually};
use serde_json::{Value, json};

use crate::shop::{context, place, shop, shop_with};

/// How long a test looks on to see that nothing happens.
const WHILE: Duration = Duration::from_millis(150);

/// A connection without a client library around it.
struct Raw {
    socket: TcpStream,
    head: String,
}

/// A whole answer.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

/// What came instead of an answer.
#[derive(Debug, PartialEq)]
enum Missing {
    /// The connection ended before its first byte.
    Closed,
    /// It ended in the midst of it, after so many bytes.
    Half(usize),
    /// Nothing yet.
    Waiting,
}

impl Raw {
    fn of(client: &Client) -> Self {
        let address = client.base().trim_start_matches("http://");
        let socket = TcpStream::connect(address).expect("the shop listens");
        let token = client.token().unwrap_or("none");
        Self { socket, head: format!("host: {address}\r\nauthorization: Bearer {token}\r\n") }
    }

    fn send(&mut self, text: &str) -> bool {
        self.socket.write_all(text.as_bytes()).is_ok()
    }

    fn get(&mut self, path: &str) -> bool {
        let request = format!("GET {path} HTTP/1.1\r\n{}\r\n", self.head);
        self.send(&request)
    }

    fn post(&mut self, path: &str, body: &Value) -> bool {
        let body = body.to_string();
        let kind = "content-type: application/json";
        let request = format!(
            "POST {path} HTTP/1.1\r\n{}{kind}\r\ncontent-length: {}\r\n\r\n{body}",
            self.head,
            body.len()
        );
        self.send(&request)
    }

    /// The next answer, or the end, if one of them comes within the time.
    fn answer_within(&mut self, time: Duration) -> Result<Answer, Missing> {
        self.socket.set_read_timeout(Some(time)).expect("a timeout");
        let mut seen = Vec::new();
        let mut bytes = [0; 16_384];
        loop {
            if let Some(answer) = whole(&seen) {
                return Ok(answer);
            }
            match self.socket.read(&mut bytes) {
                Ok(count) if count > 0 => seen.extend_from_slice(&bytes[..count]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Err(Missing::Waiting);
                }
                _ if seen.is_empty() => return Err(Missing::Closed),
                _ => return Err(Missing::Half(seen.len())),
            }
        }
    }

    #[track_caller]
    fn answer(&mut self) -> Answer {
        self.answer_within(Duration::from_mins(1)).expect("an answer")
    }

    /// Sends a byte now and then until the other side has had enough; what it says is the answer, if it says something.
    fn trickle(&mut self, text: &str) -> Result<Answer, Missing> {
        for byte in text.bytes().cycle() {
            let answer = self.answer_within(Duration::from_millis(10));
            if !matches!(answer, Err(Missing::Waiting)) {
                return answer;
            }
            let _ = self.socket.write_all(&[byte]);
        }
        unreachable!("a cycle does not end")
    }
}

fn whole(seen: &[u8]) -> Option<Answer> {
    let end = seen.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = (std::str::from_utf8(&seen[..end]).ok()?.to_ascii_lowercase(), &seen[end + 4..]);
    let length: usize =
        head.lines().find_map(|line| line.strip_prefix("content-length: "))?.trim().parse().ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = String::from_utf8_lossy(body.get(..length)?).into_owned();
    Some(Answer { status, head, body })
}

fn cut(shop: &InProcess, reason: &str) -> Option<f64> {
    shop.metric("macadam_http_connections_cut_total", &[("reason", reason)])
}

fn turned_away(shop: &InProcess, reason: &str) -> Option<f64> {
    shop.metric("macadam_http_turned_away_total", &[("reason", reason)])
}

fn in_flight(shop: &InProcess, count: f64) {
    eventually("so many are under way", || {
        shop.metric("macadam_http_requests_in_flight", &[]) == Some(count)
    });
}

/// Requests that do not end by themselves.
fn busy(shop: &InProcess, count: u32) -> Vec<Raw> {
    let mut connections = Vec::new();
    let buyer = shop.client("bea", &["Buyer"]);
    let orders: Vec<_> = (0..count).map(|_| place(&buyer, "bea").link("self")).collect();
    for order in orders {
        let mut raw = Raw::of(&buyer);
        assert!(raw.post(&format!("{order}/quote"), &json!({ "supplier": "slow" })));
        connections.push(raw);
    }
    in_flight(shop, f64::from(count));
    connections
}

#[test]
fn how_long_a_client_waited_that_went_away_is_told_as_499() {
    let shop = shop();
    drop(busy(&shop, 2));
    let labels = [
        ("http_request_method", "POST"),
        ("http_route", "/orders/{id}/quote"),
        ("http_response_status_code", "499"),
    ];
    eventually("both are told of", || {
        shop.metric("http_server_request_duration_seconds_count", &labels) == Some(2.0)
    });
    in_flight(&shop, 0.0);
}

#[test]
fn a_head_that_comes_slowly_is_not_waited_for_and_holds_nobody_up() {
    let shop = shop_with(|config| config.limits.head_timeout_ms = 100);
    let buyer = shop.client("bea", &["Buyer"]);
    let mut slow = Raw::of(&buyer);
    assert!(slow.send("GET / HTTP/1.1\r\nx-slow: "));
    assert_eq!(slow.trickle("a").expect_err("no answer"), Missing::Closed);
    let mut silent = Raw::of(&buyer);
    assert_eq!(silent.answer_within(Duration::from_mins(1)).expect_err("no answer"), Missing::Closed);
    let mut second = Raw::of(&buyer);
    assert!(second.get("/"));
    assert_eq!(second.answer().status, 200);
    assert!(second.send("GET / HTT"));
    assert_eq!(second.trickle("P").expect_err("no answer"), Missing::Closed, "nor a later head");
    assert_eq!(cut(&shop, "head"), Some(3.0));
    assert_eq!(buyer.get("/").status, 200);
}

#[test]
fn a_connection_waits_longer_for_its_next_request_than_for_its_head_and_not_for_ever() {
    let shop =
        shop_with(|config| (config.limits.head_timeout_ms, config.limits.idle_timeout_ms) = (50, 600_000));
    let buyer = shop.client("bea", &["Buyer"]);
    let mut raw = Raw::of(&buyer);
    for _ in 0..3 {
        assert!(raw.get("/"));
        assert_eq!(raw.answer().status, 200);
        assert_eq!(raw.answer_within(WHILE).expect_err("no answer"), Missing::Waiting);
    }
    let shop = shop_with(|config| config.limits.idle_timeout_ms = 50);
    let mut raw = Raw::of(&shop.client("bea", &["Buyer"]));
    assert!(raw.get("/"));
    assert_eq!(raw.answer().status, 200);
    assert_eq!(raw.answer_within(Duration::from_mins(1)).expect_err("no answer"), Missing::Closed);
    eventually("it is counted", || cut(&shop, "idle") >= Some(1.0));
}

#[test]
fn a_body_that_comes_slowly_is_408_and_takes_no_place() {
    let shop = shop_with(|config| (config.limits.body_timeout_ms, config.limits.requests_max) = (300, 1));
    let buyer = shop.client("bea", &["Buyer"]);
    let mut slow = Raw::of(&buyer);
    let head = format!("POST /orders/place HTTP/1.1\r\n{}content-length: 10000\r\n\r\n", slow.head);
    assert!(slow.send(&head));
    in_flight(&shop, 1.0);
    assert_eq!(buyer.get("/").status, 200, "the one place is free");
    let answer = slow.trickle(" ").expect("an answer");
    assert_eq!(answer.status, 408, "{answer:?}");
    assert!(answer.head.contains("connection: close") && answer.body.contains("body-too-slow"), "{answer:?}");
    assert_eq!(shop.metric("macadam_events_total", &[]), Some(0.0));
}

#[test]
fn a_client_that_does_not_read_is_not_written_to_for_ever() {
    let shop = shop_with(|config| config.limits.write_timeout_ms = 50);
    let mut deaf = Raw::of(&shop.client("bea", &["Buyer"]));
    assert!(deaf.get("/custom/large"));
    eventually("it is cut off", || cut(&shop, "write") >= Some(1.0));
    eventually("nothing is left of it", || shop.metric("macadam_http_connections", &[]) == Some(0.0));
    let patient = crate::shop::shop();
    let mut listening = Raw::of(&patient.client("bea", &["Buyer"]));
    assert!(listening.get("/custom/large"));
    assert_eq!(listening.answer().body.len(), 32 * 1024 * 1024, "who reads gets it all");
}

#[test]
fn a_head_that_is_too_large_is_431() {
    let shop = shop();
    let mut raw = Raw::of(&shop.client("bea", &["Buyer"]));
    raw.send(&format!("GET / HTTP/1.1\r\nx-large: {}\r\n\r\n", "x".repeat(100_000)));
    let mut seen = [0; 12];
    raw.socket.read_exact(&mut seen).expect("an answer");
    assert_eq!(&seen, b"HTTP/1.1 431");
    let mut raw = Raw::of(&shop.client("bea", &["Buyer"]));
    raw.send("no request at all\r\n\r\n");
    raw.socket.read_exact(&mut seen).expect("an answer");
    assert_eq!(&seen, b"HTTP/1.1 400");
    let unread = |status| {
        let labels = [
            ("http_request_method", "_OTHER"),
            ("http_route", "unmatched"),
            ("http_response_status_code", status),
        ];
        shop.metric("http_server_request_duration_seconds_count", &labels)
    };
    eventually("both are counted, though no route saw them", || {
        unread("431") == Some(1.0) && unread("400") == Some(1.0)
    });
}

/// A shop with room for two connections, none of which is taken, and an order.
fn two_places() -> (InProcess, String) {
    let mut shop = shop_with(|config| config.http.request_timeout_ms = 600_000);
    let order = place(&shop.client("bea", &["Buyer"]), "bea").link("self");
    assert!(shop.stop());
    shop.resume_with(|config| config.limits.connections_max = 2);
    (shop, order)
}

/// Two connections whose requests do not end by themselves.
fn two_busy(buyer: &Client, order: &str) -> [Raw; 2] {
    let mut busy = [Raw::of(buyer), Raw::of(buyer)];
    for raw in &mut busy {
        assert!(raw.post(&format!("{order}/quote"), &json!({ "supplier": "slow" })));
    }
    busy
}

#[test]
fn idle_connections_make_room_for_who_waits_for_a_place() {
    let (shop, order) = two_places();
    let buyer = shop.client("bea", &["Buyer"]);
    let mut idle = [Raw::of(&buyer), Raw::of(&buyer)];
    for raw in &mut idle {
        assert!(raw.get("/"));
        assert_eq!(raw.answer().status, 200);
    }
    for _ in 0..10 {
        let mut next = Raw::of(&buyer);
        assert!(next.get("/"));
        assert_eq!(next.answer().status, 200);
    }
    // No more of them end than have to: for these two, both.
    let _busy = two_busy(&buyer, &order);
    in_flight(&shop, 2.0);
    for mut raw in idle {
        assert_eq!(raw.answer_within(Duration::from_mins(1)).expect_err("no answer"), Missing::Closed);
    }
}

#[test]
fn a_connection_that_has_asked_nothing_yet_is_answered_before_it_makes_room() {
    let shop = shop_with(|config| config.limits.connections_max = 1);
    let buyer = shop.client("bea", &["Buyer"]);
    let mut first = Raw::of(&buyer);
    eventually("it has its place", || shop.metric("macadam_http_connections", &[]) == Some(1.0));
    let mut next = Raw::of(&buyer);
    assert!(next.get("/"));
    assert_eq!(next.answer_within(WHILE).expect_err("no place"), Missing::Waiting);
    assert!(first.get("/"));
    assert_eq!(first.answer().status, 200);
    assert_eq!(first.answer_within(Duration::from_mins(1)).expect_err("no answer"), Missing::Closed);
    assert_eq!(next.answer().status, 200);
}

#[test]
fn connections_beyond_the_limit_wait_while_others_work_and_the_operator_does_not() {
    let (shop, order) = two_places();
    let buyer = shop.client("bea", &["Buyer"]);
    let busy = two_busy(&buyer, &order);
    in_flight(&shop, 2.0);
    let mut third = Raw::of(&buyer);
    assert!(third.get("/"));
    assert_eq!(third.answer_within(WHILE).expect_err("no place"), Missing::Waiting);
    assert_eq!(shop.metric("macadam_http_connections", &[]), Some(2.0));
    assert_eq!(shop.admin().get("/health/ready").status, 200);
    drop(busy);
    assert_eq!(third.answer().status, 200);
}

#[test]
fn requests_beyond_the_limit_are_sent_away_and_polls_and_the_operator_are_not() {
    let shop = shop_with(|config| {
        (config.limits.requests_max, config.limits.request_wait_ms) = (2, 20);
        config.http.request_timeout_ms = 600_000;
    });
    let _busy = busy(&shop, 2);
    let clerk = shop.client("cleo", &["Clerk", "consumer"]);
    let refused = clerk.get("/");
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")), "{}", refused.text);
    assert_eq!(refused.body["type"], "urn:macadam:problem:overloaded");
    assert!(refused.header("correlation-id").is_some());
    assert_eq!(clerk.post("/orders/place", &json!({})).status, 503);
    assert_eq!((turned_away(&shop, "requests"), turned_away(&shop, "polls")), (Some(2.0), Some(0.0)));
    assert_eq!(clerk.get("/events").status, 200);
    assert_eq!(shop.admin().get("/health/ready").status, 200);
}

#[test]
fn polls_have_places_of_their_own() {
    let shop = shop_with(|config| (config.limits.polls_max, config.limits.request_wait_ms) = (1, 20));
    let consumer = shop.client("compliance", &["consumer"]);
    let waiting = consumer.clone();
    thread::spawn(move || waiting.try_send("GET", "/events?timeout=25", &[], None));
    in_flight(&shop, 1.0);
    let refused = consumer.get("/events");
    assert_eq!((refused.status, &refused.body["type"]), (503, &json!("urn:macadam:problem:overloaded")));
    assert_eq!(turned_away(&shop, "polls"), Some(1.0));
    assert_eq!(consumer.get("/").status, 200);
}

#[test]
fn a_moments_rush_waits_for_its_turn() {
    let shop = shop_with(|config| (config.limits.requests_max, config.limits.request_wait_ms) = (1, 600_000));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let buyer = shop.client("bea", &["Buyer"]);
            thread::spawn(move || (0..5).map(|_| buyer.get("/").status).collect::<Vec<_>>())
        })
        .collect();
    for client in clients {
        assert_eq!(client.join().expect("no panic"), [200; 5]);
    }
    assert_eq!(turned_away(&shop, "requests"), Some(0.0));
}

#[test]
fn an_actor_that_is_too_quick_is_429_and_others_are_not() {
    let shop =
        shop_with(|config| (config.limits.actor_requests_per_minute, config.limits.actor_burst) = (1, 3));
    let buyer = shop.client("bea", &["Buyer"]);
    for _ in 0..3 {
        assert_eq!(buyer.get("/").status, 200);
    }
    let refused = shop.client("bea", &["Clerk"]).get("/");
    assert_eq!(refused.status, 429, "whatever the token: {}", refused.text);
    assert_eq!(refused.body["type"], "urn:macadam:problem:too-many-requests");
    let wait: u64 = refused.header("retry-after").and_then(|text| text.parse().ok()).expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(turned_away(&shop, "rate"), Some(1.0));
    assert_eq!(shop.client("bob", &["Buyer"]).get("/").status, 200);
    assert_eq!(shop.client_with(None).get("/").status, 401);
    assert_eq!(shop.client_with(None).get("/schemas/Place").status, 200);
}

#[test]
fn without_a_configured_rate_nobody_is_held_to_one() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    assert!((0..300).all(|_| buyer.get("/").status == 200));
}

/// Sends orders over one connection until it is refused; the places of those accepted, or what came of half an answer.
fn customer(client: &Client, answered: &AtomicUsize) -> Result<Vec<String>, Missing> {
    let mut placed = Vec::new();
    let mut raw = Raw::of(client);
    loop {
        if !raw.post("/orders/place", &json!({ "buyer": "bea", "card": "1" })) {
            return Ok(placed);
        }
        match raw.answer_within(Duration::from_mins(1)) {
            Ok(answer) => {
                assert!(matches!(answer.status, 201 | 503), "{answer:?}");
                if answer.status == 503 {
                    return Ok(placed);
                }
                let body: Value = serde_json::from_str(&answer.body).expect("whole JSON");
                placed.push(body["_links"]["self"]["href"].as_str().expect("a link").to_owned());
                answered.fetch_add(1, Ordering::Relaxed);
                if answer.head.contains("connection: close") {
                    return Ok(placed);
                }
            }
            Err(Missing::Closed) => return Ok(placed),
            Err(half) => return Err(half),
        }
    }
}

#[test]
fn an_end_under_load_halves_no_answer_and_loses_nothing_that_was_accepted() {
    const CUSTOMERS: usize = 24;
    let mut shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let mut idle = Raw::of(&buyer);
    assert!(idle.get("/"));
    assert_eq!(idle.answer().status, 200);
    let waiting = shop.client("compliance", &["consumer"]);
    let poll = thread::spawn(move || waiting.try_send("GET", "/events?after=0&timeout=25", &[], None));
    let answered = AtomicUsize::new(0);
    let customers: Vec<_> = thread::scope(|scope| {
        let customers: Vec<_> = (0..CUSTOMERS).map(|_| scope.spawn(|| customer(&buyer, &answered))).collect();
        eventually("all are at it", || answered.load(Ordering::Relaxed) > 4 * CUSTOMERS);
        assert!(shop.stop(), "it drained within its deadline");
        customers.into_iter().map(|customer| customer.join().expect("no panic")).collect()
    });
    assert_eq!(idle.answer_within(Duration::from_mins(1)).expect_err("no answer"), Missing::Closed);
    assert_eq!(poll.join().expect("no panic").expect("a whole answer").status, 200);
    let placed: Vec<String> =
        customers.into_iter().flat_map(|placed| placed.expect("no half answers")).collect();
    assert_eq!(placed.len(), answered.load(Ordering::Relaxed));
    shop.resume();
    let buyer = shop.client("bea", &["Buyer"]);
    assert!(placed.iter().all(|path| buyer.get(path).status == 200), "what was accepted is there");
}

#[test]
fn while_others_learn_of_the_end_requests_are_still_done() {
    let mut shop = shop_with(|config| config.runtime.drain_delay_ms = 1_500);
    let (buyer, admin) = (shop.client("bea", &["Buyer"]), shop.admin());
    let path = place(&buyer, "bea").link("self");
    let seen = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            eventually("it is said", || admin.get("/health/ready").status == 503);
            seen.store(buyer.get(&path).status == 200, Ordering::Relaxed);
        });
        assert!(shop.stop());
    });
    assert!(seen.load(Ordering::Relaxed));
    assert!(buyer.try_send("GET", &path, &[], None).is_err(), "nobody listens any more");
}

#[test]
fn what_is_refused_at_the_edge_is_counted_from_zero() {
    let shop = shop();
    for (name, label, values) in [
        ("macadam_tokens_total", "outcome", &["remembered", "verified", "refused"][..]),
        ("macadam_identity_key_fetches_total", "outcome", &["fetched", "failed"]),
        ("macadam_http_turned_away_total", "reason", &["requests", "polls", "rate"]),
        ("macadam_http_connections_cut_total", "reason", &["head", "idle", "write"]),
    ] {
        for value in values {
            assert_eq!(shop.metric(name, &[(label, value)]), Some(0.0), "{name} {value}");
        }
    }
    assert_eq!(shop.metric("macadam_http_connections", &[]), Some(0.0));
}

#[test]
fn a_limit_of_nothing_and_more_connections_than_files_are_refused_at_the_start() {
    let refused = |configure: fn(&mut Config)| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = Config::default();
        config.data.dir = folder.path().join("data");
        config.auth.dev_issuer_dir = folder.path().join("issuer");
        configure(&mut config);
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let started = runtime.block_on(Running::start(context(&config), config));
        started.err().expect("it does not start").to_string()
    };
    let nobody = refused(|config| config.limits.connections_max = 0);
    assert!(nobody.contains("limits.connections_max is 0"), "{nobody}");
    let many = refused(|config| config.limits.connections_max = usize::MAX);
    assert!(many.contains("files open") && many.contains("limits.connections_max"), "{many}");
}

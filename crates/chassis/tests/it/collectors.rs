//! A collector that is away, slow or comes back: the service goes on, and its memory stays within bounds.

use macadam_chassis::{Config, Context, Running};
use macadam_testkit::{Collector, InProcess, Logs, SilentCollector, eventually};
use serde_json::json;

use crate::shop::{context, place, shop_with};

fn telling(address: std::net::SocketAddr, configure: impl FnOnce(&mut Config)) -> InProcess {
    shop_with(|config| {
        config.telemetry.otlp_endpoint = Some(format!("http://{address}"));
        config.telemetry.sample_ratio = 1.0;
        config.telemetry.export_interval_ms = 10;
        configure(config);
    })
}

fn spans(shop: &InProcess, outcome: &str) -> f64 {
    shop.metric("macadam_telemetry_spans_total", &[("outcome", outcome)]).expect("the series is there")
}

/// A port at which nobody listens.
fn nobody() -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("the system has a port");
    listener.local_addr().expect("a listener has an address")
}

#[test]
fn an_absent_collector_costs_spans_and_nothing_else() {
    let (logs, address) = (Logs::catch(), nobody());
    let mut shop = telling(address, |_| {});
    let buyer = shop.client("bea", &["Buyer"]);
    for _ in 0..20 {
        assert_eq!(buyer.get("/").status, 200);
    }
    eventually("what is lost is counted", || spans(&shop, "failed") >= 20.0);
    assert_eq!((spans(&shop, "exported"), spans(&shop, "dropped")), (0.0, 0.0));
    let endpoint = format!("http://{address}");
    let told = |line: &serde_json::Value| line["endpoint"] == endpoint && line["log.level"] == "warn";
    eventually("the log names it, once", || logs.all().into_iter().filter(told).count() == 1);
    assert!(shop.stop(), "nobody waits for it at the end");
}

#[test]
fn before_a_silent_collector_the_queue_is_bounded_and_requests_are_served() {
    let mut silent = SilentCollector::start();
    let mut shop = telling(silent.address(), |config| {
        config.telemetry.queue_max_spans = 8;
        config.telemetry.export_timeout_ms = 60_000;
        config.runtime.drain_timeout_ms = 2_000;
    });
    let buyer = shop.client("bea", &["Buyer"]);
    buyer.get("/");
    eventually("a batch is on its way", || silent.callers() == 1);
    for _ in 0..50 {
        assert_eq!(buyer.get("/").status, 200);
    }
    place(&buyer, "bea").accept("note", &json!({ "text": "still served" }));
    // The one request under way and a full queue: all others found no place.
    let ended = 1.0 + 50.0;
    eventually("what found no place is counted", || spans(&shop, "dropped") >= ended - 8.0);
    assert_eq!((spans(&shop, "exported"), spans(&shop, "failed")), (0.0, 0.0));
    assert!(shop.stop(), "a collector that does not answer does not hold up the end");
}

#[test]
fn a_slow_collector_is_given_up_after_its_time() {
    let silent = SilentCollector::start();
    let shop = telling(silent.address(), |config| config.telemetry.export_timeout_ms = 50);
    let buyer = shop.client("bea", &["Buyer"]);
    buyer.get("/");
    eventually("the batch is given up", || spans(&shop, "failed") >= 1.0);
}

#[test]
fn spans_flow_again_when_the_collector_is_back() {
    let collector = Collector::start();
    let address = collector.address();
    let shop = telling(address, |_| {});
    let buyer = shop.client("bea", &["Buyer"]);
    buyer.get("/");
    collector.span("the first", |span| span.name == "GET /");
    drop(collector);
    eventually("it is gone", || {
        buyer.get("/");
        spans(&shop, "failed") >= 1.0
    });
    let collector = Collector::start_at(address);
    eventually("a new one arrives", || {
        assert_eq!(buyer.get("/views/orders").status, 200);
        collector.spans().iter().any(|span| span.name == "GET /views/{view}")
    });
    assert!(spans(&shop, "exported") >= 2.0);
}

#[test]
fn the_last_spans_are_sent_before_the_end() {
    let collector = Collector::start();
    let mut shop = telling(collector.address(), |config| config.telemetry.export_interval_ms = 3_600_000);
    shop.client("bea", &["Buyer"]).get("/");
    assert!(collector.spans().is_empty());
    assert!(shop.stop());
    assert!(collector.spans().iter().any(|span| span.name == "GET /"), "{:?}", collector.spans());
}

#[test]
fn a_setting_that_cannot_be_is_refused_with_its_name() {
    let check = |name: &str, configure: fn(&mut Config)| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = Config::default();
        config.data.dir = folder.path().join("data");
        config.telemetry.otlp_endpoint = Some("http://127.0.0.1:4318".to_owned());
        configure(&mut config);
        let runtime = tokio::runtime::Runtime::new().expect("the machine gives threads");
        let context: Context = context(&config);
        let error = runtime.block_on(Running::start(context, config)).err().expect("it does not start");
        assert!(error.to_string().contains(&format!("telemetry.{name}")), "{error}");
    };
    check("sample_ratio", |config| config.telemetry.sample_ratio = 1.5);
    check("sample_ratio", |config| config.telemetry.sample_ratio = f64::NAN);
    check("otlp_endpoint", |config| config.telemetry.otlp_endpoint = Some("https://collector".to_owned()));
    check("otlp_endpoint", |config| {
        config.telemetry.otlp_endpoint = Some("http://me:hush@collector".to_owned());
    });
    check("otlp_endpoint", |config| config.telemetry.otlp_endpoint = Some("collector:4318".to_owned()));
    check("queue_max_spans", |config| config.telemetry.queue_max_spans = 0);
    check("export_interval_ms", |config| config.telemetry.export_interval_ms = 0);
}

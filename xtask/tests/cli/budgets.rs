//! `slo status`, `slo budget-gate` and `slo backtest` against a real Prometheus, whose samples are counted by hand.

use std::path::Path;
use std::process::Output;

use macadam_runner::slo::replay::Replay;
use serde_json::Value;

use crate::{code, repository, text, tool, workspace};

/// The time of the last sample, 2026-11-01T00:00:00Z.
const NOW: i64 = 1_793_491_200;
const AT: &str = "2026-11-01T00:00:00Z";
const DAY: i64 = 86_400;

/// A repository with the context `shop`, whose SLOs are as a new context has them; availability stops a release.
fn shop() -> tempfile::TempDir {
    let folder = workspace();
    let made = run(
        folder.path(),
        &["new", "shop", "--aggregate", "Order", "--command", "Place:Placed", "--actor", "Clerk"],
    );
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    let file = folder.path().join("slo/shop.yaml");
    let slos = std::fs::read_to_string(&file).expect("it was seeded");
    let named = "kind: SLO\nmetadata:\n  name: shop-availability\n";
    assert!(slos.contains(named), "{slos}");
    let gate = format!("{named}  annotations:\n    macadam.dev/gate: \"true\"\n");
    std::fs::write(&file, slos.replace(named, &gate)).expect("writable");
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    tool()
        .current_dir(folder)
        .env_remove("MACADAM_PROMETHEUS")
        .args(arguments)
        .output()
        .expect("the tool runs")
}

/// OpenMetrics that is written line by line.
struct Samples(String);

impl Samples {
    /// A value each minute of the last so many seconds, both ends included; `value` knows how long ago it is.
    fn each_minute(&mut self, name: &str, labels: &str, seconds: i64, value: impl Fn(i64) -> f64) {
        for at in (NOW - seconds..=NOW).step_by(60) {
            self.one(name, labels, value(NOW - at), at);
        }
    }

    fn one(&mut self, name: &str, labels: &str, value: f64, at: i64) {
        self.0.push_str(&format!("{name}{{context=\"shop\",{labels}}} {value} {at}\n"));
    }

    fn served(mut self) -> Replay {
        self.0.push_str("# EOF\n");
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), self.0).expect("writable");
        Replay::of_openmetrics(file.path()).expect("Prometheus starts")
    }
}

/// What the rules record of an SLO: a request a second, and a share of them bad for some minutes up to now.
fn recorded(samples: &mut Samples, slo: &str, seconds: i64, bad: f64, bad_seconds: i64) {
    let labels = format!("slo=\"{slo}\"");
    samples.each_minute("slo:total:rate5m", &labels, seconds, |_| 1.0);
    samples.each_minute("slo:bad:rate5m", &labels, seconds, |ago| if ago < bad_seconds { bad } else { 0.0 });
}

fn of<'a>(report: &'a Value, slo: &str) -> &'a Value {
    let slos = report["slos"].as_array().expect("SLOs");
    slos.iter().find(|one| one["slo"] == slo).unwrap_or_else(|| panic!("no {slo} in {report}"))
}

fn near(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap_or(f64::NAN);
    assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
}

fn valid(report: &Value, schema: &str) {
    let schema = std::fs::read_to_string(repository().join("docs/schemas").join(schema)).expect("a schema");
    let schema = serde_json::from_str(&schema).expect("a schema is JSON");
    jsonschema::validate(&schema, report).unwrap_or_else(|error| panic!("{error}: {report}"));
}

#[test]
fn budgets_are_those_that_are_counted_by_hand_and_the_worst_comes_first() {
    let mut samples = Samples(String::new());
    // 43,201 minutes of 60 requests are 2,592,060; 1,296 of them were bad in the last hour: 60 minutes of 21.6.
    recorded(&mut samples, "shop-availability", 30 * DAY, 0.36, 3_600);
    samples.one("slo:error_ratio:1h", "slo=\"shop-availability\"", 0.36, NOW);
    samples.one("slo:error_ratio:5m", "slo=\"shop-availability\"", 0.36, NOW);
    let page = "alertname=\"ShopAvailabilityBudgetBurn\",alertstate=\"firing\",severity=\"page\",\
                slo=\"shop-availability\",tier=\"page-fast\",windows=\"1h/5m\"";
    samples.one("ALERTS", page, 1.0, NOW);
    let down = "alertname=\"ShopDown\",alertstate=\"firing\",severity=\"page\"";
    samples.one("ALERTS", down, 1.0, NOW);
    // 61 minutes of 60: 3,660, all bad for 5 minutes: 300, of which 3.66 may be.
    recorded(&mut samples, "shop-command-outcome", 3_600, 1.0, 300);
    let idle = "slo=\"shop-freshness\",subscription=\"Orders\"";
    samples.each_minute("slo:total:rate5m", idle, 600, |_| 0.0);
    samples.each_minute("slo:bad:rate5m", idle, 600, |_| 0.0);
    let (prometheus, folder) = (samples.served(), shop());
    let source = ["--prometheus", prometheus.address(), "--at", AT];

    let output = run(folder.path(), &[&["slo", "status", "--json"], &source[..]].concat());
    assert_eq!(code(&output), 6, "of one SLO nothing is known: {}", text(&output.stderr));
    assert!(text(&output.stderr).contains("no data of shop-latency\n"), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    valid(&report, "slo-status.schema.json");
    let order: Vec<&str> =
        report["slos"].as_array().expect("SLOs").iter().filter_map(|one| one["slo"].as_str()).collect();
    assert_eq!(order, ["shop-command-outcome", "shop-availability", "shop-freshness", "shop-latency"]);
    let availability = of(&report, "shop-availability");
    near(&availability["budget_left"], 1.0 - 1_296.0 / 2_592.06);
    near(&availability["sli"], 1.0 - 1_296.0 / 2_592_060.0);
    near(&availability["coverage"], 1.0);
    assert_eq!(availability["verdict"], "left");
    let state = &availability["states"][0];
    near(&state["events"]["bad"], 1_296.0);
    near(&state["burn"][1]["pace"], 360.0);
    // Half of 30 days at 360 times the pace.
    near(&state["exhaustion"]["seconds"], (1.0 - 1_296.0 / 2_592.06) * 2_592_000.0 / 360.0);
    let outcome = of(&report, "shop-command-outcome");
    near(&outcome["budget_left"], 1.0 - 300.0 / 3.66);
    near(&outcome["coverage"], 61.0 / 43_200.0);
    assert_eq!(of(&report, "shop-freshness")["verdict"], "idle");
    assert_eq!(of(&report, "shop-latency")["verdict"], "unknown");

    let output = run(folder.path(), &[&["slo", "status", "shop-availability"], &source[..]].concat());
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let told = text(&output.stdout);
    for part in [
        "shop-availability: 50% of the budget left",
        "1,296 of 2,592,060 bad, 2,592 may be",
        "FIRING ShopAvailabilityBudgetBurn (page, page-fast 1h/5m)",
        "At the pace of the last 1h the budget is gone in 1 h.",
        "shop, beneath its SLOs: FIRING ShopDown (page)",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
}

#[test]
fn an_objective_is_explained_by_the_traffic_of_its_period() {
    let mut samples = Samples(String::new());
    samples.each_minute("slo:total:rate5m", "slo=\"shop-availability\"", 6 * 3_600, |_| 0.01);
    let (prometheus, folder) = (samples.served(), shop());
    let source = ["--prometheus", prometheus.address(), "--at", AT];
    let output = run(folder.path(), &[&["slo", "explain", "shop-availability"], &source[..]].concat());
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let told = text(&output.stdout);
    assert!(told.contains("864 requests a day: 26 of 25,920 may be bad"), "{told}");
    assert!(
        told.contains("of 36 requests in 1 h, 1.44% are 0.5; it fires at 3 bad, which are 8.3%"),
        "{told}"
    );
}

#[test]
fn agreements_are_reported_with_their_consequence() {
    let mut samples = Samples(String::new());
    // 300 of 3,660 are bad: 91.8% good, which misses 95% and keeps 90%.
    recorded(&mut samples, "shop-availability", 3_600, 1.0, 300);
    let (prometheus, folder) = (samples.served(), shop());
    let agreement = "\
- name: gold
  consequence: A tenth of the month's fee is paid back.
  targets:
    - {slo: shop-availability, targetPercent: 95}
- name: basic
  consequence: Nothing.
  targets:
    - {slo: shop-availability, targetPercent: 90}
    - {slo: shop-latency, targetPercent: 50}
";
    let file = folder.path().join("slo/slas.yaml");
    std::fs::write(&file, agreement).expect("writable");
    let arguments = ["slo", "status", "shop-availability", "--prometheus", prometheus.address(), "--at", AT];
    let output = run(folder.path(), &arguments);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let told = text(&output.stdout);
    for part in [
        "SLA gold: MISSED\n  It follows: A tenth of the month's fee is paid back.\n  shop-availability: 91.8033% good, 95% is agreed: MISSED",
        "SLA basic: not known\n",
        "shop-availability: 91.8033% good, 90% is agreed; 18% of what may be bad is left",
        "shop-latency: no data; 50% is agreed",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    let report = run(folder.path(), &[&arguments[..], &["--json"]].concat());
    valid(&serde_json::from_slice(&report.stdout).expect("JSON"), "slo-status.schema.json");
    let validated = run(folder.path(), &["slo", "validate"]);
    assert!(text(&validated.stdout).contains("slo/slas.yaml: valid, 2 SLAs"), "{}", text(&validated.stderr));

    std::fs::write(&file, agreement.replace("targetPercent: 95", "targetPercent: 99.95")).expect("writable");
    for command in [&["slo", "validate"][..], &["slo", "generate", "--dry-run"], &arguments] {
        let output = run(folder.path(), command);
        assert_eq!(code(&output), 1, "{command:?}: {}", text(&output.stderr));
        let said = text(&output.stderr);
        assert!(
            said.contains("the target 99.95% of `shop-availability` is not below the SLO's own, 99.9%"),
            "{said}"
        );
        assert!(said.contains("slo/slas.yaml:4:"), "{said}");
    }
}

/// Ends of `slo budget-gate` with these arguments more.
fn gate(folder: &Path, prometheus: &Replay, more: &[&str]) -> Output {
    let source = ["--prometheus", prometheus.address(), "--at", AT];
    run(folder, &[&["slo", "budget-gate"], &source[..], more].concat())
}

#[test]
fn a_spent_budget_stops_a_release_unless_somebody_says_why_not() {
    let mut samples = Samples(String::new());
    recorded(&mut samples, "shop-availability", 3_600, 1.0, 300);
    let (prometheus, folder) = (samples.served(), shop());
    let output = gate(folder.path(), &prometheus, &[]);
    assert_eq!(code(&output), 3, "{}", text(&output.stderr));
    assert!(
        text(&output.stdout).contains("shop-availability: 82.0 times the budget spent"),
        "{}",
        text(&output.stdout)
    );
    assert!(text(&output.stderr).contains("--override --reason"), "{}", text(&output.stderr));

    let output = gate(folder.path(), &prometheus, &["--override", "--reason", "mends the outage", "--json"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    valid(&report, "slo-gate.schema.json");
    assert_eq!((&report["passes"], &report["slos"][0]["verdict"]), (&true.into(), &"spent".into()));
    assert_eq!(report["override"]["reason"], "mends the outage");
    assert!(report["override"]["by"].as_str().is_some_and(|by| !by.is_empty()), "{report}");

    for wrong in [&["--override"][..], &["--override", "--reason", " "], &["--reason", "none"]] {
        assert_eq!(code(&gate(folder.path(), &prometheus, wrong)), 2, "{wrong:?}");
    }
}

#[test]
fn a_gate_passes_with_budget_left_and_is_unknown_without_data() {
    let mut samples = Samples(String::new());
    recorded(&mut samples, "shop-availability", 3_600, 0.0, 0);
    // Spent, but it does not stop a release.
    recorded(&mut samples, "shop-command-outcome", 3_600, 1.0, 3_600);
    let (prometheus, folder) = (samples.served(), shop());
    let output = gate(folder.path(), &prometheus, &[]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let passes =
        "shop-availability: 100% of the budget left (of 0.1% of the period, which has samples): passes\n";
    assert_eq!(text(&output.stdout), passes);

    let output = gate(folder.path(), &prometheus, &["--at", "2026-01-01T00:00:00Z"]);
    assert_eq!(code(&output), 2, "one time only");
    let before = ["slo", "budget-gate", "--prometheus", prometheus.address(), "--at", "2026-01-01T00:00:00Z"];
    let output = run(folder.path(), &before);
    assert_eq!(
        (code(&output), text(&output.stdout)),
        (6, "shop-availability: unknown, no data\n".to_owned())
    );
    assert!(text(&output.stderr).contains("slo/generated/shop.rules.yaml"), "{}", text(&output.stderr));
    let output =
        run(folder.path(), &[&before[..], &["--override", "--reason", "no Prometheus yet"]].concat());
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));

    let output = gate(folder.path(), &prometheus, &["shop-latency"]);
    assert_eq!((code(&output), text(&output.stdout)), (0, String::new()));
    assert!(text(&output.stderr).contains("macadam.dev/gate"), "{}", text(&output.stderr));
}

#[test]
fn a_prometheus_that_is_missing_is_a_missing_prerequisite_with_a_remedy() {
    let folder = shop();
    for command in [&["slo", "status"][..], &["slo", "budget-gate"]] {
        let output = run(folder.path(), &[command, &["--prometheus", "http://127.0.0.1:1"]].concat());
        assert_eq!((code(&output), text(&output.stdout)), (6, String::new()), "{command:?}");
        let said = text(&output.stderr);
        assert!(said.contains("failed to reach Prometheus at http://127.0.0.1:1"), "{said}");
        assert!(said.contains("help: start it, or name another by --prometheus"), "{said}");
        assert_eq!(code(&run(folder.path(), command)), 2, "{command:?}: none is named");
    }
}

/// Ten requests a second for twelve hours up to [`NOW`] and two more, scraped each 15 seconds; at [`NOW`] all of them fail
/// for ten minutes.
fn outage() -> tempfile::NamedTempFile {
    let mut samples = Samples(String::new());
    let (mut good, mut bad) = (0.0, 0.0);
    for at in (NOW - 12 * 3_600..=NOW + 2 * 3_600).step_by(15) {
        for (status, value) in [("200", good), ("500", bad)] {
            let labels = format!("http_route=\"/orders\",http_response_status_code=\"{status}\"");
            samples.one("http_server_request_duration_seconds_count", &labels, value, at);
        }
        if (NOW..NOW + 600).contains(&at) { bad += 150.0 } else { good += 150.0 }
    }
    // One family after another is what OpenMetrics wants.
    let mut lines: Vec<&str> = samples.0.lines().collect();
    lines.sort_by_key(|line| line.contains("\"500\""));
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), lines.join("\n") + "\n# EOF\n").expect("writable");
    file
}

fn backtest(folder: &Path, against: &str, more: &[&str]) -> Value {
    let arguments = ["slo", "backtest", "shop-availability", "--json", "--against", against];
    let output = run(folder, &[&arguments[..], more].concat());
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    valid(&report, "slo-backtest.schema.json");
    report["backtest"]["objectives"][0].clone()
}

/// Tier and beginning of what would have fired.
fn fired(tried: &Value) -> Vec<(&str, &str)> {
    let alerts = tried["alerts"].as_array().expect("alerts");
    alerts.iter().filter_map(|alert| Some((alert["tier"].as_str()?, alert["from"].as_str()?))).collect()
}

#[test]
fn an_outage_would_have_paged_at_the_minute_that_the_explanation_says() {
    let (folder, file) = (shop(), outage());
    let against = file.path().to_str().expect("a path");
    // All bad for ten minutes: 6,000 of 43.2 million in 30 days at this traffic, of which one in a thousand may be.
    let tried = backtest(folder.path(), against, &[]);
    let expected = [
        ("page-fast", "2026-11-01T00:03:00Z"),
        ("page-slow", "2026-11-01T00:05:00Z"),
        ("ticket-fast", "2026-11-01T00:07:00Z"),
        ("ticket-slow", "2026-11-01T00:07:00Z"),
    ];
    assert_eq!(fired(&tried), expected);
    near(&tried["groups"][0]["bad"], 6_000.0);
    let spent = tried["groups"][0]["budget_spent"].as_f64().expect("a number");
    assert!((spent - 10.0 / 43.2).abs() < 0.001, "10 minutes of 43.2, not {spent}");
    // The same as `slo explain` says of a total outage.
    let output = run(folder.path(), &["slo", "explain", "shop-availability", "--json"]);
    let explained: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let alerts = explained["slos"][0]["objectives"][0]["alerts"].as_array().expect("alerts");
    let minutes: Vec<i64> = alerts
        .iter()
        .filter_map(|alert| alert["outage_seconds"].as_i64())
        .map(|seconds| seconds / 60)
        .collect();
    assert_eq!(minutes, [3, 5, 7, 7]);
}

#[test]
fn another_objective_pages_later_or_never() {
    let (folder, file) = (shop(), outage());
    let against = file.path().to_str().expect("a path");
    let tried = |objective| backtest(folder.path(), against, &["--objective", objective]);
    assert_eq!(fired(&tried("99%")), [("page-fast", "2026-11-01T00:11:00Z")]);
    assert_eq!(fired(&tried("90%")), []);
    for wrong in ["100%", "99.9", "much"] {
        let arguments = ["slo", "backtest", "shop-availability", "--against", against, "--objective", wrong];
        assert_eq!(code(&run(folder.path(), &arguments)), 2, "{wrong}");
    }
}

#[test]
fn a_running_prometheus_is_asked_for_a_time() {
    let (folder, file) = (shop(), outage());
    let prometheus = Replay::of_openmetrics(file.path()).expect("Prometheus starts");
    let address = prometheus.address();
    let tried =
        backtest(folder.path(), address, &["--from", "2026-11-01T00:04:00Z", "--to", "2026-11-01T00:06:00Z"]);
    assert_eq!(fired(&tried), [("page-fast", "2026-11-01T00:04:00Z"), ("page-slow", "2026-11-01T00:05:00Z")]);
    assert_eq!(tried["alerts"][0]["open"], true);

    let before = ["--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T00:00:00Z"];
    let arguments = ["slo", "backtest", "shop-availability", "--against", address];
    let output = run(folder.path(), &[&arguments[..], &before].concat());
    assert_eq!((code(&output), text(&output.stdout)), (6, String::new()));
    assert!(text(&output.stderr).contains("no data of shop-availability"), "{}", text(&output.stderr));
}

#[test]
fn a_composite_is_tried_as_a_whole() {
    let (folder, file) = (shop(), outage());
    let owned = folder.path().join("slo/shop.yaml");
    let journey = "---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: shop-journey
spec:
  service: shop
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - {targetPercent: 99.9, compositeWeight: 3, indicatorRef: shop-availability}
    - {targetPercent: 99.9, compositeWeight: 1, indicatorRef: shop-command-outcome}
";
    let slos = std::fs::read_to_string(&owned).expect("readable");
    std::fs::write(&owned, slos + journey).expect("writable");
    // Commands that are all decided, beside the requests that fail.
    let mut samples = std::fs::read_to_string(file.path()).expect("readable");
    let commands = |number: i64| {
        let at = NOW - 12 * 3_600 + 15 * number;
        format!("macadam_commands_total{{context=\"shop\",outcome=\"accepted\"}} {number} {at}\n")
    };
    let commands: String = (0..=14 * 240).map(commands).collect();
    samples = samples.replace("# EOF\n", &format!("{commands}# EOF\n"));
    std::fs::write(file.path(), samples).expect("writable");
    let against = file.path().to_str().expect("a path");
    let arguments = ["slo", "backtest", "shop-journey", "--json", "--against", against];
    let output = run(folder.path(), &arguments);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let tried = &report["backtest"]["objectives"][0];
    assert_eq!(tried["name"], "composite");
    // Three quarters of what availability alone has: (0.2 + 0.4 + 0.6) × 0.75 / 61 = 0.0148 is above 0.0144 after three minutes.
    assert_eq!(fired(tried)[0], ("page-fast", "2026-11-01T00:03:00Z"));
    let spent = tried["groups"][0]["budget_spent"].as_f64().expect("a number");
    assert!((spent - 0.75 * 10.0 / 43.2).abs() < 0.001, "{spent}");
}

#[test]
fn a_file_without_timestamps_is_refused() {
    let folder = shop();
    let file = folder.path().join("samples.txt");
    for (samples, said) in [("up 1\n# EOF\n", "timestamp"), ("up 1 1\n", "# EOF"), ("# EOF\n", "samples")] {
        std::fs::write(&file, samples).expect("writable");
        let output =
            run(folder.path(), &["slo", "backtest", "shop-availability", "--against", "samples.txt"]);
        assert_eq!((code(&output), text(&output.stdout)), (1, String::new()), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
    }
    let output = run(folder.path(), &["slo", "backtest", "shop-availability", "--against", "nowhere.txt"]);
    assert_eq!(code(&output), 1, "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nowhere.txt"), "{}", text(&output.stderr));
}

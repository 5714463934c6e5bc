//! The benchmarks' own arithmetic and report, whose verdicts gate: `benches/chassis` is measured with these.

#[path = "../../benches/chassis/report.rs"]
mod report;
#[path = "../../benches/chassis/stats.rs"]
mod stats;

use std::path::Path;

use serde_json::{Value, json};

use report::{Document, Report};
use stats::{Of, Ratio, Verdict, alternate, summary};

/// So many rounds around a mean, as a machine that is busy now and then gives them.
fn rounds(mean: f64, spread: f64, count: usize, seed: u64) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..count).map(|_| mean * (1.0 + spread * (2.0 * random.f64() - 1.0))).collect()
}

#[test]
fn the_noise_of_equal_sides_nearly_always_includes_one() {
    let of = |seed| Ratio::of(&rounds(100.0, 0.1, 9, seed), &rounds(100.0, 0.1, 9, seed + 100), Of::Median);
    let ratios: Vec<Ratio> = (0..20).map(of).collect();
    let including = ratios.iter().filter(|ratio| ratio.low <= 1.0 && 1.0 <= ratio.high).count();
    assert!(including >= 17, "{including} of 20: {ratios:?}");
    for ratio in ratios {
        assert!(ratio.low <= ratio.value && ratio.value <= ratio.high, "{ratio:?}");
        assert!(ratio.high - ratio.low < 0.4, "noise of a tenth is not made much more of: {ratio:?}");
    }
}

#[test]
fn a_side_that_is_slower_by_more_than_the_noise_is_missed() {
    let ratio = Ratio::of(&rounds(70.0, 0.03, 7, 1), &rounds(100.0, 0.03, 7, 2), Of::Median);
    assert_eq!(ratio.against(0.8), Verdict::Missed, "{ratio:?}");
    assert_eq!(ratio.against(0.6), Verdict::Met, "{ratio:?}");
}

#[test]
fn a_side_that_is_slower_by_less_than_the_noise_is_not_missed() {
    let chassis = [60.0, 95.0, 70.0, 90.0, 78.0];
    let ratio = Ratio::of(&chassis, &[100.0; 5], Of::Median);
    assert_eq!((ratio.value, ratio.against(0.8)), (0.78, Verdict::WithinNoise), "{ratio:?}");
}

#[test]
fn what_disturbs_a_round_of_both_sides_is_no_noise() {
    let busy = [1.0, 0.5, 0.9, 0.3, 0.8];
    let chassis: Vec<f64> = busy.iter().map(|share| 70.0 * share).collect();
    let other: Vec<f64> = busy.iter().map(|share| 100.0 * share).collect();
    let ratio = Ratio::of(&chassis, &other, Of::Median);
    assert!(ratio.high - ratio.low < 1e-9, "{ratio:?}");
    assert_eq!(ratio.against(0.75), Verdict::Missed, "{ratio:?}");
}

#[test]
fn few_rounds_miss_nothing_since_they_show_no_noise() {
    for count in [1, 2] {
        let ratio = Ratio::of(&rounds(50.0, 0.01, count, 1), &rounds(100.0, 0.01, count, 2), Of::Median);
        assert_eq!(ratio.against(0.8), Verdict::TooFewRounds, "{ratio:?}");
        assert_eq!(ratio.against(0.4), Verdict::Met, "{ratio:?}");
    }
}

#[test]
fn the_least_of_rounds_forgets_what_a_busy_machine_added() {
    let quiet = [10.0, 10.1, 10.2, 10.3, 10.1];
    let busy = [30.0, 10.1, 25.0, 10.2, 40.0];
    assert!((summary(&busy, Of::Least) / summary(&quiet, Of::Least) - 1.01).abs() < 1e-9);
    assert!((summary(&busy, Of::Median) - 25.0).abs() < 1e-9);
    assert!((summary(&[1.0, 3.0], Of::Median) - 2.0).abs() < 1e-9);
}

#[test]
fn rounds_alternate_and_the_first_one_warms_up() {
    let order = std::cell::RefCell::new(String::new());
    let side = |name: char| {
        order.borrow_mut().push(name);
        f64::from(u32::try_from(order.borrow().len()).expect("small"))
    };
    let sides = alternate(3, || side('c'), || side('o'));
    assert_eq!(sides, (vec![4.0, 5.0, 8.0], vec![3.0, 6.0, 7.0]));
    assert_eq!(*order.borrow(), "cooccooc");
}

/// A report with a verdict of each kind.
fn reported() -> Report {
    let mut report = Report::new();
    let mut ratio = |name, chassis: &[f64], other: &[f64], of, note| {
        report.ratio(name, (chassis, other), "appends/s", of, note);
    };
    ratio("append, 1 writers", &[70.0; 5], &[100.0; 5], Of::Median, "1.00 commits per append");
    ratio("append, 8 writers", &[90.0; 5], &[100.0; 5], Of::Median, "");
    ratio("append, 64 writers", &[70.0], &[100.0], Of::Median, "");
    ratio("telemetry, 0 % sampled", &[10.0, 12.0, 11.0], &[9.5; 3], Of::Least, "");
    ratio("something without a goal", &[1.0; 3], &[2.0; 3], Of::Median, "");
    report.figure("one view rebuilt", 100_000.0, "events/s", "");
    report.figure("idle memory", 12.0, "MiB", "resident");
    report.figure("something else", 1.0, "ms", "");
    report
}

#[test]
fn a_report_fails_by_a_missed_ratio_and_by_no_figure() {
    let report = reported();
    let json = serde_json::to_value(report.json()).expect("JSON");
    let verdicts = |of: &str| -> Vec<Value> {
        json[of].as_array().expect("a list").iter().map(|line| line["verdict"].clone()).collect()
    };
    assert_eq!(verdicts("ratios"), ["missed", "met", "too-few-rounds", "met", "reported"]);
    assert_eq!(verdicts("figures"), ["missed", "met", "reported"]);
    assert!(report.fails());
    assert_eq!(json["ratios"][3]["ratio"], json!(0.95), "the other over the chassis, where less is better");
    let mut figures = Report::new();
    figures.figure("ready after", 1_000.0, "ms", "");
    assert!(!figures.fails());
}

#[test]
fn the_table_names_goal_spread_and_verdict() {
    let table = reported().table();
    let line = "| append, 1 writers | 0.700 | 0.700–0.700 | 0.80 | MISSED | 70 | 100 | appends/s; 1.00 commits per append |";
    assert!(table.contains(line), "{table}");
    assert!(table.contains("| one view rebuilt | 100000 | events/s | ≥ 200000 | MISSED |"), "{table}");
}

#[test]
fn a_report_is_as_its_published_schema_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas/bench.schema.json");
    let schema = serde_json::to_value(schemars::schema_for!(Document<'_>)).expect("a schema is JSON");
    if std::env::var_os("BLESS_GOLDEN").is_some() {
        let text = serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
        std::fs::write(&file, text).expect("writable");
    }
    let published = std::fs::read_to_string(&file).unwrap_or_default();
    let published: Value = serde_json::from_str(&published).unwrap_or_default();
    assert!(published == schema, "BLESS_GOLDEN=1 cargo test -p macadam-chassis --test it published_schema");
    let report = serde_json::to_value(reported().json()).expect("JSON");
    jsonschema::validate(&schema, &report).unwrap_or_else(|error| panic!("{error}: {report}"));
}

//! `slo backtest`: queries on raw series alone, and what is made of their answers.

use std::collections::BTreeMap;

use macadam_slo::budget::{Counter, Trial, backtest, trial};
use serde_json::{Value, json};

use crate::{about, catalog, slo};

const MINUTE: i64 = 60;

fn queries(trial: &Trial) -> Vec<&str> {
    let counts = trial.counts.iter().flat_map(|count| [count.total.as_str(), count.bad.as_str()]);
    trial.alerts.iter().map(|alert| alert.query.as_str()).chain(counts).collect()
}

#[test]
fn queries_name_raw_series_alone_and_are_promql() {
    for slo in catalog().slos {
        let trial = trial(&about(), &slo).expect("rules");
        assert!(!trial.alerts.is_empty(), "{}", slo.name);
        for query in queries(&trial) {
            assert!(!query.contains("slo:"), "{}: {query}", slo.name);
            promql_parser::parser::parse(query)
                .unwrap_or_else(|error| panic!("{}: {error}: {query}", slo.name));
        }
    }
}

#[test]
fn a_range_of_a_recorded_series_becomes_a_subquery_at_the_interval_of_its_rule() {
    let trial = trial(&about(), &slo("shop-availability")).expect("rules");
    let total = "sum(rate(requests_total[5m]))";
    assert_eq!(trial.counts[0].total, format!("({total})"));
    assert!(
        trial.alerts[0].query.contains(&format!("count_over_time(({total})[1h:60s])")),
        "{}",
        trial.alerts[0].query
    );
}

/// A hundred requests a minute for ten hours, all bad from the fifth hour on for ten minutes.
fn counter() -> Counter {
    let minutes = || (0..600).map(|minute| minute * MINUTE);
    let bad = |at: i64| if (300 * MINUTE..310 * MINUTE).contains(&at) { 100.0 / 60.0 } else { 0.0 };
    Counter {
        total: minutes().map(|at| (at, 100.0 / 60.0)).collect(),
        bad: minutes().map(|at| (at, bad(at))).collect(),
        ..Counter::default()
    }
}

fn near(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap_or(f64::NAN);
    assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
}

#[test]
fn what_was_spent_is_a_share_of_a_whole_periods_budget() {
    let slo = slo("shop-availability");
    let trial = trial(&about(), &slo).expect("rules");
    let minutes = |from: i64, to: i64| (from..=to).map(|minute| minute * MINUTE).collect::<Vec<_>>();
    let mut held = vec![Vec::new(); trial.alerts.len()];
    held[0] = vec![(BTreeMap::new(), minutes(303, 314))];
    held[1] = vec![(BTreeMap::new(), [minutes(305, 330), minutes(590, 599)].concat())];
    let made = json!(backtest(&about(), &slo, &trial, (0, 599 * MINUTE), &[counter()], &held));
    let tried = &made["objectives"][0];
    // 100 a minute are 4,320,000 in 30 days, of which 4,320 may be bad; 1,000 were.
    near(&tried["groups"][0]["budget_spent"], 1_000.0 / 4_320.0);
    near(&tried["groups"][0]["bad"], 1_000.0);
    near(&tried["groups"][0]["coverage"], 1.0);
    let alerts = tried["alerts"].as_array().expect("alerts");
    let told: Vec<Value> = alerts
        .iter()
        .map(|alert| json!([alert["tier"], alert["from"], alert["seconds"], alert["behind"], alert["open"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["page-fast", "1970-01-01T05:03:00Z", 720, null, false]),
            json!(["page-slow", "1970-01-01T05:05:00Z", 1_560, "page-fast", false]),
            json!(["page-slow", "1970-01-01T09:50:00Z", 600, null, true]),
        ]
    );
    near(&alerts[0]["budget_spent"], 1_000.0 / 4_320.0);
    // Its window of six hours begins ten minutes before the outage did.
    near(&alerts[2]["budget_spent"], 1_000.0 / 4_320.0);
}

#[test]
fn an_alert_policy_has_to_hold_before_it_fires() {
    let slo = slo("shop-queue");
    let trial = trial(&about(), &slo).expect("rules");
    let minutes = |from: i64, to: i64| (from..=to).map(|minute| minute * MINUTE);
    // For four minutes, which is too short, and for ten, of which the first five are waited.
    let held = [vec![(BTreeMap::new(), minutes(100, 104).chain(minutes(200, 210)).collect())]];
    let made = json!(backtest(&about(), &slo, &trial, (0, 599 * MINUTE), &[counter()], &held));
    let alerts = made["objectives"][0]["alerts"].as_array().expect("alerts");
    assert_eq!(alerts.len(), 1, "{made}");
    assert_eq!(alerts[0]["from"], "1970-01-01T03:25:00Z");
}

#[test]
fn a_composite_spends_by_the_weights_of_its_parts() {
    let slo = slo("shop-journey");
    let trial = trial(&about(), &slo).expect("rules");
    assert_eq!(trial.counts.len(), 2);
    let idle = Counter { number: 1, bad: counter().bad.keys().map(|at| (*at, 0.0)).collect(), ..counter() };
    let held = vec![Vec::new(); trial.alerts.len()];
    let made = json!(backtest(&about(), &slo, &trial, (0, 599 * MINUTE), &[counter(), idle], &held));
    let objectives = made["objectives"].as_array().expect("objectives");
    assert_eq!(objectives.len(), 1, "its parts do not alert");
    assert_eq!(objectives[0]["name"], "composite");
    // 3 of 4 weights × 1 of 60 requests × 10 hours of 7 days, of 0.875%.
    near(&objectives[0]["groups"][0]["budget_spent"], 0.75 / 60.0 * 10.0 / 168.0 / 0.008_75);
}

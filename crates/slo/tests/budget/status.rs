//! `slo status`: figures and words from what was observed.

use std::collections::BTreeMap;

use macadam_slo::budget::{Elapsed, Firing, Observed, Standing, Verdict, standing, worst_first};
use serde_json::{Value, json};

use crate::{about, slo};

const NOW: &str = "2027-01-16T00:00:00Z";

fn stands(name: &str, observed: &[Observed]) -> Standing {
    let slo = slo(name);
    let elapsed = Elapsed::at(&slo.window, NOW.parse().expect("a time")).expect("a period");
    standing(&about(), &slo, &elapsed, observed)
}

fn figures(standing: &Standing) -> Value {
    json!(standing)
}

/// So many events with so many bad, while the 1-hour window burns at this ratio.
fn saw(total: f64, bad: f64, ratio: f64) -> Observed {
    let ratios = BTreeMap::from([("1h".to_owned(), ratio), ("5m".to_owned(), ratio)]);
    Observed { total, bad, samples: 43_200.0, ratios, ..Observed::default() }
}

fn near(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap_or(f64::NAN);
    assert!((value - expected).abs() < 1e-6, "{value} is not {expected}");
}

#[test]
fn an_slo_that_burns_is_told_in_plain_words() {
    let mut one = saw(1_500_000.0, 975.0, 0.021);
    one.firing.push(Firing {
        alert: "ShopAvailabilityBudgetBurn".to_owned(),
        severity: "page".to_owned(),
        tier: "page-fast".to_owned(),
        windows: "1h/5m".to_owned(),
    });
    let told = stands("shop-availability", &[one]).text();
    let expected = "\
shop-availability: 35% of the budget left (sales, slo/shop.yaml:18:1)
  The shop answers
  99.935% of events good since 2026-12-17T00:00:00Z, 99.9% must be: 975 of 1,500,000 bad, 1,500 may be
    burns, as times the pace that spends it exactly: 5m 21.0, 1h 21.0
    FIRING ShopAvailabilityBudgetBurn (page, page-fast 1h/5m)
    At the pace of the last 1h the budget is gone in 12 h.";
    assert_eq!(told, expected);
}

#[test]
fn a_budget_that_is_exactly_spent_is_spent() {
    let standing = stands("shop-availability", &[saw(1_000_000.0, 1_000.0, 0.0)]);
    assert_eq!(standing.verdict, Verdict::Spent);
    assert!(standing.text().contains("The budget is spent."), "{}", standing.text());
    let over = stands("shop-availability", &[saw(1_000_000.0, 2_500.0, 0.0)]);
    assert!(
        over.text().contains("The budget is spent: 2.5 times as many were bad as may be."),
        "{}",
        over.text()
    );
}

#[test]
fn idle_and_unknown_are_no_faults_of_the_budget() {
    let idle = stands("shop-availability", &[saw(0.0, 0.0, 0.0)]);
    assert_eq!((idle.verdict, idle.budget_left), (Verdict::Idle, Some(1.0)));
    let unknown = stands("shop-availability", &[]);
    assert_eq!((unknown.verdict, unknown.budget_left), (Verdict::Unknown, None));
    assert!(unknown.text().contains("no data: nothing was recorded since"), "{}", unknown.text());
}

#[test]
fn an_objective_without_data_makes_an_slo_unknown_although_another_has_budget_left() {
    let of = |objective: &str| Observed { objective: Some(objective.to_owned()), ..saw(100.0, 0.0, 0.0) };
    assert_eq!(stands("shop-journey", &[of("1"), of("2")]).verdict, Verdict::Unknown);
    assert_eq!(stands("shop-journey", &[of("1"), of("2"), of("composite")]).verdict, Verdict::Left);
}

#[test]
fn a_composite_is_the_mean_of_its_parts_by_their_weights() {
    let of = |objective: &str, total: f64, bad: f64| Observed {
        objective: Some(objective.to_owned()),
        ..saw(total, bad, 0.0)
    };
    // 3 × 0.01 and 1 × 0.1 in four: 0.0325 of 0.00875 that may be. By events it would be 11 of 110.
    let observed = [of("1", 100.0, 1.0), of("2", 10.0, 1.0), of("composite", 110.0, 2.0)];
    let standing = figures(&stands("shop-journey", &observed));
    near(&standing["sli"], 1.0 - 0.0325);
    near(&standing["budget_left"], 1.0 - 0.0325 / 0.008_75);
    // A part that is idle counts as good.
    let observed = [of("1", 100.0, 1.0), of("2", 0.0, 0.0), of("composite", 100.0, 1.0)];
    near(&figures(&stands("shop-journey", &observed))["sli"], 1.0 - 0.0075);
}

#[test]
fn each_group_has_its_own_budget_and_the_worst_counts() {
    let of = |branch: &str, bad: f64| Observed {
        group: BTreeMap::from([("branch".to_owned(), branch.to_owned())]),
        ..saw(1_000.0, bad, 0.0)
    };
    let observed = [of("a", 0.0), of("b", 150.0), of("c", 10.0), of("d", 20.0), of("e", 5.0)];
    let standing = stands("shop-decisions", &observed);
    assert_eq!(standing.verdict, Verdict::Spent);
    near(&json!(standing.budget_left), -0.5);
    let told = standing.text();
    assert!(told.contains("branch b: 85% of events good"), "{told}");
    assert!(told.ends_with("2 more, each with at least 95% of the budget left"), "{told}");
}

#[test]
fn a_period_of_the_calendar_is_gone_when_all_of_it_has_too_many_bad() {
    let mut queue = saw(1_000.0, 25.0, 0.0);
    // 15 days have passed since midnight in Zurich, and an hour. Half of the budget is spent; at twice the pace the other
    // half lasts for half as long as has passed, until 23 January.
    queue.ratios.insert("1h".to_owned(), 0.1);
    let passed = 15.0 * 86_400.0 + 3_600.0;
    let standing = stands("shop-queue", &[queue.clone()]);
    let state = &figures(&standing)["states"][0];
    near(&state["budget_left"], 0.5);
    near(&state["exhaustion"]["seconds"], 0.5 * passed / (2.0 - 1.0));
    // Slower, the month is over first.
    queue.ratios.insert("1h".to_owned(), 0.06);
    let standing = stands("shop-queue", &[queue]);
    assert_eq!(figures(&standing)["states"][0]["exhaustion"]["seconds"], Value::Null);
    assert!(standing.text().contains("At the pace of the last 1h it lasts."), "{}", standing.text());
}

#[test]
fn a_gap_in_the_samples_is_said() {
    let one = Observed { samples: 4_320.0, ..saw(1_000.0, 0.0, 0.0) };
    let told = stands("shop-availability", &[one]).text();
    assert!(told.contains("only 10% of the period has samples"), "{told}");
}

#[test]
fn the_least_budget_comes_first_and_the_unknown_last() {
    let mut all = [
        stands("shop-queue", &[]),
        stands("shop-availability", &[saw(1_000.0, 0.5, 0.0)]),
        stands("shop-decisions", &[saw(1_000.0, 200.0, 0.0)]),
    ];
    worst_first(&mut all);
    let names: Vec<&str> = all.iter().map(|standing| standing.slo.as_str()).collect();
    assert_eq!(names, ["shop-decisions", "shop-availability", "shop-queue"]);
}

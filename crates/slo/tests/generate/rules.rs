//! Recording rules and alerts.

use macadam_slo::generate::{About, Rule, RuleFile, rules};
use macadam_slo::model::{Alerting, Budgeting, CalendarUnit, Op, Policy, Ratio, Sli, Slo, Window};
use rust_decimal::Decimal;

use crate::made::{about, availability, query, slo};

fn of(slo: &Slo) -> RuleFile {
    rules(&about(), &[slo]).expect("rules")
}

fn expr<'a>(file: &'a RuleFile, name: &str) -> &'a str {
    let rule = file.rules().find(|rule| rule.name() == name);
    &rule.unwrap_or_else(|| panic!("no {name}")).expr
}

fn burns(file: &RuleFile) -> Vec<&Rule> {
    file.rules().filter(|rule| rule.labels.contains_key("tier")).collect()
}

#[test]
fn bad_events_are_recorded_beside_all_and_read_as_zero_while_there_is_no_series() {
    let file = of(&availability());
    let own = "{context=\"shop\",slo=\"shop-availability\"}";
    assert_eq!(expr(&file, "slo:total:rate5m"), "sum(rate(requests_total{context=\"shop\"}[5m]))");
    assert_eq!(
        expr(&file, "slo:bad:rate5m"),
        format!(
            "sum(rate(requests_total{{context=\"shop\",status=~\"5..\"}}[5m])) or on () 0 * slo:total:rate5m{own}"
        )
    );
    assert_eq!(
        expr(&file, "slo:error_ratio:5m"),
        format!("slo:bad:rate5m{own}\n/\n(slo:total:rate5m{own} > 0)")
    );
    assert_eq!(
        expr(&file, "slo:error_ratio:period"),
        format!(
            "sum_over_time(slo:bad:rate5m{own}[30d])\n/\n(sum_over_time(slo:total:rate5m{own}[30d]) > 0)"
        )
    );
    assert_eq!(expr(&file, "slo:budget_remaining:ratio"), format!("1 - slo:error_ratio:period{own} / 0.001"));
}

#[test]
fn each_tier_asks_for_both_windows_and_for_so_many_bad_events() {
    let file = of(&availability());
    let alerts = burns(&file);
    let tiers: Vec<_> = alerts
        .iter()
        .map(|rule| (&*rule.labels["tier"], &*rule.labels["severity"], &*rule.labels["windows"]))
        .collect();
    assert_eq!(
        tiers,
        [
            ("page-fast", "page", "1h/5m"),
            ("page-slow", "page", "6h/30m"),
            ("ticket-fast", "ticket", "1d/2h"),
            ("ticket-slow", "ticket", "3d/6h")
        ]
    );
    let own = "{context=\"shop\",slo=\"shop-availability\"}";
    assert_eq!(
        alerts[0].expr,
        format!(
            "slo:error_ratio:1h{own}\n\
             and on () slo:error_ratio:1h{own} * clamp_max(count_over_time(slo:total:rate5m{own}[1h]) / 60, 1) > 0.0144\n\
             and on () slo:error_ratio:5m{own} > 0.0144\n\
             and on () sum_over_time(slo:bad:rate5m{own}[1h]) * 60 > 2.5"
        )
    );
}

#[test]
fn what_waits_for_people_makes_tickets() {
    let mut slo = availability();
    slo.may_page = false;
    assert!(burns(&of(&slo)).iter().all(|rule| rule.labels["severity"] == "ticket"));
}

#[test]
fn a_tier_that_nothing_reaches_is_left_out_and_said_so() {
    let mut slo = availability();
    slo.objectives[0].target = Decimal::new(9, 1);
    let file = of(&slo);
    assert_eq!(burns(&file).len(), 3);
    assert_eq!(
        file.comments,
        [
            "shop-availability: no page-fast (1h/5m): 14.4 × (1 − 0.9) = 1.44 is not below 1, so that no error ratio exceeds it"
        ]
    );
    slo.objectives[0].target = Decimal::ZERO;
    let error = rules(&about(), &[&slo]).expect_err("no tier").to_string();
    assert!(error.contains("slo/shop.yaml:3:1") && error.contains("can never alert"), "{error}");
}

#[test]
fn groups_are_joined_by_their_labels() {
    let mut slo = availability();
    slo.group_by = vec!["region".to_owned(), "tenant".to_owned()];
    let file = of(&slo);
    assert_eq!(
        expr(&file, "slo:total:rate5m"),
        "sum by (region, tenant) (rate(requests_total{context=\"shop\"}[5m]))"
    );
    assert!(expr(&file, "slo:bad:rate5m").contains("or on (region, tenant) 0 * slo:total:rate5m{"));
    assert!(burns(&file).iter().all(|rule| rule.expr.contains("and on (region, tenant)")));
}

/// Each kind of SLI with each way of counting it.
fn all_kinds() -> Vec<Slo> {
    let (some, all) = (|| query("good_total{a=\"b\"}"), || query("all_total{a=\"b\"}"));
    let slis = [
        Sli::Ratio { counter: true, of: Ratio::Good { good: some(), total: all() } },
        Sli::Ratio { counter: false, of: Ratio::Bad { bad: some(), total: all() } },
        Sli::Ratio { counter: false, of: Ratio::Raw { query: some(), success: true } },
        Sli::Ratio { counter: false, of: Ratio::Raw { query: some(), success: false } },
        Sli::Threshold { query: some(), op: Op::Lt, value: Decimal::new(25, 1) },
        Sli::Threshold { query: some(), op: Op::Gte, value: Decimal::new(-3, 0) },
    ];
    let mut kinds = Vec::new();
    for sli in slis {
        for budgeting in [Budgeting::Occurrences, Budgeting::Timeslices, Budgeting::RatioTimeslices] {
            for group_by in [vec![], vec!["a".to_owned()]] {
                let mut slo = slo("shop-kind", sli.clone());
                slo.budgeting = budgeting;
                slo.group_by = group_by;
                slo.objectives[0].slice_seconds = (budgeting != Budgeting::Occurrences).then_some(300);
                slo.objectives[0].slice_target =
                    (budgeting == Budgeting::Timeslices).then_some(Decimal::new(95, 2));
                kinds.push(slo);
            }
        }
    }
    kinds
}

#[test]
fn every_kind_of_sli_makes_rules_that_parse() {
    for slo in all_kinds() {
        // `rules` parses each; so does this, which also has the machinery's.
        for rule in of(&slo).rules() {
            promql_parser::parser::parse(&rule.expr).unwrap_or_else(|error| panic!("{error}: {}", rule.expr));
        }
    }
}

#[test]
fn each_alert_has_the_words_and_links_that_who_is_woken_needs() {
    let about = About { links: "https://git.example/blob/main/".to_owned(), ..about() };
    let slo = availability();
    let file = rules(&about, &[&slo]).expect("rules");
    for rule in file.rules() {
        let Some(alert) = rule.alert() else { continue };
        for annotation in ["summary", "description", "runbook_url", "dashboard_url"] {
            assert!(alert.annotations.get(annotation).is_some_and(|text| !text.is_empty()), "{}", alert.name);
        }
        let runbook = &alert.annotations["runbook_url"];
        let anchor = alert.name.to_lowercase();
        assert_eq!(*runbook, format!("https://git.example/blob/main/services/shop/docs/runbook.md#{anchor}"));
        assert_eq!(rule.labels["owner"], "sales");
        assert_eq!(rule.labels["context"], "shop");
    }
}

#[test]
fn a_composite_weighs_its_objectives_and_alerts_for_them() {
    let mut slo = availability();
    let mut second = slo.objectives[0].clone();
    second.target = Decimal::new(99, 2);
    slo.objectives.push(second);
    assert_eq!(burns(&of(&slo)).len(), 8, "objectives without weights alert each for itself");
    slo.objectives[0].weight = Some(Decimal::from(3));
    slo.objectives[1].weight = Some(Decimal::ONE);
    let file = of(&slo);
    let alerts = burns(&file);
    assert!(alerts.iter().all(|rule| rule.labels["objective"] == "composite"));
    assert_eq!(alerts.len(), 4);
    // (3 × 0.999 + 0.99) ÷ 4 = 0.99675
    assert!(alerts[0].expr.contains("> 0.0468"), "{}", alerts[0].expr);
    let composite = file
        .rules()
        .find(|rule| rule.name() == "slo:error_ratio:1h" && rule.labels["objective"] == "composite");
    let composite = &composite.expect("recorded").expr;
    for part in
        ["3 * (slo:error_ratio:1h{context=\"shop\",objective=\"1\",slo=\"shop-availability\"}", "/ 4\n"]
    {
        assert!(composite.contains(part), "{composite}");
    }
}

/// It has no series where the process that it is measured by does not run.
#[test]
fn an_objective_without_series_does_not_blind_a_composite() {
    let mut slo = availability();
    slo.objectives.push(slo.objectives[0].clone());
    for objective in &mut slo.objectives {
        objective.weight = Some(Decimal::ONE);
    }
    let file = of(&slo);
    let composite = file
        .rules()
        .find(|rule| rule.name() == "slo:error_ratio:1h" && rule.labels["objective"] == "composite");
    let expr = &composite.expect("recorded").expr;
    let zero =
        "or on () 0 * slo:total:rate5m{context=\"shop\",objective=\"composite\",slo=\"shop-availability\"}";
    assert_eq!(expr.matches(zero).count(), 2, "{expr}");
}

/// Half an hour fits twice into an hour: three bad ones never do.
#[test]
fn a_tier_into_which_too_few_slices_fit_is_left_out_and_said_so() {
    let mut slo = availability();
    slo.budgeting = Budgeting::RatioTimeslices;
    slo.objectives[0].slice_seconds = Some(1_800);
    let file = of(&slo);
    let tiers: Vec<_> = burns(&file).iter().map(|rule| rule.labels["tier"].clone()).collect();
    assert_eq!(tiers, ["page-slow", "ticket-fast", "ticket-slow"]);
    assert_eq!(
        file.comments,
        [
            "shop-availability: no page-fast (1h/5m): it waits for 3 bad slices of time (macadam.dev/min-bad), and of those only 2 fit into 1h"
        ]
    );
    slo.min_bad = 1;
    assert_eq!(burns(&of(&slo)).len(), 4);
    slo.min_bad = 1_000;
    let error = rules(&about(), &[&slo]).expect_err("never").to_string();
    assert!(error.contains("can never alert") && error.contains("min-bad"), "{error}");
    slo.min_bad = 3;
    slo.objectives[0].slice_seconds = Some(30);
    let error = rules(&about(), &[&slo]).expect_err("too short").to_string();
    assert!(error.contains("`timeSliceWindow` of less than a minute"), "{error}");
}

#[test]
fn braces_in_a_title_open_no_action_of_a_template() {
    let mut slo = availability();
    slo.title = "Rate {{ now }}".to_owned();
    slo.description = "As {{ promised }}".to_owned();
    let file = of(&slo);
    for rule in burns(&file) {
        let annotations = &rule.alert().expect("an alert").annotations;
        assert!(annotations["summary"].starts_with("Rate {{ \"{{\" }} now }}: {{ $value"), "{annotations:?}");
        assert!(annotations["description"].ends_with("As {{ \"{{\" }} promised }}"), "{annotations:?}");
    }
}

#[test]
fn a_query_that_means_something_else_between_backticks_is_not_asked_in_the_text() {
    let asks = |bad: &str| {
        let of_bad = Ratio::Bad { bad: query(bad), total: query("requests_total") };
        let file = of(&slo("shop-availability", Sli::Ratio { counter: true, of: of_bad }));
        burns(&file)[0].alert().expect("an alert").annotations["description"].contains("Bad at present")
    };
    assert!(asks("requests_total{status=~\"5..\",\n  route!=\"/\"}"));
    assert!(!asks("requests_total{status=~`5..`}"));
    assert!(!asks("requests_total{status=~\"5..\", # failures\n  route!=\"/\"}"));
    assert!(!asks("requests_total{route=\"a  b\"}"));
}

#[test]
fn what_an_alert_policy_asks_for_is_done_or_refused() {
    let policy = Policy {
        name: "fast".to_owned(),
        description: String::new(),
        severity: "Page".to_owned(),
        op: Op::Gte,
        threshold: Decimal::TEN,
        lookback_seconds: 3_600,
        alert_after_seconds: 300,
        when_breaching: true,
        when_no_data: false,
        when_resolved: true,
        targets: vec!["pager".to_owned()],
    };
    let with = |policy: Policy| Slo { alerting: Alerting::Policies(vec![policy]), ..availability() };
    let file = of(&with(policy.clone()));
    let alert = file.rules().find(|rule| rule.name() == "ShopAvailabilityFast").expect("an alert");
    assert_eq!((&*alert.labels["severity"], alert.alert().expect("an alert").hold), ("page", 300));
    assert!(alert.expr.contains(">= 0.01"), "{}", alert.expr);
    for (changed, words) in [
        (Policy { severity: "critical".to_owned(), ..policy.clone() }, "severity: critical"),
        (Policy { when_resolved: false, ..policy.clone() }, "alertWhenResolved: false"),
        (Policy { when_no_data: true, ..policy.clone() }, "alertWhenNoData: true"),
        (Policy { lookback_seconds: 60, ..policy }, "lookbackWindow"),
    ] {
        let error = rules(&about(), &[&with(changed)]).expect_err(words).to_string();
        assert!(error.contains(words) && error.contains("`fast`"), "{error}");
    }
}

#[test]
fn a_calendars_period_sums_what_was_recorded_since_it_began() {
    let mut slo = availability();
    slo.window = Window::Calendar {
        start: "2026-01-01T00:00:00".parse().expect("a date"),
        count: 1,
        unit: CalendarUnit::Month,
        zone: "UTC".to_owned(),
    };
    let file = of(&slo);
    let own = "{context=\"shop\",slo=\"shop-availability\"}";
    let since =
        format!("and on () (slo:period_start:timestamp{own} == slo:period_start:timestamp{own} @ end())");
    assert_eq!(
        expr(&file, "slo:error_ratio:period"),
        format!(
            "sum_over_time((slo:bad:rate5m{own} {since})[31d:60s])\n/\n\
             (sum_over_time((slo:total:rate5m{own} {since})[31d:60s]) > 0)"
        )
    );
    slo.window = Window::Calendar {
        start: "2026-01-01T00:00:00".parse().expect("a date"),
        count: 1,
        unit: CalendarUnit::Quarter,
        zone: "UTC".to_owned(),
    };
    let error = rules(&about(), &[&slo]).expect_err("refused").to_string();
    assert!(error.contains("not generated yet"), "{error}");
}

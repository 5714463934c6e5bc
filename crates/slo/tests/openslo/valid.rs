//! What the reader takes from valid documents.

use macadam_board::codes::Code;
use macadam_board::diagnostic::to_json;
use macadam_slo::model::{
    Alerting, Budgeting, CalendarUnit, Catalog, Objective, Op, Ratio, Service, Sli, Slo, Window,
};
use macadam_slo::openslo::read;

use super::{VALID, places, read_one, shown};

fn valid() -> Catalog {
    let (catalog, findings) = read_one(VALID);
    let unexpected: Vec<_> = findings.into_iter().filter(|found| found.code != Code::NotDelivered).collect();
    assert!(unexpected.is_empty(), "{}", shown(&unexpected, VALID));
    catalog
}

fn slo(name: &str) -> Slo {
    valid().slos.into_iter().find(|slo| slo.name == name).expect("the SLO is in the catalog")
}

fn targets(objectives: &[Objective]) -> Vec<String> {
    objectives.iter().map(|objective| objective.target.to_string()).collect()
}

#[test]
fn services_and_slos_are_sorted_by_name() {
    let catalog = valid();
    let names: Vec<_> = catalog.slos.iter().map(|slo| slo.name.as_str()).collect();
    assert_eq!(names, ["shop-availability", "shop-journey", "shop-queue"]);
    let (name, title, description) = ("shop".to_owned(), "The shop".to_owned(), "Sells things.".to_owned());
    assert_eq!(catalog.services, [Service { name, title, description }]);
}

#[test]
fn a_ratio_has_its_queries_and_exact_targets() {
    let slo = slo("shop-availability");
    assert_eq!((slo.title.as_str(), slo.service.as_str()), ("The shop answers", "shop"));
    assert_eq!(slo.window, Window::Rolling { seconds: 28 * 86_400 });
    assert_eq!((slo.budgeting, slo.place.line), (Budgeting::Occurrences, 40));
    assert_eq!(targets(&slo.objectives), ["0.999", "0.999999999999999999999999"]);
    assert_eq!(slo.objectives[0].title.as_deref(), Some("Good"));
    assert_eq!((slo.objectives[0].weight, slo.objectives[0].slice_seconds), (None, None));
    let Sli::Ratio { counter: true, of: Ratio::Bad { bad, total } } = &slo.objectives[0].sli else {
        panic!("a ratio of a counter: {slo:?}")
    };
    assert_eq!(bad.text, "http_requests_total{context=\"shop\",code=~\"5..\"}");
    assert_eq!((bad.place.file.as_str(), bad.place.line, bad.place.column), ("slo/shop.yaml", 31, 18));
    assert_eq!(total.text, "http_requests_total{context=\"shop\"}");
}

#[test]
fn annotations_and_labels_are_read() {
    let slo = slo("shop-availability");
    assert_eq!((slo.may_page, slo.min_bad, slo.gate), (false, 10, true));
    assert_eq!(slo.group_by, ["route", "method"]);
    assert_eq!(slo.alerting, Alerting::Multiwindow);
    let labels: Vec<_> = slo.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(labels, ["tags=web,public", "tier=1"]);
}

#[test]
fn a_threshold_has_its_comparison_slices_and_calendar() {
    let slo = slo("shop-queue");
    assert_eq!((slo.may_page, slo.min_bad, slo.gate), (true, 3, false), "the defaults");
    let start = jiff::civil::date(2027, 1, 1).at(0, 0, 0, 0);
    let zone = "Europe/Zurich".to_owned();
    assert_eq!(slo.window, Window::Calendar { start, count: 1, unit: CalendarUnit::Month, zone });
    let objective = &slo.objectives[0];
    assert_eq!(objective.indicator, "shop-queue-length");
    assert_eq!(objective.slice_target.map(|target| target.to_string()).as_deref(), Some("1"));
    assert_eq!(objective.slice_seconds, Some(300), "a bare number is in minutes");
    let Sli::Threshold { query, op: Op::Lte, value } = &objective.sli else {
        panic!("a threshold: {objective:?}")
    };
    assert_eq!(
        (query.text.as_str(), value.to_string().as_str()),
        ("max(queue_length{context=\"shop\"})", "100")
    );
}

#[test]
fn policies_are_resolved_whether_inline_or_not() {
    let Alerting::Policies(policies) = slo("shop-queue").alerting else { panic!("policies") };
    let names: Vec<_> = policies.iter().map(|policy| policy.name.as_str()).collect();
    assert_eq!(names, ["slow-burn", "fast-burn"]);
    let (slow, fast) = (&policies[0], &policies[1]);
    assert_eq!(
        (slow.severity.as_str(), slow.op, slow.threshold.to_string()),
        ("ticket", Op::Gte, "1".to_owned())
    );
    assert_eq!((slow.lookback_seconds, slow.alert_after_seconds), (3 * 86_400, 0));
    assert_eq!((slow.when_breaching, slow.when_no_data, slow.when_resolved), (true, false, true));
    assert_eq!((fast.threshold.to_string(), fast.alert_after_seconds), ("14.4".to_owned(), 300));
    assert_eq!((fast.when_breaching, fast.when_no_data, fast.when_resolved), (true, true, false));
    assert_eq!(fast.targets, ["on-call"]);
}

#[test]
fn a_composite_has_an_indicator_and_a_weight_for_each_objective() {
    let slo = slo("shop-journey");
    assert_eq!(slo.alerting, Alerting::None);
    let indicators: Vec<_> = slo.objectives.iter().map(|objective| objective.indicator.as_str()).collect();
    assert_eq!(indicators, ["shop-availability", "shop-score"]);
    let weights = slo.objectives.iter().filter_map(|objective| objective.weight);
    assert_eq!(weights.map(|weight| weight.to_string()).collect::<Vec<_>>(), ["2.5", "1"]);
    assert_eq!(slo.objectives[1].slice_seconds, Some(30));
    assert!(matches!(
        slo.objectives[1].sli,
        Sli::Ratio { counter: false, of: Ratio::Raw { success: false, .. } }
    ));
}

#[test]
fn references_are_resolved_across_files() {
    let parts: Vec<_> = VALID.split("---\n").collect();
    let files: Vec<_> =
        parts.iter().enumerate().map(|(at, part)| (format!("{at}.yaml"), (*part).to_owned())).collect();
    let (catalog, findings) = read(&files);
    assert_eq!(places(&findings), [("MS402", 7, 11)], "only the target's delivery");
    assert_eq!((catalog.slos.len(), findings[0].file.as_str()), (3, "8.yaml"));
}

#[test]
fn a_name_in_two_files_is_refused_in_the_second() {
    let file = |name: &str| (name.to_owned(), VALID.split("---\n").next().unwrap_or_default().to_owned());
    let (catalog, findings) = read(&[file("a.yaml"), file("b.yaml")]);
    assert_eq!(places(&findings), [("MS014", 4, 9)]);
    assert_eq!(findings[0].file, "b.yaml");
    assert!(findings[0].message.contains("a.yaml:4"), "{}", findings[0].message);
    assert_eq!(catalog.services.len(), 1);
}

#[test]
fn an_unreadable_file_makes_no_reference_dangle() {
    let documents: Vec<_> = VALID.split("---\n").collect();
    let slo = ("slo.yaml".to_owned(), [documents[3], documents[7]].join("---\n"));
    let broken = ("broken.yaml".to_owned(), "a: [".to_owned());
    let (catalog, findings) = read(&[slo, broken]);
    let codes: Vec<_> = findings.iter().map(|found| found.code).collect();
    assert_eq!((codes.as_slice(), catalog.slos.len()), ([Code::YamlSyntax].as_slice(), 0));
}

#[test]
fn what_is_valid_but_not_generated_is_named_and_left_out() {
    let text = VALID.replace("type: prometheus", "type: Datadog");
    let (catalog, findings) = read_one(&text);
    let found = findings.iter().find(|found| found.code == Code::NotGenerated).expect("a finding");
    assert!(found.message.contains("Datadog"), "{}", found.message);
    let names: Vec<_> = catalog.slos.iter().map(|slo| slo.name.as_str()).collect();
    assert_eq!(names, ["shop-availability", "shop-journey"]);
}

#[test]
fn findings_agree_with_their_published_schema() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schemas/diagnostics.schema.json");
    let schema = std::fs::read_to_string(path).expect("the schema is there");
    let schema = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let (_, findings) =
        read_one(&VALID.replace("Occurrences", "Occurences").replace("name: shop\n", "name: 1\n"));
    assert!(findings.len() > 2);
    let document = serde_json::from_str(&to_json(&findings)).expect("JSON");
    let wrong: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

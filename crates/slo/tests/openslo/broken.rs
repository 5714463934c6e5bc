//! One fault at a time: the valid documents, one change, and the code and place of the finding.

use macadam_board::codes;
use macadam_board::diagnostic::Diagnostic;

use super::{VALID, places, read_one, shown};

/// The text that is replaced, what replaces it, the code, and the text that is marked, from which line and column
/// follow. A `§` in the mark is where the finding begins, if not at its first character.
struct Case(&'static str, &'static str, &'static str, &'static str);

const YAML: &[Case] = &[
    Case("  name: shop\n", "  name: [shop\n", "MS001", "displayName§: The shop\nspec"),
    Case("  name: shop\n", "\tname: shop\n", "MS001", "\t§name: shop"),
    Case("  name: shop\n", "  name: &shop shop\n", "MS002", "&shop shop"),
    Case("  name: shop\n", "  name: *shop\n", "MS001", "*shop"),
    Case("  name: shop\n", "  name: !!str shop\n", "MS002", "!!str shop"),
    Case("spec:\n  description: Sells", "specs:\n  description: Sells", "MS004", "specs"),
    Case("      targetPercent: 99.9\n", "      targetPercnt: 99.9\n", "MS004", "targetPercnt"),
    Case("    url: http", "    url: a\n  conectionDetails:\n    url: http", "MS004", "conectionDetails"),
    Case("  displayName: The shop\n", "  displayName: The shop\n  title: Shop\n", "MS004", "title: Shop"),
    Case("          query: >\n", "          query: a\n          query: >\n", "MS006", "query: >"),
    Case("  displayName: The shop\n", "  displayName: A\n  displayName: B\n", "MS006", "displayName: B"),
    Case("    tier: \"1\"\n", "    tier: \"1\"\n    tier: \"2\"\n", "MS006", "tier: \"2\""),
];

const DOCUMENTS: &[Case] = &[
    Case(
        "kind: Service\nmetadata:\n  name: shop\n",
        "kind: Service\nmetadata:\n",
        "MS005",
        "metadata:\n  displayName: The shop\n",
    ),
    Case("kind: DataSource\n", "", "MS005", "apiVersion: openslo/v1\nmetadata:\n  name: main"),
    Case("  type: Prometheus\n  conn", "  conn", "MS005", "spec:\n  connectionDetails"),
    Case(
        "  connectionDetails:\n    url: http://127.0.0.1:9090\n",
        "",
        "MS005",
        "spec:\n  type: Prometheus\n---",
    ),
    Case(
        "  connectionDetails:\n    url: http://127.0.0.1:9090\n",
        "  connectionDetails:\n",
        "MS005",
        "connectionDetails:",
    ),
    Case("  service: shop\n  indicatorRef", "  indicatorRef", "MS005", "spec:\n  description: Requests are"),
    Case("  severity: ticket\n", "", "MS005", "spec:\n  description: More"),
    Case("    threshold: 1\n", "", "MS005", "condition:\n    op: gte"),
    Case("  target: email\n", "", "MS005", "spec:\n  description: Whoever"),
    Case("  displayName: The shop\n", "  displayName: 12\n", "MS007", "12\nspec"),
    Case("  displayName: The shop\n", "  displayName: [The shop]\n", "MS007", "[The"),
    Case("    macadam.dev/min-bad: \"10\"", "    macadam.dev/min-bad: 10", "MS007", "10"),
    Case("    counter: true\n", "    counter: \"true\"\n", "MS007", "\"true\"\n    bad"),
    Case("      targetPercent: 99.9\n", "      targetPercent: \"99.9\"\n", "MS007", "\"99.9\""),
    Case("      targetPercent: 99.9\n", "      targetPercent: .inf\n", "MS007", ".inf"),
    Case(
        "  timeWindow:\n    - duration: 4w\n",
        "  timeWindow:\n      duration: 4w\n",
        "MS007",
        "duration: 4w",
    ),
    Case("budgetingMethod: Occurrences", "budgetingMethod: Occurences", "MS008", "Occurences"),
    Case("    - op: lte\n", "    - op: le\n", "MS008", "le\n"),
    Case("rawType: failure", "rawType: bad", "MS008", "bad\n"),
    Case("kind: burnrate", "kind: budget", "MS008", "budget\n"),
    Case(
        "          - kind: AlertCondition\n",
        "          - kind: AlertPolicy\n",
        "MS008",
        "AlertPolicy\n            metadata",
    ),
    Case("openslo/v1\nkind: DataSource", "openslo/v1alpha\nkind: DataSource", "MS009", "openslo/v1alpha"),
    Case("kind: DataSource", "kind: Datasource", "MS010", "Datasource"),
    Case("  name: shop\n", "  name: The_Shop\n", "MS011", "The_Shop"),
    Case(
        "  indicatorRef: shop-availability\n",
        "  indicatorRef: shop/availability\n",
        "MS011",
        "shop/availability",
    ),
    Case("    - conditionRef: slow\n", "    - conditionRef: Slow\n", "MS011", "Slow"),
    Case("    tier: \"1\"\n", "    -tier: \"1\"\n", "MS013", "-tier"),
    Case("    example.org/dashboard", "    example..org/dashboard", "MS013", "example..org"),
    Case("  name: shop-queue\n", "  name: shop-journey\n", "MS014", "shop-journey\n  annotations"),
    Case(
        "    - alertPolicyRef: slow-burn\n",
        "    - alertPolicyRef: slow-burn\n    - alertPolicyRef: slow-burn\n",
        "MS014",
        "alertPolicyRef: slow-burn\n    - kind",
    ),
    Case("  service: shop\n  indicatorRef", "  service: shp\n  indicatorRef", "MS015", "shp"),
    Case(
        "  indicatorRef: shop-availability\n",
        "  indicatorRef: availability\n",
        "MS015",
        "availability\n  timeWindow",
    ),
    Case("        metricSourceRef: main\n", "        metricSourceRef: mian\n", "MS015", "mian"),
    Case("    - alertPolicyRef: slow-burn\n", "    - slow-burn\n", "MS007", "slow-burn\n    - kind"),
    Case("    - alertPolicyRef: slow-burn\n", "    - alertPolicyRef: slow-burns\n", "MS015", "slow-burns"),
    Case("    - conditionRef: slow\n", "    - conditionRef: slower\n", "MS015", "slower"),
    Case("    - targetRef: on-call\n---", "    - targetRef: oncall\n---", "MS015", "oncall"),
    Case("    macadam.dev/page:", "    macadam.dev/pager:", "MS016", "macadam.dev/pager"),
    Case(
        "  displayName: The shop\n",
        "  annotations:\n    macadam.dev/page: \"false\"\n",
        "MS016",
        "macadam.dev/page: \"false\"\nspec",
    ),
    Case("macadam.dev/page: \"false\"", "macadam.dev/page: \"no\"", "MS017", "\"no\""),
    Case("macadam.dev/min-bad: \"10\"", "macadam.dev/min-bad: \"0\"", "MS017", "\"0\""),
    Case("macadam.dev/group-by: route, method", "macadam.dev/group-by: route, tier", "MS017", "route, tier"),
    Case("macadam.dev/group-by: route, method", "macadam.dev/group-by: route,route", "MS017", "route,route"),
    Case("macadam.dev/group-by: route, method", "macadam.dev/alerting: policies", "MS017", "policies"),
    Case("      value: 1e2\n", "      value: 1e99\n", "MS018", "1e99"),
    Case(
        "      targetPercent: 99.9\n",
        "      targetPercent: 99.9999999999999999999999999999\n",
        "MS018",
        "99.9999999999999999999999999999",
    ),
];

const SLOS: &[Case] = &[
    Case("      targetPercent: 99.9\n", "      targetPercent: 100\n", "MS101", "100"),
    Case("      targetPercent: 99.9\n", "      target: 1.0\n", "MS101", "1.0"),
    Case("      targetPercent: 99.9\n", "      target: 99.9\n", "MS101", "99.9"),
    Case("      targetPercent: 99.9\n", "      target: -0.1\n", "MS101", "-0.1"),
    Case(
        "      targetPercent: 99.9\n",
        "      targetPercent: 99.9\n      target: 0.999\n",
        "MS102",
        "targetPercent",
    ),
    Case("      targetPercent: 99.9\n", "", "MS102", "displayName: Good"),
    Case(
        "  timeWindow:\n    - duration: 4w\n      isRolling: true\n",
        "",
        "MS103",
        "spec:\n  description: Requests are",
    ),
    Case(
        "    - duration: 4w\n",
        "    - duration: 1d\n      isRolling: true\n    - duration: 4w\n",
        "MS103",
        "duration: 4w",
    ),
    Case("    - duration: 4w\n      isRolling: true\n", "    []\n", "MS103", "timeWindow:\n    []"),
    Case("      isRolling: false\n", "      isRolling: true\n", "MS104", "calendar:"),
    Case("    - duration: 4w\n      isRolling: true\n", "    - duration: 4w\n", "MS104", "duration: 4w"),
    Case("    - duration: 4w\n", "    - duration: 4 weeks\n", "MS105", "4 weeks"),
    Case("    - duration: 4w\n", "    - duration: 0w\n", "MS105", "0w"),
    Case("      timeSliceWindow: 5\n", "      timeSliceWindow: 0\n", "MS105", "0\n  alertPolicies"),
    Case("    lookbackWindow: 3d\n", "    lookbackWindow: 0m\n", "MS105", "0m"),
    Case("    lookbackWindow: 3d\n", "    lookbackWindow: 3d\n    alertAfter: 5s\n", "MS105", "5s"),
    Case("2027-01-01 00:00:00", "2027-02-29 00:00:00", "MS106", "2027-02-29"),
    Case("2027-01-01 00:00:00", "2027-01-01T00:00:00Z", "MS106", "2027-01-01T"),
    Case("Europe/Zurich", "Europe/Zuerich", "MS107", "Europe/Zuerich"),
    Case("Europe/Zurich", "europe/zurich", "MS107", "europe/zurich"),
    Case(
        "  indicatorRef: shop-availability\n  timeWindow",
        "  timeWindow",
        "MS108",
        "spec:\n  description: Requests are",
    ),
    Case(
        "  indicatorRef: shop-availability\n",
        "  indicatorRef: shop-availability\n  indicator: {}\n",
        "MS108",
        "indicatorRef: shop-availability\n  indicator",
    ),
    Case(
        "      indicatorRef: shop-availability\n",
        "",
        "MS108",
        "target: 0.9\n      timeSliceWindow: 1m\n      comp",
    ),
    Case("      value: 1e2\n", "", "MS109", "op: lte"),
    Case("    - op: lte\n      value: 1e2\n      target", "    - target", "MS109", "target: 0.95"),
    Case("      targetPercent: 99.9\n", "      targetPercent: 99.9\n      op: lt\n", "MS109", "op: lt\n"),
    Case("      timeSliceTarget: 1\n", "", "MS110", "op: lte"),
    Case("      timeSliceWindow: 0.5\n", "", "MS110", "target: 0.9\n      indicator:"),
    Case("      timeSliceTarget: 1\n", "      timeSliceTarget: 0\n", "MS111", "0\n      timeSliceWindow: 5"),
    Case("      timeSliceTarget: 1\n", "      timeSliceTarget: 1.01\n", "MS111", "1.01"),
    Case(
        "      timeSliceWindow: 5\n",
        "      timeSliceWindow: 5\n    - target: 0.5\n      timeSliceTarget: 1\n      timeSliceWindow: 5\n",
        "MS112",
        "target: 0.5",
    ),
    Case(
        "    - displayName: Good\n      targetPercent: 99.9\n    - target: 0.999999999999999999999999\n",
        "    []\n",
        "MS112",
        "objectives:\n    []",
    ),
    Case("compositeWeight: 2.50", "compositeWeight: 0", "MS113", "0\n    - target: 0.9"),
];

const INDICATORS_AND_ALERTS: &[Case] = &[
    Case(
        "          ratioMetric:\n            raw",
        "          rationMetric:\n            raw",
        "MS201",
        "spec:\n          rationMetric",
    ),
    Case(
        "      thresholdMetric:\n",
        "      ratioMetric: {}\n      thresholdMetric:\n",
        "MS201",
        "ratioMetric: {}",
    ),
    Case(
        "    bad:\n",
        "    good:\n      metricSource: {type: Prometheus, spec: {query: a}}\n    bad:\n",
        "MS202",
        "bad:\n      metricSource:\n        metricSourceRef",
    ),
    Case("    bad:\n", "    total:\n", "MS202", "total:\n      metricSource:\n        metricSourceRef"),
    Case("            rawType: failure\n", "", "MS202", "raw:"),
    Case("    counter: true\n", "    rawType: success\n", "MS202", "rawType: success"),
    Case(
        "            rawType: failure\n",
        "            rawType: failure\n            good:\n              metricSource: {type: Prometheus, spec: {query: a}}\n",
        "MS202",
        "good:",
    ),
    Case(
        "          type: prometheus\n",
        "",
        "MS203",
        "metricSource:\n          spec:\n            query: max",
    ),
    Case(
        "        type: Prometheus\n        metricSourceRef",
        "        type: Datadog\n        metricSourceRef",
        "MS203",
        "Datadog",
    ),
    Case(
        "query: max(queue_length{context=\"shop\"})",
        "query: max(queue_length{context=\"shop\"}",
        "MS204",
        "max(queue",
    ),
    Case("query: max(queue_length{context=\"shop\"})", "query: max(rate(a[$window]))", "MS204", "max(rate"),
    Case("code=~\"5..\"}", "code=~\"5..\"}[5m]", "MS205", "http_requests_total{context=\"shop\",code"),
    Case("query: http_requests_total", "query: sum(rate(http_requests_total[5m])) #", "MS205", "sum(rate"),
    Case("query: max(queue_length{context=\"shop\"})", "other: 1", "MS005", "spec:\n            other: 1"),
    Case(
        "          query: http_requests_total{context=\"shop\",code=~\"5..\"}",
        "          query: |\n            a_total # errors",
        "MS205",
        "a_total",
    ),
    Case("code=~\"5..\"}", "code=~\"5..\"} offset 1d", "MS205", "http_requests_total{context=\"shop\",code"),
    Case(
        "query: max(queue_length{context=\"shop\"})",
        "query: queue_length[5m]",
        "MS206",
        "queue_length[5m]",
    ),
    Case("query: max(queue_length{context=\"shop\"})", "query: \"1 + 1\"", "MS206", "\"1 + 1\""),
    Case(
        "    - conditionRef: slow\n",
        "    - conditionRef: slow\n    - conditionRef: slow\n",
        "MS301",
        "conditionRef: slow\n  not",
    ),
    Case("  conditions:\n    - conditionRef: slow\n", "  conditions: []\n", "MS301", "conditions: []"),
    Case(
        "    - conditionRef: slow\n",
        "    - conditionRef: slow\n      kind: AlertCondition\n",
        "MS302",
        "conditionRef: slow\n      kind",
    ),
    Case("    - alertPolicyRef: slow-burn\n", "    - {}\n", "MS302", "{}\n    - kind"),
];

const WARNINGS: &[Case] = &[
    Case("type: prometheus", "type: CloudWatch", "MS401", "CloudWatch"),
    Case("            query: max", "            step: 5m\n            query: max", "MS401", "step"),
    Case("  target: email", "  target: pager", "MS402", "pager"),
    Case(
        "      targetPercent: 99.9\n",
        "      targetPercent: 99.9\n      timeSliceWindow: 5m\n",
        "MS403",
        "timeSliceWindow: 5m",
    ),
    Case(
        "      targetPercent: 99.9\n",
        "      targetPercent: 99.9\n      compositeWeight: 2\n",
        "MS403",
        "compositeWeight: 2\n",
    ),
    Case(
        "  name: shop-queue\n",
        "  name: shop-queue\n  annotations:\n    macadam.dev/alerting: multiwindow\n",
        "MS403",
        "alertPolicies",
    ),
    Case("    - alertPolicyRef: slow-burn\n", "", "MS404", "slow-burn"),
];

fn cases() -> impl Iterator<Item = &'static Case> {
    [YAML, DOCUMENTS, SLOS, INDICATORS_AND_ALERTS, WARNINGS].into_iter().flatten()
}

/// Line and column of the mark, which is there once.
fn place(text: &str, mark: &str) -> Option<(usize, usize)> {
    let offset = mark.find('§').unwrap_or(0);
    let mark = mark.replacen('§', "", 1);
    let mut found = text.match_indices(&mark).map(|(at, _)| at + offset);
    let (at, None) = (found.next()?, found.next()) else { return None };
    let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
    Some((text[..at].matches('\n').count() + 1, text[line..at].chars().count() + 1))
}

/// What is wrong with the finding of this case.
fn wrong(Case(old, new, code, mark): &Case) -> Option<String> {
    let text = VALID.replacen(old, new, 1);
    let (_, findings) = read_one(&text);
    let what = format!("{old:?} -> {new:?}: {code} at {mark:?}");
    if !VALID.contains(old) {
        return Some(format!("{what}: no such text to replace"));
    }
    let Some(place) = place(&text, mark) else { return Some(format!("{what}: the mark is not there once")) };
    let is_it = |found: &&Diagnostic| (found.code.as_str(), (found.line, found.column)) == (*code, place);
    match findings.iter().find(is_it) {
        Some(found) if found.hint.is_none() => Some(format!("{what}: no hint")),
        Some(_) => None,
        None => Some(format!("{what}, {place:?}: not found, but\n{}", shown(&findings, &text))),
    }
}

#[test]
fn each_fault_is_found_at_its_place() {
    let wrong: Vec<_> = cases().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_lint_has_a_case_that_breaks_it() {
    let elsewhere = ["MS003", "MS012"];
    for entry in codes::all().filter(|entry| entry.id.starts_with("MS")) {
        let shown = cases().any(|Case(_, _, code, _)| *code == entry.id) || elsewhere.contains(&entry.id);
        assert!(shown, "no case breaks {}", entry.id);
    }
}

#[test]
fn a_file_without_a_document_is_refused() {
    for text in ["", "\n# nothing\n", "---\n---\n", "null\n"] {
        assert_eq!(places(&read_one(text).1), [("MS003", 1, 1)], "{text:?}");
    }
}

#[test]
fn documents_that_are_no_mappings_are_refused() {
    let (_, listed) = read_one("- apiVersion: openslo/v1\n  kind: Service\n  metadata: {name: a}\n");
    assert_eq!(places(&listed), [("MS007", 1, 1)]);
    assert!(listed[0].hint.as_deref().is_some_and(|hint| hint.contains("`---`")), "{listed:?}");
    assert_eq!(places(&read_one("? [a]\n: b\n").1), [("MS005", 1, 3), ("MS005", 1, 3), ("MS007", 1, 3)]);
}

#[test]
fn texts_have_at_most_as_many_characters_as_the_specification_says() {
    let title = |length| VALID.replacen("The shop", &"é".repeat(length), 1);
    assert_eq!(codes_of(&title(63)), ["MS402"]);
    assert_eq!(codes_of(&title(64)), ["MS012", "MS402"]);
    let description = |length| VALID.replacen("Sells things.", &"é".repeat(length), 1);
    assert_eq!(codes_of(&description(1050)), ["MS402"]);
    assert_eq!(codes_of(&description(1051)), ["MS012", "MS402"]);
}

#[test]
fn many_faults_are_reported_at_once_in_the_order_of_the_file() {
    let faults = [
        ("  name: shop\n", "  name: SHOP\n"),
        ("    counter: true\n", "    counter: 1\n"),
        ("      targetPercent: 99.9\n", "      targetPercent: 100\n"),
        ("Europe/Zurich", "CET-1"),
        ("lookbackWindow: 1h", "lookbackWindow: 1x"),
    ];
    let text = faults.iter().fold(VALID.to_owned(), |text, (old, new)| text.replacen(old, new, 1));
    assert_eq!(codes_of(&text), ["MS011", "MS007", "MS101", "MS107", "MS105", "MS402"]);
}

#[test]
fn a_document_with_an_error_leaves_no_further_findings_behind() {
    let text = VALID.replacen("query: http_requests_total", "query: http requests_total", 1);
    let (catalog, findings) = read_one(&text);
    let codes: Vec<_> = findings.iter().map(|found| found.code.as_str()).collect();
    assert_eq!(codes, ["MS204", "MS402"], "{}", shown(&findings, &text));
    assert_eq!(catalog.slos.len(), 1, "what refers to it is left out");
}

fn codes_of(text: &str) -> Vec<&'static str> {
    read_one(text).1.iter().map(|found| found.code.as_str()).collect()
}

//! Lints on PromQL: each with its broken and its right form.

use std::collections::BTreeMap;
use std::path::Path;

use macadam_slo::dashboard::{Feature, dashboards};
use macadam_slo::generate::{About, Input, indicator_file, rule_files, rules, seed};
use macadam_slo::lint::{
    Known, Written, alert, expression, few_events, kept, queries, refused, retention, rules_file,
};
use macadam_slo::measures::Measures;
use macadam_slo::model::{CalendarUnit, Catalog, Window};
use macadam_slo::{lint, openslo};
use rust_decimal::Decimal;

use crate::made::{about, availability};

const MEASURES: &str = r#"{ "format": 2, "metrics": [
    { "name": "requests_total", "type": "counter", "labels": { "context": ["shop"], "status": ["200", "201", "500", "503", "499"], "route": ["/", "/events", "unmatched"] } },
    { "name": "duration_seconds", "type": "histogram", "labels": { "context": ["shop"] }, "buckets": [0.5, 1.0, 2.5] },
    { "name": "old_seconds", "type": "histogram", "labels": { "context": ["shop"] } },
    { "name": "used", "type": "gauge", "labels": { "context": ["shop"], "limit": ["polls"] } },
    { "name": "info", "type": "gauge", "labels": { "context": ["shop"], "version": [] } }
] }"#;

fn measures() -> Measures {
    Measures::parse("metrics.json", MEASURES).expect("measures")
}

fn known() -> Known {
    let file = rules(&about(), &[&availability()]).expect("rules");
    Known::of(&[("shop".to_owned(), Some(measures()))]).with_rules(&file)
}

/// The codes and texts of what is found.
fn found(expr: &str) -> Vec<(&'static str, String)> {
    let expr = promql_parser::parser::parse(expr).unwrap_or_else(|error| panic!("{error}: {expr}"));
    let findings = expression(&expr, &known()).into_iter();
    findings
        .map(|finding| (finding.code.as_str(), format!("{}; {}", finding.message, finding.hint)))
        .collect()
}

/// The broken form is refused by exactly this lint and with these words, and nothing is said of the right one.
#[track_caller]
fn refuses(broken: &str, code: &str, words: &str, right: &str) {
    let findings = found(broken);
    assert!(
        matches!(findings.as_slice(), [(one, text)] if *one == code && text.contains(words)),
        "{broken}: {findings:?}"
    );
    assert_eq!(found(right), [], "{right}");
}

#[test]
fn a_metric_that_nothing_exports_or_records_is_refused() {
    refuses("rate(request_total[5m])", "MP101", "did you mean `requests_total`?", "rate(requests_total[5m])");
    refuses("slo:eror_ratio:1h", "MP101", "did you mean `slo:error_ratio:1h`?", "slo:error_ratio:1h");
    refuses("duration_seconds", "MP101", "`duration_seconds_bucket`", "duration_seconds_count");
    refuses("{__name__=~\"used|unsed\"}", "MP101", "`unsed`", "{__name__=~\"used|info\"}");
    refuses("uptime", "MP101", "metrics.json", "up{job=\"shop\"}");
}

#[test]
fn a_label_that_the_series_do_not_have_is_refused() {
    refuses("used{limits=\"polls\"}", "MP102", "did you mean `limit`?", "used{limit=\"polls\"}");
    refuses(
        "sum by (rout) (requests_total)",
        "MP102",
        "did you mean `route`?",
        "sum by (route) (requests_total)",
    );
    refuses(
        "used / on (contxt) (used > 0)",
        "MP102",
        "did you mean `context`?",
        "used / on (context, limit, instance) (used > 0)",
    );
    refuses("duration_seconds_count{le=\"0.5\"}", "MP102", "`le`", "duration_seconds_bucket{le=\"0.5\"}");
}

#[test]
fn a_value_that_a_label_never_has_is_refused_also_where_it_is_ruled_out() {
    refuses("used{limit=\"pols\"}", "MP103", "did you mean `polls`?", "used{limit=\"polls\",job=\"shop\"}");
    refuses("requests_total{status=~\"5..|498\"}", "MP103", "`498`", "requests_total{status=~\"5..|499\"}");
    refuses(
        "requests_total{route!~\"unmatched|/event\"}",
        "MP103",
        "did you mean `/events`?",
        "requests_total{route!~\"unmatched|/events\"}",
    );
    refuses(
        "requests_total{route!=\"unmached\"}",
        "MP103",
        "did you mean `unmatched`?",
        "info{version=\"1.2\"}",
    );
    refuses("used{context=\"shpo\"}", "MP103", "did you mean `shop`?", "used{context=\"shop\"}");
    refuses(
        "slo:error_ratio:1h{slo=\"shop-avalability\"}",
        "MP103",
        "did you mean `shop-availability`?",
        "slo:error_ratio:1h{slo=~\".*\"}",
    );
    refuses(
        "ALERTS{alertstate=\"firng\"}",
        "MP103",
        "did you mean `firing`?",
        "ALERTS{alertstate=\"firing\",slo=~\".*|\"}",
    );
}

#[test]
fn a_bucket_must_be_there_and_be_spelled_as_both_text_formats_do() {
    refuses(
        "duration_seconds_bucket{le=\"0.3\"}",
        "MP104",
        "its bounds are 0.5, 1, 2.5",
        "duration_seconds_bucket{le=\"2.5\"}",
    );
    refuses(
        "duration_seconds_bucket{le=~\"0.5|3\"}",
        "MP104",
        "`0.5|3`",
        "duration_seconds_bucket{le=\"+Inf\"}",
    );
    refuses(
        "duration_seconds_bucket{le=\"1\"}",
        "MP105",
        "OpenMetrics 1.0",
        "duration_seconds_bucket{le=~\"1(\\\\.0)?\"}",
    );
    refuses(
        "duration_seconds_bucket{le=\"1.0\"}",
        "MP105",
        "write `le=~\"1(",
        "duration_seconds_bucket{le=~\"1|1.0\"}",
    );
    // Which buckets there are is not known of a contract of the first format.
    assert_eq!(found("old_seconds_bucket{le=\"0.3\"}"), []);
}

#[test]
fn a_default_without_labels_is_refused() {
    let group = "sum by (status) (rate(requests_total[5m]))";
    refuses(
        &format!("{group} or vector(0)"),
        "MP201",
        "groups that are missing stay missing",
        &format!("{group} or on (status) 0 * {group}"),
    );
    refuses(&format!("{group} or on () vector(0)"), "MP201", "twice", &format!("{group} > 0"));
}

#[test]
fn a_default_beside_arithmetic_needs_parentheses() {
    let (a, b) = ("sum(requests_total)", "(sum(used) > 0)");
    let findings = found(&format!("1 - {a} or vector(0) / {b}"));
    assert_eq!(findings[0].0, "MP202", "{findings:?}");
    refuses(
        &format!("{a} or {a} / {b}"),
        "MP202",
        "binds weaker",
        &format!("1 - ({a} or on () 0 * {a}) / {b}"),
    );
}

#[test]
fn sides_with_different_labels_say_by_which_they_are_joined() {
    let (bad, total) =
        ("sum(rate(requests_total{status=~\"5..\"}[5m]))", "slo:total:rate5m{slo=\"shop-availability\"}");
    refuses(&format!("{bad} or 0 * {total}"), "MP203", "twice", &format!("{bad} or on () 0 * {total}"));
    refuses(&format!("{total} - {bad}"), "MP203", "the result is empty", &format!("{total} - on () {bad}"));
    refuses(&format!("{total} unless {bad}"), "MP203", "taken away", &format!("{total} unless on () {bad}"));
    // What one rule recorded with its labels, another one has, too.
    assert_eq!(found(&format!("slo:bad:rate5m{{slo=\"shop-availability\"}} / ({total} > 0)")), []);
    // The objective has no groups.
    refuses(
        "used - slo:objective:ratio",
        "MP203",
        "{context, slo}",
        "used - on (context) group_left () slo:objective:ratio",
    );
}

#[test]
fn ratios_are_not_averaged() {
    let right = "sum_over_time(slo:bad:rate5m[30d]) / (sum_over_time(slo:total:rate5m[30d]) > 0)";
    refuses("avg_over_time(slo:error_ratio:5m[30d])", "MP204", "a quiet night", right);
    let ratio = "sum(used) / (sum(used) > 0)";
    refuses(
        &format!("avg_over_time(({ratio})[1d:1m])"),
        "MP204",
        "a busy noon",
        &format!("avg_over_time(({ratio})[5m:1m])"),
    );
}

#[test]
fn absence_waits() {
    let absent =
        promql_parser::parser::parse("up{job=\"shop\"} == 0 or absent(up{job=\"shop\"})").expect("PromQL");
    let codes = |hold| -> Vec<&str> {
        alert(&absent, hold, &known()).iter().map(|finding| finding.code.as_str()).collect()
    };
    // `up` has an instance, which what is absent does not have: each alone would be sound.
    assert_eq!(codes(0), ["MP203", "MP205"]);
    assert_eq!(codes(60), ["MP203"]);
    let absent =
        promql_parser::parser::parse("min by (job) (up{job=\"shop\"}) == 0 or absent(up{job=\"shop\"})")
            .expect("PromQL");
    assert_eq!(alert(&absent, 60, &known()), []);
}

#[test]
fn nothing_is_divided_by_what_idles() {
    let (bad, all) = ("sum(rate(requests_total{status=\"500\"}[5m]))", "sum(rate(requests_total[5m]))");
    refuses(&format!("{bad} / {all}"), "MP206", "divide by `(… > 0)`", &format!("{bad} / ({all} > 0)"));
    let least = format!("{bad} / clamp_min({all}, 1)");
    assert_eq!(found(&least), []);
    let quantile = "histogram_quantile(0.99, sum by (le) (rate(duration_seconds_bucket[5m])))";
    refuses(quantile, "MP206", ">= 0", &format!("{quantile} >= 0"));
    refuses(&format!("{quantile} > bool 0.5"), "MP206", "quantile", &format!("({quantile} >= 0) > bool 0.5"));
}

#[test]
fn rules_written_by_hand_are_read_with_their_places() {
    let text = "groups:\n  - name: mine\n    rules:\n      - record: shop:requests:rate5m\n        expr: |\n          \
                sum by (route) (rate(requests_total[5m]))\n      - alert: Quiet\n        expr: shop:request:rate5m < 1\n      \
                - alert: Broken\n        expr: sum(\n      - alert: Empty\n";
    let (written, faults) = Written::read("slo/mine.rules.yaml", text);
    let mut known = known();
    written.known(&mut known);
    let all: Vec<_> = faults
        .iter()
        .chain(&rules_file(&written, &known))
        .map(|found| (found.code.as_str(), found.line, found.hint.clone().unwrap_or_default()))
        .collect();
    let places: Vec<_> = all.iter().map(|(code, line, _)| (*code, *line)).collect();
    assert_eq!(places, [("MS005", 11), ("MP101", 8), ("MS204", 10)], "{all:?}");
    assert_eq!(all[1].2, "did you mean `shop:requests:rate5m`?");
}

#[test]
fn a_file_of_rules_that_is_not_yaml_is_reported() {
    let (_, faults) = Written::read("slo/mine.rules.yaml", "groups: [\n");
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].code.as_str(), "MS001");
}

#[test]
fn a_period_must_be_kept() {
    let slo = availability();
    let finding = retention(&slo, 15 * 86_400).expect("too short");
    assert!(finding.message.contains("15d ÷ 30d = 50% of the period"), "{}", finding.message);
    assert!(finding.hint.as_ref().is_some_and(|hint| hint.contains("33d")), "{:?}", finding.hint);
    assert_eq!(retention(&slo, 40 * 86_400), None);
}

#[test]
fn how_long_samples_are_kept_is_read_from_the_data_source_where_it_says_so() {
    let source = |details: &str| {
        let text = format!(
            "apiVersion: openslo/v1\nkind: DataSource\nmetadata:\n  name: main\nspec:\n  type: Prometheus\n  \
             connectionDetails:\n    url: http://prometheus:9090\n{details}"
        );
        ("slo/sources.yaml".to_owned(), text)
    };
    assert_eq!(kept(&[source("    retention: 40d\n"), source("    retention: 15d\n")]), Some(15 * 86_400));
    assert_eq!(kept(&[source("")]), None);
    assert_eq!(kept(&[]), None);
}

#[test]
fn a_finding_is_shown_from_its_column_to_the_end_of_its_line() {
    let text = "groups:\n  - name: ä\n    expr: up{jb=\"\"}\n";
    let (written, _) = Written::read(
        "mine.rules.yaml",
        &format!("{text}    rules:\n      - {{record: a:b, expr: uptime}}\n"),
    );
    let found = rules_file(&written, &known()).remove(0);
    let text = format!("{text}    rules:\n      - {{record: a:b, expr: uptime}}\n");
    assert_eq!(&text[lint::placed(found, &text).span], "uptime}");
}

#[test]
fn too_little_traffic_is_said_with_its_arithmetic() {
    let findings = few_events(&availability(), Decimal::from(60));
    let first = &findings[0];
    assert!(
        first.message.contains(
            "page-fast sees 60 events in 1h, of which 0.0144 × 60 = 0.86 may be bad; it waits for 3"
        ),
        "{}",
        first.message
    );
    assert!(
        first.hint.as_ref().is_some_and(|hint| hint.contains("from 209 events in 1h on")),
        "{:?}",
        first.hint
    );
    assert_eq!(few_events(&availability(), Decimal::from(1_000)), []);
}

#[test]
fn a_valid_slo_of_which_no_rules_are_made_is_named_with_its_place() {
    assert_eq!(refused(&availability()), None);
    let mut slo = availability();
    slo.window = Window::Calendar {
        start: "2026-01-01T00:00:00".parse().expect("a date"),
        count: 1,
        unit: CalendarUnit::Quarter,
        zone: "UTC".to_owned(),
    };
    let found = refused(&slo).expect("a finding");
    assert_eq!((found.code.as_str(), &*found.file, found.line), ("MS401", "slo/shop.yaml", 3));
    assert!(found.message.starts_with("a calendar window of 1 Quarter"), "{}", found.message);
    slo = availability();
    slo.objectives[0].target = Decimal::ZERO;
    assert!(refused(&slo).is_some_and(|found| found.message.contains("can never alert")));
}

#[test]
fn nothing_that_is_generated_is_refused() {
    assert_eq!(refused_of_generated(exported()), Vec::<String>::new());
}

#[test]
fn nothing_that_is_generated_of_a_board_without_commands_is_refused() {
    let mut measures = exported();
    let of_commands = ["macadam_commands_total", "macadam_command_duration_seconds", "macadam_events_total"];
    for name in of_commands {
        assert!(measures.metrics.remove(name).is_some(), "{name}");
    }
    measures.metrics.retain(|name, _| !name.starts_with("macadam_subscription_"));
    assert_eq!(refused_of_generated(measures), Vec::<String>::new());
}

/// What the first context exports.
fn exported() -> Measures {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text =
        std::fs::read_to_string(root.join("contracts/lc-application/metrics.json")).expect("the contract");
    Measures::parse("metrics.json", &text).expect("it is read")
}

/// What lints say of all that is generated of a new context that exports this.
fn refused_of_generated(measures: Measures) -> Vec<String> {
    let name = "lc-application";
    let about = About { context: name.to_owned(), owner: "trade-finance".to_owned(), ..about() };
    let files = [
        ("slo/lc-application.yaml".to_owned(), seed(&about, "Takes applications.")),
        (indicator_file(&about).path, indicator_file(&about).text),
    ];
    let (catalog, faults) = openslo::read(&files);
    assert!(faults.is_empty(), "{faults:?}");
    let contexts = [about];
    let input = Input { contexts: &contexts, catalog: &catalog, receivers: "", runbooks: &BTreeMap::new() };
    let made = rule_files(&input).expect("rules");
    let mut known = Known::of(&[(name.to_owned(), Some(measures))]);
    for (_, file) in &made {
        known = known.with_rules(file);
    }
    // One that the contract does not have is known, too: other boards have it.
    let features =
        [Feature::Amounts, Feature::Deadlines, Feature::Processes, Feature::Followers, Feature::Views].into();
    let mut findings = queries(&catalog, &known);
    for (_, file) in &made {
        findings.extend(lint::rules("rules.yaml", file, &known));
    }
    for file in
        dashboards(&made, &catalog, &BTreeMap::from([(name.to_owned(), features)])).expect("dashboards")
    {
        findings.extend(lint::dashboard(&file.path, &file.text, &known));
    }
    findings
        .iter()
        .map(|found| {
            format!(
                "{}: {}: {}; {}",
                found.file,
                found.code,
                found.message,
                found.hint.as_deref().unwrap_or_default()
            )
        })
        .collect()
}

#[test]
fn of_a_context_without_a_contract_nothing_is_said() {
    let known = Known::of(&[("shop".to_owned(), None)]);
    let expr =
        promql_parser::parser::parse("sum(rate(whatever_total{context=\"shop\"}[5m]))").expect("PromQL");
    assert_eq!(expression(&expr, &known), []);
    assert_eq!(queries(&Catalog::default(), &known), []);
}

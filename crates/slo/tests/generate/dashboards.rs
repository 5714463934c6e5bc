//! Dashboards, held against Grafana's schema where it is present.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use macadam_slo::dashboard::{Feature, dashboards, without_variables};
use macadam_slo::generate::{About, Generated, rules};
use macadam_slo::model::{Catalog, Slo};
use serde_json::Value;

use crate::made::{about, availability};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What the first context has.
fn features() -> BTreeSet<Feature> {
    let path = root().join("services/lc-application/context.toml");
    let text = std::fs::read_to_string(&path).expect("the board");
    let (board, _) =
        macadam_board::Board::parse_among("context.toml", &text, &macadam_board::Neighbours::default());
    Feature::of(&board.expect("it is read"))
}

fn slos() -> Vec<Slo> {
    let mut grouped = Slo { name: "shop-freshness".to_owned(), ..availability() };
    grouped.group_by = vec!["subscription".to_owned()];
    let mut two = Slo { name: "shop-latency".to_owned(), ..availability() };
    two.objectives.push(two.objectives[0].clone());
    vec![availability(), grouped, two]
}

fn generated(links: &str) -> Vec<Generated> {
    let about = About { links: links.to_owned(), ..about() };
    let slos = slos();
    let file = rules(&about, &slos.iter().collect::<Vec<_>>()).expect("rules");
    let catalog = Catalog { slos, ..Catalog::default() };
    let features = BTreeMap::from([(about.context.clone(), features())]);
    dashboards(&[(about, file)], &catalog, &features).expect("dashboards")
}

fn parsed(file: &Generated) -> Value {
    serde_json::from_str(&file.text).expect("JSON")
}

/// All panels but headings.
fn panels(dashboard: &Value) -> Vec<&Value> {
    dashboard["panels"].as_array().expect("panels").iter().filter(|panel| panel["type"] != "row").collect()
}

#[test]
fn there_is_one_for_each_context_and_an_overview_and_their_names_are_those_that_alerts_link_to() {
    let files = generated("");
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["dashboards/generated/shop.json", "dashboards/generated/overview.json"]);
    assert_eq!(parsed(&files[0])["uid"], "macadam-shop");
    assert_eq!(parsed(&files[1])["uid"], "macadam-overview");
    let variables = parsed(&files[0])["templating"]["list"].clone();
    assert_eq!(variables[1]["name"], "slo");
    assert_eq!(variables[1]["query"], "shop-availability,shop-freshness,shop-latency");
}

#[test]
fn grafanas_schema_finds_no_error() {
    let place = std::env::var_os("MACADAM_GRAFANA_SCHEMA")
        .map_or_else(|| root().join("../shared/data/grafana-dashboard.schema.json"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(&place) else {
        eprintln!(
            "not checked: Grafana's schema of dashboards is not at {}; MACADAM_GRAFANA_SCHEMA may say where it is",
            place.display()
        );
        return;
    };
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let schema = jsonschema::draft7::new(&schema).expect("a schema");
    let committed =
        std::fs::read_dir(root().join("dashboards/generated")).expect("dashboards").map(|entry| {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("a dashboard");
            Generated { path: path.display().to_string(), text, owned: false }
        });
    for file in committed.chain(generated("https://git.example/blob/main/")) {
        let faults: Vec<String> = schema
            .iter_errors(&parsed(&file))
            .map(|error| format!("{} {}: {error}", file.path, error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{faults:#?}");
        let mut broken = parsed(&file);
        broken["panels"][1]["colour"] = "red".into();
        assert!(!schema.is_valid(&broken), "the schema is strict");
    }
}

#[test]
fn each_panel_says_what_it_shows_in_which_unit_and_what_it_means_to_be_empty() {
    for file in generated("") {
        let dashboard = parsed(&file);
        assert_eq!(dashboard["editable"], false);
        let panels = panels(&dashboard);
        assert!(panels.len() > 10, "{}", file.path);
        for panel in panels {
            let title = panel["title"].as_str().filter(|title| !title.is_empty()).expect("a title");
            assert!(panel["description"].as_str().is_some_and(|text| text.len() > 20), "{title}");
            let defaults = &panel["fieldConfig"]["defaults"];
            assert!(defaults["unit"].as_str().is_some_and(|unit| !unit.is_empty()), "{title}");
            let empty = defaults["noValue"].as_str().unwrap_or_default();
            assert!(
                ["Broken: ", "Idle: ", "Good: "].iter().any(|word| empty.starts_with(word)),
                "{title}: {empty}"
            );
            assert_eq!(panel["datasource"]["uid"], "${datasource}", "{title}");
            assert!(panel["targets"].as_array().is_some_and(|targets| !targets.is_empty()), "{title}");
        }
    }
}

#[test]
fn ids_are_told_apart_and_panels_do_not_overlap() {
    for file in generated("") {
        let dashboard = parsed(&file);
        let mut ids = BTreeSet::new();
        let mut taken = BTreeSet::new();
        for panel in dashboard["panels"].as_array().expect("panels") {
            assert!(ids.insert(panel["id"].as_u64()), "{}: {}", file.path, panel["id"]);
            let [x, y, w, h] =
                ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().expect("a number"));
            assert!(x + w <= 24);
            for (x, y) in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
                assert!(taken.insert((x, y)), "{}: {} at {x}, {y}", file.path, panel["title"]);
            }
        }
    }
}

#[test]
fn raw_counters_are_drawn_over_what_grafana_takes_for_a_scrape_or_more() {
    for file in generated("") {
        let dashboard = parsed(&file);
        for panel in panels(&dashboard) {
            for target in panel["targets"].as_array().expect("targets") {
                let expr = target["expr"].as_str().expect("a query");
                assert!(promql_parser::parser::parse(&without_variables(expr)).is_ok(), "{expr}");
                let counters = expr.matches("rate(").count() + expr.matches("increase(").count();
                assert_eq!(counters, expr.matches("[$__rate_interval]").count(), "{expr}");
            }
        }
    }
}

#[test]
fn the_worst_budget_comes_first() {
    let overview = parsed(&generated("")[1]);
    let first = panels(&overview)[0];
    assert_eq!(
        first["targets"][0]["expr"],
        "sort(min by (context, slo, objective) (slo:budget_remaining:ratio{context=~\"$context\"}))"
    );
    let link = &first["fieldConfig"]["defaults"]["links"][0]["url"];
    assert!(
        link.as_str().is_some_and(|url| url.contains("/d/macadam-${__field.labels.context}?var-slo=")),
        "{link}"
    );
}

#[test]
fn the_windows_that_rules_record_are_drawn_from_the_shortest_on() {
    let context = parsed(&generated("")[0]);
    let panel = panels(&context).into_iter().find(|panel| panel["id"] == 113).expect("burn by window");
    let windows: Vec<&str> = panel["targets"]
        .as_array()
        .expect("targets")
        .iter()
        .filter_map(|target| target["legendFormat"].as_str()?.split_once(' ').map(|(window, _)| window))
        .collect();
    assert_eq!(windows, ["5m", "30m", "1h", "2h", "6h", "1d", "3d"]);
    let says = panel["description"].as_str().expect("a description");
    assert!(says.contains("Of a period of 30d: page-fast at 14.4 over 1h/5m"), "{says}");
}

#[test]
fn what_a_board_has_none_of_is_not_drawn() {
    let ids = |features: BTreeSet<Feature>| -> BTreeSet<u64> {
        let about = about();
        let features = BTreeMap::from([(about.context.clone(), features)]);
        let file = rules(&about, &[]).expect("rules");
        let files = dashboards(&[(about, file)], &Catalog::default(), &features).expect("dashboards");
        panels(&parsed(&files[0])).iter().filter_map(|panel| panel["id"].as_u64()).collect()
    };
    let (some, none) = (ids(features()), ids(BTreeSet::new()));
    // The first context has deadlines, and no process of its own.
    assert!(some.contains(&410) && !some.contains(&409));
    assert!(!none.contains(&410) && none.contains(&401) && !none.contains(&101));
}

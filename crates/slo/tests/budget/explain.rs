//! `slo explain`: the whole text is compared with a golden file, which `BLESS_GOLDEN=1` rewrites.

use std::path::Path;

use macadam_board::Hours;
use macadam_slo::budget::{Meaning, Traffic, meaning};

use crate::{about, catalog, slo};

fn at(events_per_day: f64) -> Traffic {
    Traffic { events_per_day, quietest: None }
}

#[test]
fn every_kind_of_slo_is_explained() {
    let told = catalog().slos.iter().map(|slo| meaning(&about(), slo, |_| None).text()).collect::<Vec<_>>();
    let (told, file) = (told.join("\n\n") + "\n", "tests/budget/explain.txt");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("BLESS_GOLDEN").is_some() {
        std::fs::write(&path, &told).expect("writable");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == told, "{file} differs; BLESS_GOLDEN=1 rewrites it");
}

/// The text about one SLO with so much traffic.
fn told(name: &str, events_per_day: f64) -> String {
    meaning(&about(), &slo(name), |_| Some(at(events_per_day))).text()
}

#[test]
fn with_traffic_the_budget_is_said_in_events() {
    let told = told("shop-availability", 50_000.0);
    assert!(told.contains("50,000 events a day: 1,500 of 1,500,000 may be bad"), "{told}");
    assert!(!told.contains("little traffic"), "1.44% of 2,083 an hour are 30, more than 3:\n{told}");
}

#[test]
fn where_the_least_number_of_bad_events_decides_the_arithmetic_is_shown() {
    let told = told("shop-availability", 2_000.0);
    let note = "so little traffic that the least number of 3 decides: of 83 events in 1 h, 1.44% are 1.2; it fires at 3 bad, \
                which are 3.6%";
    assert!(told.contains(note), "{told}");
    assert_eq!(told.matches("little traffic").count(), 1, "only the first tier:\n{told}");
}

#[test]
fn a_tier_that_can_never_fire_for_lack_of_traffic_is_a_warning() {
    let told = told("shop-availability", 48.0);
    assert!(
        told.contains("warning: 2 events in 1 h are fewer than 3: it cannot fire, even if all are bad"),
        "{told}"
    );
    assert!(told.contains("a total outage never pages"), "{told}");
}

#[test]
fn traffic_has_no_say_where_time_is_counted() {
    let told = told("shop-queue", 1.0);
    assert!(!told.contains("a day:") && !told.contains("traffic"), "{told}");
}

#[test]
fn tickets_wait_for_hours() {
    let mut about = about();
    about.hours = Some(Hours::parse("Mon-Fri 08:00-18:00 Europe/Vienna").expect("hours"));
    let told = meaning(&about, &slo("shop-availability"), |_| None).text();
    assert!(
        told.contains("pages reach it at once, tickets on monday to friday, 08:00–18:00 Europe/Vienna"),
        "{told}"
    );
}

#[test]
fn the_json_has_the_documented_shape() {
    let schema = include_str!("../../../../docs/schemas/slo-explain.schema.json");
    let validator =
        jsonschema::validator_for(&serde_json::from_str(schema).expect("JSON")).expect("a schema");
    let told: Vec<Meaning> =
        catalog().slos.iter().map(|slo| meaning(&about(), slo, |_| Some(at(48.0)))).collect();
    let document = serde_json::json!({ "format": 1, "slos": told });
    let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    let alert = &document["slos"][0]["objectives"][0]["alerts"][0];
    assert_eq!((&alert["threshold"], &alert["factor"]), (&0.0144.into(), &14.4.into()));
}

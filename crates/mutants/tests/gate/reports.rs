//! The reports, held to the schemas of those who read them.

use macadam_mutants::{Example, Mutant, Outcome, Ratchet, judge, report};
use serde_json::Value;

use super::domain::{FILES, measure, mutant, sources};

fn mutants() -> Vec<(Mutant, Outcome)> {
    let of = |text: &str, change: &str| mutant("src/orders.rs", "f", text, change);
    vec![
        (of("< open", "replace < with <="), Outcome::Missed),
        (of("+ 1", "replace + with *"), Outcome::Caught),
        (of("state.open()", "replace guard"), Outcome::Unviable),
        (of("* shared", "replace * with +"), Outcome::Timeout),
        (of("!self.0", "delete !"), Outcome::NotRun),
    ]
}

fn reports() -> Vec<(macadam_mutants::Measure, macadam_mutants::Verdict)> {
    let mut measure = measure(&mutants());
    let survivor = measure.judged.iter_mut().find(|judged| judged.outcome == Outcome::Missed).expect("one");
    survivor.example = Some(Example {
        file: "services/shop/domain/src/orders.rs".to_owned(),
        module: "examples".to_owned(),
        test: "#[test]\nfn ten_is_not_due() {}".to_owned(),
    });
    let verdict = judge(&measure, &Ratchet::default(), "services/shop/mutants.toml");
    vec![(measure, verdict)]
}

#[test]
fn the_text_has_the_score_of_each_rule_and_each_survivor_with_its_example() {
    let (measure, verdict) = reports().remove(0);
    let text = report::text(&measure, &verdict);
    for expected in [
        "shop: 33%, 1 of 3 viable mutants caught, 1 survived, 1 timed out, 1 unviable, 1 not tried",
        "decision of Pay   0%, 0 of 1 viable mutants caught, 1 survived",
        "survived  services/shop/domain/src/orders.rs:14:13: replace < with <= (decision of Pay)",
        "for `mod examples` of services/shop/domain/src/orders.rs:\n    #[test]\n    fn ten_is_not_due() {}",
        "FAILED  services/shop/domain/src/orders.rs:14:13: no test notices",
    ] {
        assert!(text.contains(expected), "{expected}\n\n{text}");
    }
}

#[test]
fn the_json_is_as_its_schema_says() {
    let schema = include_str!("../../../../docs/schemas/mutants.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let json = report::json(&reports());
    let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new(), "{json:#}");
    assert!(!validator.is_valid(&serde_json::json!({ "format": 1, "packages": [{}] })));
}

#[test]
fn a_finding_is_a_result_of_sarif_with_its_line() {
    let sarif = report::sarif(&reports());
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let result = &run["results"][0];
    assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]), "{result}");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "services/shop/domain/src/orders.rs");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&14.into(), &13.into()));
    // The crate's types are made from the schema of SARIF 2.1.0, and refuse what is missing or of another type.
    serde_json::from_value::<serde_sarif::sarif::Sarif>(sarif.clone()).expect("SARIF");
    let mut broken = sarif;
    broken["runs"][0]["tool"] = Value::Null;
    serde_json::from_value::<serde_sarif::sarif::Sarif>(broken).expect_err("no tool");
}

#[test]
fn the_viewers_report_has_every_mutant_with_its_state_and_the_source() {
    let (measure, _) = reports().remove(0);
    let report = report::elements(&measure, &sources(FILES));
    let file = &report["files"]["src/orders.rs"];
    assert_eq!(file["source"], FILES[2].1);
    let states: Vec<&str> =
        file["mutants"].as_array().into_iter().flatten().filter_map(|each| each["status"].as_str()).collect();
    assert_eq!(states, ["CompileError", "Survived", "Timeout", "Killed", "Pending"]);
}

#[test]
fn the_page_has_no_script_of_its_own() {
    let files = report::page("<shop>");
    let html = &files[0].1;
    assert!(html.contains("Mutants of shop<"), "{html}");
    for script in html.split("<script").skip(1) {
        let (attributes, text) = script.split_once('>').expect("a tag");
        assert!(attributes.contains("src=") && text.starts_with("</script>"), "{html}");
    }
}

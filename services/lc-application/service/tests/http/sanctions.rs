//! Countries in which nobody may be paid: configured, and looked up before the decision.

use std::process::Command;

use macadam_testkit::Service;

use crate::support::{People, config};
use crate::{BINARY, bodies};

#[track_caller]
fn check(setting: (&str, &str)) {
    let service = Service::start_with(BINARY, &[setting]);
    let people = People::of(&service);
    let draft = people.started();
    for country in ["KP", "IR"] {
        let refused = draft.submit("change-beneficiary", &bodies::beneficiary(country)).reply;
        assert_eq!((refused.status, refused.rule()), (422, Some("country-sanctioned")), "{}", refused.text);
        assert_eq!(refused.body["country"], country);
    }
    draft.accept("change-beneficiary", &bodies::beneficiary("KR"));
}

#[test]
fn nobody_is_paid_in_a_country_that_a_file_names() {
    let file = config("sanctions", "[domain]\nsanctioned_countries = [\"KP\", \"IR\"]\n");
    check(("MACADAM_CONFIG", &file));
}

#[test]
fn nobody_is_paid_in_a_country_that_the_environment_names() {
    check(("MACADAM_DOMAIN__SANCTIONED_COUNTRIES", "[\"KP\", \"IR\"]"));
}

#[test]
fn no_country_is_sanctioned_unless_the_configuration_says_so() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    people.started().accept("change-beneficiary", &bodies::beneficiary("KP"));
}

#[test]
fn a_misspelt_country_stops_the_start_and_is_named() {
    for misspelt in ["[\"KP\", \"XX\"]", "[\"North Korea\"]", "\"KP\"", "[\"kp\"]"] {
        let file = config("misspelt", &format!("[domain]\nsanctioned_countries = {misspelt}\n"));
        let folder = format!("{}/misspelt", env!("CARGO_TARGET_TMPDIR"));
        let mut command = Command::new(BINARY);
        command.env("MACADAM_CONFIG", file).env("MACADAM_DATA__DIR", &folder);
        command.env("MACADAM_AUTH__DEV_ISSUER_DIR", &folder);
        let output = command.output().expect("the context can be run");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "started with {misspelt}");
        assert!(said.contains("error: read domain.sanctioned_countries: "), "{said}");
        let name = misspelt.split('"').rev().nth(1).unwrap();
        assert!(said.contains(name), "{said}");
    }
}

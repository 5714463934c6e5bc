//! `/metrics`: what moves when something happens.

use macadam_testkit::Service;
use serde_json::json;

use crate::bodies::{amount, item, merchandise_of};
use crate::support::{People, accept_all};
use crate::{BINARY, bodies};

#[track_caller]
fn check(service: &Service, name: &str, labels: &[(&str, &str)], expected: f64) {
    assert_eq!(service.metric(name, labels), Some(expected), "{name} {labels:?}");
}

#[test]
fn commands_events_and_amounts_are_counted_as_they_happen() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let submitted = people.submitted();
    people.started().submit("submit", &json!({}));
    check(&service, "macadam_commands_total", &[("command", "Start"), ("outcome", "accepted")], 2.0);
    check(&service, "macadam_commands_total", &[("outcome", "accepted")], 11.0);
    check(&service, "macadam_commands_total", &[("command", "Submit"), ("outcome", "accepted")], 1.0);
    check(&service, "macadam_commands_total", &[("command", "Submit"), ("rule", "incomplete")], 1.0);
    check(&service, "macadam_command_duration_seconds_count", &[("command", "Submit")], 2.0);
    check(&service, "macadam_events_total", &[], 11.0);
    check(&service, "macadam_events_total", &[("event", "Submitted")], 1.0);
    check(&service, "macadam_amount_total", &[("event", "Submitted"), ("currency", "USD")], 9_000.0);
    check(&service, "macadam_deadlines_total", &[("deadline", "ApprovalReminder"), ("outcome", "set")], 3.0);
    let route = [("http_route", "/lc-applications/{id}/submit"), ("http_response_status_code", "422")];
    check(&service, "http_server_request_duration_seconds_count", &route, 1.0);
    assert!(!service.admin().get("/metrics").text.contains(submitted.reply.body["id"].as_str().unwrap()));
}

#[test]
fn a_command_that_changes_nothing_is_accepted_without_an_event() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    accept_all(people.started(), &[("change-amount", amount("1.00")), ("change-amount", amount("1.00"))]);
    check(&service, "macadam_commands_total", &[("command", "ChangeAmount"), ("outcome", "accepted")], 2.0);
    check(&service, "macadam_events_total", &[("event", "AmountChanged")], 1.0);
}

#[test]
fn amounts_are_summed_by_currency_in_its_own_units() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let mut unpriced = item("steel-coil", 1);
    unpriced["unit_price"] = json!(null);
    for (amount, currency) in [("5000", "JPY"), ("0.125", "KWD"), ("0.250", "KWD")] {
        let changes = [
            ("change-merchandise", merchandise_of(&[unpriced.clone()])),
            ("change-amount", json!({ "amount": { "amount": amount, "currency": currency } })),
            ("submit", json!({})),
        ];
        accept_all(accept_all(people.started(), &bodies::parts()), &changes);
    }
    for (currency, expected) in [("JPY", 5_000.0), ("KWD", 0.375), ("USD", 0.0)] {
        check(&service, "macadam_amount_total", &[("event", "Submitted"), ("currency", currency)], expected);
    }
}

//! `/lc-applications/{id}/{record-…,approve,decline}`: what others decide about an application.

use macadam_testkit::Service;
use serde_json::{Value, json};

use crate::support::{People, accept_all, same};
use crate::{BINARY, bodies};

/// A state without what tells one application from another.
fn anonymous(mut body: Value) -> Value {
    for own in ["id", "_links", "_templates"] {
        body.as_object_mut().expect("a state is an object").remove(own);
    }
    body
}

#[test]
fn an_application_is_declined_with_its_reason() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let declined = people.checked(false).accept("decline", &json!({"reason": "no credit"}));
    let seen = same(&declined, &people.importer).reply.body;
    assert_eq!((&seen["state"], &seen["reason"]), (&json!("declined"), &json!("no credit")));
    assert_eq!(seen["applicant_credit"]["approved"], false);
}

#[test]
fn only_a_manager_approves_against_a_failed_check_and_says_why() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let failed = people.checked(false);
    assert!(!same(&failed, &people.system).offers("approve"));
    for body in [json!({}), json!({"remarks": null}), json!({"remarks": " "})] {
        let refused = failed.submit("approve", &body).reply;
        assert_eq!((refused.status, refused.rule()), (422, Some("remarks-blank")), "{body}");
    }
    let approved = failed.accept("approve", &json!({"remarks": "secured by cash"}));
    assert_eq!(approved.reply.body["state"], "approved");
    assert_eq!(approved.reply.body["remarks"], "secured by cash");
}

#[test]
fn a_system_may_approve_what_has_passed_all_checks() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let passed = people.checked(true);
    let approved = same(&passed, &people.system).accept("approve", &json!({}));
    assert_eq!(approved.reply.body["state"], "approved");
}

#[test]
fn results_in_any_order_and_twice_come_to_the_same() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let forwards = bodies::checks(false);
    let backwards: Vec<_> = forwards.iter().rev().cloned().collect();
    let twice: Vec<_> = forwards.iter().flat_map(|check| [check.clone(), check.clone()]).collect();
    let again = [&backwards[..], &forwards[..]].concat();
    let states = [forwards, backwards, twice, again].map(|order| {
        let last = accept_all(same(&people.submitted(), &people.system), &order);
        (last.reply.version(), anonymous(last.reply.body))
    });
    // 9 parts with the start, the submission, 5 checks.
    assert_eq!(states[0].0, Some(15));
    for state in &states[1..] {
        assert_eq!(*state, states[0]);
    }
}

#[test]
fn another_decision_about_the_same_product_is_rejected_and_the_first_one_stays() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let submitted = same(&people.submitted(), &people.system);
    for check in ["record-product-value", "record-product-legality"] {
        submitted.accept(check, &bodies::outcome_of("steel-coil", true));
        let refused = submitted.submit(check, &bodies::outcome_of("steel-coil", false)).reply;
        assert_eq!((refused.status, refused.rule()), (422, Some("check-already-decided")), "{check}");
        submitted.accept(check, &bodies::outcome_of("copper-wire", false));
    }
    let checks = submitted.follow("self").reply.body["product_checks"].clone();
    for (check, approved) in [(0, true), (1, false)] {
        assert_eq!(checks[check]["value"]["approved"], approved, "{checks}");
        assert_eq!(checks[check]["legality"]["approved"], approved, "{checks}");
    }
}

#[test]
fn a_result_that_comes_after_the_decision_is_accepted_and_changes_nothing() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let approved = same(&people.approved(), &people.system);
    let late = accept_all(people.system.at(&approved.link("self")), &bodies::checks(false));
    assert_eq!(late.reply.header("etag"), approved.reply.header("etag"));
    assert_eq!(late.reply.body, approved.reply.body);
}

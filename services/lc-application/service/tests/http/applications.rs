//! `/lc-applications/…`: from its start to its decision, and what is offered on the way.

use macadam_testkit::{Resource, Service};
use serde_json::{Value, json};

use crate::support::{People, accept_all, same};
use crate::{BINARY, bodies};

const CHANGES: [&str; 8] = [
    "change-advising-bank",
    "change-amount",
    "change-beneficiary",
    "change-documents",
    "change-expiry",
    "change-merchandise",
    "change-shipment",
    "change-tenor",
];
const RECORDS: [&str; 3] = ["record-applicant-credit", "record-product-legality", "record-product-value"];

/// Who is offered what now: importer, system and manager.
#[track_caller]
fn check_offered(people: &People, application: &Resource<'_>, expected: [&[&str]; 3]) {
    let everyone = [&people.importer, &people.system, &people.manager];
    for (client, expected) in everyone.into_iter().zip(expected) {
        let mut offered = same(application, client).offered();
        let mut expected = expected.to_vec();
        offered.sort();
        expected.sort_unstable();
        assert_eq!(offered, expected);
    }
}

fn state(application: &Resource<'_>) -> Value {
    application.reply.body["state"].clone()
}

#[test]
fn an_application_is_started_filled_in_submitted_checked_and_approved() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let draft = people.started();
    assert_eq!((draft.reply.status, state(&draft)), (201, json!("draft")));
    assert_eq!(draft.reply.header("location"), Some(draft.link("self").as_str()));
    let of_draft = [&CHANGES[..], &["cancel", "submit"]].concat();
    check_offered(&people, &draft, [&of_draft, &[], &[]]);

    let submitted = accept_all(draft, &bodies::parts()).accept("submit", &json!({}));
    assert_eq!(state(&submitted), "submitted");
    let of_system = [&RECORDS[..], &["remind-of-approval"]].concat();
    check_offered(&people, &submitted, [&["cancel"], &of_system, &[]]);

    let checks = bodies::checks(true);
    let (last, others) = checks.split_last().expect("there are checks");
    let waiting = accept_all(same(&submitted, &people.system), others);
    check_offered(&people, &submitted, [&["cancel"], &of_system, &[]]);
    waiting.accept(last.0, &last.1);
    let of_system = [&of_system[..], &["approve"]].concat();
    check_offered(&people, &submitted, [&["cancel"], &of_system, &["approve", "decline"]]);

    let approved = same(&submitted, &people.manager).accept("approve", &json!({"remarks": "welcome"}));
    assert_eq!((state(&approved), &approved.reply.body["remarks"]), (json!("approved"), &json!("welcome")));
    // What is late is heard and changes nothing, so it stays allowed.
    check_offered(&people, &submitted, [&[], &RECORDS, &[]]);
}

#[test]
fn what_was_filled_in_is_read_again_as_it_was_sent() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let read = people.filled_in().follow("self").reply.body;
    let deferred = people.started().accept("change-tenor", &bodies::deferred(90)).reply.body;
    for (template, body) in bodies::parts() {
        let fields = body.as_object().expect("a body is an object");
        match template {
            "change-expiry" => assert_eq!(read["expiry"], body),
            "change-shipment" => assert_eq!(read["shipment"], body),
            _ => fields.iter().for_each(|(name, value)| assert_eq!(&read[name], value, "{template}")),
        }
    }
    assert_eq!(read["missing"], json!([]));
    assert_eq!(deferred["tenor"], json!({ "deferred": { "days": 90 } }));
}

#[test]
fn a_change_to_the_same_value_is_accepted_and_changes_nothing() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let draft = people.filled_in();
    for (template, body) in bodies::parts() {
        let again = draft.accept(template, &body);
        assert_eq!(again.reply.header("etag"), draft.reply.header("etag"), "{template}");
        assert_eq!(again.reply.body, draft.reply.body, "{template}");
    }
    assert_eq!(draft.follow("self").reply.version(), Some(9));
}

#[test]
fn an_application_is_cancelled_as_a_draft_and_after_its_submission() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    for application in [people.started(), people.submitted()] {
        let cancelled = application.accept("cancel", &json!({"reason": "found another seller"}));
        assert_eq!(state(&cancelled), "cancelled");
        assert_eq!(cancelled.reply.body["reason"], "found another seller");
        assert!(cancelled.offered().is_empty());
    }
}

#[test]
fn an_incomplete_application_is_told_every_fault_at_once() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let missing = |parts: &[&str]| -> Vec<Value> {
        parts.iter().map(|part| json!({"fault": "missing", "part": part})).collect()
    };
    let refused = people.started().submit("submit", &json!({})).reply;
    assert_eq!((refused.status, refused.rule()), (422, Some("incomplete")));
    let parts =
        ["amount", "beneficiary", "advising-bank", "merchandise", "tenor", "expiry", "shipment", "documents"];
    assert_eq!(refused.body["faults"], json!(missing(&parts)));

    let spoilt = [
        ("change-amount", bodies::amount("7999.99")),
        ("change-advising-bank", bodies::advising_bank("FR")),
        ("change-expiry", bodies::expiry("2099-05-31")),
    ];
    let refused = accept_all(people.filled_in(), &spoilt).submit("submit", &json!({})).reply;
    let faults = ["items-exceed-amount", "shipment-after-expiry", "advising-bank-elsewhere"];
    assert_eq!(
        refused.body["faults"],
        json!(faults.map(|fault| json!({"fault": fault}))),
        "{}",
        refused.text
    );
}

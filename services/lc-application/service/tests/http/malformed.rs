//! Bodies that are no command: 400 with the place of each fault, 413 for what is too long.

use macadam_testkit::{Resource, Service};
use serde_json::{Value, json};

use crate::bodies::{amount, beneficiary, item, merchandise_of, usd};
use crate::seen::{is_faultless, seen};
use crate::support::{People, send_form};
use crate::{BINARY, bodies};

/// It is refused as malformed, and names the places.
#[track_caller]
fn check(draft: &Resource<'_>, template: &str, body: &Value, pointers: &[&str]) {
    let reply = draft.submit(template, body).reply;
    assert_eq!(reply.status, 400, "{template} {body}: {}", reply.text);
    let errors = reply.body["errors"].as_array().expect("the faults").iter();
    let places: Vec<_> = errors.clone().filter_map(|error| error["pointer"].as_str()).collect();
    assert_eq!(places, pointers, "{template} {body}: {}", reply.text);
    assert!(errors.clone().all(|error| error["detail"].as_str().is_some_and(|detail| !detail.is_empty())));
}

#[test]
fn an_amount_is_a_decimal_text_in_a_known_currency_with_its_decimals_at_most() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let draft = people.started();
    let href = draft.link("self");
    let before = seen(&service, &people, &href);
    for text in ["100.001", "1e3", "+1", "1,000.00", " 1", "", ".5", "99999999999999999999"] {
        check(&draft, "change-amount", &amount(text), &["/amount"]);
    }
    for wrong in [json!(100), json!(100.5), json!(null), json!(true)] {
        check(
            &draft,
            "change-amount",
            &json!({"amount": {"amount": wrong, "currency": "USD"}}),
            &["/amount/amount"],
        );
    }
    for currency in ["XXQ", "usd", "", "US"] {
        let body = json!({"amount": {"amount": "1.00", "currency": currency}});
        check(&draft, "change-amount", &body, &["/amount/currency"]);
    }
    check(&draft, "change-amount", &json!({"amount": {"amount": "1.5", "currency": "JPY"}}), &["/amount"]);
    for wrong in [json!("1.00 USD"), json!(100), json!(["1.00", "USD"]), json!({"amount": "1.00"})] {
        check(&draft, "change-amount", &json!({ "amount": wrong }), &["/amount"]);
    }
    assert_eq!(seen(&service, &people, &href), before);
    is_faultless(&service);
}

#[test]
fn a_country_is_one_of_iso_3166() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let draft = people.started();
    for country in ["XX", "de", "DEU", ""] {
        check(&draft, "change-beneficiary", &beneficiary(country), &["/beneficiary/country"]);
        check(&draft, "change-advising-bank", &bodies::advising_bank(country), &["/advising_bank/country"]);
    }
}

#[test]
fn every_unknown_field_is_refused_wherever_it_stands() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let draft = people.started();
    let mut body = beneficiary("DE");
    body["beneficiary"]["tax"] = json!("DE1");
    body["urgent"] = json!(true);
    check(&draft, "change-beneficiary", &body, &["/beneficiary/tax", "/urgent"]);
    let mut coloured = item("steel-coil", 1);
    coloured["colour"] = json!("red");
    check(
        &draft,
        "change-merchandise",
        &merchandise_of(&[item("tin", 1), coloured]),
        &["/merchandise/items/1/colour"],
    );
    let weeks = json!({"tenor": {"deferred": {"days": 90, "weeks": 1}}});
    assert_eq!(draft.submit("change-tenor", &weeks).reply.status, 400);
    check(&draft, "submit", &json!({"now": true}), &["/now"]);
    let mut cents = amount("1.00");
    cents["amount"]["cents"] = json!(1);
    check(&draft, "change-amount", &cents, &["/amount/cents"]);
}

#[test]
fn a_value_of_another_type_is_refused_with_its_place() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let draft = people.started();
    let quantity = |quantity: Value| {
        let mut item = item("tin", 1);
        item["quantity"] = quantity;
        merchandise_of(&[item])
    };
    for wrong in [json!(-1), json!(1.5), json!("1"), json!(4_294_967_296_u64)] {
        check(&draft, "change-merchandise", &quantity(wrong), &["/merchandise/items/0/quantity"]);
    }
    let mut blank = item(" ", 1);
    check(
        &draft,
        "change-merchandise",
        &merchandise_of(&[blank.clone()]),
        &["/merchandise/items/0/product_id"],
    );
    blank["product_id"] = json!("tin");
    blank["unit_price"] = usd("0.001");
    check(&draft, "change-merchandise", &merchandise_of(&[blank]), &["/merchandise/items/0/unit_price"]);
    for tenor in [json!("on-credit"), json!({"deferred": {}}), json!(90)] {
        assert_eq!(draft.submit("change-tenor", &json!({ "tenor": tenor })).reply.status, 400, "{tenor}");
    }
    for date in ["2099-02-30", "30.06.2099", "2099-06-30T00:00:00Z"] {
        check(&draft, "change-expiry", &bodies::expiry(date), &["/date"]);
    }
    check(&draft, "cancel", &json!({}), &[""]);
}

#[test]
fn what_is_no_object_is_no_command() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let draft = people.started();
    for body in [json!(null), json!("cancel"), json!(1), json!([]), json!(["no longer needed"])] {
        check(&draft, "cancel", &body, &[""]);
    }
}

#[test]
fn a_huge_body_is_refused_and_changes_nothing() {
    let service = Service::start_with(BINARY, &[("MACADAM_HTTP__BODY_MAX_BYTES", "1000")]);
    let people = People::of(&service);
    let draft = people.started();
    let href = draft.link("self");
    let before = seen(&service, &people, &href);
    let body = json!({"reason": "x".repeat(1_000)});
    // By a connection of its own: it may be closed, for the body is not read.
    let reply = send_form(&draft, "cancel", &service.client("acme", &["Importer"]), &[], &body);
    assert_eq!((reply.status, &reply.body["max_bytes"]), (413, &json!(1_000)));
    assert_eq!(seen(&service, &people, &href), before);
}

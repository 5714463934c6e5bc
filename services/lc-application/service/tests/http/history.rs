//! `/lc-applications/{id}/history`: what happened, when, and who asked for it.

use macadam_testkit::Service;
use serde_json::json;

use crate::BINARY;
use crate::support::{People, events_of, names_of, same, send_form};

const CORRELATION: &str = "0198f2c4-0000-7000-8000-00000000c0de";

#[test]
fn every_event_is_told_with_its_actor() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let approved = people.approved();
    let expected = [
        "Started",
        "AmountChanged",
        "BeneficiaryChanged",
        "AdvisingBankChanged",
        "MerchandiseChanged",
        "TenorChanged",
        "ExpiryChanged",
        "ShipmentChanged",
        "DocumentsChanged",
        "Submitted",
        "ProductValueRecorded",
        "ProductLegalityRecorded",
        "ProductValueRecorded",
        "ProductLegalityRecorded",
        "ApplicantCreditRecorded",
        "Approved",
    ];
    assert_eq!(names_of(&approved), expected);
    for (client, event) in [&people.importer, &people.system].iter().map(|by| same(&approved, by)).zip([0, 0])
    {
        assert_eq!(events_of(&client)[event], events_of(&approved)[event], "all who may see it see the same");
    }
    let mut before = (0, String::new());
    for (at, event) in events_of(&approved).iter().enumerate() {
        let actor = match expected[at] {
            "Approved" => json!({"role": "TradeFinanceManager", "subject": "mona"}),
            name if name.ends_with("Recorded") => json!({"role": "system", "subject": "compliance"}),
            _ => json!({"role": "Importer", "subject": "acme"}),
        };
        assert_eq!(event["actor"], actor, "{event}");
        assert_eq!(event["version"], at + 1, "{event}");
        let place = (event["position"].as_i64().unwrap(), event["recorded_at"].as_str().unwrap().to_owned());
        assert!(place.0 > before.0 && place.1 >= before.1, "{event} after {before:?}");
        before = place;
    }
}

#[test]
fn an_event_names_the_request_that_it_came_from() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let submitted = people.submitted();
    let headers = [("correlation-id", CORRELATION)];
    let reply = send_form(&submitted, "cancel", &people.importer, &headers, &json!({"reason": "no need"}));
    assert_eq!((reply.status, reply.header("correlation-id")), (200, Some(CORRELATION)));
    let events = events_of(&submitted);
    let [.., before, last] = &events[..] else { panic!("two events at least") };
    assert_eq!((&last["event"], &last["correlation_id"]), (&json!("Cancelled"), &json!(CORRELATION)));
    assert_eq!(last["data"], json!({"reason": "no need"}));
    assert_ne!(before["correlation_id"], last["correlation_id"]);
}

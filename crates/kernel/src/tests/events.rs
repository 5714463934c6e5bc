//! Events are stored as JSON and read back, by code that may be newer or older.

use super::listeners::{RecoveryHeard, WhereaboutsHeard};
use super::parcels::*;
use crate::testing::{AMID, start};
use crate::{Actor, Currency, DecodeError, Event, Hear, Id, Kind, Money, Recorded, Uuid};

fn all() -> Vec<ParcelEvent> {
    crate::events![
        registered(),
        Dispatched { express: true },
        Delivered { at: start() },
        Chased { nth: 2 },
        Lost {},
    ]
}

fn refusal(kind: &str, version: u32, payload: &str) -> DecodeError {
    ParcelEvent::decode(kind, version, payload).unwrap_err()
}

#[test]
fn what_is_stored_is_read_back() {
    for event in all() {
        let Kind { name, version, .. } = *event.kind();
        assert_eq!(ParcelEvent::decode(name, version, &event.encode().unwrap()).unwrap(), event);
    }
}

#[test]
fn the_stored_form_is_the_events_own_fields() {
    let stored: Vec<_> = all().iter().map(|event| event.encode().unwrap()).collect();
    assert_eq!(
        stored,
        [
            r#"{"sender":"somebody","weight_g":500,"insured":{"amount":"50.00","currency":"EUR"}}"#,
            r#"{"express":true}"#,
            r#"{"at":"2026-01-01T00:00:00Z"}"#,
            r#"{"nth":2}"#,
            "{}",
        ]
    );
}

#[test]
fn each_event_knows_what_the_board_says_of_its_kind() {
    let kinds: Vec<_> = all().iter().map(|event| *event.kind()).collect();
    assert_eq!(kinds, ParcelEvent::KINDS);
    let registered = Kind { name: "Registered", version: 2, published: true, amount: Some("insured") };
    let dispatched = Kind { name: "Dispatched", version: 1, published: false, amount: None };
    assert_eq!(kinds[..2], [registered, dispatched]);
}

#[test]
fn the_amount_is_the_field_that_the_board_names() {
    let amounts: Vec<_> = all().iter().map(Event::amount).collect();
    assert_eq!(amounts, [Some(Money::from_minor(5_000, Currency::EUR)), None, None, None, None]);
}

#[test]
fn each_kind_has_a_schema() {
    let schemas = ParcelEvent::schemas();
    let names: Vec<_> = schemas.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["Registered", "Dispatched", "Delivered", "Chased", "Lost"]);
    assert_eq!(schemas[1].1.pointer("/properties/express/type"), Some(&"boolean".into()));
}

#[test]
fn an_older_version_is_read_as_the_code_knows_it() {
    let stored = registered();
    let payload = ParcelEvent::from(stored.clone()).encode().unwrap();
    for version in [1, 2] {
        assert_eq!(ParcelEvent::decode("Registered", version, &payload).unwrap(), stored.clone().into());
    }
}

#[test]
fn a_newer_version_is_refused_even_where_it_could_be_read() {
    assert_eq!(
        refusal("Dispatched", 2, r#"{"express":true}"#).to_string(),
        "event `Dispatched` has version 2, this code knows 1: start the newer binary"
    );
}

#[test]
fn an_unknown_kind_is_refused() {
    assert_eq!(
        WhereaboutsHeard::decode("Registered", 1, "{}").unwrap_err().to_string(),
        r#"event `Registered` is not one of ["Dispatched", "Chased", "Lost"]"#
    );
}

#[test]
fn a_payload_that_does_not_fit_is_refused_without_being_quoted() {
    assert_eq!(
        refusal("Dispatched", 1, r#"{"express":"secret"}"#).to_string(),
        "payload of event `Dispatched` version 1 does not fit: Data error in column 19"
    );
    assert_eq!(
        refusal("Dispatched", 1, r#"{"express":"#).to_string(),
        "payload of event `Dispatched` version 1 does not fit: Eof error in column 11"
    );
}

#[test]
fn what_listens_reads_what_the_aggregate_stored() {
    let payload = ParcelEvent::from(Dispatched { express: true }).encode().unwrap();
    let heard = Dispatched { express: true }.into();
    assert_eq!(RecoveryHeard::decode("Dispatched", 1, &payload).unwrap(), heard);
    assert_eq!(heard.name(), "Dispatched");
}

#[test]
fn what_a_command_may_emit_is_an_event_of_its_aggregate() {
    let emitted: Vec<ChaseEmits> = crate::events![Chased { nth: 1 }, Lost {}];
    let events: Vec<ParcelEvent> = emitted.into_iter().map(Into::into).collect();
    assert_eq!(events, [ParcelEvent::Chased(Chased { nth: 1 }), ParcelEvent::Lost(Lost {})]);
}

#[test]
fn a_record_keeps_what_the_log_knows_whatever_becomes_of_the_event() {
    let record = |event| Recorded {
        position: 7,
        stream: AMID,
        version: 3,
        event_id: Uuid::from_u128(9),
        recorded_at: start(),
        actor: Actor::new("Clerk", "alice"),
        event,
    };
    assert_eq!(record("20").map(|event| format!("{event}26")), record("x").map(|_| "2026".to_owned()));
    assert_eq!(record("20").id::<Parcel>(), Id::from_uuid(AMID));
}

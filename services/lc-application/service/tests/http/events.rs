//! `/events`: the published language, for other contexts.

use macadam_testkit::{Client, Resource, Service};
use serde_json::{Value, json};

use crate::support::{People, eventually};
use crate::{BINARY, bodies};

/// Reads the feed from here, and says where it goes on.
#[track_caller]
fn read(consumer: &Client, href: &str) -> (Vec<Value>, String) {
    let reply = consumer.get(href);
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.header("content-type"), Some("application/cloudevents-batch+json"));
    let link = reply.header("link").expect("a link");
    let next =
        link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).expect("the next page");
    (reply.body.as_array().expect("a batch").clone(), next.to_owned())
}

fn types(batch: &[Value]) -> Vec<&str> {
    batch.iter().filter_map(|event| event["type"].as_str()).collect()
}

fn id_of(application: &Resource<'_>) -> Value {
    application.reply.body["id"].clone()
}

#[test]
fn consumers_hear_what_is_published_as_cloud_events_and_nothing_else() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let consumer = service.client("issuance", &["consumer"]);
    let approved = people.approved();
    let declined = people.checked(false).accept("decline", &json!({"reason": "no credit"}));
    let cancelled = people.started().accept("cancel", &json!({"reason": "no need"}));
    let (batch, next) = read(&consumer, &consumer.home().link("events"));
    let expected = ["Submitted", "Approved", "Submitted", "Declined", "Cancelled"];
    assert_eq!(types(&batch), expected.map(|name| format!("lc-application.{name}.v1")));
    let subjects = [&approved, &approved, &declined, &declined, &cancelled].map(id_of);
    let mut last = 0;
    for (event, subject) in batch.iter().zip(subjects) {
        assert_eq!(event["specversion"], "1.0");
        assert_eq!(event["source"], "urn:macadam:context:lc-application");
        assert_eq!(event["subject"], subject);
        let sequence: i64 = event["sequence"].as_str().unwrap().parse().unwrap();
        assert!(sequence > last && event["id"].is_string() && event["time"].is_string(), "{event}");
        last = sequence;
    }
    assert_eq!(read(&consumer, &next).0, Vec::<Value>::new());
    assert_eq!(service.metric("macadam_events_published_total", &[]), Some(5.0));
}

#[test]
fn what_is_submitted_says_all_that_others_need_to_begin() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let consumer = service.client("compliance", &["consumer"]);
    people.submitted();
    let (batch, _) = read(&consumer, &consumer.home().link("events"));
    let mut expected = bodies::start("acme");
    for body in [
        bodies::amount("9000.00"),
        bodies::beneficiary("DE"),
        bodies::advising_bank("DE"),
        bodies::merchandise(),
    ] {
        expected.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    }
    assert_eq!(batch[0]["data"], expected);
}

#[test]
fn a_waiting_consumer_hears_of_a_submission_at_once() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let consumer = service.client("compliance", &["consumer"]);
    let draft = people.filled_in();
    let href = format!("{}?timeout=20", consumer.home().link("events"));
    let waiting = std::thread::spawn(move || read(&consumer, &href).0);
    eventually("the consumer waits", || {
        service.metric("macadam_http_requests_in_flight", &[]).filter(|waiting| *waiting >= 1.0)
    });
    draft.accept("submit", &json!({}));
    assert_eq!(types(&waiting.join().expect("the consumer is answered")), ["lc-application.Submitted.v1"]);
}

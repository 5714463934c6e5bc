//! `ApprovalReminder`, with shorter times than the board's.

use macadam_testkit::Service;
use serde_json::json;

use crate::BINARY;
use crate::support::{People, config, events_of, eventually, listed, names_of, same};

fn service(name: &str, times: &str) -> Service {
    let file = config(name, &format!("[deadlines]\nApprovalReminder = {times}\n"));
    Service::start_with(BINARY, &[("MACADAM_CONFIG", &file)])
}

#[track_caller]
fn check_counted(service: &Service, [set, met, missed]: [f64; 3]) {
    for (outcome, expected) in [("set", set), ("met", met), ("missed", missed)] {
        let labels = [("deadline", "ApprovalReminder"), ("outcome", outcome)];
        // A deadline is counted as missed after its command was stored.
        eventually(&format!("{expected} {outcome}"), || {
            service.metric("macadam_deadlines_total", &labels).filter(|count| (count - expected).abs() < 0.5)
        });
    }
}

#[test]
fn an_undecided_application_is_reminded_of_twice_and_then_past_due() {
    let service = service("reminders", "[\"50ms\", \"100ms\", \"150ms\"]");
    let people = People::of(&service);
    let submitted = people.submitted();
    let events = eventually("the application is past due", || {
        let events = events_of(&submitted);
        (events.last()?["event"] == "ApprovalPastDue").then_some(events)
    });
    let reminders = &events[10..];
    let told: Vec<_> =
        reminders.iter().map(|event| (event["event"].clone(), event["data"].clone())).collect();
    let pending = |nth: u32| (json!("ApprovalPending"), json!({ "nth": nth }));
    assert_eq!(told, [pending(1), pending(2), (json!("ApprovalPastDue"), json!({}))]);
    for event in reminders {
        assert_eq!(event["actor"], json!({"role": "system", "subject": "ApprovalReminder"}));
    }
    let last = &reminders[2];
    let overdue = listed(&people.manager, "Overdue", last["position"].as_i64().unwrap());
    assert_eq!(overdue.len(), 1);
    assert_eq!(overdue[0]["past_due_since"], last["recorded_at"]);
    assert_eq!(overdue[0]["_links"]["self"]["href"], submitted.link("self"));
    check_counted(&service, [3.0, 0.0, 3.0]);

    let cancelled = same(&submitted, &people.importer).accept("cancel", &json!({"reason": "too slow"}));
    assert!(listed(&people.manager, "Overdue", cancelled.position()).is_empty());
    check_counted(&service, [3.0, 0.0, 3.0]);
}

#[test]
fn a_decision_withdraws_the_reminders_that_are_yet_to_come() {
    let service = service("withdrawn", "[\"50ms\", \"100d\", \"200d\"]");
    let people = People::of(&service);
    let ready = people.checked(true);
    eventually("the first reminder", || {
        names_of(&ready).contains(&"ApprovalPending".to_owned()).then_some(())
    });
    ready.accept("approve", &json!({}));
    check_counted(&service, [3.0, 2.0, 1.0]);
}

#[test]
fn whatever_settles_an_application_in_time_withdraws_all_reminders() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    people.approved();
    check_counted(&service, [3.0, 3.0, 0.0]);
    people.checked(false).accept("decline", &json!({"reason": "no credit"}));
    check_counted(&service, [6.0, 6.0, 0.0]);
    people.submitted().accept("cancel", &json!({"reason": "no need"}));
    check_counted(&service, [9.0, 9.0, 0.0]);
    people.started().accept("cancel", &json!({"reason": "no need"}));
    check_counted(&service, [9.0, 9.0, 0.0]);
}

#[test]
fn reminders_that_came_due_while_the_context_was_down_are_sent_at_its_start() {
    let mut service = service("down", "[\"300ms\", \"301ms\", \"302ms\"]");
    let href = People::of(&service).submitted().link("self");
    service.kill();
    service.restart();
    let people = People::of(&service);
    eventually("the application is past due", || {
        let names = names_of(&people.importer.at(&href));
        (names[10..] == ["ApprovalPending", "ApprovalPending", "ApprovalPastDue"]).then_some(())
    });
}

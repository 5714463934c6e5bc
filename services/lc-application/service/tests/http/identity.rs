//! Who may see and do what, and at which version: each refusal changes nothing.

use macadam_testkit::{Client, Reply, Resource, Service};
use serde_json::{Value, json};

use crate::seen::{is_faultless, seen};
use crate::support::{People, accept_all, listed, same, send_form, send_unasked};
use crate::{BINARY, bodies};

const UNKNOWN: &str = "0198f2c4-0000-7000-8000-000000000000";

/// Every command to an application that exists, with a body that would do.
fn commands() -> Vec<(&'static str, Value)> {
    let mut commands = bodies::parts();
    commands.extend(bodies::checks(true));
    let because = json!({"reason": "because"});
    commands.extend([
        ("submit", json!({})),
        ("approve", json!({})),
        ("cancel", because.clone()),
        ("decline", because),
    ]);
    commands
}

/// Sends every command as this client; each is answered with this status, and nothing has changed.
///
/// Each by a connection of its own: who is refused before the body was read may find the connection closed.
#[track_caller]
fn check_commands(
    service: &Service,
    people: &People,
    application: &Resource<'_>,
    by: impl Fn() -> Client,
    status: u16,
) {
    let href = application.link("self");
    let before = seen(service, people, &href);
    for (template, body) in commands() {
        let reply = send_unasked(application, template, &by(), &body);
        assert_eq!(reply.status, status, "{template}: {}", reply.text);
    }
    assert_eq!(seen(service, people, &href), before);
    is_faultless(service);
}

fn check_problem(reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
}

#[test]
fn somebody_elses_application_does_not_exist() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let globex = service.client("globex", &["Importer"]);
    for application in [people.started(), people.submitted()] {
        check_problem(&same(&application, &globex).reply, 404);
        check_problem(&globex.at(&application.link("history")).reply, 404);
        check_commands(&service, &people, &application, || service.client("globex", &["Importer"]), 404);
        for view in ["Drafts", "Applications"] {
            assert!(listed(&globex, view, application.position()).is_empty(), "{view}");
        }
    }
    let unknown =
        globex.home().reply.body["_links"]["find"][0]["href"].as_str().unwrap().replace("{id}", UNKNOWN);
    assert_eq!(
        globex.at(&unknown).reply.body,
        same(&people.started(), &globex).reply.body,
        "told apart by nothing"
    );
}

#[test]
fn an_unknown_application_is_not_found() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    for client in [&people.importer, &people.system, &people.manager] {
        let find = client.home().reply.body["_links"]["find"][0]["href"].as_str().unwrap().to_owned();
        for id in [UNKNOWN, "PO-4711", "%00"] {
            let href = find.replace("{id}", id);
            check_problem(&client.get(&href), 404);
            for (template, _) in commands() {
                check_problem(&client.send("POST", &format!("{href}/{template}"), &[], None), 404);
            }
        }
    }
    assert_eq!(service.metric("macadam_events_total", &[]), Some(0.0));
}

#[test]
fn who_has_no_valid_token_is_told_so_and_changes_nothing() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let application = people.submitted();
    for token in [None, Some("not.a.token".to_owned())] {
        let stranger = || service.client_with(token.clone());
        check_problem(&same(&application, &stranger()).reply, 401);
        check_commands(&service, &people, &application, stranger, 401);
    }
}

#[test]
fn a_command_of_another_role_is_refused_and_changes_nothing() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let ready = people.checked(true);
    let href = ready.link("self");
    let before = seen(&service, &people, &href);
    let importers = ["submit", "cancel"].into_iter().chain(bodies::parts().into_iter().map(|part| part.0));
    for (template, body) in commands() {
        let importers = importers.clone().any(|own| own == template);
        let others = match template {
            _ if importers => vec![&people.manager, &people.system],
            "approve" => vec![&people.importer],
            "decline" => vec![&people.importer, &people.system],
            _ => vec![&people.importer, &people.manager],
        };
        for other in others {
            let reply = send_unasked(&ready, template, other, &body);
            assert_eq!(reply.status, 403, "{template}: {}", reply.text);
            assert!(reply.body["actors"].is_array(), "{}", reply.text);
        }
    }
    assert_eq!(seen(&service, &people, &href), before);
    check_commands(&service, &people, &ready, || service.client("nobody", &["Nobody"]), 404);
}

#[test]
fn nobody_starts_an_application_for_somebody_else() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let reply = people.importer.home().submit("start", &bodies::start("globex")).reply;
    check_problem(&reply, 403);
    assert!(reply.body["detail"].as_str().unwrap().contains("`applicant_id`"), "{}", reply.text);
    check_problem(
        &send_form(&people.importer.home(), "start", &people.manager, &[], &bodies::start("mona")),
        403,
    );
    assert!(listed(&people.manager, "Applications", 0).is_empty());
    assert_eq!(service.metric("macadam_events_total", &[]), Some(0.0));
}

#[test]
fn a_command_to_a_version_that_is_past_is_refused_and_changes_nothing() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let read = people.started();
    let tag = read.reply.header("etag").expect("an ETag").to_owned();
    let changed = read.accept("change-amount", &bodies::amount("1.00"));
    let href = read.link("self");
    let before = seen(&service, &people, &href);
    let body = bodies::amount("2.00");
    for stale in [tag.as_str(), "\"3\"", "W/\"2\"", "\"two\""] {
        let reply = send_form(&read, "change-amount", &people.importer, &[("if-match", stale)], &body);
        check_problem(&reply, 412);
        assert_eq!(reply.body["version"], 2);
    }
    assert_eq!(seen(&service, &people, &href), before);
    let current = changed.reply.header("etag").expect("an ETag");
    let reply = send_form(&read, "change-amount", &people.importer, &[("if-match", current)], &body);
    assert_eq!((reply.status, reply.version()), (200, Some(3)), "{}", reply.text);
    assert_eq!(service.metric("macadam_commands_total", &[("outcome", "rejected")]), Some(0.0));
}

#[test]
fn of_two_who_change_the_same_version_one_is_refused() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let draft = accept_all(people.started(), &bodies::parts()[..1]);
    let tag = draft.reply.header("etag").expect("an ETag").to_owned();
    let statuses = std::thread::scope(|scope| {
        let ask = |amount: &'static str| {
            let (draft, tag, importer) = (&draft, &tag, &people.importer);
            scope.spawn(move || {
                let headers = [("if-match", tag.as_str())];
                send_form(draft, "change-amount", importer, &headers, &bodies::amount(amount)).status
            })
        };
        ["1.00", "2.00", "3.00", "4.00"].map(ask).map(|asked| asked.join().expect("an answer"))
    });
    let mut statuses = statuses;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412]);
}

//! `/views/…`: what each list shows as an application moves, read no older than the change itself.

use macadam_testkit::{Resource, Service};
use serde_json::{Value, json};

use crate::bodies::{PRODUCTS, outcome, outcome_of, usd};
use crate::support::{People, accept_all, listed, same};
use crate::{BINARY, bodies};

/// In which lists the application stands, after what was just done to it.
#[track_caller]
fn check_listed(people: &People, application: &Resource<'_>, expected: &[&str]) {
    let after = application.position();
    let href = application.link("self");
    let views = ["Drafts", "PendingProductChecks", "PendingCreditCheck", "PendingDecision", "Overdue"];
    let found = views.into_iter().filter(|view| {
        listed(&people.system, view, after).iter().any(|item| item["_links"]["self"]["href"] == href)
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

/// What `Applications` says of the state.
#[track_caller]
fn state(people: &People, application: &Resource<'_>) -> Value {
    let items = listed(&people.manager, "Applications", application.position());
    let item = items.iter().find(|item| item["_links"]["self"]["href"] == application.link("self"));
    item.expect("the application is listed")["state"].clone()
}

#[test]
fn an_application_moves_from_list_to_list() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let draft = people.started();
    check_listed(&people, &draft, &["Drafts"]);
    let filled_in = accept_all(draft, &bodies::parts());
    check_listed(&people, &filled_in, &["Drafts"]);
    let submitted = filled_in.accept("submit", &json!({}));
    check_listed(&people, &submitted, &["PendingProductChecks", "PendingCreditCheck", "PendingDecision"]);
    let credit = same(&submitted, &people.system).accept("record-applicant-credit", &outcome(true));
    check_listed(&people, &credit, &["PendingProductChecks", "PendingDecision"]);
    let ready = accept_all(credit, &bodies::checks(true)[..4]);
    check_listed(&people, &ready, &["PendingDecision"]);
    let approved = ready.accept("approve", &json!({}));
    check_listed(&people, &approved, &[]);
    assert_eq!(state(&people, &approved), "approved");
}

#[test]
fn a_cancelled_application_leaves_every_list_of_what_is_to_be_done() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    for application in [people.started(), people.submitted()] {
        let cancelled = application.accept("cancel", &json!({"reason": "no need"}));
        check_listed(&people, &cancelled, &[]);
        assert_eq!(state(&people, &cancelled), "cancelled");
    }
}

#[test]
fn a_draft_shows_its_amount_and_what_is_missing() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let draft = people.started();
    let listed_now = |after: i64| listed(&people.importer, "Drafts", after).remove(0);
    let item = listed_now(draft.position());
    assert_eq!((&item["amount"], item["missing"].as_array().map(Vec::len)), (&json!(null), Some(8)));
    assert_eq!(item["_templates"], draft.reply.body["_templates"], "a list offers what the application does");
    let filled_in = accept_all(draft, &bodies::parts());
    let item = listed_now(filled_in.position());
    assert_eq!((&item["amount"], &item["missing"]), (&usd("9000.00"), &json!([])));
}

#[test]
fn pending_decisions_tell_what_is_out_and_which_are_ready() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let [steel, copper] = PRODUCTS;
    let submitted = people.submitted();
    let failed = same(&submitted, &people.system).accept("record-product-value", &outcome_of(steel, false));
    let pending = &listed(&people.manager, "PendingDecision", failed.position())[0];
    assert_eq!(pending["value_pending"], json!([copper]));
    assert_eq!(pending["legality_pending"], json!([steel, copper]));
    let flags = ["credit_pending", "check_failed", "ready"].map(|flag| pending[flag] == true);
    assert_eq!(flags, [true, true, false]);

    let ready = people.checked(true);
    let position =
        ready.follow("history").reply.body["_embedded"]["events"][14]["position"].as_i64().unwrap();
    let view = people.manager.home().named("view", "PendingDecision");
    for (flag, application) in [("true", &ready), ("false", &submitted)] {
        let page = people.manager.at(&format!("{view}?ready={flag}&after={position}"));
        let items = page.items();
        assert_eq!(items.len(), 1, "{}", page.reply.text);
        assert_eq!(items[0]["_links"]["self"]["href"], application.link("self"));
    }
}

#[test]
fn the_portfolio_counts_and_sums_by_state_and_currency() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    people.started();
    people.submitted();
    people.submitted();
    let euros = [("change-amount", json!({"amount": {"amount": "0.10", "currency": "EUR"}}))];
    let euros = accept_all(people.started(), &euros);
    accept_all(people.started(), &[("change-amount", bodies::amount("5.00"))]);
    let last = accept_all(people.started(), &[("change-amount", bodies::amount("0.05"))]);
    let cell = |state: &str, count: u32, sum: Value| json!({"state": state, "count": count, "sum": sum});
    let euro = json!({"amount": "0.10", "currency": "EUR"});
    let mut expected = vec![
        cell("draft", 1, json!(null)),
        cell("draft", 1, euro.clone()),
        cell("draft", 2, usd("5.05")),
        cell("submitted", 2, usd("18000.00")),
    ];
    assert_eq!(listed(&people.manager, "Portfolio", last.position()), expected);
    let cancelled = euros.accept("cancel", &json!({"reason": "no need"}));
    expected.remove(1);
    expected.insert(0, cell("cancelled", 1, euro));
    assert_eq!(listed(&people.manager, "Portfolio", cancelled.position()), expected);
}

#[test]
fn views_say_no_to_questions_that_they_cannot_answer() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    people.started();
    let view = people.manager.home().named("view", "Applications");
    for question in ["after=1000", "after=now", "limit=0", "limit=201", "cursor=00", "amount=1", "colour=red"]
    {
        let reply = people.manager.get(&format!("{view}?{question}"));
        assert_eq!(reply.status, 400, "{question}: {}", reply.text);
    }
    let drafts = people.importer.home().named("view", "Drafts");
    assert_eq!(people.manager.get(&drafts).status, 403);
    let portfolio = people.manager.home().named("view", "Portfolio");
    assert_eq!(people.importer.get(&portfolio).status, 403);
}

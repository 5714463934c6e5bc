//! `/views/…` page by page: each application once, and nobody else's.

use std::collections::BTreeSet;

use macadam_testkit::{Client, Resource, Service};
use serde_json::Value;

use crate::support::{People, accept_all, pages};
use crate::{BINARY, bodies};

fn hrefs(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["_links"]["self"]["href"].as_str()).collect()
}

/// So many applications of one importer.
fn start(client: &Client, applicant: &str, count: usize) -> (BTreeSet<String>, i64) {
    let started: Vec<Resource<'_>> =
        (0..count).map(|_| client.home().accept("start", &bodies::start(applicant))).collect();
    let position = started.last().map_or(0, Resource::position);
    (started.iter().map(|application| application.link("self")).collect(), position)
}

#[test]
fn paging_visits_each_application_once_and_each_importer_their_own() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let globex = service.client("globex", &["Importer"]);
    let (own, _) = start(&people.importer, "acme", 23);
    let (others, after) = start(&globex, "globex", 9);
    let all: BTreeSet<String> = own.union(&others).cloned().collect();
    for (client, view, expected) in [
        (&people.manager, "Applications", &all),
        (&people.importer, "Applications", &own),
        (&people.importer, "Drafts", &own),
        (&globex, "Drafts", &others),
    ] {
        for limit in [1, 4, 9, 200] {
            let pages = pages(client, view, &format!("limit={limit}&after={after}"));
            let items = pages.concat();
            let found = hrefs(&items);
            assert_eq!(found.len(), expected.len(), "{view} by {limit}");
            assert!(found.iter().all(|href| expected.contains(*href)), "{view} by {limit}");
            assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), expected.len(), "{view} by {limit}");
            assert_eq!(pages.len(), expected.len().div_ceil(limit), "{view} by {limit}");
        }
    }
}

#[test]
fn a_filter_holds_on_every_page() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let (drafts, _) = start(&people.importer, "acme", 5);
    let submitted: Vec<_> = (0..3).map(|_| people.submitted()).collect();
    let after = submitted[2].position();
    let states = [("draft", 5), ("submitted", 3), ("approved", 0)];
    for (state, count) in states {
        let items =
            pages(&people.manager, "Applications", &format!("state={state}&limit=2&after={after}")).concat();
        assert_eq!(items.len(), count, "{state}");
        assert!(items.iter().all(|item| item["state"] == state));
    }
    let items = pages(&people.manager, "Applications", "applicant_id=acme&limit=3").concat();
    assert_eq!(items.len(), 8);
    let items = pages(&people.importer, "Applications", "applicant_id=globex").concat();
    assert!(items.is_empty(), "a filter widens nothing");
    assert_eq!(drafts.len(), 5);
}

#[test]
fn what_changes_between_two_pages_is_neither_lost_nor_shown_twice() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    let (own, after) = start(&people.importer, "acme", 6);
    let drafts = people.importer.home().named("view", "Drafts");
    let first = people.importer.at(&format!("{drafts}?limit=3&after={after}"));
    let seen = first.items();
    let gone =
        people.importer.at(hrefs(&seen)[0]).accept("cancel", &serde_json::json!({"reason": "no need"}));
    let grown = accept_all(people.started(), &bodies::parts());
    assert!(grown.position() > gone.position());
    let rest = people.importer.at(&format!("{}&after={}", first.link("next"), grown.position()));
    let found: Vec<_> =
        [hrefs(&seen), hrefs(&rest.items())].concat().into_iter().map(str::to_owned).collect();
    assert!(own.iter().all(|href| found.iter().filter(|found| *found == href).count() == 1), "{found:?}");
}

//! `/`: where each client begins.

use macadam_testkit::{Client, Service};

use crate::BINARY;
use crate::seen::view_links;
use crate::support::People;

fn views(client: &Client) -> Vec<String> {
    view_links(client).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn each_role_is_offered_what_it_may_begin_and_read() {
    let service = Service::start(BINARY);
    let people = People::of(&service);
    assert_eq!(people.importer.home().offered(), ["start"]);
    assert!(people.manager.home().offered().is_empty());
    assert_eq!(views(&people.importer), ["Drafts", "Applications"]);
    assert_eq!(
        views(&people.manager),
        [
            "PendingProductChecks",
            "PendingCreditCheck",
            "PendingDecision",
            "Overdue",
            "Applications",
            "Portfolio"
        ]
    );
    assert!(views(&service.client("issuance", &["consumer"])).is_empty());
}

//! Killed and started again: a decided application is as it was. The managed conformance test kills under load.

use macadam_testkit::Service;

use crate::BINARY;
use crate::support::{People, events_of, listed};

#[test]
fn what_was_acknowledged_is_read_again_after_a_kill() {
    let mut service = Service::start(BINARY);
    let people = People::of(&service);
    let approved = people.approved();
    let (href, position) = (approved.link("self"), approved.position());
    let (before, history) = (approved.follow("self").reply.body, events_of(&approved));
    service.kill();
    service.restart();
    let people = People::of(&service);
    assert_eq!(people.manager.at(&href).reply.body, before);
    assert_eq!(events_of(&people.manager.at(&href)), history);
    assert_eq!(listed(&people.manager, "Applications", position)[0]["state"], "approved");
    assert!(listed(&people.manager, "PendingDecision", position).is_empty());
}

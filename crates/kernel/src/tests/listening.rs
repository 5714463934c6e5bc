//! Read models, processes and deadlines hear what the board says, and no more.

use super::listeners::*;
use super::parcels::*;
use crate::testing::{AMID, start};
use crate::{
    Actor, Decision, Due, Id, Opening, Outbox, Outgoing, Process, Projection, Recorded, Uuid, react,
};

fn heard<E>(event: impl Into<E>) -> Recorded<E> {
    Recorded {
        position: 1,
        stream: AMID,
        version: 1,
        event_id: Uuid::nil(),
        recorded_at: start(),
        actor: Actor::system("Chasing"),
        event: event.into(),
    }
}

fn reaction(
    state: Option<Recovery>,
    event: impl Into<RecoveryHeard>,
) -> (Option<Recovery>, Vec<RecoverySends>) {
    react(state, &heard(event))
}

#[test]
fn a_document_is_about_the_events_own_aggregate_unless_said_otherwise() {
    assert_eq!(Whereabouts::key(&heard(Lost {})), "00000000-0000-7000-8000-0000000000a1");
}

#[test]
fn a_process_is_not_reached_before_it_starts() {
    assert!(Recovery::react(None, &heard(registered())).0.is_some());
    assert_eq!(reaction(None, registered()), (None, Vec::new()));
    assert_eq!(reaction(None, Lost {}), (None, Vec::new()));
}

#[test]
fn a_process_starts_on_what_the_board_says() {
    assert_eq!(reaction(None, Dispatched { express: true }), (Some(Recovery { heard: 1 }), Vec::new()));
}

#[test]
fn a_process_that_has_started_hears_everything() {
    let ask_again = RecoverySends::Chase(Id::from_uuid(AMID), Chase { nth: 2 });
    let started = || Some(Recovery { heard: 1 });
    assert_eq!(reaction(started(), Chased { nth: 1 }), (Some(Recovery { heard: 2 }), vec![ask_again]));
    assert_eq!(reaction(started(), Dispatched { express: true }), (Some(Recovery { heard: 2 }), Vec::new()));
}

#[test]
fn a_process_sends_and_then_ends_whatever_state_it_returns() {
    let started = || Some(Recovery { heard: 1 });
    let replace = RecoverySends::Register(Register { weight_g: 1 });
    assert_eq!(reaction(started(), Lost {}), (None, vec![replace]));
    assert_eq!(reaction(started(), Delivered { at: start() }), (None, Vec::new()));
}

#[test]
fn a_deadline_hands_its_command_what_came_due() {
    let due = Due { nth: 2, set_at: start(), due_at: start() };
    assert_eq!(Chase::from(due), Chase { nth: 2 });
}

#[test]
fn what_a_process_sends_goes_to_whom_the_board_says() {
    let mut posted = Posted::default();
    RecoverySends::Register(Register { weight_g: 1 }).post(&mut posted);
    RecoverySends::Chase(Id::from_uuid(AMID), Chase { nth: 2 }).post(&mut posted);
    assert_eq!(posted.0, [("Register", None), ("Chase", Some(AMID))]);
}

/// The commands by name, each with the aggregate it goes to if that exists.
#[derive(Default)]
struct Posted(Vec<(&'static str, Option<Uuid>)>);

impl Outbox for Posted {
    fn open<M: Opening>(&mut self, _: M) {
        self.0.push((M::NAME, None));
    }

    fn decide<M: Decision>(&mut self, to: Id<M::Aggregate>, _: M) {
        self.0.push((M::NAME, Some(to.as_uuid())));
    }
}

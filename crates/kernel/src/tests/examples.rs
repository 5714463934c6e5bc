//! Examples that hold.

use super::listeners::*;
use super::parcels::*;
use crate::testing::{AMID, deadline, given, later, nothing, process, start, view};
use crate::{Actor, Id, Refused, SignedDuration, Timestamp, events};

const MOMENT: SignedDuration = SignedDuration::from_nanos(1);

#[test]
fn a_creation_needs_no_history() {
    nothing().when(Register { weight_g: 500 }).then(events![registered()]);
    nothing()
        .when(Register { weight_g: 30_001 })
        .then_rejected(Rejection::TooHeavy { limit_g: Register::LIMIT_G });
}

#[test]
fn a_creation_knows_the_facts_that_were_looked_up() {
    nothing().when_knowing(TakeOver { weight_g: 500 }, &500).then(events![registered()]);
    nothing()
        .when_knowing(TakeOver { weight_g: 500 }, &499)
        .then_rejected(Rejection::TooHeavy { limit_g: 499 });
}

#[test]
fn a_command_is_decided_against_the_history() {
    given(at_hand()).when(Dispatch { express: true }).then(events![Dispatched { express: true }]);
    given(under_way()).when(Dispatch { express: true }).then_rejected(Rejection::NotAtHand);
    given(under_way()).when(Chase { nth: 0 }).then_nothing();
}

#[test]
fn a_command_knows_the_facts_that_were_looked_up() {
    given(under_way())
        .when_knowing(Deliver {}, &Timestamp::UNIX_EPOCH)
        .then(events![Delivered { at: Timestamp::UNIX_EPOCH }]);
}

#[test]
fn a_command_is_sent_by_somebody_in_the_first_role_unless_said_otherwise() {
    let others = || given::<Parcel>(events![Registered { sender: "alice".into(), ..registered() }]);
    let dispatch = || Dispatch { express: false };
    given(at_hand()).when(dispatch()).then(events![Dispatched { express: false }]);
    others().when(dispatch()).then_rejected(Rejection::SomebodyElses);
    others().by(Actor::new("Sender", "alice")).when(dispatch()).then(events![Dispatched { express: false }]);
    others().by(Actor::new("Clerk", "bob")).when(dispatch()).then(events![Dispatched { express: false }]);
}

#[test]
fn what_an_example_cannot_say_is_in_its_outcome() {
    let outcome = given(at_hand()).when(Dispatch { express: true }).outcome();
    assert_eq!(outcome, Ok(events![Dispatched { express: true }]));
    let refused = nothing().when(Register { weight_g: 30_001 }).outcome();
    assert_eq!(refused, Err(Refused::NotThis(Rejection::TooHeavy { limit_g: 30_000 })));
}

#[test]
fn a_view_hears_events_with_their_moment_and_place() {
    let first = Whereabouts {
        express: true,
        position: 1,
        version: 1,
        heard_at: start(),
        heard_from: "somebody".to_owned(),
    };
    let second = Whereabouts { position: 2, version: 2, heard_at: later(start(), WEEK), ..first.clone() };
    let story = view::<Whereabouts>();
    story.then(None);
    let story = story.when(Dispatched { express: true });
    story.then(Some(&first));
    let story = story.after(WEEK).when(Chased { nth: 1 });
    story.then(Some(&second));
    story.when(Lost {}).then(None);
}

#[test]
fn a_process_sends_what_it_is_asked_to() {
    let again = |nth| RecoverySends::Chase(Id::from_uuid(AMID), Chase { nth });
    process::<Recovery>()
        .when(registered())
        .then_sends(&[])
        .when(Dispatched { express: false })
        .then_state(&Recovery { heard: 1 })
        .after(WEEK)
        .when(Chased { nth: 1 })
        .when(Chased { nth: 2 })
        .then_sends(&[again(2), again(3)])
        .then_sends(&[])
        .when(Lost {})
        .then_sends(&[RecoverySends::Register(Register { weight_g: 1 })])
        .then_ended();
}

#[test]
fn what_a_process_sent_before_the_example_is_not_looked_at() {
    process::<Recovery>()
        .given(Dispatched { express: false })
        .given(Chased { nth: 1 })
        .then_state(&Recovery { heard: 2 })
        .then_sends(&[])
        .when(Delivered { at: start() })
        .then_ended();
}

#[test]
fn a_process_that_never_started_has_ended() {
    process::<Recovery>().when(registered()).then_ended();
}

#[test]
fn a_deadline_comes_due_at_its_time_and_not_before() {
    deadline::<Chasing>()
        .given(registered())
        .given(Dispatched { express: false })
        .when_after(WEEK - MOMENT)
        .then_sends(&[])
        .when_after(MOMENT)
        .then_sends(&[Chase { nth: 1 }])
        .when_after(WEEK - MOMENT)
        .then_sends(&[])
        .when_after(MOMENT)
        .then_sends(&[Chase { nth: 2 }])
        .then_cleared();
}

#[test]
fn times_that_have_passed_come_due_together_in_their_order() {
    deadline::<Chasing>()
        .given(Dispatched { express: false })
        .when_after(WEEK * 3)
        .then_sends(&[Chase { nth: 1 }, Chase { nth: 2 }])
        .then_cleared();
}

#[test]
fn a_deadline_is_set_by_its_event_alone() {
    deadline::<Chasing>().given(registered()).given(Chased { nth: 1 }).then_cleared();
}

#[test]
fn a_deadline_is_cleared_by_what_the_board_says_and_by_nothing_else() {
    let set = || deadline::<Chasing>().given(registered()).given(Dispatched { express: false });
    set().given(Lost {}).then_cleared();
    set().given(Delivered { at: start() }).when_after(WEEK * 3).then_sends(&[]).then_cleared();
    let both = [Chase { nth: 1 }, Chase { nth: 2 }];
    set().given(Chased { nth: 1 }).when_after(WEEK * 2).then_sends(&both).then_cleared();
}

#[test]
fn a_deadline_that_is_set_again_runs_from_then() {
    deadline::<Chasing>()
        .given(Dispatched { express: false })
        .when_after(WEEK - MOMENT)
        .given(Dispatched { express: true })
        .when_after(MOMENT)
        .then_sends(&[])
        .when_after(WEEK - MOMENT)
        .then_sends(&[Chase { nth: 1 }])
        .when_after(WEEK)
        .then_sends(&[Chase { nth: 2 }])
        .then_cleared();
}

#[test]
fn an_example_begins_at_new_year() {
    assert_eq!(start().to_string(), "2026-01-01T00:00:00Z");
    assert_eq!(later(start(), WEEK).to_string(), "2026-01-08T00:00:00Z");
}

//! Commands are decided against the state that a history builds.

use super::parcels::*;
use crate::{Actor, Aggregate, Message, Refused, SYSTEM, Timestamp, decide, events, fold, rule_of, rules};

fn parcel(place: Place) -> Parcel {
    Parcel { sender: "somebody".to_owned(), place }
}

fn somebody() -> Actor {
    Actor::new("Sender", "somebody")
}

#[test]
fn a_history_builds_the_state_event_by_event() {
    assert_eq!(fold(&at_hand()), Some(parcel(Place::AtHand)));
    assert_eq!(fold(&under_way()), Some(parcel(Place::UnderWay { chased: 0 })));
    let mut chased = under_way();
    chased.push(Chased { nth: 1 }.into());
    assert_eq!(fold(&chased), Some(parcel(Place::UnderWay { chased: 1 })));
    chased.push(Lost {}.into());
    assert_eq!(fold(&chased), Some(parcel(Place::Gone)));
}

#[test]
fn a_history_without_a_creation_builds_nothing() {
    assert_eq!(fold::<Parcel>(&[]), None);
    assert_eq!(fold::<Parcel>(&events![Lost {}]), None);
}

#[test]
fn a_history_begins_with_the_first_creation() {
    let history: Vec<ParcelEvent> =
        events![Lost {}, registered(), Registered { sender: "x".into(), ..registered() }];
    assert_eq!(fold(&history), Some(parcel(Place::AtHand)));
}

#[test]
fn a_permitted_command_yields_what_it_decides() {
    let sent = decide(Dispatch { express: true }, &parcel(Place::AtHand), &somebody(), &());
    assert_eq!(sent, Ok(vec![Dispatched { express: true }]));
}

#[test]
fn a_decision_sees_what_the_guard_proved_and_the_facts() {
    let under_way = parcel(Place::UnderWay { chased: 1 });
    let system = Actor::system("Chasing");
    assert_eq!(decide(Chase { nth: 1 }, &under_way, &system, &()), Ok(Vec::new()));
    assert_eq!(decide(Chase { nth: 2 }, &under_way, &system, &()), Ok(vec![Lost {}.into()]));
    let now = Timestamp::UNIX_EPOCH;
    assert_eq!(decide(Deliver {}, &under_way, &somebody(), &now), Ok(vec![Delivered { at: now }]));
}

#[test]
fn what_the_guard_refuses_is_not_possible_now() {
    let refused =
        |place, actor: &Actor| decide(Dispatch { express: true }, &parcel(place), actor, &()).unwrap_err();
    assert_eq!(refused(Place::Gone, &somebody()), Refused::NotNow(Rejection::NotAtHand));
    let other = Actor::new("Sender", "somebody else");
    assert_eq!(refused(Place::AtHand, &other), Refused::NotNow(Rejection::SomebodyElses));
}

#[test]
fn what_the_decision_refuses_is_not_possible_in_this_way() {
    let under_way = parcel(Place::UnderWay { chased: 0 });
    let refused = decide(Chase { nth: 9 }, &under_way, &Actor::system("Chasing"), &()).unwrap_err();
    assert_eq!(refused, Refused::NotThis(Rejection::Closed));
}

#[test]
fn a_refusal_gives_its_rejection_whoever_spoke_it() {
    assert_eq!(Refused::NotNow(1).into_rejection(), 1);
    assert_eq!(Refused::NotThis(2).into_rejection(), 2);
}

#[test]
fn an_actor_is_in_one_role() {
    let clerk = Actor::new("Clerk", "alice");
    assert_eq!((clerk.is("Clerk"), clerk.is("Sender"), clerk.is("alice")), (true, false, false));
    let chasing = Actor::system("Chasing");
    assert_eq!(chasing, Actor { role: "system".to_owned(), subject: "Chasing".to_owned() });
    assert!(chasing.is(SYSTEM));
}

#[test]
fn the_code_of_a_rejection_is_its_name_in_kebab_case() {
    assert_eq!(rule_of(&Rejection::TooHeavy { limit_g: 30_000 }), "too-heavy");
    assert_eq!(rule_of(&Rejection::NotUnderWay), "not-under-way");
}

#[test]
fn a_rejection_without_a_code_is_unnamed() {
    assert_eq!(rule_of(&"no".to_owned()), "unnamed");
}

#[test]
fn the_codes_of_all_rejections_are_read_from_their_schema() {
    let all = ["too-heavy", "not-at-hand", "somebody-elses", "not-under-way", "closed"];
    assert_eq!(rules::<Rejection>(), all);
    assert_eq!(rules::<String>(), Vec::<String>::new());
}

#[test]
fn the_board_is_written_into_the_commands() {
    assert_eq!(
        (Register::NAME, Register::ACTORS, Register::REJECTS),
        ("Register", &["Sender"][..], &["too-heavy"][..])
    );
    assert_eq!((Dispatch::NAME, Dispatch::ACTORS), ("Dispatch", &["Sender", "Clerk"][..]));
    assert_eq!(Dispatch::REJECTS, ["not-at-hand", "somebody-elses"]);
    assert_eq!(Parcel::NAME, "Parcel");
}

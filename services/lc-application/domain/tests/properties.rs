//! Properties of every application, for any commands, actors and order.

#[path = "properties/asked.rs"]
mod asked;
#[path = "properties/played.rs"]
mod played;

use std::collections::BTreeSet;

use lc_application_domain::LcApplicationEvent;
use lc_application_domain::lc_application::LcApplication;
use lc_application_domain::read_models::*;
use macadam_kernel::{Event, Hear, fold};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use asked::asked;
use played::{Played, document, status};

proptest! {
    /// `played` checks every step.
    #[test]
    fn no_sequence_of_commands_breaks_an_invariant(asked in asked()) {
        Played::of(asked);
    }

    #[test]
    fn the_state_is_what_its_stored_history_builds(asked in asked()) {
        let played = Played::of(asked);
        let stored = played.history.iter().map(|event| {
            LcApplicationEvent::decode(event.name(), event.kind().version, &event.encode().unwrap()).unwrap()
        });
        let read: Vec<_> = stored.collect();
        prop_assert_eq!(&read, &played.history);
        prop_assert_eq!(fold::<LcApplication>(&read), Some(played.state));
    }

    #[test]
    fn the_read_models_agree_with_the_state(asked in asked()) {
        let Played { history, state } = Played::of(asked);
        let (is_draft, is_submitted) =
            (matches!(state, LcApplication::Draft(_)), matches!(state, LcApplication::Submitted(_)));
        let checks = state.submitted().map(|submitted| submitted.checks.clone()).ok();

        let applications: Applications = document(&history).unwrap();
        prop_assert_eq!(applications.state, status(&state));
        prop_assert_eq!(document::<Drafts>(&history).is_some(), is_draft);
        prop_assert_eq!(document::<PendingDecision>(&history).is_some(), is_submitted);
        let ready = document::<PendingDecision>(&history).is_some_and(|pending| pending.ready);
        prop_assert_eq!(ready, state.checked().is_ok());
        let credit_is_open = checks.as_ref().is_some_and(|checks| checks.applicant_credit.is_none());
        prop_assert_eq!(document::<PendingCreditCheck>(&history).is_some(), credit_is_open);
        let product_is_open = checks.as_ref().is_some_and(|checks| {
            checks.products.iter().any(|check| check.value.is_none() || check.legality.is_none())
        });
        prop_assert_eq!(document::<PendingProductChecks>(&history).is_some(), product_is_open);
    }

    #[test]
    fn any_event_is_taken_in_any_state(one in asked(), other in asked()) {
        let Played { mut state, .. } = Played::of(one);
        for event in Played::of(other).history {
            macadam_kernel::Aggregate::evolve(&mut state, &event);
        }
    }
}

/// Checks that the sequences reach every state; otherwise the properties above would be trivially true.
#[test]
fn the_sequences_reach_every_state() {
    let mut runner = TestRunner::deterministic();
    let states: BTreeSet<String> = (0..256)
        .map(|_| {
            let asked = asked().new_tree(&mut runner).unwrap().current();
            format!("{:?}", status(&Played::of(asked).state))
        })
        .collect();
    assert_eq!(Vec::from_iter(states), ["Approved", "Cancelled", "Declined", "Draft", "Submitted"]);
}

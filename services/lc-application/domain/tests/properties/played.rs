//! Runs a sequence of commands and checks every step.

use lc_application_domain::LcApplicationEvent;
use lc_application_domain::events::Started;
use lc_application_domain::lc_application::change_beneficiary::SanctionedCountries;
use lc_application_domain::lc_application::state::{Submitted, Withdrawn};
use lc_application_domain::lc_application::{LcApplication, LcApplicationView};
use lc_application_domain::values::Status;
use macadam_kernel::{
    Actor, Aggregate, Decision, Event, Hear, Projection, Recorded, Refused, SYSTEM, Timestamp, Uuid, decide,
    fold, rule_of, testing,
};

use crate::asked::{Asked, World};

/// A history of accepted commands, and the resulting state.
pub(crate) struct Played {
    pub(crate) history: Vec<LcApplicationEvent>,
    pub(crate) state: LcApplication,
}

/// One command with its context.
pub(crate) struct Step<'a> {
    played: &'a mut Played,
    role: usize,
    world: World,
}

/// The facts of a command in this world.
pub(crate) trait Knows<F> {
    fn facts(&self) -> &F;
}

impl Knows<()> for World {
    fn facts(&self) -> &() {
        &()
    }
}

impl Knows<Timestamp> for World {
    fn facts(&self) -> &Timestamp {
        &self.now
    }
}

impl Knows<SanctionedCountries> for World {
    fn facts(&self) -> &SanctionedCountries {
        &self.sanctioned
    }
}

impl Played {
    /// An application after these commands.
    pub(crate) fn of(asked: Vec<Asked>) -> Self {
        let applicant_id = "alice".to_owned().try_into().unwrap();
        let history = vec![Started { applicant_id, client_reference: "PO-7".into() }.into()];
        let state = fold(&history).unwrap();
        let mut played = Self { history, state };
        for Asked { command, role, world } in asked {
            Step { played: &mut played, role, world }.ask(command);
        }
        played
    }
}

impl Step<'_> {
    /// Decides a command, and checks the result against all invariants.
    pub(crate) fn judge<M>(&mut self, command: M)
    where
        M: Decision<Aggregate = LcApplication>,
        World: Knows<M::Facts>,
    {
        let actor = Actor::new(M::ACTORS[self.role % M::ACTORS.len()], "somebody");
        let before = self.played.state.clone();
        let offered = M::guard(&before, &actor).is_ok();
        let decided = decide(command.clone(), &before, &actor, self.world.facts());
        assert_eq!(
            offered,
            !matches!(decided, Err(Refused::NotNow(_))),
            "{} is offered when it may be asked",
            M::NAME
        );
        let events: Vec<LcApplicationEvent> = match decided {
            Ok(events) => events.into_iter().map(Into::into).collect(),
            Err(refused) => {
                let rule = rule_of(&refused.into_rejection());
                assert!(
                    M::REJECTS.contains(&rule.as_str()),
                    "{} is rejected by {rule}, unknown to the board",
                    M::NAME
                );
                return;
            }
        };
        for event in &events {
            self.played.state.evolve(event);
        }
        let after = &self.played.state;
        assert_ne!(events.is_empty(), before != *after, "each event changes the state, nothing else does");
        let again = decide(command, after, &actor, self.world.facts());
        assert!(
            again.is_err() || again.is_ok_and(|events| events.is_empty()),
            "{} did something twice",
            M::NAME
        );
        for event in &events {
            event_is_sound(event, after, &actor, &self.world);
        }
        state_is_sound(after);
        what_is_settled_stays(&before, after);
        self.played.history.extend(events);
    }
}

fn event_is_sound(event: &LcApplicationEvent, after: &LcApplication, actor: &Actor, world: &World) {
    match (event, after) {
        (LcApplicationEvent::Submitted(event), LcApplication::Submitted(submitted)) => {
            let terms = &submitted.terms;
            assert_eq!(LcApplicationEvent::from(event.clone()).amount(), Some(terms.amount));
            assert_eq!(event.merchandise, terms.merchandise);
            assert!(terms.expiry.is_ahead_of(world.now), "submitted after its expiry");
        }
        (LcApplicationEvent::Approved(_), LcApplication::Approved(approved)) => {
            let passed = approved.submitted.checks.have_passed();
            assert!(passed || !actor.is(SYSTEM), "a machine approved against a failed check");
        }
        _ => {}
    }
}

fn state_is_sound(state: &LcApplication) {
    if let Some(submitted) = handed_in(state) {
        terms_are_sound(submitted);
        assert!(LcApplicationView::from(state).missing.is_empty());
    }
    match state {
        LcApplication::Approved(approved) => {
            let checks = &approved.submitted.checks;
            let says_why = approved.remarks.as_ref().is_some_and(|remarks| !remarks.trim().is_empty());
            assert!(checks.are_in(), "approved before all checks were in");
            assert!(checks.have_passed() || says_why, "approved against a failed check without a word");
        }
        LcApplication::Declined(declined) => {
            assert!(declined.submitted.checks.are_in(), "declined before all checks were in");
            assert!(!declined.reason.trim().is_empty(), "declined without a word");
        }
        LcApplication::Draft(_) | LcApplication::Submitted(_) | LcApplication::Cancelled(_) => {}
    }
}

fn terms_are_sound(submitted: &Submitted) {
    let terms = &submitted.terms;
    let currency = terms.amount.currency();
    assert!(terms.amount.is_positive());
    assert!(terms.merchandise.prices().all(|price| price.currency() == currency), "two currencies");
    let total = terms.merchandise.total(currency).expect("the total can be counted");
    assert!(total.minor() <= terms.amount.minor(), "the items cost more than the amount");
    assert!(terms.shipment.latest <= terms.expiry.date, "shipped after the expiry");
    assert_eq!(terms.advising_bank.country, terms.beneficiary.country);
    assert!(!terms.documents.is_empty() && !terms.merchandise.items.is_empty());
    let checked: Vec<_> = submitted.checks.products.iter().map(|check| &check.product_id).collect();
    assert_eq!(checked, terms.merchandise.products().collect::<Vec<_>>(), "each product is checked");
}

fn what_is_settled_stays(before: &LcApplication, after: &LcApplication) {
    match before {
        LcApplication::Draft(_) => {}
        LcApplication::Submitted(submitted) => {
            assert_eq!(
                handed_in(after).map(|after| &after.terms),
                Some(&submitted.terms),
                "the terms changed"
            );
        }
        LcApplication::Approved(_) | LcApplication::Declined(_) | LcApplication::Cancelled(_) => {
            assert_eq!(before, after, "what was decided or cancelled changed");
        }
    }
}

/// The submitted application, in any later state.
fn handed_in(state: &LcApplication) -> Option<&Submitted> {
    match state {
        LcApplication::Draft(_) => None,
        LcApplication::Submitted(submitted) => Some(submitted),
        LcApplication::Approved(approved) => Some(&approved.submitted),
        LcApplication::Declined(declined) => Some(&declined.submitted),
        LcApplication::Cancelled(cancelled) => match &cancelled.withdrawn {
            Withdrawn::Draft(_) => None,
            Withdrawn::Submitted(submitted) => Some(submitted),
        },
    }
}

/// The status of an application.
pub(crate) fn status(state: &LcApplication) -> Status {
    LcApplicationView::from(state).state
}

/// The document of a read model after a history.
pub(crate) fn document<V: Projection>(history: &[LcApplicationEvent]) -> Option<V> {
    let heard = history.iter().filter(|event| V::Heard::KINDS.iter().any(|kind| kind.name == event.name()));
    heard.enumerate().fold(None, |view, (at, event)| {
        let heard = V::Heard::decode(event.name(), event.kind().version, &event.encode().unwrap()).unwrap();
        V::project(view, &recorded(at, heard))
    })
}

/// An event as a record of the log.
fn recorded<E>(at: usize, event: E) -> Recorded<E> {
    let position = i64::try_from(at).unwrap() + 1;
    let (event_id, recorded_at) = (Uuid::from_u128(at as u128), testing::start());
    let actor = Actor::new("somebody", "somebody");
    Recorded { position, stream: testing::AMID, version: position, event_id, recorded_at, actor, event }
}

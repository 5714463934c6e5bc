//! Examples of commands.

use std::fmt::Debug;

use super::story::{list, same};
use crate::{
    Actor, Aggregate, Decision, EventOf, Message, Opening, Refused, RejectionOf, decide, fold, rule_of,
};

/// The history before the command.
pub struct Given<A: Aggregate> {
    history: Vec<A::Event>,
    actor: Option<Actor>,
}

/// No history: the command must create the aggregate.
pub struct Nothing(&'static str);

/// The result of the command, to be compared with the expected result.
pub struct When<M: Message> {
    story: String,
    state: Option<M::Aggregate>,
    outcome: Result<Vec<EventOf<M>>, Refused<RejectionOf<M>>>,
}

/// An aggregate with a history.
pub fn given<A: Aggregate>(history: Vec<A::Event>) -> Given<A> {
    Given { history, actor: None }
}

/// No aggregate yet.
pub fn nothing() -> Nothing {
    Nothing("given nothing")
}

impl Nothing {
    /// Sends a creating command that needs no facts.
    #[track_caller]
    pub fn when<M>(self, command: M) -> When<M>
    where
        M: Opening<Facts = ()> + Debug,
    {
        self.when_knowing(command, &())
    }

    /// Sends a creating command with facts.
    #[track_caller]
    pub fn when_knowing<M: Opening + Debug>(self, command: M, facts: &M::Facts) -> When<M> {
        let story = format!("{}\nwhen {command:?}", self.0);
        let outcome = command.decide(facts).map(|event| vec![event.into()]).map_err(Refused::NotThis);
        When { story, state: None, outcome }
    }
}

impl<A: Aggregate> Given<A> {
    /// Sets the actor of the command; by default somebody in the first role of the command.
    #[must_use]
    pub fn by(mut self, actor: Actor) -> Self {
        self.actor = Some(actor);
        self
    }

    /// Sends a command that needs no facts.
    #[track_caller]
    pub fn when<M>(self, command: M) -> When<M>
    where
        M: Decision<Aggregate = A, Facts = ()> + Debug,
    {
        self.when_knowing(command, &())
    }

    /// Sends a command with facts.
    #[track_caller]
    pub fn when_knowing<M: Decision<Aggregate = A> + Debug>(self, command: M, facts: &M::Facts) -> When<M> {
        let actor = self
            .actor
            .unwrap_or_else(|| Actor::new(M::ACTORS.first().copied().unwrap_or_default(), "somebody"));
        let story = format!(
            "{}\nwhen {command:?}\nby {} as {}",
            list("given", &self.history),
            actor.subject,
            actor.role
        );
        let Some(state) = fold::<A>(&self.history) else {
            panic!("{story}\n\nthe history of a {} begins with the event of a creation", A::NAME);
        };
        let outcome = decide(command, &state, &actor, facts)
            .map(|events| events.into_iter().map(Into::into).collect::<Vec<_>>());
        When { story, state: Some(state), outcome }
    }
}

impl<M: Message> When<M> {
    /// Expects that the command is accepted and emits these events, and applies them to the state.
    #[track_caller]
    pub fn then(self, expected: Vec<EventOf<M>>) {
        let expected = Ok(expected);
        let equal = self.outcome == expected;
        same(&self.story, &expected, &self.outcome, equal);
        let mut state = self.state;
        for event in self.outcome.iter().flatten() {
            match &mut state {
                None => state = M::Aggregate::open(event),
                Some(state) => state.evolve(event),
            }
        }
    }

    /// Expects that the command is accepted and emits no event.
    #[track_caller]
    pub fn then_nothing(self) {
        self.then(Vec::new());
    }

    /// Expects that the command is rejected, by a rule that the board lists for it.
    #[track_caller]
    pub fn then_rejected(self, expected: RejectionOf<M>) {
        let rule = rule_of(&expected);
        let actual = self.outcome.map_err(Refused::into_rejection);
        let expected = Err(expected);
        same(&self.story, &expected, &actual, actual == expected);
        assert!(
            M::REJECTS.contains(&rule.as_str()),
            "{}\n\nis rejected by `{rule}`, which the board does not list among its `rejects`: {:?}",
            self.story,
            M::REJECTS
        );
    }

    /// The result itself, for checks that the other methods do not cover.
    pub fn outcome(self) -> Result<Vec<EventOf<M>>, Refused<RejectionOf<M>>> {
        self.outcome
    }
}

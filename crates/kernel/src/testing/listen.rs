//! Examples of views, processes and deadlines.

use std::fmt::Debug;
use std::marker::PhantomData;

use jiff::{SignedDuration, Timestamp};

use super::story::{later, list, recorded, same, start};
use crate::{Actor, Aggregate, Deadline, Due, Hear, Process, Projection, Recorded, react};

/// Events with the times at which they were recorded.
struct Timeline<E> {
    events: Vec<Recorded<E>>,
    now: Timestamp,
    actor: Actor,
}

impl<E: Clone + Debug> Timeline<E> {
    fn new() -> Self {
        Self { events: Vec::new(), now: start(), actor: Actor::new("somebody", "somebody") }
    }

    fn push(&mut self, event: E) -> &Recorded<E> {
        let next = recorded(event, self.events.len() + 1, self.now, &self.actor);
        self.events.push(next);
        self.events.last().expect("one was pushed")
    }

    fn story(&self) -> String {
        let lines: Vec<_> = self.events.iter().map(|event| (event.recorded_at, &event.event)).collect();
        list("given", &lines)
    }

    #[track_caller]
    fn same_key(&self, expected: &str, key: impl Fn(&Recorded<E>) -> String) {
        let actual = self.events.last().map(key);
        same(&self.story(), &Some(expected), &actual.as_deref(), actual.as_deref() == Some(expected));
    }
}

/// An example of a read model.
pub struct ViewStory<V: Projection> {
    timeline: Timeline<V::Heard>,
    view: Option<V>,
}

/// Starts an example of a document of the read model `V`, before any event.
pub fn view<V: Projection>() -> ViewStory<V> {
    ViewStory { timeline: Timeline::new(), view: None }
}

impl<V: Projection + PartialEq + Debug> ViewStory<V> {
    /// Advances the time.
    #[must_use]
    pub fn after(mut self, duration: SignedDuration) -> Self {
        self.timeline.now = later(self.timeline.now, duration);
        self
    }

    /// Sends an event to the read model.
    #[must_use]
    pub fn when(mut self, event: impl Into<V::Heard>) -> Self {
        let heard = self.timeline.push(event.into());
        self.view = V::project(self.view.take(), heard);
        self
    }

    /// Expects this document; `None` if there is no document.
    #[track_caller]
    pub fn then(&self, expected: Option<&V>) {
        let actual = self.view.as_ref();
        same(&self.timeline.story(), &expected, &actual, expected == actual);
    }

    /// Expects that what it heard last is about the document with this key.
    #[track_caller]
    pub fn then_key(&self, expected: &str) {
        self.timeline.same_key(expected, V::key);
    }
}

/// An example of a process.
pub struct ProcessStory<P: Process> {
    timeline: Timeline<P::Heard>,
    state: Option<P>,
    sent: Vec<P::Sends>,
}

/// Starts an example of an instance of the process `P`, before any event.
pub fn process<P: Process>() -> ProcessStory<P> {
    ProcessStory { timeline: Timeline::new(), state: None, sent: Vec::new() }
}

impl<P> ProcessStory<P>
where
    P: Process + Debug + PartialEq,
    P::Sends: Debug + PartialEq,
{
    /// Sends an event to the process, and ignores the commands that it sends.
    #[must_use]
    pub fn given(self, event: impl Into<P::Heard>) -> Self {
        let mut story = self.when(event);
        story.sent.clear();
        story
    }

    /// Advances the time.
    #[must_use]
    pub fn after(mut self, duration: SignedDuration) -> Self {
        self.timeline.now = later(self.timeline.now, duration);
        self
    }

    /// Sends an event to the process.
    #[must_use]
    pub fn when(mut self, event: impl Into<P::Heard>) -> Self {
        let heard = self.timeline.push(event.into());
        let (state, sends) = react(self.state.take(), heard);
        self.state = state;
        self.sent.extend(sends);
        self
    }

    /// Expects exactly these commands.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "an example may end here")]
    pub fn then_sends(mut self, expected: &[P::Sends]) -> Self {
        same(&self.timeline.story(), expected, self.sent.as_slice(), self.sent == expected);
        self.sent.clear();
        self
    }

    /// Expects this state.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "an example may end here")]
    pub fn then_state(self, expected: &P) -> Self {
        same(
            &self.timeline.story(),
            &Some(expected),
            &self.state.as_ref(),
            self.state.as_ref() == Some(expected),
        );
        self
    }

    /// Expects that what it heard last is about the instance with this key.
    #[track_caller]
    pub fn then_key(&self, expected: &str) {
        self.timeline.same_key(expected, P::key);
    }

    /// Expects that the instance has ended or has never started.
    #[track_caller]
    pub fn then_ended(self) {
        same(&self.timeline.story(), &None, &self.state.as_ref(), self.state.is_none());
    }
}

/// An example of a deadline.
pub struct DeadlineStory<D: Deadline> {
    timeline: Timeline<<D::Aggregate as Aggregate>::Event>,
    pending: Vec<Due>,
    sent: Vec<D::Sends>,
    _deadline: PhantomData<D>,
}

/// Starts an example of the deadline `D` of one aggregate, before any event.
pub fn deadline<D: Deadline>() -> DeadlineStory<D> {
    DeadlineStory { timeline: Timeline::new(), pending: Vec::new(), sent: Vec::new(), _deadline: PhantomData }
}

impl<D> DeadlineStory<D>
where
    D: Deadline,
    D::Sends: Debug + PartialEq,
{
    /// Records an event of the aggregate.
    #[must_use]
    pub fn given(mut self, event: impl Into<<D::Aggregate as Aggregate>::Event>) -> Self {
        let heard = self.timeline.push(event.into());
        let (name, set_at) = (heard.event.name(), heard.recorded_at);
        if D::CLEARED_BY.contains(&name) {
            self.pending.clear();
        }
        if name == D::SET_BY {
            self.pending = (1..)
                .zip(D::AFTER)
                .map(|(nth, after)| Due { nth, set_at, due_at: later(set_at, *after) })
                .collect();
        }
        self
    }

    /// Advances the time, and sends the commands that become due.
    #[must_use]
    pub fn when_after(mut self, duration: SignedDuration) -> Self {
        self.timeline.now = later(self.timeline.now, duration);
        let now = self.timeline.now;
        let (due, pending) = self.pending.drain(..).partition(|due| due.due_at <= now);
        self.pending = pending;
        self.sent.extend(<Vec<Due>>::into_iter(due).map(D::Sends::from));
        self
    }

    /// Expects exactly these commands.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "an example may end here")]
    pub fn then_sends(mut self, expected: &[D::Sends]) -> Self {
        same(&self.timeline.story(), expected, self.sent.as_slice(), self.sent == expected);
        self.sent.clear();
        self
    }

    /// Expects that no timer is left.
    #[track_caller]
    pub fn then_cleared(self) {
        same(&self.timeline.story(), &Vec::new(), &self.pending, self.pending.is_empty());
    }
}

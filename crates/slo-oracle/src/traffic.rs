//! What happened: single events, and a compact way to write many of them down.

use std::sync::Arc;

/// One event that an SLI judges.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// When it happened, in seconds from the moment from which events are observed.
    pub at: u64,
    /// Whether it was good.
    pub good: bool,
    /// What it is measured apart by, such as a subscription; empty where all are measured together.
    pub group: Arc<str>,
}

/// Steady traffic for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// How long it lasts, in seconds; a multiple of `step`.
    pub seconds: u64,
    /// The counts below are for each so many seconds.
    pub step: u64,
    /// Events in each step.
    pub events: u64,
    /// Those of them that are bad.
    pub bad: u64,
}

/// Phases of one group, one after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traffic {
    /// See [`Event::group`].
    pub group: Arc<str>,
    /// From second 0 on.
    pub phases: Vec<Phase>,
}

impl Traffic {
    /// Each event of it, in order of time. Within a step, events are spread evenly, and so are the bad among them. An
    /// event is after its step's first moment and at its last one at the latest, so that a counter that is read at
    /// the end of a step has counted exactly the events of that step.
    pub fn events(&self) -> Vec<Event> {
        let mut events = Vec::new();
        let mut begin = 0;
        for phase in &self.phases {
            for step in 0..phase.seconds / phase.step {
                let from = begin + step * phase.step;
                events.extend((1..=phase.events).map(|place| Event {
                    at: from + (place * phase.step).div_ceil(phase.events),
                    // The bad ones are where the multiple of their share passes a whole number.
                    good: place * phase.bad / phase.events == (place - 1) * phase.bad / phase.events,
                    group: Arc::clone(&self.group),
                }));
            }
            begin += phase.seconds;
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_as_many_events_and_bad_ones_as_it_says() {
        let phase = |seconds, events, bad| Phase { seconds, step: 60, events, bad };
        let traffic =
            Traffic { group: "".into(), phases: vec![phase(60, 3, 0), phase(120, 7, 2), phase(60, 0, 0)] };
        let events = traffic.events();
        let counted = |from: u64, to: u64| {
            let of_step: Vec<_> = events.iter().filter(|event| event.at > from && event.at <= to).collect();
            (of_step.len(), of_step.iter().filter(|event| !event.good).count())
        };
        assert_eq!(counted(0, 60), (3, 0));
        assert_eq!(counted(60, 120), (7, 2));
        assert_eq!(counted(120, 180), (7, 2));
        assert_eq!(counted(180, 240), (0, 0));
        assert_eq!(events.len(), 17);
    }

    #[test]
    fn events_are_spread_over_their_step() {
        let phases = vec![Phase { seconds: 60, step: 60, events: 4, bad: 1 }];
        let events = Traffic { group: "".into(), phases }.events();
        assert_eq!(events.iter().map(|event| event.at).collect::<Vec<_>>(), [15, 30, 45, 60]);
        assert_eq!(events.iter().map(|event| event.good).collect::<Vec<_>>(), [true, true, true, false]);
    }
}

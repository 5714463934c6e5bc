//! The keys of what reacts, waits and is measured, and of other contexts and services.

use super::{Section, Shape, may, must};
use crate::names::Kind;

pub(super) static PROCESS: Section = Section {
    about: "A process manager: it hears events and sends commands.",
    keys: &[
        must("starts_on", Shape::Name(Kind::Event), "The event that starts an instance."),
        may("handles", Shape::Names(Kind::Event), "Events heard meanwhile."),
        may(
            "ends_on",
            Shape::Names(Kind::Event),
            "Events that end it: every outcome, cancellation included.",
        ),
        may("correlates_by", Shape::Name(Kind::Field), "The field that tells instances apart."),
        may("sends", Shape::Names(Kind::Command), "Commands that it may send, as system."),
    ],
};

pub(super) static DEADLINE: Section = Section {
    about: "What happens to an aggregate when nothing else does.",
    keys: &[
        must("set_by", Shape::Name(Kind::Event), "The event that sets the timers."),
        must("after", Shape::Periods, "When they fire, counted from that event, ascending."),
        may("cleared_by", Shape::Names(Kind::Event), "Events that withdraw them."),
        must("sends", Shape::Name(Kind::Command), "The command sent when one fires, as system."),
    ],
};

pub(super) static CLAIM: Section = Section {
    about: "A value that one aggregate at a time may have, such as a number.",
    keys: &[
        must("field", Shape::Name(Kind::Field), "The field of the events that holds the value."),
        must("taken_by", Shape::Names(Kind::Event), "Events of one aggregate, by which it takes the value."),
        may("released_by", Shape::Names(Kind::Event), "Events after which anybody may have it again."),
        must("rejects", Shape::Name(Kind::Rule), "The rule that refuses a command the value of another."),
    ],
};

pub(super) static SLI: Section = Section {
    about: "A service level indicator: what is measured for somebody.",
    keys: &[
        must(
            "kind",
            Shape::Word(&["duration", "freshness", "delivery", "outcome"]),
            "Between events, behind the log, behind in delivery, or commands that failed.",
        ),
        may("from", Shape::OneOrMore(Kind::Event), "Events that open an item; for duration."),
        may("to", Shape::OneOrMore(Kind::Event), "Events that close it; for duration."),
        may("within", Shape::Period, "The bound; for all kinds but outcome."),
        must("objective", Shape::Objective, "The share that must be good, such as 99.9%."),
        may("stakeholder", Shape::Text, "Who cares, in their own words."),
        may("where", Shape::Name(Kind::Function), "Pure function that says which items count."),
        may("good_when", Shape::Name(Kind::Function), "Pure function that says which items are good."),
    ],
};

pub(super) static UPSTREAM: Section = Section {
    about: "Another context that this one depends on.",
    keys: &[
        may(
            "translation",
            Shape::Word(&["anti-corruption-layer", "conformist", "partnership", "shared-kernel"]),
            "How its language is dealt with; partnership and shared-kernel are said by both sides.",
        ),
        may("consumes", Shape::Names(Kind::Event), "Its events that are heard."),
        may("calls", Shape::Calls, "Its routes that are called, each as GET /path."),
        may("planned", Shape::Flag, "Whether the other context does not exist yet."),
    ],
};

pub(super) static EXTERNAL: Section = Section {
    about: "A service outside that is called.",
    keys: &[may("calls", Shape::Calls, "Its routes that are called, each as GET /path.")],
};

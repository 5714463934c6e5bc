//! The keys of what reacts, waits and is measured, and of other contexts and services.

use super::{Section, Shape, may, must};
use crate::names::Kind;

pub(super) static PROCESS: Section = Section {
    about: "A process manager: it receives events and sends commands.",
    keys: &[
        must("starts_on", Shape::Name(Kind::Event), "The event that starts an instance."),
        may("handles", Shape::Names(Kind::Event), "Events that it receives while an instance is active."),
        may(
            "ends_on",
            Shape::Names(Kind::Event),
            "Events that end an instance: every outcome, including cancellation.",
        ),
        may("correlates_by", Shape::Name(Kind::Field), "The field that identifies an instance."),
        may("sends", Shape::Names(Kind::Command), "Commands that it may send, as `system`."),
    ],
};

pub(super) static DEADLINE: Section = Section {
    about: "A command that is sent to an aggregate some time after an event, unless another event comes first.",
    keys: &[
        must("set_by", Shape::Name(Kind::Event), "The event that sets the timers."),
        must("after", Shape::Periods, "When the timers fire, counted from that event, in ascending order."),
        may("cleared_by", Shape::Names(Kind::Event), "Events that cancel the timers."),
        must("sends", Shape::Name(Kind::Command), "The command that is sent as `system` when a timer fires."),
    ],
};

pub(super) static CLAIM: Section = Section {
    about: "A unique value: only one aggregate at a time may have it, such as a number.",
    keys: &[
        must("field", Shape::Name(Kind::Field), "The field of the events that holds the value."),
        must("taken_by", Shape::Names(Kind::Event), "Events of one aggregate by which it takes the value."),
        may(
            "released_by",
            Shape::Names(Kind::Event),
            "Events after which another aggregate may take the value.",
        ),
        must(
            "rejects",
            Shape::Name(Kind::Rule),
            "The rule by which a command is rejected if another aggregate has the value.",
        ),
    ],
};

pub(super) static SLI: Section = Section {
    about: "A service level indicator, measured for a stakeholder.",
    keys: &[
        must(
            "kind",
            Shape::Word(&["duration", "freshness", "delivery", "outcome"]),
            "What is measured: the time between events, how far views are behind the log, how far delivery is behind, or the share of commands that failed.",
        ),
        may(
            "from",
            Shape::OneOrMore(Kind::Event),
            "Events at which the measurement of an item begins; for `duration`.",
        ),
        may("to", Shape::OneOrMore(Kind::Event), "Events at which it ends; for `duration`."),
        may("within", Shape::Period, "The limit; for all kinds except `outcome`."),
        must("objective", Shape::Objective, "The share that must be within the limit, such as 99.9%."),
        may("stakeholder", Shape::Text, "The people this is measured for."),
        may("where", Shape::Name(Kind::Function), "Pure function that selects the items that count."),
        may("good_when", Shape::Name(Kind::Function), "Pure function that decides which items are good."),
    ],
};

pub(super) static UPSTREAM: Section = Section {
    about: "Another context that this one depends on.",
    keys: &[
        may(
            "translation",
            Shape::Word(&["anti-corruption-layer", "conformist", "partnership", "shared-kernel"]),
            "How its language is translated; both boards must declare a partnership or shared-kernel.",
        ),
        may("consumes", Shape::Names(Kind::Event), "The events of it that this context receives."),
        may("calls", Shape::Calls, "The routes of it that are called, each as `GET /path`."),
        may("planned", Shape::Flag, "Whether the other context does not exist yet."),
    ],
};

pub(super) static EXTERNAL: Section = Section {
    about: "An external service that is called.",
    keys: &[may("calls", Shape::Calls, "The routes of it that are called, each as `GET /path`.")],
};

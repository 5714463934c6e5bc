//! The keys of the whole board, of the context, and of what decides and is read.

use super::relations::{CLAIM, DEADLINE, EXTERNAL, PROCESS, SLI, UPSTREAM};
use super::{Section, Shape, may, must};
use crate::names::Kind;

pub(in super::super) static ROOT: Section = Section {
    about: "The board of a bounded context: what a workshop yields, and the one place that says how it is shaped.",
    keys: &[
        must("context", Shape::Table(&CONTEXT), CONTEXT.about),
        may("target", Shape::Tables(&TARGET), TARGET.about),
        may("value", Shape::Named(Kind::Value, &VALUE), VALUE.about),
        may("aggregate", Shape::Named(Kind::Aggregate, &AGGREGATE), AGGREGATE.about),
        may("read_model", Shape::Named(Kind::ReadModel, &READ_MODEL), READ_MODEL.about),
        may("process", Shape::Named(Kind::Process, &PROCESS), PROCESS.about),
        may("deadline", Shape::Named(Kind::Deadline, &DEADLINE), DEADLINE.about),
        may("claim", Shape::Named(Kind::Claim, &CLAIM), CLAIM.about),
        may("sli", Shape::Named(Kind::Sli, &SLI), SLI.about),
        may("upstream", Shape::Named(Kind::Context, &UPSTREAM), UPSTREAM.about),
        may("external", Shape::Named(Kind::External, &EXTERNAL), EXTERNAL.about),
        may("hotspot", Shape::Tables(&HOTSPOT), HOTSPOT.about),
        may("glossary", Shape::Words, "What words mean inside this context; each has one meaning."),
    ],
};

static CONTEXT: Section = Section {
    about: "Who and what the context is.",
    keys: &[
        must("name", Shape::Name(Kind::Context), "Name of the context, its folder and its crates."),
        must("summary", Shape::Text, "What it does, in one sentence for people."),
        may(
            "domain",
            Shape::Name(Kind::Domain),
            "The business domain it belongs to; its own name by default.",
        ),
        may(
            "subdomain",
            Shape::Word(&["core", "supporting", "generic"]),
            "How much it sets the business apart; supporting by default.",
        ),
        must("owner", Shape::Name(Kind::Owner), "The owning team: code owners, catalogue, alerts and costs."),
        may(
            "exposes",
            Shape::Word(&["open-host-service", "published-language", "none"]),
            "How it serves others; open-host-service by default.",
        ),
    ],
};

static TARGET: Section = Section {
    about: "One place of deployment.",
    keys: &[
        must("name", Shape::Name(Kind::Target), "Name of the place and of its overlay."),
        must("namespace", Shape::Name(Kind::Namespace), "Kubernetes namespace there."),
    ],
};

static VALUE: Section = Section {
    about: "A value object; it seeds the Rust struct once.",
    keys: &[must("fields", Shape::Fields, "Its fields, each with its type.")],
};

static AGGREGATE: Section = Section {
    about: "What decides: a consistency boundary with its commands and events.",
    keys: &[
        may("plural", Shape::Name(Kind::Plural), "Segment of its URL; the English plural by default."),
        may(
            "visible_to",
            Shape::Visibility,
            "Who sees which: a role and the field with its own id, or * for all.",
        ),
        may("command", Shape::Named(Kind::Command, &COMMAND), COMMAND.about),
        may("event", Shape::Named(Kind::Event, &EVENT), EVENT.about),
    ],
};

static COMMAND: Section = Section {
    about: "A decision that somebody may ask for.",
    keys: &[
        may("actor", Shape::OneOrMore(Kind::Role), "The role, or roles, that may send it."),
        may("creates", Shape::Flag, "Whether it founds a new aggregate."),
        may("emits", Shape::Names(Kind::Event), "Events that it may establish."),
        may("rejects", Shape::Names(Kind::Rule), "Rules that it may reject by; each becomes a metric label."),
        may("fields", Shape::Fields, "Seed of its struct: fields, each with its type."),
        may("deprecated", Shape::Table(&DEPRECATED), DEPRECATED.about),
    ],
};

static DEPRECATED: Section = Section {
    about: "That it is not to be used any more; clients are told so with every answer.",
    keys: &[
        must("since", Shape::Day, "From which day on."),
        may("sunset", Shape::Day, "The day from which it may be gone."),
        may("see", Shape::Address, "Where clients read what to use instead."),
    ],
};

static EVENT: Section = Section {
    about: "What there is to say of an event beyond its name; those named by emits exist without a table.",
    keys: &[
        may(
            "published",
            Shape::Flag,
            "Whether it belongs to the published language, hence to the contracts.",
        ),
        may("version", Shape::Version, "Version of its schema, from 1."),
        may("amount", Shape::Name(Kind::Field), "The Money field that a metric sums by currency."),
        may("fields", Shape::Fields, "Seed of its struct: fields, each with its type."),
    ],
};

static READ_MODEL: Section = Section {
    about: "What is read: a view of events, or a tally over another view.",
    keys: &[
        may("from", Shape::Names(Kind::Event), "Events that it is built from."),
        may("version", Shape::Version, "Version of its logic, from 1; a new one rebuilds it."),
        may("index", Shape::NameLists(Kind::Field), "Columns that lists are filtered and sorted by."),
        may("readers", Shape::Names(Kind::Role), "Roles that may read it."),
        may("of", Shape::Name(Kind::ReadModel), "The read model that a tally counts."),
        may("group_by", Shape::Names(Kind::Field), "The fields that make a cell of a tally."),
        may("sum", Shape::Name(Kind::Field), "The field that a tally sums; it counts without one."),
        may("deprecated", Shape::Table(&DEPRECATED), DEPRECATED.about),
    ],
};

static HOTSPOT: Section = Section {
    about: "An open question of the workshop.",
    keys: &[must("text", Shape::Text, "The question.")],
};

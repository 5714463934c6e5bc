//! The keys of the whole board, of the context, and of what decides and is read.

use super::relations::{CLAIM, DEADLINE, EXTERNAL, PROCESS, SLI, UPSTREAM};
use super::{Section, Shape, may, must};
use crate::names::Kind;

pub(in super::super) static ROOT: Section = Section {
    about: "The board of a bounded context: the result of a workshop, and the one description of its structure.",
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
        may("glossary", Shape::Words, "The meaning of words inside this context; each has one meaning."),
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
            "How important it is for the business; supporting by default.",
        ),
        must(
            "owner",
            Shape::Name(Kind::Owner),
            "The team that owns it: used for code owners, catalogue, alerts and costs.",
        ),
        may(
            "hours",
            Shape::Hours,
            "When that team works: tickets of alerts wait for it, pages never do. At all times by default.",
        ),
        may(
            "exposes",
            Shape::Word(&["open-host-service", "published-language", "none"]),
            "How it serves others; open-host-service by default.",
        ),
    ],
};

static TARGET: Section = Section {
    about: "A deployment target.",
    keys: &[
        must("name", Shape::Name(Kind::Target), "Name of the target and of its overlay."),
        must("namespace", Shape::Name(Kind::Namespace), "Kubernetes namespace there."),
    ],
};

static VALUE: Section = Section {
    about: "A value object; the Rust struct is generated from it once.",
    keys: &[must("fields", Shape::Fields, "Its fields, each with its type.")],
};

static AGGREGATE: Section = Section {
    about: "A consistency boundary with its commands and events.",
    keys: &[
        may("plural", Shape::Name(Kind::Plural), "Its path segment in URLs; the English plural by default."),
        may(
            "visible_to",
            Shape::Visibility,
            "Which aggregates a role may see: those whose field contains the caller's id, or `*` for all.",
        ),
        may("command", Shape::Named(Kind::Command, &COMMAND), COMMAND.about),
        may("event", Shape::Named(Kind::Event, &EVENT), EVENT.about),
    ],
};

static COMMAND: Section = Section {
    about: "A command that an actor may send.",
    keys: &[
        may("actor", Shape::OneOrMore(Kind::Role), "The role, or roles, that may send it."),
        may("creates", Shape::Flag, "Whether it creates a new aggregate."),
        may("emits", Shape::Names(Kind::Event), "Events that it may emit."),
        may(
            "rejects",
            Shape::Names(Kind::Rule),
            "Rules by which it may be rejected; each becomes a metric label.",
        ),
        may("fields", Shape::Fields, "Seed of its struct: fields, each with its type."),
        may("deprecated", Shape::Table(&DEPRECATED), DEPRECATED.about),
    ],
};

static DEPRECATED: Section = Section {
    about: "Marks it as deprecated; every response then has the headers `Deprecation`, `Sunset` and `Link`.",
    keys: &[
        must("since", Shape::Day, "The day from which it is deprecated."),
        may("sunset", Shape::Day, "The day from which it may be removed."),
        may("see", Shape::Address, "A page that describes what to use instead."),
    ],
};

static EVENT: Section = Section {
    about: "Properties of an event. An event that a command emits exists without this table.",
    keys: &[
        may(
            "published",
            Shape::Flag,
            "Whether other contexts may read it: it belongs to the published language and to the contracts.",
        ),
        may("version", Shape::Version, "Version of its schema, from 1."),
        may("amount", Shape::Name(Kind::Field), "The field of type `Money` that a metric sums by currency."),
        may("fields", Shape::Fields, "Seed of its struct: fields, each with its type."),
    ],
};

static READ_MODEL: Section = Section {
    about: "A read model: a view built from events, or a tally (counts and sums) over another view.",
    keys: &[
        may("from", Shape::Names(Kind::Event), "The events from which it is built."),
        may(
            "version",
            Shape::Version,
            "Version of its logic, from 1; the view is rebuilt when it is raised.",
        ),
        may("index", Shape::NameLists(Kind::Field), "Fields by which lists can be filtered and sorted."),
        may("readers", Shape::Names(Kind::Role), "Roles that may read it."),
        may("of", Shape::Name(Kind::ReadModel), "The read model that a tally counts."),
        may("group_by", Shape::Names(Kind::Field), "The fields by which a tally groups."),
        may("sum", Shape::Name(Kind::Field), "The field that a tally sums; without it, the tally counts."),
        may("deprecated", Shape::Table(&DEPRECATED), DEPRECATED.about),
    ],
};

static HOTSPOT: Section = Section {
    about: "An open question of the workshop.",
    keys: &[must("text", Shape::Text, "The question.")],
};

//! Lints on the grammar.

use super::{Code, Entry, error};

pub(super) const TABLE: [Entry; 19] = [
    error(
        Code::Syntax,
        "MB001",
        [
            "the file is not TOML",
            "correct the syntax at the place shown",
            "A board is a TOML 1.0 document. As long as it does not parse, nothing else can be checked, so a \
             syntax error is the only finding. A key or a table that appears twice is a syntax error as well.",
        ],
    ),
    error(
        Code::UnknownKey,
        "MB002",
        [
            "an unknown key",
            "correct its spelling, or remove it",
            "A key that is ignored without a message is a decision that is silently lost. The grammar is \
             therefore closed: docs/schemas/board.schema.json lists every key for editors.",
        ],
    ),
    error(
        Code::MissingKey,
        "MB003",
        [
            "a required key that is missing",
            "add the key",
            "Most keys have a default. The few required ones cannot be guessed: who owns a context, what starts a \
             process, when a deadline fires.",
        ],
    ),
    error(
        Code::WrongType,
        "MB004",
        [
            "a value of the wrong type",
            "write a value of the expected type",
            "Types are never converted: a string is not a number, and a single name is not a list unless the key \
             accepts both.",
        ],
    ),
    error(
        Code::UnknownWord,
        "MB005",
        [
            "a word that the key does not accept",
            "choose one of the words listed",
            "Some keys accept only a few words. The words are those of domain-driven design, in kebab-case.",
        ],
    ),
    error(
        Code::BadVersion,
        "MB006",
        [
            "a version that is not a whole number of at least 1",
            "number versions 1, 2, 3",
            "Versions identify schemas and projections. The first is 1; increase it by one whenever the meaning \
             changes.",
        ],
    ),
    error(
        Code::BadPeriod,
        "MB007",
        [
            "a duration that cannot be read",
            "write digits and one of ms, s, m, h, d, w: `10d`",
            "A duration is a whole number greater than zero and a unit, without a space: 500ms, 30s, 5m, 2h, 10d, \
             1w. A day has 24 hours.",
        ],
    ),
    error(
        Code::BadObjective,
        "MB008",
        [
            "an objective that is not a percentage between 0% and 100%",
            "write a percentage such as `99.9%`",
            "An objective is a percentage, greater than 0% and less than 100%. At 100% the error budget is empty: \
             every alert would fire at the first bad event, and no change could be risked.",
        ],
    ),
    error(
        Code::UnknownFieldType,
        "MB009",
        [
            "an unknown field type",
            "use a known type, or declare `[value.X]`",
            "Seed fields may be String, bool, u32, u64, i32, i64, Money, Country, Currency, Timestamp, Date, \
             Id<Aggregate>, Option<T>, Vec<T>, Sensitive<String>, or a value declared on the same board. An id of \
             another context is a String here, because its type belongs to the other context.",
        ],
    ),
    error(
        Code::BadCall,
        "MB010",
        [
            "a call that is not a method and a path",
            "write it as `GET /path`",
            "Calls become entries of the contract between two contexts. Each is an HTTP method in capitals, one \
             space, and a path that starts with a slash.",
        ],
    ),
    error(
        Code::KeyDoesNotApply,
        "MB011",
        [
            "a key that does not apply to this kind of item",
            "remove the key",
            "Some keys apply to one kind of item only: a tally has no index of its own, and freshness is not \
             measured between two events. A key without effect would mislead the reader.",
        ],
    ),
    error(
        Code::FromXorOf,
        "MB012",
        [
            "a read model with both `from` and `of`, or neither",
            "give `from` for a view of events, or `of` for a tally",
            "A read model is either built from events or counts another read model: exactly one of the two.",
        ],
    ),
    error(
        Code::Blank,
        "MB013",
        [
            "an empty text or list",
            "write the missing content, or remove the key",
            "Texts are for people: they appear in the catalogue, in documents and on alerts. An empty text or \
             list usually means that somebody intended to fill it in later.",
        ],
    ),
    error(
        Code::NoSummary,
        "MB014",
        [
            "a context without a summary",
            "add `summary` to `[context]`: one sentence",
            "The summary is the first thing that another team reads about a context, in the catalogue and on \
             every page about it. If it needs more than one sentence, consider splitting the context.",
        ],
    ),
    error(
        Code::ListedTwice,
        "MB015",
        [
            "the same name twice in one list",
            "remove one of them",
            "Lists on a board are ordered sets. A name that appears twice is usually a typing mistake for another \
             name.",
        ],
    ),
    error(
        Code::RecursiveValue,
        "MB016",
        [
            "a value that contains itself",
            "put the inner value into a `Vec`, or remove the cycle",
            "A Rust struct cannot contain itself directly, because its size would be infinite. A `Vec` stores its \
             items on the heap, so it may.",
        ],
    ),
    error(
        Code::BadDay,
        "MB017",
        [
            "a date that does not exist",
            "write year, month and day: `2027-05-01`",
            "A date is written in the form of ISO 8601, `2027-05-01`, and must exist in the calendar. It begins \
             at midnight, UTC.",
        ],
    ),
    error(
        Code::BadAddress,
        "MB018",
        [
            "an invalid URL",
            "write the full URL: `https://example.org/changes`",
            "Clients receive this URL in a response header and follow it from there. It therefore needs a scheme, \
             http or https, and must not contain characters that a header cannot carry, such as a space.",
        ],
    ),
    error(
        Code::BadHours,
        "MB019",
        [
            "working hours that cannot be read",
            "write days, times and a time zone: `Mon-Fri 08:00-18:00 Europe/Vienna`",
            "Alerts that are no page wait until the team works. Days are Mon to Sun, one or from one to another; times \
             are HH:MM, up to 24:00; the time zone has its name in the IANA database.",
        ],
    ),
];

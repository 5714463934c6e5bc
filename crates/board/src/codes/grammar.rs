//! What the grammar refuses.

use super::{Code, Entry, error};

pub(super) const TABLE: [Entry; 18] = [
    error(
        Code::Syntax,
        "MB001",
        [
            "the file is not TOML",
            "correct the syntax where the arrow points",
            "A board is a TOML 1.0 document. Until it parses, nothing else can be said about it, so a \
             syntax error is the only finding. A key or a table that stands twice is a syntax error \
             as well.",
        ],
    ),
    error(
        Code::UnknownKey,
        "MB002",
        [
            "a key that the grammar does not have",
            "correct its spelling, or remove it",
            "A key that nobody reads is a decision that nobody carries out. The grammar is closed for \
             that reason; docs/schemas/board.schema.json lists every key for editors.",
        ],
    ),
    error(
        Code::MissingKey,
        "MB003",
        [
            "a key that must be there is missing",
            "add the key",
            "Most keys have a default. The few that are required say something that cannot be \
             guessed: who owns a context, what starts a process, when a deadline fires.",
        ],
    ),
    error(
        Code::WrongType,
        "MB004",
        [
            "a value has another type than its key takes",
            "write a value of the expected type",
            "Types are never converted: a string is not a number, and one name is not a list unless \
             the key takes both.",
        ],
    ),
    error(
        Code::UnknownWord,
        "MB005",
        [
            "a word that is not one of those the key takes",
            "choose one of the words listed",
            "Some keys take one of a few words. The words are those of domain-driven design, spelled \
             in kebab-case.",
        ],
    ),
    error(
        Code::BadVersion,
        "MB006",
        [
            "a version that is not a whole number from 1",
            "count versions 1, 2, 3",
            "Versions name schemas and projections. They are counted up by one whenever the meaning \
             changes, and start at 1.",
        ],
    ),
    error(
        Code::BadPeriod,
        "MB007",
        [
            "a length of time that cannot be read",
            "write digits and one of ms, s, m, h, d, w: `10d`",
            "A length of time is a whole number greater than zero and a unit, without a space: 500ms, \
             30s, 5m, 2h, 10d, 1w. A day has 24 hours.",
        ],
    ),
    error(
        Code::BadObjective,
        "MB008",
        [
            "an objective that is no share between 0% and 100%",
            "write a share such as `99.9%`",
            "An objective is a percentage, greater than 0% and less than 100%. At 100% the error \
             budget is empty: every alert would fire at the first bad event, and no change could ever \
             be risked.",
        ],
    ),
    error(
        Code::UnknownFieldType,
        "MB009",
        [
            "a field type that neither the kernel nor a `[value]` knows",
            "use a known type, or declare `[value.X]`",
            "Seed fields may be String, bool, u32, u64, i32, i64, Money, Country, Currency, \
             Timestamp, Date, Id<Aggregate>, Option<T>, Vec<T>, Sensitive<String>, or a value \
             declared on the same board. An id of another context is a String here: its type belongs \
             to the other context.",
        ],
    ),
    error(
        Code::BadCall,
        "MB010",
        [
            "a call that is not a method and a path",
            "write it as `GET /path`",
            "Calls become entries of the contract between two contexts. Each is an HTTP method in \
             capitals, one space, and a path that begins with a slash.",
        ],
    ),
    error(
        Code::KeyDoesNotApply,
        "MB011",
        [
            "a key that means nothing beside another",
            "remove the key",
            "Some keys belong to one kind of thing: a tally has no index of its own, freshness is not \
             measured between two events. A key without effect would mislead its reader.",
        ],
    ),
    error(
        Code::FromXorOf,
        "MB012",
        [
            "a read model with both `from` and `of`, or neither",
            "give `from` for a view of events, or `of` for a tally",
            "A read model is either built from events or counts another read model. It cannot be \
             both, and must be one.",
        ],
    ),
    error(
        Code::Blank,
        "MB013",
        [
            "a text or a list that is empty",
            "write what belongs there, or remove the key",
            "Texts are for people: they stand in the catalogue, in documents and on alerts. A blank \
             one, or an empty list, says that somebody meant to come back to it.",
        ],
    ),
    error(
        Code::NoSummary,
        "MB014",
        [
            "a context without a summary",
            "add `summary` to `[context]`: one sentence",
            "The summary is the first thing that another team reads about a context, in the catalogue \
             and on every page about it. If it takes more than a sentence, the context may be two.",
        ],
    ),
    error(
        Code::ListedTwice,
        "MB015",
        [
            "the same name twice in one list",
            "remove one of them",
            "Lists on a board are sets with an order. A name that stands twice is a slip, often one \
             of two names that were meant.",
        ],
    ),
    error(
        Code::RecursiveValue,
        "MB016",
        [
            "a value that contains itself",
            "put the inner one into a `Vec`, or break the circle",
            "A Rust struct cannot contain itself without a heap between: it would be infinitely \
             large. A Vec has one.",
        ],
    ),
    error(
        Code::BadDay,
        "MB017",
        [
            "a day that does not exist",
            "write it as year, month and day: `2027-05-01`",
            "A day stands as text in the form of ISO 8601, `2027-05-01`, and must be one that the \
             calendar has. It begins at midnight, UTC.",
        ],
    ),
    error(
        Code::BadAddress,
        "MB018",
        [
            "an address that cannot be linked to",
            "write it in full: `https://example.org/changes`",
            "Clients are led there by a header, where only an address with its scheme can be followed: \
             http or https, and nothing that a header cannot hold, as a space.",
        ],
    ),
];

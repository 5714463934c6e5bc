//! What names must not be.

use super::{Code, Entry, error};

pub(super) const TABLE: [Entry; 12] = [
    error(
        Code::NameSpelling,
        "MB101",
        [
            "a name in the wrong spelling",
            "write it in the spelling that is asked for",
            "Contexts, targets, owners and indicators are in kebab-case; aggregates, commands, \
             events, read models, processes, deadlines, values, rules and roles in PascalCase; fields \
             in snake_case. Everything else is derived from that.",
        ],
    ),
    error(
        Code::NamePath,
        "MB102",
        [
            "a name with a path separator",
            "leave out `/`, `\\`, `:` and `..`",
            "Names become files and folders. One that contains a path could write outside its folder, \
             so it is refused before anything is written.",
        ],
    ),
    error(
        Code::NameNotAscii,
        "MB103",
        [
            "a name with a character outside ASCII",
            "spell it with a-z, A-Z and 0-9",
            "Names become identifiers, labels, hosts and files. What is not ASCII breaks in one of \
             those places sooner or later; glossary, summary and hotspots may use any script.",
        ],
    ),
    error(
        Code::NameTooLong,
        "MB104",
        [
            "a name of more than 40 characters",
            "choose a shorter name",
            "Paths, metric labels and Kubernetes names are built from several names, and each has a \
             limit. Forty characters leave room for all of them.",
        ],
    ),
    error(
        Code::NameKeyword,
        "MB105",
        [
            "a name that becomes a keyword of Rust",
            "choose another word of the domain",
            "A command `Type` would become a module `type`, which no edition of Rust accepts without \
             a raw identifier. Keywords of all editions are refused, reserved ones included.",
        ],
    ),
    error(
        Code::NameDevice,
        "MB106",
        [
            "a name that becomes a device on Windows",
            "choose another word of the domain",
            "Windows takes con, prn, aux, nul, com1 to com9 and lpt1 to lpt9 for devices, whatever \
             the extension. A repository with such a file cannot be checked out there.",
        ],
    ),
    error(
        Code::NameReserved,
        "MB107",
        [
            "a name that generated code or the road uses itself",
            "choose another word of the domain",
            "Generated code names some types without a path: Event, Money, Option and a few more. A \
             type of the same name would shadow them. `Undecided` is the rejection of a decision not \
             yet written; `system` and `consumer` are roles that no person has.",
        ],
    ),
    error(
        Code::NameModule,
        "MB108",
        [
            "a name that becomes a module the road needs itself",
            "choose another word of the domain",
            "An aggregate stands in a module of its own beside `events`, `read_models` and others; a \
             command stands beside its aggregate's `state` and `view`. Two modules of one name do not \
             compile.",
        ],
    ),
    error(
        Code::NameRoute,
        "MB109",
        [
            "a name that becomes a route every context has",
            "choose another word, or give another `plural`",
            "Every context serves /views, /events, /schemas, /problems, /health, /metrics and \
             /describe, and every aggregate has a /history. A plural or a command of that name would \
             hide it.",
        ],
    ),
    error(
        Code::NameTwice,
        "MB110",
        [
            "two names of one kind that are equal, or differ only in case",
            "rename one of them",
            "Commands and events are unique in a context, not only in an aggregate: routes, metrics \
             and subscriptions name them alone. Names that differ only in case are one file on \
             Windows and macOS.",
        ],
    ),
    error(
        Code::TypeTwice,
        "MB111",
        [
            "two things that would be the same Rust type",
            "rename one of them",
            "Aggregates, commands, events, values, read models, processes and deadlines become types \
             of one crate. An event is best named in the past tense, a command in the imperative, and \
             they never meet.",
        ],
    ),
    error(
        Code::DerivedTwice,
        "MB112",
        [
            "a name that meets a type derived from another name",
            "rename one of them",
            "The road derives types: aggregate X has XEvent and XView; a command with several events \
             has XEmits; a process has XHeard and XSends; a read model has XHeard and XView; a \
             deadline has XHeard. No name of yours may meet one of these, and no two of these may \
             meet.",
        ],
    ),
];

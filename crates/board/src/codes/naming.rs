//! Lints on names.

use super::{Code, Entry, error};

pub(super) const TABLE: [Entry; 12] = [
    error(
        Code::NameSpelling,
        "MB101",
        [
            "a name in the wrong spelling",
            "write it in the spelling that the message names",
            "Contexts, targets, owners and indicators are in kebab-case; aggregates, commands, events, read \
             models, processes, deadlines, values, rules and roles in PascalCase; fields in snake_case. All other \
             names are derived from these.",
        ],
    ),
    error(
        Code::NamePath,
        "MB102",
        [
            "a name with a path separator",
            "leave out `/`, `\\`, `:` and `..`",
            "Names become files and folders. A name that contains a path could write outside its folder, so it is \
             rejected before anything is written.",
        ],
    ),
    error(
        Code::NameNotAscii,
        "MB103",
        [
            "a name with a character outside ASCII",
            "spell it with a-z, A-Z and 0-9",
            "Names become identifiers, labels, host names and files. Characters outside ASCII fail in at least \
             one of these places; glossary, summary and hotspots may use any script.",
        ],
    ),
    error(
        Code::NameTooLong,
        "MB104",
        [
            "a name of more than 40 characters",
            "choose a shorter name",
            "Paths, metric labels and Kubernetes names are built from several names, and each has a limit. Forty \
             characters leave room for all of them.",
        ],
    ),
    error(
        Code::NameKeyword,
        "MB105",
        [
            "a name that becomes a Rust keyword",
            "choose another word of the domain",
            "A command `Type` would become a module `type`, which no edition of Rust accepts without a raw \
             identifier. Keywords of all editions are rejected, reserved ones included.",
        ],
    ),
    error(
        Code::NameDevice,
        "MB106",
        [
            "a name that is a device name on Windows",
            "choose another word of the domain",
            "Windows reserves con, prn, aux, nul, com1 to com9 and lpt1 to lpt9 for devices, whatever the \
             extension. A repository with such a file cannot be checked out on Windows.",
        ],
    ),
    error(
        Code::NameReserved,
        "MB107",
        [
            "a name that Macadam or generated code uses itself",
            "choose another word of the domain",
            "Generated code uses some types without a path: Event, Money, Option and a few more. A type with the \
             same name would shadow them. `Undecided` is the rejection for a decision that is not written yet; \
             `system` and `consumer` are roles that no person has.",
        ],
    ),
    error(
        Code::NameModule,
        "MB108",
        [
            "a name that becomes a module that Macadam needs itself",
            "choose another word of the domain",
            "An aggregate becomes a module next to `events`, `read_models` and others; a command becomes a module \
             next to its aggregate's `state` and `view`. Two modules with the same name do not compile.",
        ],
    ),
    error(
        Code::NameRoute,
        "MB109",
        [
            "a name that becomes a route that every context has",
            "choose another word, or give another `plural`",
            "Every context serves /views, /events, /schemas, /problems, /health, /metrics and /describe, and \
             every aggregate has a /history. A plural or a command with such a name would hide that route.",
        ],
    ),
    error(
        Code::NameTwice,
        "MB110",
        [
            "two names of one kind that are equal, or differ only in case",
            "rename one of them",
            "Commands and events are unique within a context, not only within an aggregate, because routes, \
             metrics and subscriptions name them without the aggregate. Names that differ only in case are the \
             same file on Windows and macOS.",
        ],
    ),
    error(
        Code::TypeTwice,
        "MB111",
        [
            "two items that would become the same Rust type",
            "rename one of them",
            "Aggregates, commands, events, values, read models, processes and deadlines become types of one \
             crate. If events are named in the past tense and commands in the imperative, they never clash.",
        ],
    ),
    error(
        Code::DerivedTwice,
        "MB112",
        [
            "a name that clashes with a type derived from another name",
            "rename one of them",
            "Macadam derives types: aggregate X has XEvent and XView; a command with several events has XEmits; a \
             process has XHeard and XSends; a read model has XHeard and XView; a deadline has XHeard. No name on \
             the board and no other derived type may be equal to one of these.",
        ],
    ),
];

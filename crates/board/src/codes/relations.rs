//! Lints on processes, deadlines, indicators, other contexts and claims.

use super::{Code, Entry, error, warning};

pub(super) const TABLE: [Entry; 29] = [
    error(
        Code::ProcessNeverEnds,
        "MB241",
        [
            "a process that no event ends",
            "name the events that end it in `ends_on`",
            "An instance that no event ends is stored for ever, and goes on reacting to events. Name every \
             outcome, cancellation included.",
        ],
    ),
    error(
        Code::ProcessUncorrelated,
        "MB242",
        [
            "a process without `correlates_by`",
            "name the field in `correlates_by`",
            "A process listens to events about many instances at once. The field identifies the instance that an \
             event belongs to; without it, all events would belong to one instance.",
        ],
    ),
    error(
        Code::UpstreamEventHeard,
        "MB243",
        [
            "an event of an upstream that is used directly",
            "record it with a command of `system`, and use the event of that command",
            "Events of another context arrive in its language, at any time, and perhaps twice. A translator turns \
             each into a command of `system`, and the aggregate decides what it means here. Read models, \
             processes, deadlines and indicators listen to the event of that decision.",
        ],
    ),
    error(
        Code::UnknownCommand,
        "MB244",
        [
            "a command that the board does not have",
            "correct its name, or add the command",
            "Processes and deadlines send commands of their own context. Another context decides for itself what \
             to do after an event.",
        ],
    ),
    error(
        Code::NotForSystem,
        "MB245",
        [
            "a command sent by a process or a deadline without `system` among its actors",
            "add `system` to its `actor`",
            "Processes and deadlines act as `system`. A command that only people may send would be rejected at \
             every attempt.",
        ],
    ),
    error(
        Code::HeardTwice,
        "MB246",
        [
            "an event in two lists of one listener",
            "keep it in one of the lists",
            "An event starts a process, advances it or ends it; it sets a deadline or clears it; it takes a claim \
             or releases it. In two lists it would have two meanings, and the result would depend on the order of \
             evaluation.",
        ],
    ),
    error(
        Code::ProcessSendsNothing,
        "MB247",
        [
            "a process that sends nothing",
            "name its commands in `sends`, or make it a read model",
            "A process exists to send commands. One that only collects data is a read model.",
        ],
    ),
    warning(
        Code::CorrelationUnknown,
        "MB248",
        [
            "a process over several aggregates with a field that none of their events carries",
            "name a field that the events of the other aggregate carry",
            "An event finds its instance by this field, or by the id of its own aggregate if it does not carry \
             the field. If no event carries the field, events of the second aggregate never reach the instance \
             that an event of the first one started.",
        ],
    ),
    error(
        Code::DeadlineNeverCleared,
        "MB251",
        [
            "a deadline that no event clears",
            "name the events that clear it in `cleared_by`",
            "A deadline describes what happens when something else does not happen. Without an event that clears \
             it, it fires for every aggregate, finished or not.",
        ],
    ),
    error(
        Code::DeadlineElsewhere,
        "MB252",
        [
            "a deadline that uses another aggregate than the one that set it",
            "stay with one aggregate, or use a process",
            "A timer belongs to the stream whose event set it: it is cleared in the same transaction as that \
             stream's events, and its command goes to the same aggregate. For several aggregates, use a process.",
        ],
    ),
    error(
        Code::DeadlineCreates,
        "MB253",
        [
            "a deadline that sends a creating command",
            "send a command to the aggregate that set it",
            "A deadline is about an aggregate that exists already. A timer that fires twice would create two \
             aggregates.",
        ],
    ),
    error(
        Code::DeadlineFields,
        "MB254",
        [
            "a deadline that sends a command with other fields than `nth: u32`",
            "keep only `nth = \"u32\"`, or no field",
            "A timer knows which of its dates has come, the first or the third, and nothing else. Everything else \
             that the decision needs comes from the state or is looked up.",
        ],
    ),
    error(
        Code::AfterNotAscending,
        "MB255",
        [
            "times of a deadline that are not in ascending order",
            "sort them from the shortest to the longest",
            "All times are counted from the same event, and `nth` numbers them. Out of order, the second reminder \
             would come before the first.",
        ],
    ),
    warning(
        Code::NoBusinessSli,
        "MB261",
        [
            "a context without a business indicator",
            "add `[sli.x]` of kind duration or outcome, with a stakeholder",
            "Freshness and delivery are technical indicators. If nobody outside the team waits for the context or \
             depends on its outcome, it may be too small.",
        ],
    ),
    warning(
        Code::ManyStakeholders,
        "MB262",
        [
            "indicators for more than three stakeholders",
            "consider splitting the context in two",
            "Different stakeholders have different goals. More than three may mean that the context serves \
             several purposes and is too large.",
        ],
    ),
    error(
        Code::NoStakeholder,
        "MB263",
        [
            "a business indicator without a stakeholder",
            "add `stakeholder`: who needs it, in their own words",
            "An objective is a promise to somebody. Without a stakeholder, nobody can judge whether it is too \
             strict or too loose.",
        ],
    ),
    error(
        Code::UnknownUpstream,
        "MB271",
        [
            "an upstream that does not exist and is not planned",
            "correct its name, or set `planned = true`",
            "An upstream is another context of this repository, in services/<name>/context.toml. Mark one that \
             does not exist yet as planned, to show that its events do not come yet.",
        ],
    ),
    error(
        Code::TranslationMissing,
        "MB272",
        [
            "an upstream with consumed events and without a `translation`",
            "choose `anti-corruption-layer` or `conformist`",
            "Whoever consumes events of another context must decide whether its terms may be used here. An \
             anti-corruption layer has a translator; a conformist uses the terms as they are, and has none.",
        ],
    ),
    warning(
        Code::TranslationIdle,
        "MB273",
        [
            "a `translation` without `consumes` or `calls`",
            "add `consumes` or `calls`, or remove it",
            "A translation describes how the language of another context is handled. Without consumed events and \
             without calls, there is nothing to translate.",
        ],
    ),
    error(
        Code::NotMutual,
        "MB274",
        [
            "a partnership or shared kernel that the other board does not declare",
            "declare it on both boards, or choose another translation",
            "A partnership and a shared kernel are agreements of two teams to change together. If only one board \
             declares it, it is a dependency, not an agreement.",
        ],
    ),
    warning(
        Code::CallChain,
        "MB275",
        [
            "a chain of more than two synchronous calls",
            "replace a call by events",
            "Each call in a chain adds its latency and its failures, and the first caller waits for the last. \
             With events, each context works with the data that it has already.",
        ],
    ),
    error(
        Code::CallCycle,
        "MB276",
        [
            "synchronous calls that lead back to this context",
            "replace one of the calls by events",
            "Contexts that call each other in a cycle are started, fail and are released together: they are one \
             context with a network inside.",
        ],
    ),
    warning(
        Code::PlannedExists,
        "MB277",
        [
            "a planned upstream that exists already",
            "remove `planned`",
            "The other context exists, so the events consumed from it can be verified against its contract.",
        ],
    ),
    error(
        Code::NotPublished,
        "MB278",
        [
            "a consumed event that the upstream does not publish",
            "correct its name, or ask the other team to publish it",
            "The published events of a context are its contract. All other events may change or disappear with \
             any refactoring.",
        ],
    ),
    error(
        Code::UpstreamIsSelf,
        "MB279",
        [
            "a context that is its own upstream",
            "remove the table",
            "A context listens to its own events without a table: processes and read models name them directly.",
        ],
    ),
    error(
        Code::WordTwice,
        "MB281",
        [
            "a glossary word with two meanings",
            "keep one meaning, and choose another word for the other",
            "Inside a bounded context each word has one meaning; that is the purpose of its boundary. Words that \
             differ only in case or number count as one word.",
        ],
    ),
    error(
        Code::ClaimOfTwo,
        "MB291",
        [
            "a claim on events of several aggregates",
            "use events of one aggregate, or give the other aggregate a claim of its own",
            "A claim is a value that only one aggregate of its kind may have at a time. It is taken in the same \
             transaction as that aggregate's events. If aggregates of two kinds must not share a value, let a \
             third aggregate assign it.",
        ],
    ),
    error(
        Code::ClaimField,
        "MB292",
        [
            "a claim's field that one of its events does not carry as a single value",
            "name a field that all events in `taken_by` carry: text, a number, an id or a date",
            "The value is read from the event that takes it. An event without the field would release the value; \
             lists, amounts and values with several fields cannot be compared as a single value. It is checked \
             where the board gives seed fields; afterwards the service checks it when it starts.",
        ],
    ),
    error(
        Code::ClaimUnrejected,
        "MB293",
        [
            "a command that may take a claim, without the claim's rule in its `rejects`",
            "add the rule to the `rejects` of the command",
            "The claim's rule rejects a command whose value another aggregate has. Clients learn from `rejects` \
             which rules may reject the command, metrics count by them, and `rejection.rs` has a variant for \
             each.",
        ],
    ),
];

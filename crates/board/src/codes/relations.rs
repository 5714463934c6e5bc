//! What processes, deadlines, indicators, other contexts and claims must not say.

use super::{Code, Entry, error, warning};

pub(super) const TABLE: [Entry; 29] = [
    error(
        Code::ProcessNeverEnds,
        "MB241",
        [
            "a process with no way to end",
            "name the events that end it in `ends_on`",
            "A process that nothing ends is kept for ever, and goes on reacting long after anybody \
             remembers why. Name every outcome, cancellation included.",
        ],
    ),
    error(
        Code::ProcessUncorrelated,
        "MB242",
        [
            "a process that correlates by nothing",
            "name the field in `correlates_by`",
            "A process hears events about many things at once. The field tells which instance an \
             event belongs to; without it, all would be one.",
        ],
    ),
    error(
        Code::UpstreamEventHeard,
        "MB243",
        [
            "an event of an upstream received directly",
            "let a command of `system` record it, and receive that command's event",
            "Events of another context arrive in its language, at its time, perhaps twice. A \
             translator turns each into a command of `system`, the aggregate decides what it means \
             here, and the event of that decision is what read models, processes, deadlines and \
             indicators hear.",
        ],
    ),
    error(
        Code::UnknownCommand,
        "MB244",
        [
            "a command that the board does not have",
            "correct its name, or add the command",
            "Processes and deadlines send commands of their own context. What another context should \
             do follows from the events it hears.",
        ],
    ),
    error(
        Code::NotForSystem,
        "MB245",
        [
            "a command sent by the road that does not list `system` among its actors",
            "add `system` to its `actor`",
            "Processes and deadlines act as `system`. A command that only people may send would be \
             refused, on each attempt, at night.",
        ],
    ),
    error(
        Code::HeardTwice,
        "MB246",
        [
            "an event that one listener receives for two reasons",
            "keep it in one of the lists",
            "An event starts a process, or moves it, or ends it; it sets a deadline or clears it; it \
             takes a claim or releases it. In \
             two lists it would have two meanings, and the order of evaluation would decide.",
        ],
    ),
    error(
        Code::ProcessSendsNothing,
        "MB247",
        [
            "a process that sends nothing",
            "name its commands in `sends`, or make it a read model",
            "A process exists to act. One that only gathers is a read model.",
        ],
    ),
    warning(
        Code::CorrelationUnknown,
        "MB248",
        [
            "a process that correlates events of several aggregates by a field that none of them carries",
            "name a field that the events of the other aggregate carry",
            "An event finds its instance by this field, or by its own aggregate's id where it does not carry it. \
             Where no event carries it, the events of the second aggregate never meet the instance that those of \
             the first began.",
        ],
    ),
    error(
        Code::DeadlineNeverCleared,
        "MB251",
        [
            "a deadline that nothing clears",
            "name the events that withdraw it in `cleared_by`",
            "A deadline says what happens when something else does not. Without that something it is \
             a delay, and fires for everything, finished or not.",
        ],
    ),
    error(
        Code::DeadlineElsewhere,
        "MB252",
        [
            "a deadline that reaches beyond the aggregate that set it",
            "stay with one aggregate, or use a process",
            "A timer belongs to the stream whose event set it: it is cleared in the same transaction \
             as that stream's events, and its command goes to the same aggregate. What spans \
             aggregates is a process.",
        ],
    ),
    error(
        Code::DeadlineCreates,
        "MB253",
        [
            "a deadline that sends a creating command",
            "send a command to the aggregate that set it",
            "A deadline is about an aggregate that exists. A timer that fires twice would found two.",
        ],
    ),
    error(
        Code::DeadlineFields,
        "MB254",
        [
            "a deadline's command with other fields than `nth: u32`",
            "keep `nth = \"u32\"` alone, or no field",
            "A timer knows which of its dates has come, the first or the third, and nothing else. \
             Whatever more the decision needs stands in the state or is looked up.",
        ],
    ),
    error(
        Code::AfterNotAscending,
        "MB255",
        [
            "times of a deadline that do not ascend",
            "sort them from the shortest to the longest",
            "The times are counted from the same event, and `nth` counts them. If they do not ascend, \
             the second reminder comes before the first.",
        ],
    ),
    warning(
        Code::NoBusinessSli,
        "MB261",
        [
            "no indicator of the business",
            "add `[sli.x]` of kind duration or outcome, for a stakeholder",
            "Freshness and delivery are the machine's. If no one outside the team can be named whose \
             wait or whose outcome depends on the context, it may be cut too fine.",
        ],
    ),
    warning(
        Code::ManyStakeholders,
        "MB262",
        [
            "indicators of more than three stakeholders",
            "consider whether the context is two",
            "Different stakeholders pull in different directions. More than three may mean that the \
             context serves several purposes, and is cut too coarse.",
        ],
    ),
    error(
        Code::NoStakeholder,
        "MB263",
        [
            "a business indicator without a stakeholder",
            "add `stakeholder`: who cares, in their own words",
            "An objective is a promise to somebody. Without a name nobody can say whether it is too \
             strict or too loose, and no one will miss it.",
        ],
    ),
    error(
        Code::UnknownUpstream,
        "MB271",
        [
            "an upstream that does not exist and is not planned",
            "correct its name, or set `planned = true`",
            "An upstream is another context beside this one, services/<name>/context.toml. One that \
             does not exist yet is marked as planned, so that nobody waits for its events.",
        ],
    ),
    error(
        Code::TranslationMissing,
        "MB272",
        [
            "an upstream whose events are consumed without a `translation`",
            "choose `anti-corruption-layer` or `conformist`",
            "Whoever hears another context must decide whether its words may come in. An \
             anti-corruption layer has a translator; a conformist takes the words as they are, and \
             has none.",
        ],
    ),
    warning(
        Code::TranslationIdle,
        "MB273",
        [
            "a `translation` with nothing to translate",
            "add `consumes` or `calls`, or remove it",
            "A translation says how another context's language is dealt with. If nothing is consumed \
             and nothing called, no language arrives.",
        ],
    ),
    error(
        Code::NotMutual,
        "MB274",
        [
            "a partnership or shared kernel that the other side does not declare",
            "declare it on both boards, or choose another translation",
            "A partnership and a shared kernel are agreements of two teams to change together. If one \
             board alone says so, there is no agreement, only a dependency.",
        ],
    ),
    warning(
        Code::CallChain,
        "MB275",
        [
            "a chain of more than two synchronous calls",
            "replace a call by events",
            "Each call in a chain adds its latency and multiplies in its unavailability, and the \
             first caller waits for the last. With events everyone works from what they know.",
        ],
    ),
    error(
        Code::CallCycle,
        "MB276",
        [
            "synchronous calls that come back to this context",
            "replace one of the calls by events",
            "Contexts that call each other in a circle start, fail and are released together: they \
             are one context with a network inside.",
        ],
    ),
    warning(
        Code::PlannedExists,
        "MB277",
        [
            "an upstream marked as planned that exists",
            "remove `planned`",
            "The other context is there: what is consumed from it can now be verified against its \
             contract.",
        ],
    ),
    error(
        Code::NotPublished,
        "MB278",
        [
            "an event consumed that the upstream does not publish",
            "correct its name, or ask the other team to publish it",
            "A context's published events are its contract. Others may change or vanish with any \
             refactoring.",
        ],
    ),
    error(
        Code::UpstreamIsSelf,
        "MB279",
        [
            "a context that is its own upstream",
            "remove the table",
            "A context hears its own events without a table: processes and read models name them \
             directly.",
        ],
    ),
    error(
        Code::WordTwice,
        "MB281",
        [
            "a word that the glossary uses with two meanings",
            "keep one meaning, and find another word for the other",
            "Inside a bounded context each word has one meaning; that is what its boundary is for. \
             Words that differ only in case or number are one word to whoever speaks.",
        ],
    ),
    error(
        Code::ClaimOfTwo,
        "MB291",
        [
            "a claim by events of several aggregates",
            "stay with one aggregate, or give the other a claim of its own",
            "A claim is a value that one aggregate of its kind may have at a time, and is taken in the same \
             transaction as that aggregate's events. Two kinds that must not share a value have an aggregate in \
             common that hands it out.",
        ],
    ),
    error(
        Code::ClaimField,
        "MB292",
        [
            "a claim's field that an event of it does not carry as a single value",
            "name a field of all events in `taken_by`: text, a number, an id or a date",
            "The value is read from the event that takes it. An event without the field would give the value up, \
             and lists, values of several fields and amounts are no one value that could be compared. It is \
             checked where the board gives seed fields; afterwards the service does when it starts.",
        ],
    ),
    error(
        Code::ClaimUnrejected,
        "MB293",
        [
            "a command that may take a claim, and does not reject by its rule",
            "add the rule to the `rejects` of the command",
            "A command whose value another aggregate has is refused by the claim's rule. Clients learn from the \
             command's `rejects` by which rules it may be refused, metrics count by them, and `rejection.rs` has \
             a variant for each.",
        ],
    ),
];

//! Lints on aggregates, commands, events and read models.

use super::{Code, Entry, error, warning};

pub(super) const TABLE: [Entry; 20] = [
    error(
        Code::UnknownEvent,
        "MB201",
        [
            "an event that no command of the board emits",
            "correct its name, or let a command emit it",
            "Read models, processes, deadlines, claims and indicators listen to events of their own context. An \
             event exists only if a command emits it.",
        ],
    ),
    error(
        Code::EventNobodyEmits,
        "MB202",
        [
            "a declared event that no command emits",
            "name it in the `emits` of a command, or remove it",
            "An event is a fact that a decision established. If no command emits it, readers of the board and of \
             its contract wait for an event that never comes.",
        ],
    ),
    error(
        Code::CommandWithoutActor,
        "MB203",
        [
            "a command without an actor",
            "add `actor`: a role, or `system`",
            "A command is somebody's decision. Who may make it is a rule of the domain, and the first question of \
             an auditor. Timers, processes and translators act as `system`.",
        ],
    ),
    error(
        Code::CommandWithoutEvent,
        "MB204",
        [
            "a command without an event",
            "name the event in `emits`",
            "A command that emits no event decides nothing. If it only reads, it is a read model; if it only \
             calls another system, it is a subscriber.",
        ],
    ),
    error(
        Code::NoCreation,
        "MB205",
        [
            "an aggregate without a creating command",
            "set `creates = true` on the command that creates it",
            "An aggregate begins with a command that creates it. Without one, no aggregate would ever exist, and \
             every other command would be answered with 404.",
        ],
    ),
    error(
        Code::CreationWithManyEvents,
        "MB206",
        [
            "a creating command that emits more than one kind of event",
            "keep one event, and move the others to other commands",
            "The first event of a stream creates the aggregate, and the first state is built from that event \
             alone. With several kinds of first event, the state would have to be built in several ways.",
        ],
    ),
    error(
        Code::OpeningEmittedLater,
        "MB207",
        [
            "an event that a creating command and another command emit",
            "give the other command an event of its own",
            "The event of a creating command builds the state; all other events change it. One event cannot have \
             both meanings.",
        ],
    ),
    error(
        Code::RuleTwice,
        "MB208",
        [
            "a rule that a command lists twice, or that differs from another only in case",
            "remove it, or spell it like the other",
            "A rule is a sticky note of the workshop, a rejection in the code and a label of a metric. One rule \
             in two spellings would be two rules everywhere.",
        ],
    ),
    error(
        Code::AmountUnknown,
        "MB209",
        [
            "an `amount` that is not a `Money` field of the event",
            "name a field of type `Money`",
            "A metric sums the amount of an event by currency, so it must be one of the event's fields, and of \
             type Money. It is checked where the board gives seed fields; afterwards the compiler checks it.",
        ],
    ),
    warning(
        Code::PublishedUnversioned,
        "MB210",
        [
            "a published event without a version",
            "add `version = 1`",
            "Others depend on the schema of a published event. The version is part of the file name of that \
             schema. It should be visible where the event is published, so that whoever changes the event thinks \
             of the version.",
        ],
    ),
    error(
        Code::EventOfTwo,
        "MB211",
        [
            "an event emitted by two aggregates",
            "give each aggregate an event of its own",
            "An event belongs to one stream and changes the state of one aggregate. The same fact seen by two \
             aggregates needs two names.",
        ],
    ),
    error(
        Code::SunsetTooEarly,
        "MB212",
        [
            "a `sunset` that is not later than `since`",
            "choose a `sunset` later than `since`",
            "From `since` on, responses carry a deprecation header; from `sunset` on, the command or read model \
             may be removed. Clients need the days in between to change over.",
        ],
    ),
    error(
        Code::VisibleToNobody,
        "MB221",
        [
            "an aggregate without `visible_to`",
            "state which role may see which aggregates: `visible_to = { Role = \"*\" }`",
            "Without `visible_to` nobody may see the aggregate. A role is given a field that must contain the \
             actor's own id, or `\"*\"` for all aggregates. An aggregate that an actor may not see is answered \
             with 404 and is left out of lists.",
        ],
    ),
    warning(
        Code::VisibleToIdleRole,
        "MB222",
        [
            "a role in `visible_to` that sends no command and reads no read model",
            "remove it, or correct its spelling",
            "A role that may see an aggregate, but neither sends a command nor reads a read model, is often \
             misspelled. If it is an auditor's role, add it to the readers of a read model.",
        ],
    ),
    error(
        Code::ActorSeesNothing,
        "MB223",
        [
            "an actor that may not see the aggregate it changes",
            "add the role to `visible_to`",
            "The response to a command contains the new state and the next commands. An actor that may not see \
             the aggregate would change something that it cannot read. Only `system` is exempt, because nobody \
             reads its responses.",
        ],
    ),
    error(
        Code::ScopeUnknown,
        "MB224",
        [
            "a `visible_to` field that no event of the aggregate carries",
            "name a field of its events, or `\"*\"`",
            "The field contains the id of the actor that an aggregate belongs to, so one of its events must carry \
             it. It is checked where the board gives seed fields; afterwards the compiler checks it.",
        ],
    ),
    error(
        Code::UnknownRole,
        "MB231",
        [
            "a reader that appears in no command and no `visible_to`",
            "correct the role, or add it to a `visible_to`",
            "A role exists because a command or a `visible_to` names it. A reader that appears nowhere else is \
             most likely misspelled, and nobody could read the read model.",
        ],
    ),
    error(
        Code::ReaderSeesNothing,
        "MB232",
        [
            "a reader that may see none of the aggregates behind the read model",
            "add the role to `visible_to` of the aggregate",
            "A read model shows what happened to aggregates. A role that may see none of them would find in the \
             list what it may not read directly.",
        ],
    ),
    error(
        Code::UnknownReadModel,
        "MB233",
        [
            "a tally of a read model that does not exist",
            "name a read model of this board",
            "A tally counts the items of another read model of the same context.",
        ],
    ),
    error(
        Code::TallyOfTally,
        "MB234",
        [
            "a tally of a tally",
            "count the read model that the other tally counts",
            "A tally has cells and no items, so there is nothing to count. Group the read model that it counts by \
             fewer fields.",
        ],
    ),
];

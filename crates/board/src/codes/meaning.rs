//! What commands, events and read models must not say.

use super::{Code, Entry, error, warning};

pub(super) const TABLE: [Entry; 20] = [
    error(
        Code::UnknownEvent,
        "MB201",
        [
            "an event that no command of the board emits",
            "correct its name, or emit it",
            "Read models, processes, deadlines, claims and indicators hear events of their own context. An \
             event exists because a command emits it.",
        ],
    ),
    error(
        Code::EventNobodyEmits,
        "MB202",
        [
            "an event that is declared, and no command emits",
            "name it in the `emits` of a command, or remove it",
            "An event is a fact that some decision established. If nobody establishes it, readers of \
             the board and of its contract wait for something that never happens.",
        ],
    ),
    error(
        Code::CommandWithoutActor,
        "MB203",
        [
            "a command without an actor",
            "add `actor`: a role, or `system`",
            "A command is somebody's decision. Who may take it is a rule of the domain, and the first \
             thing an auditor asks. Timers, processes and translators act as `system`.",
        ],
    ),
    error(
        Code::CommandWithoutEvent,
        "MB204",
        [
            "a command without an event",
            "name what it establishes in `emits`",
            "A command that can establish nothing decides nothing. If it only asks, it is a read \
             model; if it only calls out, it is a subscriber.",
        ],
    ),
    error(
        Code::NoCreation,
        "MB205",
        [
            "an aggregate without a creating command",
            "set `creates = true` on the command that creates it",
            "An aggregate begins with a decision. Without a creating command none would ever exist, \
             and every other command would answer 404.",
        ],
    ),
    error(
        Code::CreationWithManyEvents,
        "MB206",
        [
            "a creating command that emits more than one kind of event",
            "let it emit one event, and move the rest to other commands",
            "A stream is founded by one event, from which the first state is built. With several \
             kinds the state would have several beginnings, and the event could not build it alone.",
        ],
    ),
    error(
        Code::OpeningEmittedLater,
        "MB207",
        [
            "an event emitted by a creation and by another command as well",
            "give the later command an event of its own",
            "The event of a creation builds the state; all others change it. An event that does both \
             would need two meanings, and the code of one of them would be wrong.",
        ],
    ),
    error(
        Code::RuleTwice,
        "MB208",
        [
            "a rule that one command rejects by twice, or that differs from another only in case",
            "remove it, or spell it as the other",
            "A rule is a sticky of the workshop, a rejection in code and a label on a metric. It \
             exists by being named in `rejects`, so no rule can be without a command; what can go \
             wrong is that one rule is named twice.",
        ],
    ),
    error(
        Code::AmountUnknown,
        "MB209",
        [
            "an `amount` that is no `Money` field of the event",
            "name a field of type `Money`",
            "The amount of an event is summed by currency in a metric, so it must be one of the \
             event's fields and must be Money. It is checked where the board gives seed fields; \
             afterwards the compiler does.",
        ],
    ),
    warning(
        Code::PublishedUnversioned,
        "MB210",
        [
            "a published event that does not say its version",
            "add `version = 1`",
            "Others depend on the schema of a published event. Its version stands in the file name of \
             that schema, and should be visible where the event is made public, so that changing one \
             reminds of the other.",
        ],
    ),
    error(
        Code::EventOfTwo,
        "MB211",
        [
            "an event emitted by two aggregates",
            "give each aggregate an event of its own",
            "An event belongs to one stream, and changes the state of one aggregate. The same fact \
             seen by two aggregates has two names.",
        ],
    ),
    error(
        Code::SunsetTooEarly,
        "MB212",
        [
            "a sunset that is not after the deprecation it belongs to",
            "let `sunset` be a later day than `since`",
            "From `since` on clients are told to use something else; at `sunset` it may be gone. Without \
             days in between there is no time to follow.",
        ],
    ),
    error(
        Code::VisibleToNobody,
        "MB221",
        [
            "an aggregate without `visible_to`",
            "say which role sees which: `visible_to = { Role = \"*\" }`",
            "Who may see an aggregate is decided before anyone can. A role is given a field that must \
             hold the actor's own id, or `\"*\"` for all; what one may not see is a 404, in lists too.",
        ],
    ),
    warning(
        Code::VisibleToIdleRole,
        "MB222",
        [
            "a role in `visible_to` that acts and reads nowhere",
            "remove it, or check its spelling",
            "A role that sees an aggregate and neither sends a command nor reads a read model is \
             often misspelled. If it is an auditor's, name it among the readers of a read model.",
        ],
    ),
    error(
        Code::ActorSeesNothing,
        "MB223",
        [
            "an actor that cannot see the aggregate it changes",
            "add the role to `visible_to`",
            "Commands answer with the new state and the next commands. An actor who may not see the \
             aggregate would change what it cannot look at. Only `system` is exempt: nobody looks \
             through its eyes.",
        ],
    ),
    error(
        Code::ScopeUnknown,
        "MB224",
        [
            "a `visible_to` field that no event of the aggregate carries",
            "name a field of its events, or `\"*\"`",
            "Whose an aggregate is stands in one of its events. It is checked where the board gives \
             seed fields; afterwards the compiler does.",
        ],
    ),
    error(
        Code::UnknownRole,
        "MB231",
        [
            "a reader that no command and no `visible_to` names",
            "correct the role, or give it something to see",
            "Roles exist by being named where somebody acts or sees. A reader that stands nowhere \
             else is most likely misspelled, and nobody would be let in.",
        ],
    ),
    error(
        Code::ReaderSeesNothing,
        "MB232",
        [
            "a reader that may see none of the aggregates behind the read model",
            "add the role to `visible_to` of the aggregate",
            "A read model shows what happened to aggregates. A role that may see none of them would \
             learn through the list what it is refused directly.",
        ],
    ),
    error(
        Code::UnknownReadModel,
        "MB233",
        [
            "a tally over a read model that does not exist",
            "name a read model of this board",
            "A tally counts the items of another read model of the same context.",
        ],
    ),
    error(
        Code::TallyOfTally,
        "MB234",
        [
            "a tally over a tally",
            "count the read model underneath",
            "A tally has cells and no items, so there is nothing in it to count. Group the read model \
             underneath by fewer fields.",
        ],
    ),
];

//! Every lint of the board in one table: it serves `explain`, the diagnostics and the documentation.

mod grammar;
mod meaning;
mod naming;
mod relations;

use std::fmt;
use std::fmt::Write as _;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The board is refused.
    Error,
    /// The board is taken, and somebody should look.
    Warning,
}

/// What the table says of one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The lint.
    pub code: Code,
    /// Its stable id, such as `MB201`.
    pub id: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What it finds, as a fragment.
    pub what: &'static str,
    /// The edit that mends it.
    pub remedy: &'static str,
    /// Why it matters, as a paragraph.
    pub why: &'static str,
}

/// A lint of the board. Its id is stable: it is never given to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The file is not TOML.
    Syntax,
    /// A key that the grammar does not have.
    UnknownKey,
    /// A key that must be there is missing.
    MissingKey,
    /// A value has another type than its key takes.
    WrongType,
    /// A word that is not one of those the key takes.
    UnknownWord,
    /// A version that is not a whole number from 1.
    BadVersion,
    /// A length of time that cannot be read.
    BadPeriod,
    /// An objective that is no share between 0% and 100%.
    BadObjective,
    /// A field type that neither the kernel nor a `[value]` knows.
    UnknownFieldType,
    /// A call that is not a method and a path.
    BadCall,
    /// A key that means nothing beside another.
    KeyDoesNotApply,
    /// A read model with both `from` and `of`, or neither.
    FromXorOf,
    /// A text or a list that is empty.
    Blank,
    /// A context without a summary.
    NoSummary,
    /// The same name twice in one list.
    ListedTwice,
    /// A value that contains itself.
    RecursiveValue,
    /// A day that does not exist.
    BadDay,
    /// An address that cannot be linked to.
    BadAddress,
    /// A name in the wrong spelling.
    NameSpelling,
    /// A name with a path separator.
    NamePath,
    /// A name with a character outside ASCII.
    NameNotAscii,
    /// A name of more than 40 characters.
    NameTooLong,
    /// A name that becomes a keyword of Rust.
    NameKeyword,
    /// A name that becomes a device on Windows.
    NameDevice,
    /// A name that generated code or the road uses itself.
    NameReserved,
    /// A name that becomes a module the road needs itself.
    NameModule,
    /// A name that becomes a route every context has.
    NameRoute,
    /// Two names of one kind that are equal, or differ only in case.
    NameTwice,
    /// Two things that would be the same Rust type.
    TypeTwice,
    /// A name that meets a type derived from another name.
    DerivedTwice,
    /// An event that no command of the board emits.
    UnknownEvent,
    /// An event that is declared, and no command emits.
    EventNobodyEmits,
    /// A command without an actor.
    CommandWithoutActor,
    /// A command without an event.
    CommandWithoutEvent,
    /// An aggregate without a creating command.
    NoCreation,
    /// A creating command that emits more than one kind of event.
    CreationWithManyEvents,
    /// An event emitted by a creation and by another command as well.
    OpeningEmittedLater,
    /// A rule that one command rejects by twice, or that differs from another only in case.
    RuleTwice,
    /// An `amount` that is no `Money` field of the event.
    AmountUnknown,
    /// A published event that does not say its version.
    PublishedUnversioned,
    /// An event emitted by two aggregates.
    EventOfTwo,
    /// A sunset that is not after the deprecation it belongs to.
    SunsetTooEarly,
    /// An aggregate without `visible_to`.
    VisibleToNobody,
    /// A role in `visible_to` that acts and reads nowhere.
    VisibleToIdleRole,
    /// An actor that cannot see the aggregate it changes.
    ActorSeesNothing,
    /// A `visible_to` field that no event of the aggregate carries.
    ScopeUnknown,
    /// A reader that no command and no `visible_to` names.
    UnknownRole,
    /// A reader that may see none of the aggregates behind the read model.
    ReaderSeesNothing,
    /// A tally over a read model that does not exist.
    UnknownReadModel,
    /// A tally over a tally.
    TallyOfTally,
    /// A process with no way to end.
    ProcessNeverEnds,
    /// A process that correlates by nothing.
    ProcessUncorrelated,
    /// An event of an upstream received directly.
    UpstreamEventHeard,
    /// A command that the board does not have.
    UnknownCommand,
    /// A command sent by the road that does not list `system` among its actors.
    NotForSystem,
    /// An event that one listener receives for two reasons.
    HeardTwice,
    /// A process that sends nothing.
    ProcessSendsNothing,
    /// A process of several aggregates whose field none of their events carries.
    CorrelationUnknown,
    /// A deadline that nothing clears.
    DeadlineNeverCleared,
    /// A deadline that reaches beyond the aggregate that set it.
    DeadlineElsewhere,
    /// A deadline that sends a creating command.
    DeadlineCreates,
    /// A deadline's command with other fields than `nth: u32`.
    DeadlineFields,
    /// Times of a deadline that do not ascend.
    AfterNotAscending,
    /// No indicator of the business.
    NoBusinessSli,
    /// Indicators of more than three stakeholders.
    ManyStakeholders,
    /// A business indicator without a stakeholder.
    NoStakeholder,
    /// An upstream that does not exist and is not planned.
    UnknownUpstream,
    /// An upstream whose events are consumed without a `translation`.
    TranslationMissing,
    /// A `translation` with nothing to translate.
    TranslationIdle,
    /// A partnership or shared kernel that the other side does not declare.
    NotMutual,
    /// A chain of more than two synchronous calls.
    CallChain,
    /// Synchronous calls that come back to this context.
    CallCycle,
    /// An upstream marked as planned that exists.
    PlannedExists,
    /// An event consumed that the upstream does not publish.
    NotPublished,
    /// A context that is its own upstream.
    UpstreamIsSelf,
    /// A word that the glossary uses with two meanings.
    WordTwice,
    /// A claim by events of several aggregates.
    ClaimOfTwo,
    /// A claim's field that an event of it does not carry as a single value.
    ClaimField,
    /// A command that may take a claim, and does not reject by its rule.
    ClaimUnrejected,
}

/// All codes, by id.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    grammar::TABLE.iter().chain(&naming::TABLE).chain(&meaning::TABLE).chain(&relations::TABLE)
}

/// What is known of the code with that id, in any case.
pub fn find(id: &str) -> Option<&'static Entry> {
    all().find(|entry| entry.id.eq_ignore_ascii_case(id))
}

/// The text of `docs/book/lints.md`.
pub fn markdown() -> String {
    let mut text = String::from(MARKDOWN_HEAD);
    for entry in all() {
        let cell = |text: &str| text.replace('|', "\\|");
        let (what, remedy) = (cell(entry.what), cell(entry.remedy));
        let _ = writeln!(text, "| {} | {} | {what} | {remedy} |", entry.id, entry.severity);
    }
    text.push_str(MARKDOWN_TAIL);
    text
}

const MARKDOWN_HEAD: &str = "\
# The lints of the board

Written from `crates/board/src/codes.rs` by its test under `BLESS_GOLDEN=1`; edits belong there. `cargo xtask board check`
reports lints, and `cargo xtask explain CODE` explains why each matters. An error refuses the board; a warning does not. A
code never changes its meaning.

| code | severity | what | remedy |
| --- | --- | --- | --- |
";

const MARKDOWN_TAIL: &str = "
## Notes

- **A rule that no command rejects by** cannot be written: a rule exists because a command lists it in `rejects`. What
  can go wrong is one rule named twice, and that is MB208. That an example breaks each rule is a test of the generated
  context.
- **What other boards say** (MB271, MB274 to MB278) is checked against the boards beside this one, and those named in the
  same command. A board that is checked alone gets none of these findings.
- **Readers** (MB232) must see at least one of the aggregates behind a read model, not all: a guest may read which rooms
  are free without seeing other guests' bookings.
- **Seeds** (MB209, MB224, MB254, MB292) are checked while the board has them. After `new` has written the structs, the
  compiler checks the same, and the service when it starts.
- **A business indicator** (MB261, MB263) is one of kind `duration` or `outcome`.
";

impl Code {
    /// What the table says of it.
    pub fn entry(self) -> &'static Entry {
        all().find(|entry| entry.code == self).unwrap_or(&grammar::TABLE[0])
    }

    /// Its stable id, such as `MB201`.
    pub fn as_str(self) -> &'static str {
        self.entry().id
    }

    /// How much it weighs.
    pub fn severity(self) -> Severity {
        self.entry().severity
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

const fn error(code: Code, id: &'static str, texts: [&'static str; 3]) -> Entry {
    let [what, remedy, why] = texts;
    Entry { code, id, severity: Severity::Error, what, remedy, why }
}

const fn warning(code: Code, id: &'static str, texts: [&'static str; 3]) -> Entry {
    let [what, remedy, why] = texts;
    Entry { code, id, severity: Severity::Warning, what, remedy, why }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_stands_once_in_the_table_and_in_order() {
        let ids: Vec<_> = all().map(|entry| entry.id).collect();
        assert!(ids.is_sorted(), "{ids:?}");
        let unique: BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len());
        let codes: BTreeSet<_> = all().map(|entry| entry.code).collect();
        assert_eq!(codes.len(), ids.len());
        assert_eq!(
            codes.last().map(|code| *code as usize + 1),
            Some(ids.len()),
            "a code is missing from the table"
        );
    }

    #[test]
    fn texts_are_fragments_and_paragraphs() {
        for entry in all() {
            assert!(!entry.what.ends_with('.') && !entry.remedy.ends_with('.'), "{}", entry.id);
            assert!(entry.why.ends_with('.') && entry.why.len() > 60, "{}", entry.id);
        }
    }

    #[test]
    fn a_code_is_found_in_any_case() {
        assert_eq!(find("mb001").map(|entry| entry.code), Some(Code::Syntax));
        assert_eq!(find("MB999"), None);
    }
}

//! All lints, of boards (`MB`), of OpenSLO documents (`MS`) and of PromQL (`MP`), in one table, which `explain`, the diagnostics and the
//! documentation use.

mod grammar;
mod meaning;
mod naming;
mod openslo;
mod promql;
mod relations;

use std::fmt;
use std::fmt::Write as _;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The input is refused.
    Error,
    /// The input is accepted, but should be looked at.
    Warning,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The lint.
    pub code: Code,
    /// Its stable id, such as `MB201`.
    pub id: &'static str,
    /// Whether it refuses the input.
    pub severity: Severity,
    /// What it finds, as a fragment without a full stop.
    pub what: &'static str,
    /// How to correct it, as a fragment.
    pub remedy: &'static str,
    /// Why it matters, as a paragraph.
    pub why: &'static str,
}

/// A lint. Its id is stable: it is never used for another lint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The file is not TOML.
    Syntax,
    /// An unknown key.
    UnknownKey,
    /// A required key that is missing.
    MissingKey,
    /// A value of the wrong type.
    WrongType,
    /// A word that the key does not accept.
    UnknownWord,
    /// A version that is not a whole number of at least 1.
    BadVersion,
    /// A duration that cannot be read.
    BadPeriod,
    /// An objective that is not a percentage between 0% and 100%.
    BadObjective,
    /// Working hours that cannot be read.
    BadHours,
    /// An unknown field type.
    UnknownFieldType,
    /// A call that is not a method and a path.
    BadCall,
    /// A key that does not apply to this kind of item.
    KeyDoesNotApply,
    /// A read model with both `from` and `of`, or neither.
    FromXorOf,
    /// An empty text or list.
    Blank,
    /// A context without a summary.
    NoSummary,
    /// The same name twice in one list.
    ListedTwice,
    /// A value that contains itself.
    RecursiveValue,
    /// A date that does not exist.
    BadDay,
    /// An invalid URL.
    BadAddress,
    /// A name in the wrong spelling.
    NameSpelling,
    /// A name with a path separator.
    NamePath,
    /// A name with a character outside ASCII.
    NameNotAscii,
    /// A name of more than 40 characters.
    NameTooLong,
    /// A name that becomes a Rust keyword.
    NameKeyword,
    /// A name that is a device name on Windows.
    NameDevice,
    /// A name that Macadam or generated code uses itself.
    NameReserved,
    /// A name that becomes a module that Macadam needs itself.
    NameModule,
    /// A name that becomes a route that every context has.
    NameRoute,
    /// Two names of one kind that are equal, or differ only in case.
    NameTwice,
    /// Two items that would become the same Rust type.
    TypeTwice,
    /// A name that clashes with a type derived from another name.
    DerivedTwice,
    /// An event that no command of the board emits.
    UnknownEvent,
    /// A declared event that no command emits.
    EventNobodyEmits,
    /// A command without an actor.
    CommandWithoutActor,
    /// A command without an event.
    CommandWithoutEvent,
    /// An aggregate without a creating command.
    NoCreation,
    /// A creating command that emits more than one kind of event.
    CreationWithManyEvents,
    /// An event that a creating command and another command emit.
    OpeningEmittedLater,
    /// A rule that a command lists twice, or that differs from another only in case.
    RuleTwice,
    /// An `amount` that is not a `Money` field of the event.
    AmountUnknown,
    /// A published event without a version.
    PublishedUnversioned,
    /// An event emitted by two aggregates.
    EventOfTwo,
    /// A `sunset` that is not later than `since`.
    SunsetTooEarly,
    /// An aggregate without `visible_to`.
    VisibleToNobody,
    /// A role in `visible_to` that sends no command and reads no read model.
    VisibleToIdleRole,
    /// An actor that may not see the aggregate it changes.
    ActorSeesNothing,
    /// A `visible_to` field that no event of the aggregate carries.
    ScopeUnknown,
    /// A reader that appears in no command and no `visible_to`.
    UnknownRole,
    /// A reader that may see none of the aggregates behind the read model.
    ReaderSeesNothing,
    /// A tally of a read model that does not exist.
    UnknownReadModel,
    /// A tally of a tally.
    TallyOfTally,
    /// A process that no event ends.
    ProcessNeverEnds,
    /// A process without `correlates_by`.
    ProcessUncorrelated,
    /// An event of an upstream that is used directly.
    UpstreamEventHeard,
    /// A command that the board does not have.
    UnknownCommand,
    /// A command sent by a process or a deadline without `system` among its actors.
    NotForSystem,
    /// An event in two lists of one listener.
    HeardTwice,
    /// A process that sends nothing.
    ProcessSendsNothing,
    /// A process over several aggregates with a field that none of their events carries.
    CorrelationUnknown,
    /// A deadline that no event clears.
    DeadlineNeverCleared,
    /// A deadline that uses another aggregate than the one that set it.
    DeadlineElsewhere,
    /// A deadline that sends a creating command.
    DeadlineCreates,
    /// A deadline that sends a command with other fields than `nth: u32`.
    DeadlineFields,
    /// Times of a deadline that are not in ascending order.
    AfterNotAscending,
    /// A context without a business indicator.
    NoBusinessSli,
    /// Indicators for more than three stakeholders.
    ManyStakeholders,
    /// A business indicator without a stakeholder.
    NoStakeholder,
    /// An upstream that does not exist and is not planned.
    UnknownUpstream,
    /// An upstream with consumed events and without a `translation`.
    TranslationMissing,
    /// A `translation` without `consumes` or `calls`.
    TranslationIdle,
    /// A partnership or shared kernel that the other board does not declare.
    NotMutual,
    /// A chain of more than two synchronous calls.
    CallChain,
    /// Synchronous calls that lead back to this context.
    CallCycle,
    /// A planned upstream that exists already.
    PlannedExists,
    /// A consumed event that the upstream does not publish.
    NotPublished,
    /// A context that is its own upstream.
    UpstreamIsSelf,
    /// A glossary word with two meanings.
    WordTwice,
    /// A claim on events of several aggregates.
    ClaimOfTwo,
    /// A claim's field that one of its events does not carry as a single value.
    ClaimField,
    /// A command that may take a claim, without the claim's rule in its `rejects`.
    ClaimUnrejected,
    /// A file that is not YAML.
    YamlSyntax,
    /// An anchor, an alias or a tag of YAML.
    YamlFeature,
    /// A file without a document.
    NoDocument,
    /// An unknown field.
    UnknownField,
    /// A required field that is missing.
    MissingField,
    /// A field that appears twice.
    DuplicateField,
    /// A field of the wrong type.
    FieldType,
    /// A word that a field does not accept.
    FieldWord,
    /// A document that is not `openslo/v1`.
    ApiVersion,
    /// An unknown kind of document.
    UnknownDocumentKind,
    /// A name that is not a DNS label.
    DocumentName,
    /// A text that is too long.
    TextTooLong,
    /// A label's or an annotation's key that is not one.
    MetadataKey,
    /// Two documents of one kind with the same name.
    DuplicateDocument,
    /// A reference to a document that is not there.
    DanglingReference,
    /// An unknown annotation of Macadam.
    UnknownAnnotation,
    /// A value that an annotation of Macadam does not accept.
    AnnotationValue,
    /// A number that cannot be kept exactly.
    InexactNumber,
    /// A target outside its range.
    TargetRange,
    /// An objective with both `target` and `targetPercent`, or neither.
    TargetXor,
    /// An SLO without exactly one time window.
    OneTimeWindow,
    /// A time window that is both rolling and calendar-aligned, or neither.
    RollingXorCalendar,
    /// A duration that is not a duration shorthand.
    BadDuration,
    /// A calendar window's start that is not a date and time.
    CalendarStart,
    /// An unknown time zone.
    TimeZone,
    /// An SLO without exactly one indicator for each objective.
    IndicatorXor,
    /// `op` and `value` that do not fit the SLI.
    ThresholdFields,
    /// Settings of time slices that do not fit the budgeting method.
    SliceFields,
    /// A `timeSliceTarget` outside its range.
    SliceTargetRange,
    /// Too few or too many objectives.
    ObjectiveCount,
    /// A weight that is not greater than 0.
    CompositeWeight,
    /// An SLI without exactly one of `thresholdMetric` and `ratioMetric`.
    MetricXor,
    /// A ratio of the wrong parts.
    RatioParts,
    /// A metric source whose type is unknown or contradicted.
    SourceType,
    /// A query that is not PromQL.
    PromqlSyntax,
    /// A counter that is not a plain vector selector.
    CounterSelector,
    /// A query that does not yield an instant vector.
    QueryValue,
    /// An alert policy without exactly one condition.
    ConditionCount,
    /// An entry that is both inline and a reference, or neither.
    InlineXorReference,
    /// Valid OpenSLO that is not generated yet.
    NotGenerated,
    /// A notification target whose delivery is not generated yet.
    NotDelivered,
    /// A field without effect.
    NoEffect,
    /// An alert policy or condition that nothing refers to.
    UnusedDocument,
    /// A metric that nothing exports or records.
    UnknownMetric,
    /// A label that the series do not have.
    UnknownLabel,
    /// A value that a label never has.
    UnknownLabelValue,
    /// A bucket that a histogram does not have.
    UnknownBucket,
    /// A bucket's bound that the text formats spell differently.
    BucketSpelling,
    /// `or vector(…)` beside groups or labels.
    OrVector,
    /// `or` beside arithmetic without parentheses.
    OrPrecedence,
    /// Two sides with different labels, joined by all of them.
    JoinWithoutOn,
    /// The mean of ratios over time.
    MeanOfRatios,
    /// An alert on `absent()` without `for`.
    AbsentAtOnce,
    /// A quotient or a quantile that is not a number while nothing happens.
    IdleNotANumber,
    /// A window that is longer than Prometheus keeps samples.
    PeriodBeyondRetention,
    /// So little traffic that the least count of failures decides.
    FewEvents,
}

/// All codes, by id.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    grammar::TABLE
        .iter()
        .chain(&naming::TABLE)
        .chain(&meaning::TABLE)
        .chain(&relations::TABLE)
        .chain(&promql::TABLE)
        .chain(&openslo::TABLE)
}

/// The row of that id, in upper or lower case.
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
# The lints of boards and of OpenSLO documents

Written from `crates/board/src/codes.rs` by its test under `BLESS_GOLDEN=1`; edits belong there. `cargo xtask board check`
reports lints of boards (MB), `cargo xtask slo validate` those of OpenSLO documents (MS), `cargo xtask slo generate` those of
queries (MP), and `cargo xtask explain CODE` explains why each matters. An error refuses the input; a warning does not. A code never changes its meaning.

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
  are free without seeing the bookings of other guests.
- **Seeds** (MB209, MB224, MB254, MB292) are checked while the board has them. After `new` has written the structs, the
  compiler checks the same, and the service when it starts.
- **A business indicator** (MB261, MB263) is one of kind `duration` or `outcome`.
";

impl Code {
    /// Its row in the table.
    pub fn entry(self) -> &'static Entry {
        all().find(|entry| entry.code == self).unwrap_or(&grammar::TABLE[0])
    }

    /// Its stable id, such as `MB201`.
    pub fn as_str(self) -> &'static str {
        self.entry().id
    }

    /// Whether it refuses the board.
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
    fn every_code_is_in_the_table_once_and_in_order() {
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

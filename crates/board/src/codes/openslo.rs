//! Lints on OpenSLO documents.

use super::{Code, Entry, error, warning};

pub(super) const TABLE: [Entry; 43] = [
    error(
        Code::YamlSyntax,
        "MS001",
        [
            "the file is not YAML",
            "correct the syntax at the place shown",
            "OpenSLO documents are YAML 1.2, several in one file where `---` separates them. What follows a \
             syntax error cannot be read, so nothing after it in this file is checked.",
        ],
    ),
    error(
        Code::YamlFeature,
        "MS002",
        [
            "an anchor, an alias or a tag",
            "write the value out in full",
            "Anchors, aliases and tags are a second language inside YAML: what a document says then depends \
             on another place, and few readers of OpenSLO treat them alike. They are refused, not guessed at.",
        ],
    ),
    error(
        Code::NoDocument,
        "MS003",
        [
            "a file without a document",
            "write a document, or delete the file",
            "A file that says nothing is usually a save that went wrong. Its SLOs would disappear without a \
             message, and with them their alerts.",
        ],
    ),
    error(
        Code::UnknownField,
        "MS004",
        [
            "an unknown field",
            "correct its spelling, or remove it",
            "A field that is ignored without a message is a decision that is silently lost: a misspelled \
             `timeSliceTarget` would leave an SLO that measures something else.",
        ],
    ),
    error(
        Code::MissingField,
        "MS005",
        [
            "a required field that is missing",
            "add the field",
            "The specification of OpenSLO v1 requires the field, and nothing could stand in for it.",
        ],
    ),
    error(
        Code::DuplicateField,
        "MS006",
        [
            "a field that appears twice",
            "remove one of them",
            "Readers of YAML differ in which of the two they take. Neither is what somebody who reads the \
             file expects.",
        ],
    ),
    error(
        Code::FieldType,
        "MS007",
        [
            "a field of the wrong type",
            "write a value of the expected type",
            "Types are never converted. In YAML `true` and `3` are no strings: where a string is expected \
             they need quotes, and a number in quotes is no number.",
        ],
    ),
    error(
        Code::FieldWord,
        "MS008",
        [
            "a word that the field does not accept",
            "choose one of the words listed",
            "Some fields accept only a few words, and case matters in each of them.",
        ],
    ),
    error(
        Code::ApiVersion,
        "MS009",
        [
            "a document that is not `openslo/v1`",
            "write `apiVersion: openslo/v1`, and the document as version 1 has it",
            "Versions of OpenSLO differ in their fields and in what they mean. Only documents of version 1 \
             are read.",
        ],
    ),
    error(
        Code::UnknownDocumentKind,
        "MS010",
        [
            "an unknown kind of document",
            "use one of Service, SLO, SLI, AlertPolicy, AlertCondition, AlertNotificationTarget and DataSource",
            "A document of an unknown kind could only be skipped, and what is skipped without a message is \
             missed when it matters.",
        ],
    ),
    error(
        Code::DocumentName,
        "MS011",
        [
            "a name that is not a DNS label",
            "use 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends",
            "Names become labels of series, names of alerts and parts of file names. The form of RFC 1123 is \
             valid in all of them.",
        ],
    ),
    error(
        Code::TextTooLong,
        "MS012",
        [
            "a text that is too long",
            "shorten it: 63 characters for `displayName`, 1050 for `description`",
            "The specification limits both, and other tools refuse what is longer.",
        ],
    ),
    error(
        Code::MetadataKey,
        "MS013",
        [
            "a label's or an annotation's key that is not one",
            "use at most 63 letters, digits, `-`, `_` and `.`; an annotation may have a DNS name and a slash before it",
            "Keys of labels and annotations have the form of Kubernetes, so that documents can be stored \
             there and labels can become labels of series.",
        ],
    ),
    error(
        Code::DuplicateDocument,
        "MS014",
        [
            "two documents of one kind with the same name",
            "rename one of them, and the references to it",
            "References are by kind and name, and series carry the SLO's name: two of one name could not be \
             told apart.",
        ],
    ),
    error(
        Code::DanglingReference,
        "MS015",
        [
            "a reference to a document that is not there",
            "correct the name, add the document, or name its file in the same command",
            "What a reference stands for is found by kind and name among all files that are read together. An \
             SLO without its SLI measures nothing.",
        ],
    ),
    error(
        Code::UnknownAnnotation,
        "MS016",
        [
            "an unknown annotation of Macadam",
            "correct its spelling, or remove it",
            "Annotations under `macadam.dev/` change which alerts there are. A misspelled one would page \
             somebody who asked not to be paged, or nobody at all. They belong to the SLO itself.",
        ],
    ),
    error(
        Code::AnnotationValue,
        "MS017",
        [
            "a value that an annotation of Macadam does not accept",
            "write a value as the finding says",
            "Annotations are strings, so that the document stays valid OpenSLO. What the string says is \
             checked all the same.",
        ],
    ),
    error(
        Code::InexactNumber,
        "MS018",
        [
            "a number that cannot be kept exactly",
            "write it with at most 28 digits",
            "Numbers are kept as decimals, exactly as written, since the difference between 99.99% and \
             99.999% is the whole error budget. A decimal has 28 digits.",
        ],
    ),
    error(
        Code::TargetRange,
        "MS101",
        [
            "a target outside its range",
            "write `target` from 0 to less than 1, or `targetPercent` from 0 to less than 100",
            "A target of 100% leaves no error budget: each alert would fire at the first bad event, and no \
             change could be risked. Choose the highest share that users would notice.",
        ],
    ),
    error(
        Code::TargetXor,
        "MS102",
        [
            "an objective with both `target` and `targetPercent`, or neither",
            "keep one of them",
            "Both say the same thing in two units. With both, a reader cannot know which one holds; with \
             neither there is no objective.",
        ],
    ),
    error(
        Code::OneTimeWindow,
        "MS103",
        [
            "an SLO without exactly one time window",
            "give one item in `timeWindow`",
            "An error budget is for one period. The specification has a list for future versions only.",
        ],
    ),
    error(
        Code::RollingXorCalendar,
        "MS104",
        [
            "a time window that is both rolling and calendar-aligned, or neither",
            "write `isRolling: true`, or a `calendar`",
            "A rolling window always ends now; a calendar window begins on a date and starts again. Each \
             gives another budget.",
        ],
    ),
    error(
        Code::BadDuration,
        "MS105",
        [
            "a duration that is not a duration shorthand",
            "write a whole number and one of m, h, d, w, M, Q, Y: `28d`",
            "The letters are minutes, hours, days, weeks, months, quarters and years, and case matters: `1m` \
             is a minute and `1M` a month. In a rolling window a month has 30 days, a quarter 90 and a year \
             365.",
        ],
    ),
    error(
        Code::CalendarStart,
        "MS106",
        [
            "a calendar window's start that is not a date and time",
            "write it as `YYYY-MM-DD HH:MM:SS`: `2027-01-01 00:00:00`",
            "The first period begins at this moment in the window's time zone, and each further one follows \
             from it by the calendar.",
        ],
    ),
    error(
        Code::TimeZone,
        "MS107",
        [
            "an unknown time zone",
            "use a name of the IANA database, such as `Europe/Zurich` or `UTC`",
            "Days and months begin at different moments in different zones. Abbreviations such as CET are \
             ambiguous or ignore summer time.",
        ],
    ),
    error(
        Code::IndicatorXor,
        "MS108",
        [
            "an SLO without exactly one indicator for each objective",
            "give `indicator` or `indicatorRef` once: on the SLO, or on each objective of a composite",
            "An objective is about one indicator. An SLO names it once for all objectives; a composite SLO \
             names one for each objective and none for itself.",
        ],
    ),
    error(
        Code::ThresholdFields,
        "MS109",
        [
            "`op` and `value` that do not fit the SLI",
            "give both for a threshold SLI, and neither for a ratio",
            "A threshold SLI is good while its value compares with `value` as `op` says. A ratio is good or \
             bad by itself, and has nothing to compare.",
        ],
    ),
    error(
        Code::SliceFields,
        "MS110",
        [
            "a setting of time slices that is missing",
            "add `timeSliceWindow`, and with Timeslices also `timeSliceTarget`",
            "Timeslices and RatioTimeslices both divide the period into slices, whose length only the \
             document can say. Timeslices also needs the share from which a slice counts as good.",
        ],
    ),
    error(
        Code::SliceTargetRange,
        "MS111",
        [
            "a `timeSliceTarget` outside its range",
            "write a number greater than 0 and at most 1",
            "A slice is good when at least this share of it is good. At 0 each slice would be good.",
        ],
    ),
    error(
        Code::ObjectiveCount,
        "MS112",
        [
            "too few or too many objectives",
            "give at least one objective, and exactly one for a threshold SLI",
            "An SLO without objectives promises nothing. The specification allows several objectives for a \
             ratio, and one for a threshold.",
        ],
    ),
    error(
        Code::CompositeWeight,
        "MS113",
        [
            "a weight that is not greater than 0",
            "write a number greater than 0",
            "The objectives of a composite count by their weights. One that weighs nothing should not be part \
             of it.",
        ],
    ),
    error(
        Code::MetricXor,
        "MS201",
        [
            "an SLI without exactly one of `thresholdMetric` and `ratioMetric`",
            "keep one of them",
            "An indicator is either a value that is compared with a threshold, or a ratio of two counts.",
        ],
    ),
    error(
        Code::RatioParts,
        "MS202",
        [
            "a ratio of the wrong parts",
            "give `total` and one of `good` and `bad`, or `raw` with `rawType`",
            "A ratio is good events of all, or all less the bad ones, or it is measured as such. With other \
             parts it cannot be computed, or in two ways with two results.",
        ],
    ),
    error(
        Code::SourceType,
        "MS203",
        [
            "a metric source whose type is missing or contradicted",
            "give `type`, or a `metricSourceRef` to a DataSource of that type",
            "The type decides in which language the query is. It may be left out only where a DataSource \
             gives it.",
        ],
    ),
    error(
        Code::PromqlSyntax,
        "MS204",
        [
            "a query that is not PromQL",
            "correct the query; placeholders of other tools, such as `$window`, have no meaning here",
            "A query with a syntax error would be refused by Prometheus, together with all rules of its \
             group.",
        ],
    ),
    error(
        Code::CounterSelector,
        "MS205",
        [
            "a counter that is not a plain vector selector",
            "write only the metric and its labels, or `counter: false`",
            "Of a counter the rules take the rate themselves, over several windows, so that restarts and idle \
             hours are counted right. That is possible only for a plain selector, without function, \
             aggregation, range or offset.",
        ],
    ),
    error(
        Code::QueryValue,
        "MS206",
        [
            "a query that does not yield an instant vector",
            "write a query whose result has labels and one value at a time",
            "A range, a text or a bare number cannot be recorded as a series, nor be compared with another \
             one label by label.",
        ],
    ),
    error(
        Code::ConditionCount,
        "MS301",
        [
            "an alert policy without exactly one condition",
            "give one condition; several alerts are several policies",
            "The specification has a list for future versions only, and does not say whether several \
             conditions are joined by `and` or `or`.",
        ],
    ),
    error(
        Code::InlineXorReference,
        "MS302",
        [
            "an entry that is both inline and a reference, or neither",
            "give the reference alone, or `kind`, `metadata` and `spec`",
            "Policies, conditions and targets stand inline or in a document of their own. With both, one of \
             the two would be ignored.",
        ],
    ),
    warning(
        Code::NotGenerated,
        "MS401",
        [
            "valid OpenSLO that is not generated yet",
            "remove it, or say it by what is generated: PromQL on one Prometheus",
            "The document is correct, but Macadam cannot derive rules from this part of it. `cargo xtask slo \
             generate` refuses it, so that no SLO is left out without a message.",
        ],
    ),
    warning(
        Code::NotDelivered,
        "MS402",
        [
            "a notification target whose delivery is not generated yet",
            "route its alerts in Alertmanager by hand",
            "The target is read, and its name is known to the alerts that use it. How a message is sent there \
             (addresses, tokens) is not a part of OpenSLO, and is not generated yet.",
        ],
    ),
    warning(
        Code::NoEffect,
        "MS403",
        [
            "a field without effect",
            "remove it",
            "The field is valid, but another one makes it meaningless. Whoever wrote it probably expected \
             something of it.",
        ],
    ),
    warning(
        Code::UnusedDocument,
        "MS404",
        [
            "an alert policy or condition that nothing refers to",
            "refer to it, or remove it",
            "Somebody may believe that this alert exists. Without a reference from an SLO it never fires.",
        ],
    ),
];

//! Lints on PromQL: in SLIs, in rules, in dashboards.

use super::{Code, Entry, error, warning};

pub(super) const TABLE: [Entry; 13] = [
    error(
        Code::UnknownMetric,
        "MP101",
        [
            "a query that names a metric which nothing exports or records",
            "name one that contracts/<context>/metrics.json lists, or that a rule records",
            "A query of a metric that does not exist is valid and always empty: its alert never fires, its panel stays blank, \
             its SLO reads as perfect. Nothing else would ever say so.",
        ],
    ),
    error(
        Code::UnknownLabel,
        "MP102",
        [
            "a query that names a label which the series do not have",
            "name one of the labels that metrics.json lists",
            "A missing label reads as empty. A selector on it selects nothing, and a group by it is one group.",
        ],
    ),
    error(
        Code::UnknownLabelValue,
        "MP103",
        [
            "a query that names a value which the label never has",
            "name one of the values that metrics.json lists",
            "Labels of Macadam take their values from enums, so that all values are known. One that is misspelled counts nothing; in an \
             exception (`!=`, `!~`) it excludes nothing.",
        ],
    ),
    error(
        Code::UnknownBucket,
        "MP104",
        [
            "a query that names a bucket which the histogram does not have",
            "use one of the bounds that metrics.json lists, or give the metric another bucket",
            "A histogram knows shares at the bounds of its buckets alone. A latency objective between two bounds would count \
             nothing as good.",
        ],
    ),
    error(
        Code::BucketSpelling,
        "MP105",
        [
            "a bucket's bound that the two text formats spell differently",
            "match both spellings by a pattern",
            "The text format says `le=\"1\"`, OpenMetrics `le=\"1.0\"`. Which of them a Prometheus reads depends on its version and \
             configuration; with the other one, all traffic would count as bad.",
        ],
    ),
    error(
        Code::OrVector,
        "MP201",
        [
            "`or vector(…)` as the default of something that has groups or labels",
            "write `or on (<labels>) 0 * <all that is counted>`",
            "`vector(0)` is one series without labels. Beside groups it adds a series of nothing, and does not fill the groups that are \
             missing. Under a rule's labels it is a duplicate, and the whole group of rules fails.",
        ],
    ),
    error(
        Code::OrPrecedence,
        "MP202",
        [
            "`or` beside arithmetic without parentheses",
            "put parentheses around what belongs together",
            "`or` binds weaker than all else: `1 - a or vector(0) / b` is `(1 - a) or (vector(0) / b)`.",
        ],
    ),
    error(
        Code::JoinWithoutOn,
        "MP203",
        [
            "two sides with different labels, joined by all of them",
            "say by which labels they belong together: `on (…)`",
            "Vectors are matched by all their labels. Where one side carries a rule's labels and the other does not, a difference is \
             empty (100% slow traffic raised no alert), and `or` keeps both sides.",
        ],
    ),
    error(
        Code::MeanOfRatios,
        "MP204",
        [
            "the mean of ratios over time",
            "divide the sum of what was bad by the sum of all",
            "A mean of ratios weighs a quiet night like a busy noon: it said 25.4% where 0.5% of the requests were bad. And one hour \
             without traffic has no ratio at all.",
        ],
    ),
    error(
        Code::AbsentAtOnce,
        "MP205",
        [
            "an alert on `absent()` without `for`",
            "give the alert a `for` of a few scrapes",
            "In a Prometheus that has just been started everything is absent until the first scrape. The alert would page at each restart.",
        ],
    ),
    error(
        Code::IdleNotANumber,
        "MP206",
        [
            "a quotient or a quantile that is not a number while nothing happens",
            "divide by `(… > 0)`, or compare the quantile: `>= 0`",
            "0 ÷ 0 is NaN. It is drawn as nothing, compares as false, and turns every sum over time that it enters into NaN for as \
             long as the window is.",
        ],
    ),
    error(
        Code::PeriodBeyondRetention,
        "MP301",
        [
            "a window that is longer than Prometheus keeps samples",
            "keep samples for longer than the longest period, or choose a shorter period",
            "Of a window of 30 days, a Prometheus that keeps 15 sees the second half: the budget that is reported is another one than \
             was promised, and heals twice as fast.",
        ],
    ),
    warning(
        Code::FewEvents,
        "MP302",
        [
            "so little traffic that the least count of failures decides, not the share",
            "choose a longer period, a lower target, or count something that happens more often",
            "An alert waits for `macadam.dev/min-bad` failures, so that one failure in a quiet hour wakes nobody. With so few events, \
             these failures are always a share far above the threshold: the target then says nothing.",
        ],
    ),
];

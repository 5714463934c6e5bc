//! SLOs as the generator reads them: valid, with every reference resolved and every default filled in.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

/// All that a set of OpenSLO files says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalog {
    /// Services, in the order of their names.
    pub services: Vec<Service>,
    /// SLOs, in the order of their names.
    pub slos: Vec<Slo>,
}

/// A `Service`: in Macadam, a bounded context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// `metadata.name`.
    pub name: String,
    /// `metadata.displayName`, else its name.
    pub title: String,
    /// `spec.description`, or empty.
    pub description: String,
}

/// An `SLO`.
#[derive(Debug, Clone, PartialEq)]
pub struct Slo {
    /// `metadata.name`: a DNS label, unique among SLOs.
    pub name: String,
    /// `metadata.displayName`, else its name.
    pub title: String,
    /// `spec.description`, or empty.
    pub description: String,
    /// `spec.service`: the context that it is of.
    pub service: String,
    /// What the budget is for.
    pub window: Window,
    /// How the SLI is counted.
    pub budgeting: Budgeting,
    /// At least one.
    pub objectives: Vec<Objective>,
    /// The alerts that are wanted.
    pub alerting: Alerting,
    /// `macadam.dev/page`: whether it may page.
    pub may_page: bool,
    /// `macadam.dev/min-bad`: so many bad events an alert needs at least.
    pub min_bad: u32,
    /// `macadam.dev/gate`: whether a spent budget stops a release.
    pub gate: bool,
    /// `macadam.dev/group-by`: labels by which it is measured apart, in order.
    pub group_by: Vec<String>,
    /// `metadata.labels`; a label with several values has them joined by commas.
    pub labels: BTreeMap<String, String>,
    /// Where the document begins.
    pub place: Place,
}

/// Where something stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file as the caller named it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// The time that an error budget is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Window {
    /// The last so many seconds.
    Rolling {
        /// Its length; a month has 30 days, a quarter 90 and a year 365.
        seconds: u64,
    },
    /// From a date on, again and again by the calendar.
    Calendar {
        /// The first period's start, as written: `YYYY-MM-DD HH:MM:SS`.
        start: jiff::civil::DateTime,
        /// So many units.
        count: u32,
        /// What is repeated.
        unit: CalendarUnit,
        /// The IANA name of the time zone.
        zone: String,
    },
}

/// A unit of calendar windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarUnit {
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
    /// `M`
    Month,
    /// `Q`
    Quarter,
    /// `Y`
    Year,
}

impl CalendarUnit {
    /// Its usual length in seconds: a month has 30 days, a quarter 90, a year 365.
    pub(crate) fn seconds(self) -> u64 {
        const DAY: u64 = 86_400;
        match self {
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => DAY,
            Self::Week => 7 * DAY,
            Self::Month => 30 * DAY,
            Self::Quarter => 90 * DAY,
            Self::Year => 365 * DAY,
        }
    }
}

/// `spec.budgetingMethod`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budgeting {
    /// Each event is good or bad.
    Occurrences,
    /// Each slice of time is good or bad, by whether the SLI reaches `timeSliceTarget` in it.
    Timeslices,
    /// The average of the slices' ratios.
    RatioTimeslices,
}

/// One of `spec.objectives`.
#[derive(Debug, Clone, PartialEq)]
pub struct Objective {
    /// `displayName`, if there is one.
    pub title: Option<String>,
    /// The share that must be good: 0 <= target < 1, exact.
    pub target: Decimal,
    /// `timeSliceTarget`, in (0, 1]; only with Timeslices.
    pub slice_target: Option<Decimal>,
    /// `timeSliceWindow` in seconds; with both methods of slices.
    pub slice_seconds: Option<u64>,
    /// `compositeWeight` (default 1), where the SLO is a composite; else `None`.
    pub weight: Option<Decimal>,
    /// `metadata.name` of the SLI, also where it stands inline.
    pub indicator: String,
    /// What is measured.
    pub sli: Sli,
}

/// What is measured.
#[derive(Debug, Clone, PartialEq)]
pub enum Sli {
    /// Good (or bad) events of all.
    Ratio {
        /// Whether the queries are counters that only rise; else they are rates or gauges.
        counter: bool,
        /// What is counted.
        of: Ratio,
    },
    /// A value that holds a threshold.
    Threshold {
        /// The value.
        query: Query,
        /// How it is compared: good while `query op value`.
        op: Op,
        /// With what, exact.
        value: Decimal,
    },
}

/// The two ways of a ratio, and a ratio that is measured as such.
#[derive(Debug, Clone, PartialEq)]
pub enum Ratio {
    /// `good` and `total`.
    Good {
        /// Good events.
        good: Query,
        /// All events.
        total: Query,
    },
    /// `bad` and `total`.
    Bad {
        /// Bad events.
        bad: Query,
        /// All events.
        total: Query,
    },
    /// `raw` with `rawType`: a number from 0 to 1.
    Raw {
        /// The ratio.
        query: Query,
        /// Whether it is the share of what is good (`success`) or bad (`failure`).
        success: bool,
    },
}

/// `lt`, `lte`, `gt`, `gte`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Less than.
    Lt,
    /// Less than or equal.
    Lte,
    /// Greater than.
    Gt,
    /// Greater than or equal.
    Gte,
}

/// A PromQL query of a Prometheus data source. It was parsed, and yields an instant vector; the text is as written, without
/// space around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// The alerts that an SLO wants.
#[derive(Debug, Clone, PartialEq)]
pub enum Alerting {
    /// The window pairs of the SRE workbook, scaled to the period.
    Multiwindow,
    /// Exactly the document's own policies.
    Policies(Vec<Policy>),
    /// None.
    None,
}

/// An `AlertPolicy` with its one condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// `metadata.name` of the policy.
    pub name: String,
    /// `spec.description` of the policy, or empty.
    pub description: String,
    /// `spec.severity` of the condition, as written.
    pub severity: String,
    /// `condition.op`.
    pub op: Op,
    /// `condition.threshold`: so many times the pace that spends the budget exactly.
    pub threshold: Decimal,
    /// `condition.lookbackWindow` in seconds.
    pub lookback_seconds: u64,
    /// `condition.alertAfter` in seconds.
    pub alert_after_seconds: u64,
    /// `alertWhenBreaching` (default true).
    pub when_breaching: bool,
    /// `alertWhenNoData` (default false).
    pub when_no_data: bool,
    /// `alertWhenResolved` (default true).
    pub when_resolved: bool,
    /// Names of the notification targets.
    pub targets: Vec<String>,
}

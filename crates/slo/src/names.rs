//! Names of what the generated rules record, and of the annotations that they read: constants of the road, on which
//! dashboards, `slo status` and tests are built.

/// All that was counted, as a rate over five minutes: events (or ticks) per second.
pub const TOTAL: &str = "slo:total:rate5m";
/// What of it was bad, likewise; 0 where nothing is.
pub const BAD: &str = "slo:bad:rate5m";
/// The share that was bad in a window, from 0 to 1; no sample while idle. The window is added: `slo:error_ratio:1h`.
pub const ERROR_RATIO: &str = "slo:error_ratio";
/// The share that was bad in the SLO's whole period, from 0 to 1.
pub const ERROR_RATIO_PERIOD: &str = "slo:error_ratio:period";
/// The share of the error budget that is left, 1 when untouched, below 0 when overspent.
pub const BUDGET_REMAINING: &str = "slo:budget_remaining:ratio";
/// The objective itself, from 0 to 1.
pub const OBJECTIVE: &str = "slo:objective:ratio";
/// The period in days.
pub const PERIOD_DAYS: &str = "slo:period:days";
/// When the present period of a calendar began, in seconds since 1970.
pub(crate) const PERIOD_START: &str = "slo:period_start:timestamp";

/// The label with the context that an SLO is of (`spec.service`).
pub const CONTEXT_LABEL: &str = "context";
/// The label with the SLO's `metadata.name`.
pub const SLO_LABEL: &str = "slo";
/// The label with the objective's place, from 1, or `composite`. There only where an SLO has several objectives.
pub const OBJECTIVE_LABEL: &str = "objective";
/// What that label says of all objectives of a composite together.
pub(crate) const COMPOSITE: &str = "composite";
/// The label of an alert with `page` or `ticket`.
pub const SEVERITY_LABEL: &str = "severity";
/// The label of a burn-rate alert with `page-fast`, `page-slow`, `ticket-fast` or `ticket-slow`.
pub const TIER_LABEL: &str = "tier";
/// The label of a burn-rate alert with its pair of windows, such as `1h/5m`.
pub const WINDOWS_LABEL: &str = "windows";
/// The label of an alert with the team that it is sent to.
pub(crate) const OWNER_LABEL: &str = "owner";

/// `true` or `false`: whether alerts of this SLO may page, or are tickets at most. Default: `true`.
pub(crate) const ANNOTATION_PAGE: &str = "macadam.dev/page";
/// A whole number: so many bad events an alert needs at least in its long window. Default: 3.
pub(crate) const ANNOTATION_MIN_BAD: &str = "macadam.dev/min-bad";
/// `true`: `slo budget-gate` stops a release when this SLO's budget is spent. Default: `false`.
pub(crate) const ANNOTATION_GATE: &str = "macadam.dev/gate";
/// Labels, separated by commas, by which an SLI is measured apart, such as `subscription`: one stuck of twelve is then
/// not hidden by the others. Default: none.
pub(crate) const ANNOTATION_GROUP_BY: &str = "macadam.dev/group-by";
/// `multiwindow` (the tiers of the SRE workbook), `policies` (only the document's own alert policies) or `none`. Default:
/// `policies` where the SLO names alert policies, else `multiwindow`.
pub(crate) const ANNOTATION_ALERTING: &str = "macadam.dev/alerting";

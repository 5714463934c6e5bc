//! How far those who follow the log have come.

use super::{Drawn, LINES, Part};
use crate::dashboard::Feature;
use crate::dashboard::panel::Empty::{Good, Idle};

/// Its panels.
pub(super) const SUBSCRIPTIONS: Part = Part {
    id: 500,
    title: "Read models and processes",
    panels: &[
        Drawn {
            id: 501,
            title: "Behind the log, in time",
            description: "The age of the oldest event that has not been applied, by subscription.",
            unit: "s",
            needs: Some(Feature::Followers),
            queries: &[("max by (subscription) (macadam_subscription_lag_seconds{{c}})", "{{subscription}}")],
            ..LINES
        },
        Drawn {
            id: 502,
            title: "Behind the log, in events",
            description: "Events that have not been applied, by subscription.",
            needs: Some(Feature::Followers),
            queries: &[("max by (subscription) (macadam_subscription_lag_events{{c}})", "{{subscription}}")],
            ..LINES
        },
        Drawn {
            id: 503,
            title: "Events applied",
            description: "Events each second: applied, known already, and put aside as undeliverable.",
            unit: "eps",
            needs: Some(Feature::Followers),
            queries: &[(
                "sum by (outcome) (rate(macadam_subscription_events_total{{c}}[$__rate_interval]))",
                "{{outcome}}",
            )],
            ..LINES
        },
        Drawn {
            id: 504,
            title: "Failed steps",
            description: "Attempts each second to apply an event that failed, by subscription and reason.",
            unit: "ops",
            empty: Good("no step failed."),
            needs: Some(Feature::Followers),
            queries: &[(
                "sum by (subscription, reason) (rate(macadam_subscription_failures_total{{c}}[$__rate_interval])) > 0",
                "{{subscription}}: {{reason}}",
            )],
            ..LINES
        },
        Drawn {
            id: 505,
            title: "Views being built anew",
            description: "Events that are applied, of those to be applied, in views that are built anew.",
            needs: Some(Feature::Views),
            empty: Idle("no view is built anew."),
            queries: &[
                ("max by (view) (macadam_view_rebuild_events_done{{c}})", "{{view}} done"),
                ("max by (view) (macadam_view_rebuild_events_wanted{{c}})", "{{view}} wanted"),
            ],
            ..LINES
        },
    ],
};

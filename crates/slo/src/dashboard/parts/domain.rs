//! Commands, events, amounts, processes and deadlines: what the board names.

use super::{Drawn, LINES, NO_TRAFFIC, Part};
use crate::dashboard::Feature;
use crate::dashboard::panel::Empty::{Good, Idle};

/// Its panels.
pub(super) const DOMAIN: Part = Part {
    id: 400,
    title: "Domain",
    panels: &[
        Drawn {
            id: 401,
            title: "Commands by outcome",
            description: "Commands each second. A rejection is a decision of the domain, never an error.",
            unit: "ops",
            queries: &[(
                "sum by (outcome) (rate(macadam_commands_total{{c}}[$__rate_interval]))",
                "{{outcome}}",
            )],
            ..LINES
        },
        Drawn {
            id: 402,
            title: "Commands",
            description: "Commands each second, by name and outcome.",
            unit: "ops",
            empty: NO_TRAFFIC,
            queries: &[(
                "sum by (command, outcome) (rate(macadam_commands_total{{c}}[$__rate_interval])) > 0",
                "{{command}} {{outcome}}",
            )],
            ..LINES
        },
        Drawn {
            id: 403,
            title: "Rejections by rule",
            description: "Commands each second that a rule of the domain rejected.",
            unit: "ops",
            empty: Idle("no command was rejected."),
            queries: &[(
                "sum by (command, rule) (rate(macadam_commands_total{{c},outcome=\"rejected\"}[$__rate_interval])) > 0",
                "{{command}}: {{rule}}",
            )],
            ..LINES
        },
        Drawn {
            id: 404,
            title: "Commands that failed",
            description: "Commands each second that neither the domain nor the caller ended, but a fault.",
            unit: "ops",
            empty: Good("no command failed."),
            queries: &[(
                "sum by (command) (rate(macadam_commands_total{{c},outcome=\"failed\"}[$__rate_interval])) > 0",
                "{{command}}",
            )],
            ..LINES
        },
        Drawn {
            id: 405,
            title: "Duration of commands",
            description: "From a command's arrival to its durable answer: 99 of 100 took so long at most. Points are sampled commands, and lead to their traces.",
            unit: "s",
            empty: NO_TRAFFIC,
            exemplars: true,
            queries: &[(
                "histogram_quantile(0.99, sum by (le, command) (rate(macadam_command_duration_seconds_bucket{{c}}[$__rate_interval]))) >= 0",
                "{{command}}",
            )],
            ..LINES
        },
        Drawn {
            id: 406,
            title: "Events",
            description: "Events that were stored, each second, by name.",
            unit: "eps",
            empty: Idle("no event was stored."),
            queries: &[(
                "sum by (event) (rate(macadam_events_total{{c}}[$__rate_interval])) > 0",
                "{{event}}",
            )],
            ..LINES
        },
        Drawn {
            id: 407,
            title: "Published events",
            description: "Events that were stored, each second, of those that other contexts may read.",
            unit: "eps",
            queries: &[(
                "sum by (context) (rate(macadam_events_published_total{{c}}[$__rate_interval]))",
                "published",
            )],
            ..LINES
        },
        Drawn {
            id: 408,
            title: "Amounts",
            description: "Amounts that events carry, in the currency's major units, each hour at the present pace.",
            unit: "short",
            empty: Idle("no event carried an amount."),
            needs: Some(Feature::Amounts),
            queries: &[(
                "sum by (event, currency) (rate(macadam_amount_total{{c}}[$__rate_interval])) * 3600 > 0",
                "{{event}} {{currency}}",
            )],
            ..LINES
        },
        Drawn {
            id: 409,
            title: "Processes",
            description: "Processes each second: started, finished, refused, and each by the event that ended it.",
            unit: "ops",
            needs: Some(Feature::Processes),
            queries: &[(
                "sum by (process, outcome) (rate(macadam_processes_total{{c}}[$__rate_interval]))",
                "{{process}} {{outcome}}",
            )],
            ..LINES
        },
        Drawn {
            id: 410,
            title: "Deadlines",
            description: "Deadlines each second: set, met (cleared in time) and missed (came due).",
            unit: "ops",
            needs: Some(Feature::Deadlines),
            queries: &[(
                "sum by (deadline, outcome) (rate(macadam_deadlines_total{{c}}[$__rate_interval]))",
                "{{deadline}} {{outcome}}",
            )],
            ..LINES
        },
        Drawn {
            id: 411,
            title: "Deadlines overdue",
            description: "Deadlines that are due and not sent yet.",
            needs: Some(Feature::Deadlines),
            queries: &[("max by (deadline) (macadam_deadlines_overdue{{c}})", "{{deadline}}")],
            ..LINES
        },
    ],
};

//! The log, the disk, limits, and what it costs the machine.

use super::{Drawn, LINES, Part};
use crate::dashboard::panel::Empty::Idle;
use crate::dashboard::panel::Shape;

/// Its panels.
pub(super) const MACHINERY: Part = Part {
    id: 600,
    title: "Machinery",
    panels: &[
        Drawn {
            id: 601,
            title: "Commits",
            description: "So long took 99 of 100 group commits of the log at most.",
            unit: "s",
            empty: Idle("nothing was committed."),
            queries: &[(
                "histogram_quantile(0.99, sum by (le) (rate(macadam_log_append_duration_seconds_bucket{{c}}[$__rate_interval]))) >= 0",
                "99%",
            )],
            ..LINES
        },
        Drawn {
            id: 602,
            title: "Commits that failed",
            description: "Commits each second that failed, by reason. Each of their commands was answered with an error.",
            unit: "ops",
            queries: &[(
                "sum by (reason) (rate(macadam_log_commit_failures_total{{c}}[$__rate_interval]))",
                "{{reason}}",
            )],
            ..LINES
        },
        Drawn {
            id: 603,
            title: "Appends in one commit",
            description: "How many appends are committed together on average.",
            empty: Idle("nothing was committed."),
            queries: &[(
                "sum by (context) (rate(macadam_log_group_size_sum{{c}}[$__rate_interval])) / (sum by (context) (rate(macadam_log_group_size_count{{c}}[$__rate_interval])) > 0)",
                "appends",
            )],
            ..LINES
        },
        Drawn {
            id: 604,
            title: "Queue of the log",
            description: "Appends that wait for the log's one writer.",
            queries: &[("max by (context) (macadam_log_queue_depth{{c}})", "waiting")],
            ..LINES
        },
        Drawn {
            id: 605,
            title: "Oldest in the queue of the log",
            description: "How long the oldest append has waited for the log's one writer.",
            unit: "s",
            queries: &[("max by (context) (macadam_log_queue_oldest_seconds{{c}})", "oldest")],
            ..LINES
        },
        Drawn {
            id: 606,
            title: "Limits",
            description: "The share that is used of each thing that is limited; beyond 1, clients wait or are refused.",
            unit: "percentunit",
            queries: &[(
                "max by (limit) (macadam_limit_used{{c}} / (macadam_limit_max{{c}} > 0))",
                "{{limit}}",
            )],
            ..LINES
        },
        Drawn {
            id: 607,
            title: "Files of the data folder",
            description: "Bytes of the log, of the views, and of their write-ahead logs.",
            unit: "bytes",
            queries: &[("max by (file) (macadam_data_file_bytes{{c}})", "{{file}}")],
            ..LINES
        },
        Drawn {
            id: 608,
            title: "Free on the data folder's disk",
            description: "The share of the disk that is free. When none is, no command can be stored.",
            unit: "percentunit",
            queries: &[(
                "min by (context) (macadam_data_free_bytes{{c}} / (macadam_data_size_bytes{{c}} > 0))",
                "free",
            )],
            ..LINES
        },
        Drawn {
            id: 609,
            title: "Files intact",
            description: "1 while a path still names the file that is open, 0 when it was moved, replaced or deleted: what is written then is lost.",
            queries: &[("min by (file) (macadam_data_file_intact{{c}})", "{{file}}")],
            ..LINES
        },
        Drawn {
            id: 610,
            title: "Age of the last backup",
            description: "How old the last backup is.",
            shape: Shape::Figures,
            unit: "s",
            empty: Idle("no backup was ever made."),
            queries: &[(
                "time() - max by (context) (macadam_last_backup_timestamp_seconds{{c}} > 0)",
                "backup",
            )],
            ..LINES
        },
        Drawn {
            id: 611,
            title: "Memory",
            description: "Resident memory of each process.",
            unit: "bytes",
            queries: &[("process_resident_memory_bytes{{job}}", "{{instance}}")],
            ..LINES
        },
        Drawn {
            id: 612,
            title: "Processor",
            description: "Processors that each process keeps busy.",
            queries: &[("rate(process_cpu_seconds_total{{job}}[$__rate_interval])", "{{instance}}")],
            ..LINES
        },
        Drawn {
            id: 613,
            title: "Spans",
            description: "Spans of traces each second: exported, failed (the collector did not take them), and dropped (no room to wait).",
            unit: "ops",
            queries: &[(
                "sum by (outcome) (rate(macadam_telemetry_spans_total{{c}}[$__rate_interval]))",
                "{{outcome}}",
            )],
            ..LINES
        },
    ],
};

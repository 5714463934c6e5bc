//! Alerts on the machinery beneath a context that no ratio covers: few, and each one that somebody can act on.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;

use super::About;
use super::alert::annotations;
use super::rule::{Alert, Rule, RuleKind};
use super::tiers::Severity;
use super::tiers::Severity::{Page, Ticket};
use crate::names::{CONTEXT_LABEL, OWNER_LABEL, SEVERITY_LABEL};

/// Seconds.
pub(super) const INTERVAL: u64 = 15;

/// One alert of every context. `{c}` stands for the selector's `context="…"`, `{job}` for `job="…"`.
pub(super) struct Machinery {
    /// What follows the context in the alert's name.
    pub name: &'static str,
    pub severity: Severity,
    pub expr: &'static str,
    /// Seconds.
    pub hold: u64,
    /// For one line on a telephone.
    pub summary: &'static str,
    /// What it means, what notices it, and what it is likely to be.
    pub description: &'static str,
    /// What to do first.
    pub steps: &'static [&'static str],
}

/// All of them.
pub(super) const MACHINERY: &[Machinery] = &[
    Machinery {
        name: "Down",
        severity: Page,
        // `absent` holds in a Prometheus that has just been started, too, and therefore waits.
        expr: "min by (job) (up{{job}}) == 0 or absent(up{{job}})",
        hold: 120,
        summary: "it does not answer Prometheus",
        description: "No scrape of /metrics has succeeded for two minutes: the process is gone, stopped, too busy to answer, or \
                      Prometheus cannot reach its admin port. Requests that wait meanwhile are in no latency.",
        steps: &[
            "Does the process run? The last lines of its log say why it ended; a refused start names its remedy.",
            "Does `/health/live` answer on the admin port? If the process runs and does not answer, it is stopped or starved: look at its CPU and at the machine.",
            "Do other jobs of the same Prometheus answer? If not, it is the network or Prometheus.",
        ],
    },
    Machinery {
        name: "Stuck",
        severity: Page,
        expr: "max by (context) ({__name__=~\"macadam_http_oldest_request_seconds|macadam_commands_oldest_seconds\",{c}}) > 5",
        hold: 15,
        summary: "a request has been waiting for {{ $value | humanizeDuration }}",
        description: "The oldest request or command under way is older than 5 seconds. Who hangs is in no latency until the wait \
                      ends, so that this is seen before the error budget burns. Mostly a lock on a database file, or a disk that does not answer.",
        steps: &[
            "Who else has the database open? `fuser -v <data folder>/*.db`; a shell or a backup that holds a transaction is ended.",
            "`macadam_log_queue_depth` and `macadam_log_queue_oldest_seconds`: if commands wait there, commits do not come through; look at the disk (`iostat -x 1`).",
            "The log has a line with the reason for each commit that failed; `macadam_log_commit_failures_total` counts them by reason.",
        ],
    },
    Machinery {
        name: "CommitsFail",
        severity: Page,
        expr: "sum by (context, reason) (increase(macadam_log_commit_failures_total{{c},reason!=\"busy\"}[5m])) > 0 \
               or sum by (context, reason) (increase(macadam_log_commit_failures_total{{c},reason=\"busy\"}[5m])) >= 3",
        hold: 0,
        summary: "events cannot be stored: {{ $labels.reason }}",
        description: "Commits of the event log have failed within the last five minutes, with the reason {{ $labels.reason }}. Each such \
                      command was answered with an error; nothing that was acknowledged is lost.",
        steps: &[
            "`full`: free space in the data folder's file system (`df -h`); the service goes on by itself.",
            "`busy`: another process holds the database; find it with `fuser -v <data folder>/*.db` and end it.",
            "`io`: the disk. Read the kernel's log (`dmesg`), stop the service, and move the data to another disk.",
            "`corrupt`: stop the service, keep a copy of the data folder as it is, and restore the last backup with the service's own command: \
             `<context>-service restore <file> --dry-run` says what would be lost.",
            "`other`: the log has SQLite's words for it.",
        ],
    },
    Machinery {
        name: "DataFileGone",
        severity: Page,
        expr: "min by (context, file) (macadam_data_file_intact{{c}}) == 0",
        hold: 0,
        summary: "the database file `{{ $labels.file }}` was moved, replaced or deleted",
        description: "The service still writes to a file that its path no longer names: what it acknowledges now is lost when it ends.",
        steps: &[
            "Do not stop the service yet: the open file is all there is. Was it renamed? Move it back to its old name.",
            "Else freeze the process, so that the files belong together (`kill -STOP <pid>`), and copy them out of it: `cp /proc/<pid>/fd/<number> <elsewhere>` \
             for each one that `ls -l /proc/<pid>/fd` shows as deleted, the `-wal` among them.",
            "Then end it (`kill -KILL <pid>`), put the copies in place under their old names, and start it again.",
        ],
    },
    Machinery {
        name: "SubscriptionStuck",
        severity: Page,
        expr: "max by (context, subscription) (macadam_subscription_lag_seconds{{c}}) > 60",
        hold: 60,
        summary: "{{ $labels.subscription }} is {{ $value | humanizeDuration }} behind",
        description: "The oldest event that {{ $labels.subscription }} has not applied is {{ $value | humanizeDuration }} old. What is read from it is old, or \
                      what it should have sent was not sent.",
        steps: &[
            "The log names the event and the error, once for each attempt; `macadam_subscription_failures_total` counts them by reason.",
            "`step`: the code cannot apply this event. Correct it and deploy; the follower goes on from where it stood.",
            "`busy`, `full`, `io`, `corrupt`: as for commits; views are built anew from the log with `<context>-service rebuild <view>`.",
        ],
    },
    Machinery {
        name: "CannotAccept",
        severity: Page,
        expr: "sum by (context, reason) (increase(macadam_http_accept_failures_total{{c}}[5m])) > 0",
        hold: 0,
        summary: "connections cannot be accepted: {{ $labels.reason }}",
        description: "Clients wait without being let in; no latency and no status shows it.",
        steps: &[
            "`open_files`: raise the limit (`LimitNOFILE`, `ulimit -n`), and look at who holds so many connections open: `ss -tnp`.",
            "Compare `macadam_limit_used` and `macadam_limit_max` with the label `limit=\"open_files\"`.",
        ],
    },
    Machinery {
        name: "LimitNear",
        severity: Ticket,
        expr: "max by (context, limit) (macadam_limit_used{{c}} / (macadam_limit_max{{c}} > 0)) > 0.8",
        hold: 600,
        summary: "{{ $value | humanizePercentage }} of the limit `{{ $labels.limit }}` is used",
        description: "For ten minutes more than 80% of a limit was in use. Beyond it, clients are refused (429, 503) or wait.",
        steps: &[
            "Is the load expected? Then raise the limit (docs/book/configuration.md): a context is one process, and another one would not share its load.",
            "Else find who sends it: the log and `http_server_request_duration_seconds_count` by route.",
        ],
    },
    Machinery {
        name: "DiskFills",
        severity: Ticket,
        // A tenth of a large disk is years of events.
        expr: "min by (context) (macadam_data_free_bytes{{c}} / (macadam_data_size_bytes{{c}} > 0)) < 0.1 \
               and min by (context) (macadam_data_free_bytes{{c}}) < 10737418240",
        hold: 600,
        summary: "{{ $value | humanizePercentage }} of the data folder's disk is free",
        description: "When it is full, no command can be stored; clients are answered 503 then.",
        steps: &[
            "`macadam_data_file_bytes` says what grows. Events are kept for ever: give the log a larger disk.",
            "`log-wal` or `views-wal` large: see the alert on the write-ahead log.",
        ],
    },
    Machinery {
        name: "WalGrows",
        severity: Ticket,
        expr: "max by (context, file) (macadam_data_file_bytes{{c},file=~\".*-wal\"}) > 67108864",
        hold: 900,
        summary: "the write-ahead log `{{ $labels.file }}` has grown to {{ $value | humanize1024 }}B",
        description: "It is emptied into its database whenever nobody reads an old state of it. For fifteen minutes somebody has.",
        steps: &[
            "Find the reader: `fuser -v <data folder>/*.db`. A shell, a copy or a backup that hangs in a transaction is ended.",
            "After that it is emptied by itself, and the file falls back to 8 MiB.",
        ],
    },
    Machinery {
        name: "DeadlinesOverdue",
        severity: Page,
        expr: "max by (context, deadline) (macadam_deadlines_overdue{{c}}) > 0",
        hold: 300,
        summary: "{{ $value }} deadlines `{{ $labels.deadline }}` are due and not sent",
        description: "Deadlines have come due and have not been sent for five minutes: reminders and expiries do not happen.",
        steps: &[
            "The log names the deadline and the error of each attempt.",
            "If commits fail, that alert comes first; deadlines are sent as soon as events can be stored.",
        ],
    },
    Machinery {
        name: "BackupOld",
        severity: Ticket,
        expr: "time() - max by (context) (macadam_last_backup_timestamp_seconds{{c}} > 0) > 129600",
        hold: 0,
        summary: "the last backup is {{ $value | humanizeDuration }} old",
        description: "A day and a half has passed since the last backup. A context that was never backed up has no such alert: it has no schedule to miss.",
        steps: &[
            "Run it by hand, `<context>-service backup <file>`, and look at the exit code.",
            "Then look at why the schedule did not run it.",
        ],
    },
];

/// The alerts of a context.
pub(super) fn rules(about: &About) -> Vec<Rule> {
    MACHINERY.iter().map(|machinery| machinery.rule(about)).collect()
}

impl Machinery {
    /// The alert's name.
    pub(super) fn alert(&self, context: &str) -> String {
        format!("{}{}", context.to_upper_camel_case(), self.name)
    }

    fn rule(&self, about: &About) -> Rule {
        let context = &about.context;
        let expr = self
            .expr
            .replace("{c}", &format!("context=\"{context}\""))
            .replace("{job}", &format!("job=\"{context}\""));
        let name = self.alert(context);
        let labels = [
            (CONTEXT_LABEL, context.as_str()),
            (SEVERITY_LABEL, self.severity.as_str()),
            (OWNER_LABEL, &about.owner),
        ];
        let labels: BTreeMap<String, String> =
            labels.map(|(label, value)| (label.to_owned(), value.to_owned())).into();
        let summary = format!("{context}: {}", self.summary);
        let annotations = annotations(about, &name, summary, self.description.to_owned(), None);
        Rule { kind: RuleKind::Alert(Alert { name, hold: self.hold, annotations }), expr, labels }
    }
}

/// The alert that says of a context that nothing answers.
pub(super) fn down(context: &str) -> String {
    format!("{}Down", context.to_upper_camel_case())
}

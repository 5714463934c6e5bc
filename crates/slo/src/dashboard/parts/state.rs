//! Whether it runs, what runs, and what fires.

use super::{Drawn, LINES, Part};
use crate::dashboard::panel::Empty::Good;
use crate::dashboard::panel::Shape;

/// Its panels.
pub(super) const STATE: Part = Part {
    id: 200,
    title: "State",
    panels: &[
        Drawn {
            id: 201,
            title: "Answers Prometheus",
            description: "1 for each process whose /metrics was read at the last scrape, else 0.",
            shape: Shape::Figures,
            queries: &[("up{{job}}", "{{instance}}")],
            ..LINES
        },
        Drawn {
            id: 202,
            title: "Alerts that fire",
            description: "Each alert of this context that fires now. Its runbook entry says what to do.",
            shape: Shape::Table,
            empty: Good("no alert fires."),
            queries: &[(
                "max by (alertname, severity, slo, windows) (ALERTS{{c},alertstate=\"firing\"})",
                "firing",
            )],
            ..LINES
        },
        Drawn {
            id: 203,
            title: "What runs",
            description: "Version, commit, schema and configuration of each process. A change is drawn in all panels.",
            shape: Shape::Table,
            queries: &[(
                "max by (version, commit, schema, configuration, log_id) (macadam_context_info{{c}})",
                "runs",
            )],
            ..LINES
        },
    ],
};

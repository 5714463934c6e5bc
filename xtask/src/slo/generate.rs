//! `cargo xtask slo generate`: rules, alerts, Alertmanager's configuration, dashboards and runbook entries.

use std::path::Path;

use clap::Args;
use macadam_board::Board;
use macadam_board::diagnostic::render;
use macadam_runner::exit::Exit;
use macadam_runner::slo::generate::{Change, PlanError, Planned, RECEIVERS, write};
use macadam_runner::slo::plan;
use macadam_scaffold::{Action, Owner, Written};
use macadam_slo::generate::receivers_without_address;
use serde_json::json;

use crate::report::{boards, root, run_error, word};
use crate::terminal::{MORE, message, result};

/// Derive rules, alerts, dashboards and runbook entries from slo/*.yaml and the boards
#[derive(Args)]
#[command(before_help = "Example: cargo xtask slo generate", after_help = MORE)]
pub(crate) struct Generate {
    /// Print what would change; write nothing. Ends with 4 if something would change.
    #[arg(long)]
    dry_run: bool,
    /// Report as JSON (docs/schemas/slo-generate.schema.json).
    #[arg(long)]
    json: bool,
}

impl Generate {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        let boards = match boards(&root, &[]) {
            Ok(boards) => boards,
            Err(exit) => return exit,
        };
        let planned = match planned(&root, &boards) {
            Ok(planned) => planned,
            Err(exit) => return exit,
        };
        if !self.dry_run
            && let Err(error) = write(&root, &planned)
        {
            return run_error(&error);
        }
        let changed: Vec<&Planned> = planned.iter().filter(|file| file.change != Change::Unchanged).collect();
        if self.json {
            result(&json!({ "format": 1, "dry_run": self.dry_run, "files": planned }).to_string());
        } else {
            for Planned { path, change, owned, .. } in &changed {
                let owner = if *owned { "owned" } else { "managed" };
                result(&format!("{:9} {owner:7}  {path}", word(change)));
            }
        }
        let receivers = std::fs::read_to_string(root.join(RECEIVERS)).unwrap_or_default();
        for name in receivers_without_address(&receivers) {
            message(&format!(
                "warning: {RECEIVERS}: `{name}` has no integration, so that its alerts reach nobody"
            ));
        }
        if changed.is_empty() {
            message(&format!("nothing to do: {} files match the SLOs", planned.len()));
        } else if self.dry_run {
            message("next: cargo xtask slo generate   writes them");
            return Exit::Drift;
        } else {
            message("next: cargo xtask test   proves each alert; then commit them with what changed them");
        }
        Exit::Done
    }
}

/// What is generated from the SLOs of all contexts; prints what is wrong with them.
pub(crate) fn planned(root: &Path, boards: &[(String, Board)]) -> Result<Vec<Planned>, Exit> {
    plan(root, boards).map_err(|error| plan_error(&error))
}

/// Prints why nothing could be planned.
pub(crate) fn plan_error(error: &PlanError) -> Exit {
    match error {
        PlanError::OpenSlo(refused) => {
            for (file, text) in &refused.texts {
                let own: Vec<_> =
                    refused.findings.iter().filter(|found| found.file == *file).cloned().collect();
                if !own.is_empty() {
                    message(render(&own, text, true).trim_end());
                }
            }
            Exit::Refused
        }
        PlanError::Files(_) | PlanError::Dashboards(_) | PlanError::Measures(_) => {
            message(&format!("error: {error}"));
            Exit::Refused
        }
        PlanError::Run(error) => run_error(error),
    }
}

/// The files of SLOs that change, as `new` lists them.
pub(crate) fn as_written(planned: &[Planned]) -> Vec<Written> {
    let changed = planned.iter().filter(|file| matches!(file.change, Change::Create | Change::Update));
    changed
        .map(|file| Written {
            path: file.path.clone(),
            owner: if file.owned { Owner::Owned } else { Owner::Managed },
            purpose: purpose(&file.path),
            action: if file.change == Change::Create { Action::Create } else { Action::Update },
            lines: file.text.lines().count(),
        })
        .collect()
}

/// What a file is for, in a few words.
fn purpose(path: &str) -> &'static str {
    let ends = [
        ("receivers.yaml", "where alerts go; give each receiver its address"),
        (".slis.yaml", "what is measured of every context"),
        (".rules.yaml", "recording rules and alerts"),
        (".tests.yaml", "proves that each alert fires, and when"),
        (".prometheusrule.yaml", "the same rules for Kubernetes"),
        ("alertmanager.yaml", "who is sent which alert"),
        ("runbook.md", "for whoever is on call"),
        (".json", "a dashboard for Grafana"),
    ];
    if path.starts_with("deploy/") {
        return "where Prometheus finds the context";
    }
    let found = ends.iter().find(|(end, _)| path.ends_with(end));
    found.map_or("what the context promises: objectives and windows", |(_, purpose)| *purpose)
}

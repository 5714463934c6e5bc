//! `cargo xtask check`: files of contexts that differ from what Macadam would write.

use std::path::Path;

use clap::Args;
use macadam_runner::exit::Exit;
use macadam_runner::slo::generate::{Change, Planned};
use macadam_scaffold::{Drift, Drifted, check};
use serde_json::json;

use crate::report::{boards, root, scaffold_error, word};
use crate::slo::generate::planned;
use crate::terminal::{MORE, message, result};

/// List files that differ from what Macadam would write: outdated, edited, missing or orphaned. Writes nothing
#[derive(Args)]
#[command(before_help = "Example: cargo xtask check lc-application", after_help = MORE)]
pub(crate) struct Check {
    /// The contexts; without one, all.
    contexts: Vec<String>,
    /// Report as JSON (docs/schemas/check.schema.json).
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        let boards = match boards(&root, &self.contexts) {
            Ok(boards) => boards,
            Err(exit) => return exit,
        };
        let mut checked: Vec<(String, Vec<Drifted>)> = Vec::new();
        for (name, board) in boards {
            match check(&root, &board) {
                Ok(drifted) => checked.push((name, drifted)),
                Err(error) => return scaffold_error(&error),
            }
        }
        let slos = match self.slos(&root) {
            Ok(slos) => slos,
            Err(exit) => return exit,
        };
        if self.json {
            let contexts: Vec<_> = checked
                .iter()
                .map(|(context, drifted)| json!({ "context": context, "drifted": drifted }))
                .collect();
            result(&json!({ "format": 2, "contexts": contexts, "slos": slos }).to_string());
        } else {
            for (context, drifted) in &checked {
                if drifted.is_empty() {
                    result(&format!("{context}: nothing has drifted"));
                }
            }
            let contexts = checked.iter().flat_map(|(_, drifted)| drifted);
            for Drifted { path, drift, remedy } in contexts.chain(slos.iter().flatten()) {
                result(&format!("{:13}  {path}  — {remedy}", word(drift)));
            }
            if slos.as_ref().is_some_and(Vec::is_empty) {
                result("SLOs: nothing has drifted");
            }
        }
        if checked.iter().any(|(_, drifted)| !drifted.is_empty()) || slos.is_some_and(|slos| !slos.is_empty())
        {
            message(
                "next: correct each file as described; `cargo xtask update --dry-run` shows what would be written",
            );
            return Exit::Drift;
        }
        message("next: cargo xtask test   also checks contracts and behaviour");
        Exit::Done
    }

    /// What differs of all that is generated from SLOs; nothing where only some contexts are checked, since some of those
    /// files are about all of them.
    fn slos(&self, root: &Path) -> Result<Option<Vec<Drifted>>, Exit> {
        if !self.contexts.is_empty() {
            return Ok(None);
        }
        let planned = planned(root, &boards(root, &[])?)?;
        let changed = planned.into_iter().filter_map(|Planned { path, change, .. }| {
            let (drift, remedy) = match change {
                Change::Unchanged => return None,
                Change::Create => (Drift::Missing, "`cargo xtask slo generate` writes it"),
                Change::Update => {
                    (Drift::Behind, "`cargo xtask slo generate` writes it again; an edit by hand is lost")
                }
                Change::Remove => {
                    (Drift::Orphan, "nothing generates it: `cargo xtask slo generate` removes it")
                }
            };
            Some(Drifted { path, drift, remedy: remedy.to_owned() })
        });
        Ok(Some(changed.collect()))
    }
}

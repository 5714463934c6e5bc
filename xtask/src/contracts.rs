//! `cargo xtask contracts`: generates the documents in `contracts/` from the compiled code.

use clap::Args;
use macadam_runner::contracts::{derive, report};
use macadam_runner::exit::Exit;
use macadam_runner::up::build;
use macadam_scaffold::Action;
use serde_json::json;

use crate::report::{root, run_error};
use crate::terminal::{MORE, message, result};

/// Derive the contracts of contexts again, after their code has changed: `contracts/<context>/*.json`
#[derive(Args)]
#[command(before_help = "Example: cargo xtask contracts lc-application", after_help = MORE)]
pub(crate) struct Contracts {
    /// The contexts; without one, all.
    contexts: Vec<String>,
    /// Print what would change; write nothing. Ends with 4 if something would change.
    #[arg(long)]
    dry_run: bool,
    /// Report as JSON (docs/schemas/contracts.schema.json).
    #[arg(long)]
    json: bool,
}

impl Contracts {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        message("building …");
        let derived = build(&root, &self.contexts).and_then(|built| derive(&root, &built, self.dry_run));
        let contracts = match derived {
            Ok(contracts) => contracts,
            Err(error) => return run_error(&error),
        };
        let changed = contracts.iter().filter(|contract| contract.action != Action::Unchanged).count();
        if self.json {
            result(&report(&contracts, self.dry_run).to_string());
        } else {
            for contract in &contracts {
                result(&format!(
                    "{:9}  {}",
                    json!(contract.action).as_str().unwrap_or_default(),
                    contract.path
                ));
                if !contract.diff.is_empty() {
                    result(contract.diff.trim_end());
                }
            }
        }
        if changed == 0 {
            message("nothing to do: the contracts match the code");
        } else if self.dry_run {
            message("next: cargo xtask contracts   writes them; check the difference as a consumer would");
            return Exit::Drift;
        } else {
            message("next: commit them together with the change that caused them");
        }
        Exit::Done
    }
}

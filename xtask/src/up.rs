//! `cargo xtask up`: runs contexts on this machine.

use clap::Args;
use macadam_runner::exit::Exit;
use macadam_runner::up::{Up as Running, build};

use crate::report::{root, run_error};
use crate::terminal::{MORE, message, result};

/// Build and start contexts, until Ctrl-C
#[derive(Args)]
#[command(before_help = "Example: cargo xtask up", after_help = MORE)]
pub(crate) struct Up {
    /// The contexts; without one, all.
    contexts: Vec<String>,
}

impl Up {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        message("building …");
        let started = build(&root, &self.contexts).and_then(|built| Running::start(&root, &built));
        let mut up = match started {
            Ok(up) => up,
            Err(error) => return run_error(&error),
        };
        for service in &up.services {
            result(&format!(
                "{}\n  API      {}\n  metrics  {admin}/metrics\n  health   {admin}/health/ready\n  describe {admin}/describe\n  log      {}",
                service.context,
                service.http,
                service.log.display(),
                admin = service.admin,
            ));
        }
        message(
            "\nnext: in another terminal, run cargo xtask token --as <Role> --subject <who>, and send GET / to the API with the token\nCtrl-C drains and stops all",
        );
        let ended = up.wait();
        message("\ndraining …");
        let late = up.stop();
        if let Some(context) = &ended {
            message(&format!("error: {context} ended by itself: read its log"));
        }
        late.iter().filter(|context| Some(*context) != ended.as_ref()).for_each(|context| {
            message(&format!("error: {context} did not drain in time"));
        });
        if ended.is_some() || !late.is_empty() { Exit::Gate } else { Exit::Done }
    }
}

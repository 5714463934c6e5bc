//! `cargo xtask token`: prints a token of the development issuer.

use clap::Args;
use macadam_runner::exit::Exit;
use macadam_runner::service::{Bearer, token};
use macadam_runner::up::{build, issuer};

use crate::report::{root, run_error};
use crate::terminal::{MORE, result};

/// Print a token that every context on this machine accepts
#[derive(Args)]
#[command(before_help = "Example: cargo xtask token --as Importer --subject acme", after_help = MORE)]
pub(crate) struct Token {
    /// A role; repeat it for several.
    #[arg(long = "as", value_name = "ROLE", required = true)]
    roles: Vec<String>,
    /// The subject of the token: who sends the request.
    #[arg(long, value_name = "WHO")]
    subject: String,
    /// The subject is a service, and not a person.
    #[arg(long)]
    service: bool,
    /// Seconds until it expires.
    #[arg(long, default_value_t = 3_600)]
    seconds: u32,
}

impl Token {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        let roles: Vec<&str> = self.roles.iter().map(String::as_str).collect();
        let bearer = Bearer { subject: &self.subject, roles: &roles, service: self.service };
        let signed =
            build(&root, &[]).and_then(|built| token(&built[0].1, &issuer(&root), &bearer, self.seconds));
        match signed {
            Ok(token) => {
                result(&token);
                Exit::Done
            }
            Err(error) => run_error(&error),
        }
    }
}

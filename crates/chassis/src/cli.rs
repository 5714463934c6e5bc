//! The command line of a context's binary.

use std::ffi::OsString;
use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::auth::DevIssuer;
use crate::config::Config;
use crate::context::Context;
use crate::describe::{describe, describe_metrics, describe_openapi};
use crate::operate::{self, Operation};
use crate::running::Running;
use crate::telemetry::{chain, init_logs};

/// Serves one bounded context.
#[derive(Debug, Parser)]
#[command(version, after_help = "Configuration: `config` prints each key with its meaning.")]
struct Arguments {
    /// A TOML file with configuration.
    #[arg(long, env = "MACADAM_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Serves until told to stop (the default).
    Serve,
    /// Prints everything the context accepts and emits, as JSON.
    Describe {
        /// Instead: what it serves as OpenAPI 3.1, or what it measures.
        #[arg(long, value_enum)]
        document: Option<Document>,
    },
    /// Prints the configuration in force, with secrets masked.
    Config,
    #[command(flatten)]
    Operate(Operation),
    /// Prints a token of the development issuer.
    Token {
        /// A role; repeat it for several.
        #[arg(long = "as", required = true)]
        roles: Vec<String>,
        /// Who it is.
        #[arg(long)]
        subject: String,
        /// It is a service that speaks for itself, and no person.
        #[arg(long)]
        service: bool,
        /// Seconds for which it is good.
        #[arg(long, default_value_t = 3_600)]
        seconds: i64,
    },
}

/// The contracts that follow from the code.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Document {
    Openapi,
    Metrics,
}

/// Runs what the command line asks for. `build` makes the context from its configuration.
pub fn main(build: impl FnOnce(&Config) -> Result<Context, String>) -> ExitCode {
    main_with(std::env::args_os(), build)
}

/// The same, for arguments that come from elsewhere; the first is the program's name.
pub fn main_with(
    arguments: impl IntoIterator<Item = OsString>,
    build: impl FnOnce(&Config) -> Result<Context, String>,
) -> ExitCode {
    match run(Arguments::parse_from(arguments), build) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(
    arguments: Arguments,
    build: impl FnOnce(&Config) -> Result<Context, String>,
) -> Result<ExitCode, String> {
    let config = Config::load(arguments.config.as_deref()).map_err(|error| chain(&error))?;
    match arguments.action.unwrap_or(Action::Serve) {
        Action::Serve => serve(build(&config)?, config),
        Action::Describe { document } => {
            let context = build(&config)?;
            let document = match document {
                None => describe(&context),
                Some(Document::Openapi) => describe_openapi(&context),
                Some(Document::Metrics) => describe_metrics(&context),
            };
            let text = serde_json::to_string_pretty(&document).map_err(|error| chain(&error))?;
            println!("{text}");
            Ok(ExitCode::SUCCESS)
        }
        Action::Config => {
            print!("{}", config.print());
            Ok(ExitCode::SUCCESS)
        }
        Action::Operate(operation) => {
            operate::run(&operation, &build(&config)?, &config).map_err(|error| chain(&error))?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Token { roles, subject, service, seconds } => {
            let issuer = DevIssuer::open(&config.auth).map_err(|error| chain(&error))?;
            let sign = if service { DevIssuer::service_token } else { DevIssuer::token };
            println!("{}", sign(&issuer, &subject, &roles, seconds).map_err(|error| chain(&error))?);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Serves a context until the process is told to end.
pub fn serve(context: Context, config: Config) -> Result<ExitCode, String> {
    init_logs(context.name(), config.log.format, &config.log.filter).map_err(|error| chain(&error))?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| chain(&error))?;
    let outcome = runtime.block_on(async {
        let mut running = Running::start(context, config).await.map_err(|error| chain(&error))?;
        let signal = signal().map_err(|error| chain(&error))?;
        tokio::select! {
            () = signal => Ok(if running.stop().await { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
            () = running.failed() => Err("a server or a subscriber ended unasked".to_owned()),
        }
    });
    // What still blocks was given its time to drain.
    runtime.shutdown_background();
    outcome
}

#[cfg(unix)]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

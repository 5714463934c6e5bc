//! The command line of a context's binary.

use std::error::Error;
use std::ffi::OsString;
use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use macadam_http::DevIssuer;
use macadam_telemetry::{FilterError, chain, init_logs};

use crate::config::Config;
use crate::context::Context;
use crate::describe::{describe, describe_metrics, describe_openapi};
use crate::operate::{self, Operation};
use crate::running::Running;
use crate::start::StartError;

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

/// Why a context is not served any more, or was not at all.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// `log.filter` cannot be read.
    #[error("read log.filter")]
    Filter(#[from] FilterError),
    /// The runtime's threads cannot be started.
    #[error("start the runtime")]
    Runtime(#[source] std::io::Error),
    /// It does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The system does not say when the process is to end.
    #[error("wait for a signal to end")]
    Signal(#[source] std::io::Error),
    /// Something ended that serves as long as the process lives.
    #[error("a server or a follower of the log ended unexpectedly")]
    Ended,
}

/// What a command of the command line can fail with.
type Failed = Box<dyn Error + Send + Sync>;

/// Runs what the command line asks for. `build` makes the context from its configuration.
pub fn main<E: Into<Failed>>(build: impl FnOnce(&Config) -> Result<Context, E>) -> ExitCode {
    main_with(std::env::args_os(), build)
}

/// The same, for arguments that come from elsewhere; the first is the program's name.
pub fn main_with<E: Into<Failed>>(
    arguments: impl IntoIterator<Item = OsString>,
    build: impl FnOnce(&Config) -> Result<Context, E>,
) -> ExitCode {
    match run(Arguments::parse_from(arguments), |config| build(config).map_err(Into::into)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", chain(&*error));
            ExitCode::FAILURE
        }
    }
}

fn run(
    arguments: Arguments,
    build: impl FnOnce(&Config) -> Result<Context, Failed>,
) -> Result<ExitCode, Failed> {
    let config = Config::load(arguments.config.as_deref())?;
    match arguments.action.unwrap_or(Action::Serve) {
        Action::Serve => Ok(serve(build(&config)?, config)?),
        Action::Describe { document } => {
            let context = build(&config)?;
            let document = match document {
                None => describe(&context),
                Some(Document::Openapi) => describe_openapi(&context),
                Some(Document::Metrics) => describe_metrics(&context),
            };
            let text = serde_json::to_string_pretty(&document)?;
            println!("{text}");
            Ok(ExitCode::SUCCESS)
        }
        Action::Config => {
            print!("{}", config.print());
            Ok(ExitCode::SUCCESS)
        }
        Action::Operate(operation) => {
            operate::run(&operation, &build(&config)?.catalog, &config)?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Token { roles, subject, service, seconds } => {
            let issuer = DevIssuer::open(&config.auth)?;
            let sign = if service { DevIssuer::service_token } else { DevIssuer::token };
            println!("{}", sign(&issuer, &subject, &roles, seconds)?);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Serves a context until the process is told to end.
pub fn serve(context: Context, config: Config) -> Result<ExitCode, ServeError> {
    init_logs(context.name(), config.log.format, &config.log.filter)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServeError::Runtime)?;
    let outcome = runtime.block_on(async {
        let mut running = Running::start(context, config).await?;
        let signal = signal().map_err(ServeError::Signal)?;
        tokio::select! {
            () = signal => Ok(if running.stop().await { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
            () = running.failed() => Err(ServeError::Ended),
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

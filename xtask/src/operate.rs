//! `cargo xtask rebuild | backup | restore | export | import | golden`: operations on a context's data.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use macadam_runner::exit::Exit;
use macadam_runner::operate::{golden, operate};

use crate::report::{root, run_error};
use crate::terminal::{MORE, message};

/// The context and its data folder.
#[derive(Args)]
pub(crate) struct Target {
    /// The context.
    context: String,
    /// The data folder instead of that of `cargo xtask up`.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Report as JSON (docs/schemas/operate.schema.json).
    #[arg(long)]
    json: bool,
}

impl Target {
    /// Runs the context's binary, then prints the next step.
    pub(crate) fn run(&self, mut arguments: Vec<OsString>, next: &str) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        if self.json {
            let place = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
            arguments.insert(place, "--json".into());
        }
        match operate(&root, &self.context, self.data.as_deref(), &arguments) {
            Ok(Exit::Done) => {
                let mut next = next.replace("<context>", &self.context);
                if let Some(data) = &self.data {
                    // `up` uses its own folder; for another folder, the service must be started directly.
                    next = if next.starts_with("cargo xtask up ") {
                        let (data, context) = (data.display(), &self.context);
                        format!("MACADAM_DATA__DIR={data} cargo run -p {context}-service")
                    } else {
                        format!("{next} --data {}", data.display())
                    };
                }
                message(&format!("\nnext: {next}"));
                Exit::Done
            }
            Ok(exit) => exit,
            Err(error) => run_error(&error),
        }
    }
}

pub(crate) fn pass(arguments: &[&str]) -> Vec<OsString> {
    arguments.iter().map(Into::into).collect()
}

fn with_file(command: &str, dry_run: bool, file: &PathBuf) -> Vec<OsString> {
    let mut arguments = vec![command.into()];
    arguments.extend(dry_run.then(|| "--dry-run".into()));
    arguments.extend(["--".into(), file.into()]);
    arguments
}

/// Rebuild views while the old ones are read
#[derive(Args)]
#[command(before_help = "Example: cargo xtask rebuild lc-application Applications", after_help = MORE)]
pub(crate) struct Rebuild {
    #[command(flatten)]
    target: Target,
    /// The view; without one, all.
    view: Option<String>,
}

impl Rebuild {
    pub(crate) fn run(&self) -> Exit {
        let mut arguments = pass(&["rebuild", "--"]);
        arguments.extend(self.view.iter().map(Into::into));
        self.target.run(arguments, "cargo xtask events stats <context>")
    }
}

/// Copy a context's log into one file, also while it runs
#[derive(Args)]
#[command(before_help = "Example: cargo xtask backup lc-application monday.backup", after_help = MORE)]
pub(crate) struct Backup {
    #[command(flatten)]
    target: Target,
    /// The file to write; it must not exist.
    file: PathBuf,
}

impl Backup {
    pub(crate) fn run(&self) -> Exit {
        let next = format!(
            "keep it on another machine; check it with cargo xtask restore <context> {} --dry-run",
            self.file.display()
        );
        self.target.run(with_file("backup", false, &self.file), &next)
    }
}

/// Replace a context's log by a backup
#[derive(Args)]
#[command(before_help = "Example: cargo xtask restore lc-application monday.backup --dry-run", after_help = MORE)]
pub(crate) struct Restore {
    #[command(flatten)]
    target: Target,
    /// The backup.
    file: PathBuf,
    /// Check the backup and print what would be lost; change nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Restore {
    pub(crate) fn run(&self) -> Exit {
        let for_good = format!("cargo xtask restore <context> {}", self.file.display());
        let next = if self.dry_run { &for_good } else { "cargo xtask up <context>" };
        self.target.run(with_file("restore", self.dry_run, &self.file), next)
    }
}

/// Write a context's log as JSON Lines, including secrets
#[derive(Args)]
#[command(before_help = "Example: cargo xtask export lc-application log.jsonl", after_help = MORE)]
pub(crate) struct Export {
    #[command(flatten)]
    target: Target,
    /// The file to write; it must not exist. It contains secrets in plain text, so that it can be imported.
    file: PathBuf,
}

impl Export {
    pub(crate) fn run(&self) -> Exit {
        let next = format!("cargo xtask import <context> {} --data <an empty folder>", self.file.display());
        self.target.run(with_file("export", false, &self.file), &next)
    }
}

/// Fill an empty log from an export
#[derive(Args)]
#[command(before_help = "Example: cargo xtask import lc-application log.jsonl --data elsewhere", after_help = MORE)]
pub(crate) struct Import {
    #[command(flatten)]
    target: Target,
    /// The output of `export`.
    file: PathBuf,
    /// Check every line; change nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub(crate) fn run(&self) -> Exit {
        let for_good = format!("cargo xtask import <context> {}", self.file.display());
        let next = if self.dry_run { &for_good } else { "cargo xtask up <context>" };
        self.target.run(with_file("import", self.dry_run, &self.file), next)
    }
}

/// Record the events of a run, and the documents that a context's read models build from them
#[derive(Args)]
#[command(before_help = "Example: cargo xtask golden lc-application", after_help = MORE)]
pub(crate) struct Golden {
    #[command(flatten)]
    target: Target,
    /// Keep the recorded events, and add only the results of new versions and new views.
    #[arg(long)]
    keep_events: bool,
    /// Print what would be written; write nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Golden {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        let mut arguments = pass(&["golden", "record"]);
        arguments.extend(self.keep_events.then(|| "--keep-events".into()));
        arguments.extend(self.dry_run.then(|| "--dry-run".into()));
        arguments.extend(["--".into(), golden(&root, &self.target.context).into()]);
        let next = format!("cargo test -p {}-service, and commit what was recorded", self.target.context);
        self.target.run(arguments, &next)
    }
}

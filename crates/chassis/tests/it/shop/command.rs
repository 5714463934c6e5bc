//! The shop's binary: this test binary itself, started again as a process of its own.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

pub(crate) const ARGUMENTS: &str = "SHOP_ARGUMENTS";

/// What a command printed.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) code: Option<i32>,
    /// The lines of stdout.
    pub(crate) out: String,
    pub(crate) messages: String,
}

impl Told {
    /// The one report that it printed; the command succeeded.
    #[track_caller]
    pub(crate) fn report(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        let reports = self.reports();
        assert_eq!(reports.len(), 1, "{self:?}");
        reports[0].clone()
    }

    /// The reports that it printed, each of them as its schema says.
    #[track_caller]
    pub(crate) fn reports(&self) -> Vec<Value> {
        let schema = serde_json::to_value(macadam_chassis::report_schema()).expect("a schema is JSON");
        let lines = self.out.lines().filter(|line| line.starts_with('{'));
        let reports: Vec<Value> = lines.map(|line| serde_json::from_str(line).expect("JSON")).collect();
        for report in &reports {
            jsonschema::validate(&schema, report).unwrap_or_else(|error| panic!("{error}: {report}"));
        }
        reports
    }

    /// What it said no by.
    #[track_caller]
    pub(crate) fn refusal(&self) -> &str {
        assert_eq!(self.code, Some(1), "{self:?}");
        &self.messages
    }
}

/// Runs the shop's binary over this data folder.
pub(crate) fn command(data: &Path, arguments: &[&str]) -> Told {
    let output = start(data, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).output();
    let output = output.expect("the test binary can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Told { code: output.status.code(), out: text(output.stdout), messages: text(output.stderr) }
}

/// What makes this program the shop, with [`ARGUMENTS`] in its environment.
pub(crate) const AS_A_PROCESS: [&str; 4] =
    ["--exact", "shop::command::the_shop_as_a_process", "--ignored", "--nocapture"];

/// The same, to be started.
pub(crate) fn start(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this test is a file"));
    command
        .args(AS_A_PROCESS)
        .env(ARGUMENTS, arguments.join("\n"))
        .env("MACADAM_DATA__DIR", data)
        .env("MACADAM_AUTH__DEV_ISSUER_DIR", data.with_file_name("issuer"))
        // It is this test's, and no key of the configuration.
        .env_remove("MACADAM_KEEP_SCRAPES")
        .stdin(Stdio::null());
    command
}

#[test]
#[ignore = "the process that other tests start"]
fn the_shop_as_a_process() {
    let arguments = std::env::var(ARGUMENTS).expect("it is started by `command`");
    let arguments = std::iter::once("shop").chain(arguments.lines()).map(Into::into);
    let code = macadam_chassis::cli::main_with(arguments, |config| Ok::<_, String>(super::context(config)));
    std::process::exit(i32::from(code != std::process::ExitCode::SUCCESS));
}
